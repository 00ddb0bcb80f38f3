// What a dialog of a host says: what will happen, and why something was refused.

import { Icon } from "../icons.js";
import { reason } from "../parts.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** What will happen, line by line. @param {{ lines: string[][] }} props each: the name of its icon, the words */
export const Facts = ({ lines }) => html`
  <ul class="facts">
    ${lines.map(([icon, words]) => html`<li key=${words}><${Icon} name=${icon} /><span>${words}</span></li>`)}
  </ul>
`;

/** Why something was refused. @param {{ error: any }} props */
export const Fault = ({ error }) =>
  error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error) ?? t("no_answer")}</p>`;

/** A name within a sentence, whichever way it is written. @param {string | null} name */
export const within = (name) => `\u2068${name}\u2069`;
