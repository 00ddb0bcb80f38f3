// Everything that was asked and replied, as a file.

import { Icon } from "../icons.js";
import { useAct } from "../parts.js";
import { askit } from "../server.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { Fault, within } from "./facts.js";

/** @typedef {import("../server.js").Session} Session */

const FORMATS = /** @type {const} */ (["xlsx", "csv", "json"]);
const LONGEST = 60;

/** A name that every system takes, by which the file is found again. @param {Session} session @param {string} format */
function fileName(session, format) {
  const words = session.title.replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  const short = Array.from(words).slice(0, LONGEST).join("");
  const today = new Date();
  const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((it) => String(it).padStart(2, "0"));
  return `${short || `askit-${session.joinCode}`}-${date.join("-")}.${format}`;
}

/** What is told where the server could not make it, or broke off in the middle. @param {any} error */
function explained(error) {
  if (error.status < 500) return error;
  return { code: "export", status: 400, detail: error.code === "overloaded" ? error.detail : t("export_fault") };
}

/** @param {Blob} blob @param {string} name */
function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @param {{ session: Session, format: (typeof FORMATS)[number], say: (words: string) => void }} props */
function Format({ session, format, say }) {
  const kind = format.toUpperCase();
  const [isBusy, error, get] = useAct(async () => {
    say(t("export_busy"));
    try {
      const path = { sessionId: session.sessionId };
      const name = fileName(session, format);
      download(await askit.blob("/api/sessions/{sessionId}/export", { path, query: { format } }), name);
      say(t("export_done", { file: within(name) }));
    } catch (error) {
      say("");
      throw explained(error);
    }
  });
  return html`
    <li>
      <div class="what">
        <strong>${kind}</strong>
        <p>${t(`export_${format}`)}</p>
        <${Fault} error=${error} />
      </div>
      <button type="button" class="btn" aria-disabled=${isBusy ? "true" : undefined} onClick=${get}>
        <${Icon} name="download" />${isBusy ? t("export_busy") : t("export_get", { kind })}
      </button>
    </li>
  `;
}

/** @param {{ session: Session }} props */
export function Export({ session }) {
  const [said, say] = useState("");
  return html`
    <div class="tools"><h2>${t("export")}</h2></div>
    <p class="aside">${t("export_lead")}</p>
    <ul class="rows tight of-files">
      ${FORMATS.map((format) => html`<${Format} key=${format} session=${session} format=${format} say=${say} />`)}
    </ul>
    <p class="aside" role="status">${said}</p>
  `;
}
