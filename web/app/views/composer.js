// Where one writes: as whom, what, and the button.

import { Icon } from "../icons.js";
import { Who } from "../parts.js";
import { isFramed } from "../place.js";
import { useUser } from "../server.js";
import { html, useEffect, useLayoutEffect, useReducer, useRef } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { isNamedIn, keepAs, useDraft } from "../writing.js";

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

/** @param {{ id: string, isNamed: boolean, nickname: string, onNamed: (isNamed: boolean) => void }} props */
const AsWhom = ({ id, isNamed, nickname, onNamed }) => html`
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
    <p class="hint" id=${`${id}-hint`}>${t(isNamed ? "name_is_shown" : "nobody_knows")}</p>
  </fieldset>
`;

/** For who has no name here. @param {{ id: string }} props */
const Anonymously = ({ id }) => html`
  <div class="as">
    <${Who} name=${null} />
    <p class="hint" id=${`${id}-hint`}>
      ${t("you_are_anonymous")}${" "}
      ${!isFramed &&
      html`<a class="nowrap" href=${`/sign-in?next=${encodeURIComponent(location.pathname)}`}>${t("with_a_name")}</a>`}
    </p>
  </div>
`;

/** What was written under another identity is not sent by itself. @param {{ draft: any, user: any }} props */
function OtherIdentity({ draft, user }) {
  if (!draft?.nickname || draft.userId === user?.userId) return null;
  const before = draft.nickname;
  return html`
    <p class="foot" role="status">${t(user?.nickname ? "written_before_as" : "written_before", { before, name: user?.nickname ?? "" })}</p>
  `;
}

/**
 * @param {{ id: string, sessionId: string, place: string, label: string, hint: string, compact?: boolean,
 *   isHost: boolean, send: (body: string, anonymous: boolean) => void, note?: any }} props `place`: of what is written, for its draft
 */
export function Composer({ id, sessionId, place, label, hint, isHost, send, compact, note }) {
  const user = useUser();
  const [draft, change] = useDraft(place);
  const [, again] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  /** What was sent and still stands here, until the field is drawn anew. */
  const taken = useRef("");
  useEffect(() => void (taken.current = ""), [draft]);
  const nickname = isFramed ? null : (user?.nickname ?? null);
  const isNamed = nickname !== null && (draft ? !draft.anonymous : isNamedIn(sessionId, isHost));
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
      ${nickname !== null
        ? html`<${AsWhom} id=${id} isNamed=${isNamed} nickname=${nickname} onNamed=${name} />`
        : html`<${Anonymously} id=${id} />`}
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
