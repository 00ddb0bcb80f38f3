// How others come in: QR code, code and link.

import { Dialog } from "../forms.js";
import { Icon } from "../icons.js";
import { Qr, halves } from "../parts.js";
import { isOwnMachine, publicUrl } from "../place.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";

/** @typedef {import("../server.js").Session} Session */

const linkOf = (/** @type {Session} */ session) => `${publicUrl.origin}/join/${session.joinCode}`;

/** What stands between backticks is typed as it is. @param {{ words: string }} props */
const Typed = ({ words }) => words.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

/** @param {{ session: Session, onClose: () => void }} props */
export function Share({ session, onClose }) {
  const [state, setState] = useState(/** @type {"" | "copied" | "shown"} */ (""));
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (state === "shown") field.current?.select();
  }, [state]);
  const copy = async () => {
    try {
      // There is none at `http://192.168…`, and a browser may refuse it.
      await navigator.clipboard.writeText(linkOf(session));
      setState("copied");
    } catch {
      setState("shown");
      field.current?.select();
    }
  };
  return html`
    <${Dialog} title=${t("share_title")} onClose=${onClose}>
      <div class="share">
        <${Qr} session=${session} />
        <p>${publicUrl.host}</p>
        <p class="bigcode">${halves(session.joinCode)}</p>
        <p class="hint">${t("share_hint")}</p>
        <a class="link" href=${`/s/${session.sessionId}/screen`} target="_blank" rel="noopener">
          <${Icon} name="stage" />${t("open_screen")}
        </a>
      </div>
      ${isOwnMachine && html`<p class="also hint"><${Typed} words=${t("share_local")} /></p>`}
      ${state === "shown" && html`
        <div class="field link-field">
          <label for="join-link">${t("join_link")}</label>
          <input class="input" id="join-link" readonly ref=${field} value=${linkOf(session)} aria-describedby="join-link-hint" />
          <p class="hint" id="join-link-hint">${t("join_link_hint")}</p>
        </div>
      `}
      <p class="done" role="status">${state === "copied" && html`<${Icon} name="check" />${t("copied")}`}</p>
      <div class="ends">
        <button type="button" class="btn" onClick=${onClose}>${t("close")}</button>
        <button type="button" class="btn go" onClick=${copy}>${t("copy_link")}</button>
      </div>
    <//>
  `;
}
