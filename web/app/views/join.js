// /join/{code}: where the QR code leads. Straight into the room, with nothing to fill in.

import { go } from "../main.js";
import { Bar, reason } from "../parts.js";
import { askit } from "../server.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words.js";

export function Join({ code, chooseLanguage }) {
  const [error, setError] = useState(/** @type {any} */ (null));
  useEffect(() => {
    (async () => {
      const path = { joinCode: decodeURIComponent(code) };
      const { sessionId } = await askit.get("/api/sessions/by-code/{joinCode}", { path });
      await askit.guest(); // nothing, where somebody is signed in
      // The name is shown from the first words under it.
      await askit.put("/api/sessions/{sessionId}/participants/me", { path: { sessionId }, body: { listed: false } });
      go(`/s/${sessionId}`, true);
    })().catch(setError);
  }, [code]);
  return html`
    <${Bar} chooseLanguage=${chooseLanguage} />
    <main class="sheet">
      ${error
        ? html`<p role="alert">${error.status === 404 ? t("no_such_code") : reason(error)}</p><p><a href="/">${t("enter_code")}</a></p>`
        : html`<p>${t("loading")}…</p>`}
    </main>
  `;
}
