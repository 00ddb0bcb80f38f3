// /account: nickname, logins, password, what is stored, and its end. A guest has fewer of them.

import { Confirm, Dialog, Field, Refusal } from "../forms.js";
import { Icon } from "../icons.js";
import { Bar, Nothing, Waiting, reason, useAct, useRead } from "../parts.js";
import { go, useTitle } from "../place.js";
import { askit, signOut, useUser } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { ago, now, t } from "../words.js";
import { Line } from "./home.js";
import { DialogForm } from "./sign-in.js";

/** @typedef {import("../server.js").Person} Person */
/** @typedef {Awaited<ReturnType<typeof readLogins>>[number]} Login */

/** In this order: many call themselves Chrome and Safari, too. */
const BROWSERS = ["Edg", "SamsungBrowser", "KAKAOTALK", "Whale", "OPR", "Firefox", "FxiOS", "Chrome", "CriOS", "Safari"];
const SYSTEMS = ["iPhone", "iPad", "Android", "Windows", "CrOS", "Mac OS X", "Linux"];
/** @type {Record<string, string>} */
const NAMES = {
  ...{ Edg: "Edge", SamsungBrowser: "Samsung Internet", KAKAOTALK: "KakaoTalk", OPR: "Opera", FxiOS: "Firefox" },
  ...{ CriOS: "Chrome", CrOS: "ChromeOS", "Mac OS X": "macOS" },
};
/** As people know it: "Chrome · Android". @param {string | null} userAgent */
function deviceOf(userAgent) {
  const found = [BROWSERS, SYSTEMS].flatMap((marks) => marks.find((it) => userAgent?.includes(it)) ?? []);
  return found.map((it) => NAMES[it] ?? it).join(" · ") || userAgent?.slice(0, 40) || t("unknown_device");
}
const HOUR = 3_600_000;
/** The server tells it to the hour. @param {string} at */
const lastUsed = (at) => (now() - Date.parse(at) < HOUR ? t("within_hour") : ago(at));

/** What was done, for everybody to see and hear. @param {{ text: string }} props */
const Done = ({ text }) =>
  html`<p class=${text ? "done" : "vh"} role="status">${text && html`<${Icon} name="check" />${text}`}</p>`;

/** @param {{ title: string, hint: string, children?: any }} props */
const Section = ({ title, hint, children }) => html`
  <section class="sec">
    <h2>${title}</h2>
    <p>${hint}</p>
    ${children}
  </section>
`;

/** @param {{ user: Person }} props */
function Nickname({ user }) {
  const [done, setDone] = useState("");
  /** @param {string} nickname */
  const change = async (nickname) => {
    setDone("");
    await askit.patch("/api/users/me", { body: { nickname } });
    // The client learns its new name by new tokens.
    await askit.resume().catch(() => {});
    setDone(t("nickname_changed"));
  };
  return html`
    <${Section} title=${t("nickname")} hint=${t("nickname_shown")}>
      <${Line}
        id="nickname"
        label=${t("nickname")}
        isLabelled=${false}
        verb=${t("change")}
        act=${change}
        defaultValue=${user.nickname}
        autocomplete="nickname"
        autocapitalize="none"
        spellcheck=${false}
      >
        <${Done} text=${done} />
      <//>
    <//>
  `;
}

async function readLogins() {
  const { logins } = await askit.get("/api/users/me/logins");
  return logins.sort((a, b) => Number(b.current) - Number(a.current));
}

/** @param {{ login: Login, end: () => void }} props */
function LoginRow({ login, end }) {
  const device = deviceOf(login.userAgent);
  const facts = [login.current ? t("in_use") : lastUsed(login.lastUsedAt), login.ip].filter(Boolean);
  return html`
    <li>
      <div class="what">
        <strong>${device} ${login.current && html`<span class="chip on">${t("this_device")}</span>`}</strong>
        <p>${facts.join(" · ")}</p>
      </div>
      <button type="button" class="btn" onClick=${end}>
        ${t("sign_out")}${!login.current && html`<span class="vh">: ${device}</span>`}
      </button>
    </li>
  `;
}

