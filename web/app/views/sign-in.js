// /sign-in and /register: both offer to keep what the guest wrote.

import { Icon } from "../icons.js";
import { Bar, Field, reason, useAct } from "../parts.js";
import { go, next, usePlace, useTitle } from "../place.js";
import { askit, useUser } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { NoCookies } from "./join.js";

/** @typedef {{ field: string, detail: string }} Fault */

/** To which field a refusal without `errors` belongs. @type {Record<string, string>} */
const FIELD_OF = { email_taken: "email", nickname_taken: "nickname" };

/** Which fields were refused, and why. @param {any} error @returns {Fault[]} */
export function faultsOf(error) {
  const field = FIELD_OF[error?.code];
  return field ? [{ field, detail: error.detail }] : (error?.errors ?? []);
}

/** What a form says, by the names of its fields; without what it needs it is refused here. @param {HTMLFormElement} form */
export function said(form) {
  const data = Object.fromEntries(new FormData(form));
  const empty = [...form.querySelectorAll("input")].filter((it) => it.required && !it.value);
  const errors = empty.map((it) => ({ field: it.name, detail: t("needed") }));
  if (errors.length) throw { code: "needed", status: 400, errors };
  return /** @type {Record<string, string>} */ (data);
}

/** Puts the focus where something has to be mended. @param {HTMLFormElement | null} form @param {any} error */
export function focusFault(form, error) {
  const isUnknown = error?.code === "invalid_credentials";
  const name = isUnknown ? "password" : faultsOf(error)[0]?.field;
  const input = name && form?.elements.namedItem(name);
  if (input instanceof HTMLElement) input.focus();
}

/** @param {{ error: any }} props */
function Summary({ error }) {
  const n = faultsOf(error).length;
  if (!error || n === 1) return null;
  return html`<div class="sum" role="alert"><b>${n ? t("check_fields", { n }) : reason(error)}</b></div>`;
}

const KeepGuest = () => html`
  <div class="claim">
    <label class="check">
      <input type="checkbox" name="keepGuest" />
      <span>${t("keep_guest")}<small>${t("keep_guest_hint")}</small></span>
    </label>
  </div>
`;

/** A nickname, looked up when it is left. @param {{ error: any }} props */
function Nickname({ error }) {
  const [found, setFound] = useState({ nickname: "", fault: "" });
  const [typed, setTyped] = useState("");
  /** @param {any} event */
  const look = async ({ target }) => {
    const nickname = target.value.trim();
    if (!nickname || nickname === found.nickname) return;
    try {
      const { exists } = await askit.get("/api/users/nicknames/{nickname}", { path: { nickname } });
      setFound({ nickname, fault: exists ? t("nickname_taken") : "" });
    } catch (error) {
      setFound({ nickname, fault: faultsOf(error)[0]?.detail ?? "" });
    }
  };
  const isFound = typed.trim() === found.nickname && found.nickname !== "";
  const fault = isFound && found.fault;
  return html`
    <${Field}
      id="nickname"
      label=${t("nickname")}
      hint=${t("nickname_hint")}
      autocomplete="nickname"
      autocapitalize="none"
      spellcheck=${false}
      required
      onInput=${(/** @type {any} */ event) => setTyped(event.target.value)}
      onBlur=${look}
      error=${fault ? { errors: [{ field: "nickname", detail: fault }] } : error}
    >
      <p class="vh" role="status">${fault}</p>
    <//>
  `;
}

/**
 * @param {{ heading: string, lead?: string, isNew?: boolean, act: (data: any, options: { keepGuest: boolean }) => Promise<unknown> }} props
 */
function Form({ heading, lead, isNew, act }) {
  const user = useUser();
  const { query } = usePlace();
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [isBusy, error, submit] = useAct(async () => {
    const data = said(/** @type {HTMLFormElement} */ (form.current));
    await act(data, { keepGuest: data.keepGuest !== undefined });
  });
  const isIn = user !== null && !user.isGuest;
  useEffect(() => void (isIn && go(next(query), { replace: true })), [isIn]);
  useEffect(() => focusFault(form.current, error), [error]);
  useTitle(heading);
  const faults = { errors: faultsOf(error) };
  const other = `${isNew ? "/sign-in" : "/register"}${query.size ? `?${query}` : ""}`;
  return html`
    <form class="form" ref=${form} noValidate onSubmit=${submit}>
      <h1>${heading}</h1>
      ${lead && html`<p class="lead">${lead}</p>`}
      <${NoCookies} text=${t("cookies_needed")} />
      <${Summary} error=${error} />
      <${Field} id="email" label=${t("email")} type="email" autocomplete="username" required error=${faults} />
      ${isNew && html`<${Nickname} error=${faults} />`}
      <${Field}
        id="password"
        label=${t("password")}
        type="password"
        autocomplete=${isNew ? "new-password" : "current-password"}
        hint=${isNew && t("password_hint")}
        required
        error=${faults}
      />
      ${user?.isGuest && html`<${KeepGuest} />`}
      <button type="submit" class="btn go big wide" aria-disabled=${isBusy ? "true" : undefined}>${heading}</button>
      <p>${t(isNew ? "have_account" : "new_here")} <a href=${other}>${t(isNew ? "sign_in" : "register")}</a></p>
    </form>
  `;
}

export const SignIn = () => html`
  <${Bar} isBare />
  <main class="sheet"><${Form} heading=${t("sign_in")} act=${askit.signIn} /></main>
`;

/** @param {any} account @param {{ keepGuest: boolean }} options */
async function register({ email, nickname, password }, options) {
  await askit.register({ email, nickname, password }, options);
  delete document.documentElement.dataset.firstStart;
}
export const Register = () => html`
  <${Bar} isBare />
  <main class="sheet"><${Form} heading=${t("register")} lead=${t("register_lead")} isNew act=${register} /></main>
`;
