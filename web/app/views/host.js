// The desk of a host: tabs, what lies in them, and how to join beside it.

import { Icon } from "../icons.js";
import { Menu, Qr, halves, reason } from "../parts.js";
import { publicUrl } from "../place.js";
import { html, useRef } from "../vendor/preact.js";
import { number, t } from "../words.js";

/** @typedef {import("../server.js").Session} Session */

/** The tabs, each with its word. @type {[string, string, string][]} */
const TABS = [
  ["questions", "questions", "talk"],
  ["people", "participants", "people"],
  ["settings", "settings", "settings"],
  ["export", "export", "download"],
];
const FIRST = "questions";

/** Where an arrow leads to in a row of tabs. @param {string} key @param {number} at @param {number} count */
function target(key, at, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at + count - 1) % count;
  return null;
}

/**
 * The frame around all that a host sees. Where there is little room, the tabs behind the first are in a menu,
 * but the one that is shown.
 * @param {{ session: Session, tab: string | null, onTab: (tab: string) => void, rail?: any, children?: any }} props
 *   `children`: of the panel; `rail`: what lies beside it, else how to join
 */
export function Tabs({ session, tab, onTab, rail, children }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = TABS.some(([name]) => name === tab) ? tab : FIRST;
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const all = /** @type {HTMLElement[]} */ ([...(list.current?.children ?? [])]);
    const seen = all.filter((it) => it.offsetParent !== null);
    const to = target(event.key, seen.findIndex((it) => it === document.activeElement), seen.length);
    const next = to === null ? null : seen[to];
    if (!next) return;
    event.preventDefault();
    next.focus();
    onTab(next.id.slice("tab-".length));
  };
  return html`
    <div class="tabs">
      <div>
        <div role="tablist" class="tablist" aria-label=${t("host_tools")} ref=${list} onKeyDown=${keys}>
          ${TABS.map(([name, word]) => html`
            <button
              key=${name}
              type="button"
              role="tab"
              class=${name === FIRST ? "tab" : "tab later"}
              id=${`tab-${name}`}
              aria-selected=${String(name === shown)}
              aria-controls="panel"
              tabindex=${name === shown ? 0 : -1}
              onClick=${() => onTab(name)}
            >
              ${t(word)}${name === FIRST && html` <span class="count">${number(session.questionCount)}</span>`}
            </button>
          `)}
        </div>
        <${Menu} label=${t("tabs_more")} kind="tab" shown=${html`${t("tabs_more")}<${Icon} name="down" />`}>
          ${TABS.filter(([name]) => name !== FIRST && name !== shown).map(([name, word, icon]) => html`
            <button key=${name} type="button" onClick=${() => onTab(name)}><${Icon} name=${icon} />${t(word)}</button>
          `)}
        <//>
      </div>
    </div>
    <div class=${shown === FIRST ? "desk" : "desk other"}>
      ${rail ?? html`<${Rail} session=${session} />`}
      <div class="panel" role="tabpanel" id="panel" aria-labelledby=${`tab-${shown}`} tabindex="0">${children}</div>
    </div>
  `;
}

/**
 * What a host has in view while working: how to join, under what the hall looks at (`children`).
 * @param {{ session: Session, children?: any }} props
 */
const Rail = ({ session, children }) => html`
  <aside class=${children ? "rail" : "rail bare"} aria-label=${t("join_how")}>
    ${children}
    <section class="join beside" aria-label=${t("join_how")}><${JoinBlock} session=${session} /></section>
  </aside>
`;
const JoinBlock = (/** @type {{ session: Session }} */ { session }) => html`
  <${Qr} session=${session} />
  <div>
    <p>${publicUrl.host}</p>
    <p class="bigcode">${halves(session.joinCode)}</p>
    <p>${t("join_hint")}</p>
  </div>
`;

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
