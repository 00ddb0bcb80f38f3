// /: join by code, open a session, one's own sessions; on a new server, how to begin.

import { Icon } from "../icons.js";
import { Bar, Waiting, reason, useAct } from "../parts.js";
import { go, isOwnMachine, useTitle } from "../place.js";
import { askit, isHost, isOver, useUser } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { language, now, t } from "../words.js";
import { NoCookies, clean, enterByCode } from "./join.js";

/** @typedef {import("../server.js").Session} Session */

const CODE_LENGTH = 6;
const PAGE = 20;

function Door() {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [isBusy, error, enter] = useAct(async () => {
    const code = clean(input.current?.value ?? "");
    if (code.length !== CODE_LENGTH) throw { code: "length", status: 400, detail: t("code_length") };
    await enterByCode(code);
  });
  useEffect(() => void (error && input.current?.focus()), [error]);
  const fault = error && (error.status === 404 ? t("no_such_code") : reason(error));
  return html`
    <section class="door" aria-labelledby="door-h">
      <h1 id="door-h">${t("enter_code")}</h1>
      <form noValidate onSubmit=${enter}>
        <label class="vh" for="code">${t("code_label")}</label>
        <input
          class="input"
          id="code"
          ref=${input}
          placeholder="K7M 4QX"
          autocomplete="off"
          autocapitalize="characters"
          autocorrect="off"
          spellcheck=${false}
          enterkeyhint="go"
          required
          aria-invalid=${fault ? "true" : undefined}
          aria-describedby=${fault ? "code-e code-h" : "code-h"}
        />
        <button type="submit" class="btn go" aria-disabled=${isBusy ? "true" : undefined}>${t("enter")}</button>
        ${fault && html`<p class="err" id="code-e" role="alert"><${Icon} name="fault" />${fault}</p>`}
      </form>
      <p id="code-h">${t("code_hint")}</p>
    </section>
  `;
}

/**
 * One field and its button, in a line.
 * @param {{ id: string, label: string, verb: string, act: (value: string) => Promise<unknown>, isMain?: boolean, isLabelled?: boolean, children?: any, [attribute: string]: any }} props
 */
export function Line({ id, label, verb, act, isMain, isLabelled = true, children, ...rest }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [isBusy, error, run] = useAct(() => act(input.current?.value ?? ""));
  useEffect(() => void (error && input.current?.focus()), [error]);
  return html`
    <form class="line" noValidate onSubmit=${run}>
      <div class="field">
        <label class=${isLabelled ? undefined : "vh"} for=${id}>${label}</label>
        <input
          class="input"
          id=${id}
          ref=${input}
          required
          aria-invalid=${error ? "true" : undefined}
          aria-describedby=${error ? `${id}-fault` : undefined}
          ...${rest}
        />
      </div>
      <button type="submit" class=${isMain ? "btn go" : "btn"} aria-disabled=${isBusy ? "true" : undefined}>${verb}</button>
      ${error && html`<p class="err" id=${`${id}-fault`} role="alert"><${Icon} name="fault" />${reason(error)}</p>`}
      ${children}
    </form>
  `;
}

function Open() {
  /** @param {string} title */
  const open = async (title) => {
    const { sessionId } = await askit.post("/api/sessions", { body: { title } });
    go(`/s/${sessionId}`);
  };
  return html`
    <p>${t("open_session_hint")}</p>
    <${Line}
      id="title"
      label=${t("title")}
      verb=${t("open_it")}
      act=${open}
      isMain
      maxlength="100"
      autocomplete="off"
      placeholder=${t("title_example")}
    />
  `;
}

const ToAccount = () => html`
  <p>${t("open_session_sign_in")}</p>
  <div class="line">
    <a class="btn go" href="/sign-in?next=/">${t("sign_in")}</a>
    <a class="btn" href="/register?next=/">${t("register")}</a>
  </div>
`;