/** @param {{ read: { found: Login[] | null, error: any, again: () => void } }} props */
function Logins({ read: { found, error: unread, again } }) {
  const [done, setDone] = useState("");
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const [, error, run] = useAct(async (/** @type {() => Promise<unknown>} */ act, /** @type {string} */ text) => {
    await act();
    setDone(text);
    again();
    heading.current?.focus();
  });
  /** @param {Login} it */
  const end = ({ current, loginId, userAgent }) =>
    current
      ? run(() => signOut().then(() => go("/")), "")
      : run(
          () => askit.delete("/api/users/me/logins/{loginId}", { path: { loginId } }),
          t("signed_out_device", { device: deviceOf(userAgent) }),
        );
  const endOthers = () => run(() => askit.delete("/api/users/me/logins"), t("signed_out_others"));
  return html`
    <section class="sec">
      <h2 tabindex="-1" ref=${heading}>${t("logins")}</h2>
      <p>${t("logins_hint")}</p>
      <${Done} text=${done} />
      <${Refusal} error=${error ?? unread} />
      ${found
        ? html`<ul class="rows logins">
            ${found.map((it) => html`<${LoginRow} key=${it.loginId} login=${it} end=${() => end(it)} />`)}
          </ul>`
        : !unread && html`<${Waiting} />`}
      ${found &&
      found.length > 1 &&
      html`<div class="line"><button type="button" class="btn" onClick=${endOthers}>${t("sign_out_others")}</button></div>`}
    </section>
  `;
}

/** So that a browser knows whose password it keeps. @param {{ email: string }} props */
const OfWhom = ({ email }) =>
  html`<input type="email" name="email" autocomplete="username" value=${email} readonly hidden />`;

