// /sign-in and /register: both offer to keep what the guest wrote.

import { Icon } from "../icons.js";
import { go } from "../main.js";
import { Bar, Field, reason, useAct } from "../parts.js";
import { askit, useUser } from "../server.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words.js";

/** Where to go on: a path of this page, never another site. */
function next() {
  const path = new URLSearchParams(location.search).get("next") ?? "/";
  return path.startsWith("/") && !path.startsWith("//") ? path : "/";
}

function KeepGuest() {
  return html`
    <div class="claim">
      <label class="check">
        <input type="checkbox" name="keepGuest" />
        <span>${t("keep_guest")}<small>${t("keep_guest_hint")}</small></span>
      </label>
    </div>
  `;
}

function Form({ heading, action, isNew, act }) {
  const user = useUser();
  const [form, setForm] = useState(/** @type {HTMLFormElement | null} */ (null));
  const [isBusy, error, submit] = useAct(async () => {
    const data = new FormData(/** @type {HTMLFormElement} */ (form));
    const said = (name) => String(data.get(name) ?? "");
    await act(said, { keepGuest: data.has("keepGuest") });
    go(next(), true);
  });
  useEffect(() => void (document.title = `${heading} – Askit`), [heading]);
  const isAlone = error && !error.errors?.length;
  return html`
    <form class="form" ref=${setForm} onSubmit=${submit}>
      <h1>${heading}</h1>
      ${isAlone && html`<div class="sum" role="alert"><b>${reason(error)}</b></div>`}
      <${Field} id="email" label=${t("email")} type="email" autocomplete="username" required error=${error} />
      ${isNew && html`<${Field} id="nickname" label=${t("nickname")} autocomplete="nickname" required error=${error} />`}
      <${Field}
        id="password"
        label=${t("password")}
        type="password"
        autocomplete=${isNew ? "new-password" : "current-password"}
        required
        error=${error}
      />
      ${user?.isGuest && html`<${KeepGuest} />`}
      <button type="submit" class="btn go big wide" aria-disabled=${isBusy ? "true" : undefined}>${action}</button>
      ${isNew
        ? html`<p>${t("have_account")} <a href=${`/sign-in${location.search}`}>${t("sign_in")}</a></p>`
        : html`<p>${t("new_here")} <a href=${`/register${location.search}`}>${t("register")}</a></p>`}
    </form>
  `;
}

export function SignIn({ chooseLanguage }) {
  const act = (said, options) => askit.signIn({ email: said("email"), password: said("password") }, options);
  return html`
    <${Bar} chooseLanguage=${chooseLanguage} isBare />
    <main class="sheet"><${Form} heading=${t("sign_in")} action=${t("sign_in")} act=${act} /></main>
  `;
}

export function Register({ chooseLanguage }) {
  const act = (said, options) => {
    const account = { email: said("email"), nickname: said("nickname"), password: said("password") };
    return askit.register(account, options);
  };
  return html`
    <${Bar} chooseLanguage=${chooseLanguage} isBare />
    <main class="sheet"><${Form} heading=${t("register")} action=${t("register")} isNew act=${act} /></main>
  `;
}
