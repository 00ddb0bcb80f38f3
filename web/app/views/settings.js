// What a session says of itself, when it ends, and its end.

import { Confirm, Field, Refusal } from "../forms.js";
import { Icon } from "../icons.js";
import { useAct } from "../parts.js";
import { go } from "../place.js";
import { askit, isOver } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { moment, now, t } from "../words.js";
import { Facts } from "./facts.js";
import { Rules } from "./rules.js";

/** @typedef {import("../server.js").Session} Session */
/** @typedef {import("../server.js").Room} Room */

const SESSION = "/api/sessions/{sessionId}";
const TOLD = /** @type {const} */ (["title", "description", "expiresAt", "endedAt"]);
/** An event says soon what has changed; else the room is read anew. */
const SOON = 1_500;
const LONGEST = 10_000;
const WEEK = 7 * 86_400_000;

/** Resolves once the room shows what the server answered. @param {Room} room @param {Session} answer */
function shows(room, answer) {
  const isShown = () => {
    const { session } = room.getSnapshot();
    return session !== null && TOLD.every((name) => session[name] === answer[name]);
  };
  if (isShown()) return;
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const done = () => {
        timers.forEach(clearTimeout);
        forget();
        resolve();
      };
      const forget = room.subscribe(() => isShown() && done());
      // Nobody tells anything of a session that is over.
      const soon = room.getSnapshot().isLive ? SOON : 0;
      const timers = [setTimeout(() => void room.reload(), soon), setTimeout(done, LONGEST)];
    })
  );
}

/** As a field for date and time has it: by this machine's clock. @param {string | number} at */
function local(at) {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
/** @param {string} typed into such a field, empty as long as a part is missing */
function instant(typed) {
  const time = new Date(typed).getTime();
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw { code: "validation_failed", status: 400, errors: [{ field: "expiresAt", detail: t("ends_at_missing") }] };
}

/** @param {{ value: string, error: any, onInput: (value: string) => void }} props */
const EndsAt = ({ value, error, onInput }) => html`
  <${Field}
    id="expiresAt"
    type="datetime-local"
    label=${t("ends_at")}
    hint=${t("ends_at_hint", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
    value=${value}
    error=${error}
    onInput=${(/** @type {any} */ event) => onInput(event.target.value)}
  />
`;

/** @param {{ value: string, error: any, onInput: (value: string) => void }} props */
function Description({ value, error, onInput }) {
  const fault = error?.errors?.find((/** @type {any} */ it) => it.field === "description");
  return html`
    <div class="field">
      <label for="description">${t("description")}</label>
      <textarea
        class="input"
        id="description"
        name="description"
        rows="3"
        dir="auto"
        value=${value}
        aria-invalid=${fault ? "true" : undefined}
        aria-describedby=${fault ? "description-fault" : undefined}
        onInput=${(/** @type {any} */ event) => onInput(event.target.value)}
      ></textarea>
      ${fault && html`<p class="err" id="description-fault"><${Icon} name="fault" />${fault.detail}</p>`}
    </div>
  `;
}

/** The first field that was refused. @param {any} error */
function useFault(error) {
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const field = error && form.current?.querySelector("[aria-invalid]");
    if (field instanceof HTMLElement) field.focus();
  }, [error]);
  return form;
}

/** @param {{ session: Session, room: Room }} props */
function Details({ session, room }) {
  const [typed, setTyped] = useState(/** @type {Record<string, string>} */ ({}));
  const [isSaved, setSaved] = useState(false);
  /** @type {Record<string, string>} */
  const told = { title: session.title, description: session.description, expiresAt: local(session.expiresAt) };
  const shown = { ...told, ...typed };
  const changed = Object.keys(typed).filter((name) => typed[name] !== told[name]);
  const [isBusy, error, save] = useAct(async () => {
    if (!changed.length) return;
    const body = Object.fromEntries(changed.map((name) => [name, typed[name]]));
    if (body.expiresAt !== undefined) body.expiresAt = instant(body.expiresAt);
    await shows(room, await askit.patch(SESSION, { path: { sessionId: session.sessionId }, body }));
    // What was typed meanwhile stays.
    setTyped((later) => Object.fromEntries(Object.entries(later).filter(([name, value]) => value !== typed[name])));
    setSaved(true);
  });
  const form = useFault(error);
  /** @param {string} name */
  const type = (name) => (/** @type {string} */ value) => {
    setSaved(false);
    setTyped((before) => ({ ...before, [name]: value }));
  };
  return html`
    <form class="details" ref=${form} novalidate onSubmit=${save}>
      <${Refusal} error=${error} />
      <${Field}
        id="title"
        label=${t("title")}
        dir="auto"
        autocomplete="off"
        value=${shown.title}
        error=${error}
        onInput=${(/** @type {any} */ event) => type("title")(event.target.value)}
      />
      <${Description} value=${shown.description} error=${error} onInput=${type("description")} />
      <${EndsAt} value=${shown.expiresAt} error=${error} onInput=${type("expiresAt")} />
      <div class="line">
        <button type="submit" class="btn go" aria-disabled=${isBusy || !changed.length ? "true" : undefined}>${t("save")}</button>
        <p class="done" role="status">${isSaved && html`<${Icon} name="check" />${t("saved")}`}</p>
      </div>
    </form>
  `;
}