/** @param {{ email: string, onChanged: () => void }} props */
function Password({ email, onChanged }) {
  const [isOpen, setOpen] = useState(false);
  const [done, setDone] = useState("");
  const close = () => setOpen(false);
  /** @param {Record<string, string>} data */
  const change = async ({ currentPassword = "", newPassword = "" }) => {
    await askit.changePassword({ currentPassword, newPassword });
    close();
    setDone(t("password_changed"));
    onChanged();
  };
  const fields = (/** @type {any} */ error) => html`
    <${OfWhom} email=${email} />
    <${Field} id="currentPassword" label=${t("password_now")} type="password" autocomplete="current-password" required error=${error} />
    <${Field} id="newPassword" label=${t("password_new")} type="password" autocomplete="new-password" hint=${t("password_hint")} required error=${error} />
  `;
  return html`
    <${Section} title=${t("password")} hint=${t("password_ends")}>
      <div class="line">
        <button type="button" class="btn" onClick=${() => (setDone(""), setOpen(true))}>${t("password_change")}</button>
      </div>
      <${Done} text=${done} />
      ${isOpen &&
      html`<${Dialog} title=${t("password_change")} onClose=${close}>
        <${DialogForm} verb=${t("change")} act=${change} onClose=${close} fields=${fields}>
          <p class="hint">${t("password_ends")}</p>
        <//>
      <//>`}
    <//>
  `;
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function Data() {
  const [done, setDone] = useState("");
  const [isBusy, error, load] = useAct(async () => {
    setDone("");
    const name = `askit-${new Date(now()).toISOString().slice(0, 10)}.json`;
    save(await askit.blob("/api/users/me/export"), name);
    setDone(t("data_saved"));
  });
  return html`
    <${Section} title=${t("data")} hint=${t("data_hint")}>
      <div class="line">
        <button type="button" class="btn" aria-disabled=${isBusy ? "true" : undefined} onClick=${load}>
          <${Icon} name="download" />${t("download")}
        </button>
      </div>
      <${Done} text=${done} />
      ${error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`}
    <//>
  `;
}

/** The login is over already; here it is forgotten. @param {string} [password] */
async function erase(password) {
  await askit.delete("/api/users/me", { body: password === undefined ? {} : { password } });
  await signOut().catch(() => location.assign("/"));
  go("/");
}

/** What happens, each with its picture. @param {{ of: Record<string, string> }} props */
const Facts = ({ of }) => html`
  <ul class="facts">
    ${Object.entries(of).map(([key, icon]) => html`<li key=${key}><${Icon} name=${icon} /><span>${t(key)}</span></li>`)}
  </ul>
`;
const OF_ACCOUNT = { delete_name: "people", delete_words: "talk", delete_sessions: "stage", delete_final: "fault" };
const OF_GUEST = { delete_guest_words: "talk", delete_final: "fault" };

/** @param {{ email: string }} props */
function Deletion({ email }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const fields = (/** @type {any} */ error) => html`
    <${OfWhom} email=${email} />
    <${Field} id="password" label=${t("password")} type="password" autocomplete="current-password" required error=${error} />
  `;
  const act = (/** @type {Record<string, string>} */ { password }) => erase(password);
  return html`
    <${Section} title=${t("delete_account")} hint=${t("delete_account_hint")}>
      <div class="line"><button type="button" class="btn alarm" onClick=${() => setOpen(true)}>${t("delete_account")}</button></div>
      ${isOpen &&
      html`<${Dialog} title=${t("delete_account_ask")} onClose=${close}>
        <${DialogForm} verb=${t("delete_account")} act=${act} onClose=${close} isAlarm fields=${fields}>
          <${Facts} of=${OF_ACCOUNT} />
        <//>
      <//>`}
    <//>
  `;
}

/** @param {{ user: Person }} props */
function Named({ user }) {
  const { found, error, again } = useRead(() => askit.get("/api/users/me"), [user.userId]);
  const logins = useRead(readLogins, [user.userId]);
  if (error && !found) return html`<${Nothing} title=${t("account_unread")} error=${error} again=${again}><p>${reason(error)}</p><//>`;
  if (!found) return html`<${Waiting} />`;
  const email = found.email ?? "";
  return html`
    <h1 class="page-h">${t("account")}</h1>
    <p class="under-h"><bdi>${email}</bdi></p>
    <${Nickname} user=${user} />
    <${Logins} read=${logins} />
    <${Password} email=${email} onChanged=${logins.again} />
    <${Data} />
    <${Deletion} email=${email} />
  `;
}

function Guest() {
  const [isAsked, setAsked] = useState(false);
  const close = () => setAsked(false);
  return html`
    <h1 class="page-h">${t("guest")}</h1>
    <p class="under-h">${t("guest_hint")}</p>
    <div class="line ways">
      <a class="btn go" href="/register?next=/account">${t("register")}</a>
      <a class="btn" href="/sign-in?next=/account">${t("sign_in")}</a>
    </div>
    <${Data} />
    <${Section} title=${t("delete_guest")} hint=${t("delete_guest_hint")}>
      <div class="line"><button type="button" class="btn alarm" onClick=${() => setAsked(true)}>${t("delete_guest")}</button></div>
      ${isAsked &&
      html`<${Confirm} title=${t("delete_guest_ask")} verb=${t("delete_guest")} act=${() => erase()} onClose=${close}>
        <${Facts} of=${OF_GUEST} />
      <//>`}
    <//>
  `;
}

export function Account() {
  const user = useUser();
  // Perhaps nobody could be reached when the page asked who is signed in.
  const { found, error, again } = useRead(() => (user ? Promise.resolve() : askit.resume()).then(() => true), []);
  const isNobody = found && !user;
  useEffect(() => void (isNobody && go("/sign-in?next=/account", { replace: true })), [isNobody]);
  useTitle(t("account"));
  return html`
    <${Bar} />
    <main class="sheet">
      ${error && !user && html`<${Nothing} title=${t("account_unread")} error=${error} icon="offline" again=${again}><p>${reason(error)}</p><//>`}
      ${!error && !found && html`<${Waiting} />`}
      ${user && (user.isGuest ? html`<${Guest} />` : html`<${Named} key=${user.userId} user=${user} />`)}
    </main>
  `;
}
