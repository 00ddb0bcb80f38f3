// /: join by code, open a session, one's own sessions.

import { Icon } from "../icons.js";
import { go } from "../main.js";
import { Bar, reason, useAct } from "../parts.js";
import { askit, useUser } from "../server.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { day, t } from "../words.js";

/** What people type of a code. @param {string} typed */
const clean = (typed) => typed.toUpperCase().replace(/[^0-9A-Z]/g, "");

function Door() {
  const [code, setCode] = useState("");
  const [isBusy, error, enter] = useAct(async () => {
    const joinCode = clean(code);
    await askit.get("/api/sessions/by-code/{joinCode}", { path: { joinCode } });
    go(`/join/${joinCode}`);
  });
  const fault = error && (error.status === 404 ? t("no_such_code") : reason(error));
  return html`
    <section class="door">
      <h1>${t("enter_code")}</h1>
      <form onSubmit=${enter}>
        <label class="vh" for="code">${t("code_label")}</label>
        <input
          class="input"
          id="code"
          value=${code}
          onInput=${(event) => setCode(event.target.value)}
          placeholder="K7M 4QX"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck=${false}
          enterkeyhint="go"
          required
          maxlength="12"
          aria-invalid=${fault ? "true" : undefined}
          aria-describedby="code-h"
        />
        <button type="submit" class="btn go" aria-disabled=${isBusy ? "true" : undefined}>${t("enter")}</button>
        ${fault && html`<p class="err" role="alert"><${Icon} name="fault" />${fault}</p>`}
      </form>
      <p id="code-h">${t("code_hint")}</p>
    </section>
  `;
}

function Open() {
  const [title, setTitle] = useState("");
  const [isBusy, error, open] = useAct(async () => {
    const { sessionId } = await askit.post("/api/sessions", { body: { title } });
    go(`/s/${sessionId}`);
  });
  return html`
    <form class="line" onSubmit=${open}>
      <div class="field">
        <label for="title">${t("title")}</label>
        <input
          class="input"
          id="title"
          value=${title}
          onInput=${(event) => setTitle(event.target.value)}
          maxlength="100"
          required
          placeholder=${t("title_example")}
          aria-invalid=${error ? "true" : undefined}
        />
      </div>
      <button type="submit" class="btn go" aria-disabled=${isBusy ? "true" : undefined}>${t("open_it")}</button>
      ${error && html`<p class="err" role="alert"><${Icon} name="fault" />${error.errors?.[0]?.detail ?? reason(error)}</p>`}
    </form>
  `;
}

function Mine({ user }) {
  const [sessions, setSessions] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    let isLeft = false;
    const read = askit.get("/api/sessions", { query: { limit: 20 } });
    read.then((page) => isLeft || setSessions(page.sessions)).catch(() => {});
    return () => void (isLeft = true);
  }, [user.userId]);
  if (!sessions?.length) return null;
  return html`
    <section class="sec">
      <h2>${t("my_sessions")}</h2>
      <ul class="rows">
        ${sessions.map((it) => {
          const isOver = it.endedAt !== null || it.expired;
          const facts = t("questions_people", { questions: it.questionCount, people: it.participantCount });
          return html`
            <li key=${it.sessionId}>
              <div class="what">
                <strong>
                  <a href=${`/s/${it.sessionId}`} dir="auto">${it.title}</a>
                  <span class=${isOver ? "chip" : "chip on"}>${t(isOver ? "over" : "running")}</span>
                  ${it.role !== "participant" && html`<span class="chip host">${t("host")}</span>`}
                </strong>
                <p class="under">${facts} · ${day(it.createdAt)}</p>
              </div>
            </li>
          `;
        })}
      </ul>
    </section>
  `;
}

export function Home({ chooseLanguage }) {
  const user = useUser();
  const isNamed = user && !user.isGuest;
  useEffect(() => void (document.title = "Askit"), []);
  return html`
    <${Bar} chooseLanguage=${chooseLanguage} />
    <main class="sheet">
      <${Door} />
      <section class="sec">
        <h2>${t("open_session")}</h2>
        ${isNamed
          ? html`<p>${t("open_session_hint")}</p><${Open} />`
          : html`<p>${t("open_session_sign_in")}</p>
              <div class="line">
                <a class="btn go" href="/sign-in">${t("sign_in")}</a>
                <a class="btn" href="/register">${t("register")}</a>
              </div>`}
      </section>
      ${user && html`<${Mine} user=${user} />`}
    </main>
  `;
}