/** The year is said where it is another one. @param {string} at */
function short(at) {
  const date = new Date(at);
  const isThisYear = date.getFullYear() === new Date(now()).getFullYear();
  const year = isThisYear ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { year, month: "long", day: "numeric" }).format(date);
}

/** @param {{ session: Session }} props */
function Row({ session }) {
  const isRead = isOver(session);
  const end = session.endedAt ?? session.expiresAt;
  const facts = [
    t("n_questions", { n: session.questionCount }),
    t("people", { n: session.participantCount }),
    isRead ? short(end) : t("open_until", { date: short(end) }),
  ];
  return html`
    <li>
      <div class="what">
        <a href=${`/s/${session.sessionId}`}><bdi>${session.title}</bdi></a>
        <p class="facts">
          <span class=${isRead ? "chip" : "chip on"}>${t(isRead ? "over" : "running")}</span>
          ${isHost(session) && html`<span class="chip host">${t("host")}</span>`}
          <span>${facts.join(" · ")}</span>
        </p>
      </div>
    </li>
  `;
}

/** @param {{ isGuest: boolean }} props */
function Mine({ isGuest }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [{ sessions, cursor, first }, setRead] = useState({
    sessions: /** @type {Session[]} */ ([]),
    cursor: /** @type {string | null | undefined} */ (undefined),
    /** The first one of what was asked for by the button. */
    first: 0,
  });
  const [isBusy, error, read] = useAct(async () => {
    const page = await askit.get("/api/sessions", { query: { limit: PAGE, ...(cursor && { cursor }) } });
    setRead({ sessions: [...sessions, ...page.sessions], cursor: page.nextCursor, first: sessions.length });
  });
  useEffect(() => void read(), []);
  useEffect(() => void (first && list.current?.querySelectorAll("a")[first]?.focus()), [first]);
  if (!sessions.length && !error) return cursor === undefined && html`<${Waiting} />`;
  return html`
    <section class="sec">
      <h2>${t("my_sessions")}</h2>
      ${isGuest && html`<p>${t("my_sessions_guest")}</p>`}
      ${sessions.length > 0 &&
      html`<ul class="rows" ref=${list}>
        ${sessions.map((it) => html`<${Row} key=${it.sessionId} session=${it} />`)}
      </ul>`}
      ${error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`}
      ${(cursor || error) &&
      html`<div class="line">
        <button type="button" class="btn" aria-disabled=${isBusy ? "true" : undefined} onClick=${read}>
          ${t(error ? "try_again" : "more_sessions")}
        </button>
      </div>`}
    </section>
  `;
}

/** The server has no account yet. */
const Start = () => html`
  <section class="door" aria-labelledby="start-h">
    <h1 id="start-h">${t("start")}</h1>
    <ol class="steps">
      <li>${t("start_account")}</li>
      <li>${t("start_session")}</li>
      <li>${t("start_people")}</li>
    </ol>
    <div class="ways">
      <a class="btn go" href="/register?next=/">${t("start_register")}</a>
    </div>
  </section>
  ${isOwnMachine &&
  html`<section class="sec">
    <h2>${t("phones")}</h2>
    <p>${t("phones_lan")}</p>
    <p class="command"><code>askit serve --lan</code></p>
  </section>`}
`;

export function Home() {
  const user = useUser();
  useTitle("");
  const isNew = document.documentElement.dataset.firstStart !== undefined && !user;
  return html`
    <${Bar} />
    <main class="sheet">
      <${NoCookies} text=${t("cookies_needed")} />
      ${isNew
        ? html`<${Start} />`
        : html`
            <${Door} />
            <section class="sec">
              <h2>${t("open_session")}</h2>
              ${user && !user.isGuest ? html`<${Open} />` : html`<${ToAccount} />`}
            </section>
            ${user && html`<${Mine} key=${user.userId} isGuest=${user.isGuest} />`}
          `}
    </main>
  `;
}