/** What is told of it, where nothing of it can be changed. @param {{ session: Session }} props */
const Told = ({ session }) => html`
  <dl class="told">
    <div><dt>${t("title")}</dt><dd class="said" dir="auto">${session.title}</dd></div>
    ${session.description && html`<div><dt>${t("about")}</dt><dd class="said" dir="auto">${session.description}</dd></div>`}
    ${isOver(session)
      ? html`<div><dt>${t("ended")}</dt><dd>${moment(session.endedAt ?? session.expiresAt)}</dd></div>`
      : html`<div><dt>${t("ends_at")}</dt><dd>${moment(session.expiresAt)}</dd></div>`}
  </dl>
`;

/** @param {{ session: Session, room: Room, onDone: () => void }} props */
function Reopen({ session, room, onDone }) {
  const [until, setUntil] = useState(() => local(now() + WEEK));
  const [isBusy, error, reopen] = useAct(async () => {
    const path = { sessionId: session.sessionId };
    await shows(room, await askit.post("/api/sessions/{sessionId}/reopen", { path, body: { expiresAt: instant(until) } }));
    onDone();
  });
  const form = useFault(error);
  return html`
    <form class="details ends-zone" ref=${form} novalidate onSubmit=${reopen} aria-labelledby="reopen-h">
      <div>
        <h3 id="reopen-h">${t("reopen")}</h3>
        <p class="hint">${t("reopen_hint")}</p>
      </div>
      <${Refusal} error=${error} />
      <${EndsAt} value=${until} error=${error} onInput=${setUntil} />
      <div><button type="submit" class="btn go" aria-disabled=${isBusy ? "true" : undefined}>${t("reopen_verb")}</button></div>
    </form>
  `;
}

/** @param {{ id: string, onAsk: () => void }} props `id`: of the words, too */
const Zone = ({ id, onAsk }) => html`
  <section class="ends-zone" aria-labelledby=${`${id}-h`}>
    <h3 id=${`${id}-h`}>${t(id)}</h3>
    <p class="hint">${t(`${id}_hint`)}</p>
    <button type="button" class="btn alarm" onClick=${onAsk}>${t(id)}</button>
  </section>
`;

/** @param {{ session: Session, room: Room }} props */
export function Settings({ session, room }) {
  const [asked, setAsked] = useState(/** @type {"end" | "delete" | null} */ (null));
  const [changes, setChanges] = useState(0);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const path = { sessionId: session.sessionId };
  const over = isOver(session);
  // The button that did it is gone.
  useEffect(() => {
    if (changes && document.activeElement === document.body) heading.current?.focus();
  }, [changes, asked]);
  const close = () => setAsked(null);
  const end = async () => {
    await shows(room, await askit.post("/api/sessions/{sessionId}/terminate", { path }));
    setChanges((n) => n + 1);
  };
  const remove = async () => {
    await askit.delete(SESSION, { path });
    go("/");
  };
  const top = html`<div class="tools"><h2 tabindex="-1" ref=${heading}>${t("settings")}</h2></div>`;
  if (session.role !== "super_host") {
    return html`
      ${top}
      <div class="settings">
        <${Told} session=${session} />
        <p class="hint">${t("settings_sub")}</p>
        ${!over && html`<${Rules} session=${session} room=${room} />`}
      </div>
    `;
  }
  return html`
    ${top}
    <div class="settings">
      ${over
        ? html`
            <${Told} session=${session} />
            <${Reopen} session=${session} room=${room} onDone=${() => setChanges((n) => n + 1)} />
          `
        : html`
            <${Rules} session=${session} room=${room} />
            <section class="ends-zone"><${Details} session=${session} room=${room} /></section>
            <${Zone} id="end_session" onAsk=${() => setAsked("end")} />
          `}
      <${Zone} id="delete_session" onAsk=${() => setAsked("delete")} />
    </div>
    ${asked === "end" && html`
      <${Confirm} title=${t("end_ask")} verb=${t("end_verb")} act=${end} onClose=${close}>
        <${Facts} lines=${[["lock", t("end_1")], ["talk", t("end_2")], ["again", t("end_3")]]} />
      <//>
    `}
    ${asked === "delete" && html`
      <${Confirm} title=${t("delete_ask")} verb=${t("delete")} act=${remove} onClose=${close}>
        <${Facts}
          lines=${[
            ["bin", t("delete_1", { n: session.questionCount })],
            ["lock", t("delete_2")],
            ["download", t("delete_3")],
          ]}
        />
      <//>
    `}
  `;
}
