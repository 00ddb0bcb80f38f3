// /sign-in and /register, which offer to keep what the guest wrote; and forms in dialogs.

import { Field, Refusal } from "../forms.js";
import { Bar, reason, useAct } from "../parts.js";
import { go, next, usePlace, useTitle } from "../place.js";
import { askit, useUser } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { NoCookies } from "./join.js";

/** @typedef {{ field: string, detail: string }} Fault */

/** To which field a refusal without `errors` belongs. @type {Record<string, string>} */
const FIELD_OF = { email_taken: "email", nickname_taken: "nickname" };

/** Which fields were refused, and why. @param {any} error @returns {Fault[]} */
function faultsOf(error) {
  const field = FIELD_OF[error?.code];
  return field ? [{ field, detail: error.detail }] : (error?.errors ?? []);
}

/** What a form says, by the names of its fields. @param {HTMLFormElement} form @returns {Record<string, any>} */
const said = (form) => Object.fromEntries(new FormData(form));

/** Refuses a form with empty fields, of which the server would say less. @param {HTMLFormElement} form */
function refuseEmpty(form) {
  const empty = [...form.querySelectorAll("input")].filter((it) => it.required && !it.value);
  const errors = empty.map((it) => ({ field: it.name, detail: t("needed") }));
  if (errors.length) throw { code: "needed", status: 400, errors };
}

/** Puts the focus where something has to be mended. @param {HTMLFormElement | null} form @param {any} error */
function focusFault(form, error) {
  const isUnknown = error?.code === "invalid_credentials";
  const name = isUnknown ? "password" : faultsOf(error)[0]?.field;
  const input = name && form?.elements.namedItem(name);
  if (input instanceof HTMLElement) input.focus();
}

/**
 * The fields of a dialog, and its ends.
 * @param {{ verb: string, act: (data: Record<string, string>) => Promise<unknown>, onClose: () => void, isAlarm?: boolean, fields: (faults: any) => any, children?: any }} props
 */
export function DialogForm({ verb, act, onClose, isAlarm, fields, children }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const [isBusy, error, run] = useAct(async () => {
    const filled = /** @type {HTMLFormElement} */ (form.current);
    refuseEmpty(filled);
    await act(said(filled));
  });
  // Which of the fields is the current password, the server does not say.
  const secret = form.current?.querySelector("input[autocomplete=current-password]")?.getAttribute("name") ?? "";
  const isUnknown = error?.code === "invalid_credentials";
  const errors = isUnknown ? [{ field: secret, detail: t("wrong_password") }] : faultsOf(error);
  useEffect(() => focusFault(form.current, { errors }), [error]);
  return html`
    <form ref=${form} class="in-dialog" noValidate onSubmit=${run}>
      ${children}
      ${!isUnknown && html`<${Refusal} error=${error} />`}
      ${fields({ errors })}
      <div class="ends">
        <button type="button" class="btn" onClick=${onClose}>${t("cancel")}</button>
        <button type="submit" class=${isAlarm ? "btn alarm go" : "btn go"} aria-disabled=${isBusy ? "true" : undefined}>${verb}</button>
      </div>
    </form>
  `;
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
    const filled = /** @type {HTMLFormElement} */ (form.current);
    if (!isNew) refuseEmpty(filled);
    const data = said(filled);
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
