// Where one writes: as whom, what, and the button.

import { Icon } from "../icons.js";
import { Who } from "../parts.js";
import { isFramed } from "../place.js";
import { useUser } from "../server.js";
import { html, useEffect, useLayoutEffect, useReducer, useRef } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { isNamedIn, keepAs, useDraft } from "../writing.js";

/** @typedef {import("./question.js").Setting} Setting */

/** Characters of a question or a reply. */
export const MOST = 500;
/** From here on one sees how many are left. */
const COUNTED = 400;

/** Counted as the server does. @param {string} text */
export const lengthOf = (text) => Array.from(text.normalize("NFC").replace(/\r\n?/g, "\n")).length;

/** Grows with its text, where the style sheet alone cannot do that. @param {any} props */
export function Textarea({ fieldRef, ...rest }) {
  useLayoutEffect(() => {
    const field = fieldRef.current;
    if (!field || CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 3}px`;
  }, [rest.value]);
  return html`<textarea class="input" ref=${fieldRef} rows="1" ...${rest}></textarea>`;
}

/**
 * Why somebody cannot write, as the key of its words; null: they can.
 * @param {Pick<Setting, "settings" | "muted" | "isHost" | "isOver">} setting
 * @param {"questions" | "replies"} kind
 * @param {string | null} nickname
 */
export function shutBy({ settings, muted, isHost, isOver }, kind, nickname) {
  if (isOver) return "session_over";
  if (muted) return "muted";
  if (isHost) return null;
  if (settings[kind] === "closed") return `${kind}_closed`;
  if (settings[kind] === "hosts") return "replies_hosts";
  return settings.names === "required" && nickname === null ? "names_required" : null;
}

/**
 * As whom one may write, and what becomes of it. Hosts are exempt in what they write under their nickname.
 * @param {Setting} setting
 * @param {"questions" | "replies"} kind
 * @param {string | null} nickname
 * @param {boolean} wantsName
 */
function ruleOf({ settings, isHost }, kind, nickname, wantsName) {
  const mode = settings[kind];
  const mayBeNamed = nickname !== null && (isHost || settings.names !== "hidden");
  const mayBeNobody = settings.names !== "required" && mode !== "closed" && mode !== "hosts";
  const isNamed = mayBeNamed && (wantsName || !mayBeNobody);
  const isExempt = isHost && isNamed;
  const isReviewed = !isExempt && (mode === "review" || (mode === "review_anonymous" && !isNamed));
  const slow = isExempt ? 0 : settings.slowMode;
  const unnamed = nickname === null ? "you_are_anonymous" : "nobody_knows";
  const as = settings.names === "hidden" && !isExempt ? "names_hidden" : isNamed ? "name_is_shown" : unnamed;
  const hints = [t(as), isReviewed && t("reviewed"), slow && t("slow_mode", { n: slow })];
  return { isNamed, mayChoose: mayBeNamed && mayBeNobody, hint: hints.filter(Boolean).join(" · ") };
}

/** @param {{ id: string, isNamed: boolean, nickname: string, onNamed: (isNamed: boolean) => void, hint: string }} props */
const AsWhom = ({ id, isNamed, nickname, onNamed, hint }) => html`
  <fieldset class="as">
    <legend class="vh">${t("ask_as")}</legend>
    <div class="seg">
      <label>
        <input type="radio" name=${`${id}-as`} checked=${isNamed} onChange=${() => onNamed(true)} />
        <span><${Who} name=${nickname} /><bdi>${nickname}</bdi></span>
      </label>
      <label>
        <input type="radio" name=${`${id}-as`} checked=${!isNamed} onChange=${() => onNamed(false)} />
        <span><${Who} name=${null} />${t("anonymous")}</span>
      </label>
    </div>
    <p class="hint" id=${`${id}-hint`}>${hint}</p>
  </fieldset>
`;

const SignIn = () =>
  !isFramed && html`<a class="nowrap" href=${`/sign-in?next=${encodeURIComponent(location.pathname)}`}>${t("with_a_name")}</a>`;

/** Where there is no choice. @param {{ id: string, name: string | null, hint: string, canHaveName: boolean }} props */
const AsOne = ({ id, name, hint, canHaveName }) => html`
  <div class="as">
    <${Who} name=${name} />
    <p class="hint" id=${`${id}-hint`}>${hint}${" "}${canHaveName && html`<${SignIn} />`}</p>
  </div>
`;

/** In the place of the composer. @param {{ why: string, compact?: boolean }} props `why`: as `shutBy` says */
export function Shut({ why, compact }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  // Whoever was writing is told here.
  useEffect(() => void (document.activeElement === document.body && section.current?.focus({ preventScroll: true })), []);
  if (compact) return why === "session_over" ? null : html`<p class="hint" tabindex="-1" ref=${section}>${t(why)}</p>`;
  return html`
    <section class="composer shut" id="ask" tabindex="-1" ref=${section} aria-label=${t("ask")}>
      <${Icon} name="lock" />
      <p><b>${t(why)}</b>${t(`${why}_means`)}${" "}${why === "names_required" && html`<${SignIn} />`}</p>
    </section>
  `;
}

/** What was written under another identity is not sent by itself. @param {{ draft: any, user: any }} props */
function OtherIdentity({ draft, user }) {
  if (!draft?.nickname || draft.userId === user?.userId) return null;
  const before = draft.nickname;
  return html`
    <p class="foot" role="status">${t(user?.nickname ? "written_before_as" : "written_before", { before, name: user?.nickname ?? "" })}</p>
  `;
}

/**
 * @param {{ id: string, setting: Setting, kind: "questions" | "replies", place: string, label: string, hint: string,
 *   compact?: boolean, send: (body: string, anonymous: boolean) => void, note?: any }} props `place`: of what is written, for
 *   its draft
 */
export function Composer(props) {
  const user = useUser();
  const { setting, kind, compact } = props;
  const nickname = isFramed ? null : (user?.nickname ?? null);
  const why = shutBy(setting, kind, nickname);
  return why ? html`<${Shut} why=${why} compact=${compact} />` : html`<${Form} ...${props} user=${user} nickname=${nickname} />`;
}

/** @param {any} props those of a composer, and who writes */
function Form({ id, setting, kind, place, label, hint, send, compact, note, user, nickname }) {
  const { sessionId, isHost } = setting;
  const [draft, change] = useDraft(place);
  const [, again] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  /** What was sent and still stands here, until the field is drawn anew. */
  const taken = useRef("");
  useEffect(() => void (taken.current = ""), [draft]);
  const rule = ruleOf(setting, kind, nickname, draft ? !draft.anonymous : isNamedIn(sessionId, isHost));
  const { isNamed } = rule;
  const body = draft?.body ?? "";
  const length = lengthOf(body);
  const isTooLong = length > MOST;

  /** @param {boolean} wanted */
  const name = (wanted) => {
    keepAs(sessionId, wanted);
    change({ anonymous: !wanted });
    again(0); // without a draft nothing else has changed
  };
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    field.current?.focus();
    if (taken.current === body || !body.trim() || isTooLong) return;
    taken.current = body;
    change(null);
    send(body.trim(), !isNamed);
  };
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !event.isComposing) submit(event);
  };
  return html`
    <form class=${compact ? "reply-form" : "composer"} aria-label=${label} onSubmit=${submit}>
      ${rule.mayChoose
        ? html`<${AsWhom} id=${id} isNamed=${isNamed} nickname=${nickname} onNamed=${name} hint=${rule.hint} />`
        : html`<${AsOne} id=${id} name=${isNamed ? nickname : null} hint=${rule.hint} canHaveName=${nickname === null && setting.settings.names !== "hidden"} />`}
      <div class=${compact ? "reply-row" : "row"}>
        <div>
          <label class="vh" for=${id}>${label}</label>
          <${Textarea}
            fieldRef=${field}
            id=${id}
            placeholder=${hint}
            aria-describedby=${`${id}-hint ${id}-count`}
            aria-invalid=${isTooLong ? "true" : undefined}
            value=${body}
            onInput=${(/** @type {any} */ event) =>
              change({ body: event.target.value, anonymous: draft ? draft.anonymous : !isNamed })}
            onKeyDown=${keys}
          />
        </div>
        <button type="submit" class="btn go send"><${Icon} name="send" /><span>${label}</span></button>
      </div>
      <p class="foot num" id=${`${id}-count`} hidden=${length < COUNTED}>
        ${t(isTooLong ? "too_long" : "length_of", { length: number(length), most: number(MOST) })}
      </p>
      ${note}
      <${OtherIdentity} draft=${body ? draft : null} user=${user} />
    </form>
  `;
}
