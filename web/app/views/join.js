// /join/{code}: where the QR code leads. Straight into the room, with nothing to fill in.

import { Icon } from "../icons.js";
import { Bar, Nothing, Waiting, halves, reason, useAct } from "../parts.js";
import { go, useTitle } from "../place.js";
import { askit, isOver } from "../server.js";
import { keepsCookies } from "../storage.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words.js";

/** What people type of a code, or paste of the address that has it. @param {string} typed */
export const clean = (typed) =>
  typed
    .normalize("NFKC")
    .replace(/^.*\/join\//, "")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");

/**
 * Goes into the session with this code, as who is signed in, else as a guest.
 * @param {string} joinCode
 * @param {{ replace?: boolean }} [options]
 */
export async function enterByCode(joinCode, options) {
  const session = await askit.get("/api/sessions/by-code/{joinCode}", { path: { joinCode } });
  const path = { sessionId: session.sessionId };
  if (session.role === null && !isOver(session)) {
    await askit.guest();
    // The name is shown from the first words under it.
    await askit.put("/api/sessions/{sessionId}/participants/me", { path, body: { listed: false } }).catch(unlessOver);
  }
  go(`/s/${session.sessionId}`, options);
}
/** It can be read all the same. @param {any} error */
function unlessOver(error) {
  if (error.code !== "session_ended") throw error;
}

/** For who has switched cookies off. @param {{ text: string }} props */
export const NoCookies = ({ text }) =>
  !keepsCookies && html`<p class="note wait"><${Icon} name="fault" /><span>${text}</span></p>`;

/** @param {{ error: any, code: string, again: () => void }} props */
function Refused({ error, code, again }) {
  if (error.status === 404) {
    return html`
      <${Nothing} title=${t("no_session_for", { code })} icon="qr">
        <p>${t("look_again")}</p>
        <a class="btn go" href="/">${t("enter_code_again")}</a>
      <//>
    `;
  }
  const isAway = error.status === 0;
  return html`
    <${Nothing} title=${t("cannot_enter")} error=${error} icon=${isAway ? "offline" : "fault"} again=${again}>
      <p>${reason(error)}</p>
    <//>
  `;
}

/** @param {{ enter: () => void }} props */
const WithoutCookies = ({ enter }) => html`
  <${Nothing} title=${t("cookies_off")}>
    <p>${t("cookies_join")}</p>
    <button type="button" class="btn go" onClick=${enter}>${t("enter_anyway")}</button>
  <//>
`;

/** @param {string} code */
function decoded(code) {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

/** @param {{ code: string }} props */
export function Join({ code }) {
  const joinCode = clean(decoded(code));
  const [isAsked, setAsked] = useState(!keepsCookies);
  const [, error, enter] = useAct(async () => {
    setAsked(false);
    await enterByCode(joinCode, { replace: true });
  });
  // Perhaps nobody could be reached when the page asked who is signed in.
  const [, , again] = useAct(async () => {
    if (!askit.user) await askit.resume().catch(() => {});
    await enter();
  });
  useEffect(() => void (isAsked || enter()), [joinCode]);
  useTitle(t("enter"));
  const shown = joinCode.length === 6 ? halves(joinCode) : joinCode.slice(0, 12);
  return html`
    <${Bar} isBare />
    <main class="sheet">
      ${isAsked
        ? html`<${WithoutCookies} enter=${enter} />`
        : error
          ? html`<div role="alert"><${Refused} error=${error} code=${shown} again=${again} /></div>`
          : html`<${Waiting} />`}
    </main>
  `;
}
