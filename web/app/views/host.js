// The desk of a host: tabs, what lies in them, and how to join beside it.

import { Icon } from "../icons.js";
import { Menu, Qr, halves } from "../parts.js";
import { publicUrl } from "../place.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { Oldest } from "./review.js";
import { Toast } from "./toast.js";

/** @typedef {import("../server.js").RoomState} RoomState */
/** @typedef {import("../server.js").Session} Session */

/** The tabs, each with its word. @type {[string, string, string][]} */
const TABS = [
  ["questions", "questions", "talk"],
  ["review", "review", "check"],
  ["people", "participants", "people"],
  ["muted", "muted_people", "mute"],
  ["settings", "settings", "settings"],
  ["export", "export", "download"],
];
const FIRST = "questions";
/** Those that are always seen. */
const ALWAYS = [FIRST, "review"];

/** Where an arrow leads to in a row of tabs. @param {string} key @param {number} at @param {number} count */
function target(key, at, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at + count - 1) % count;
  return null;
}

/** How many questions there are, and how much is to be done. @param {{ name: string, session: Session }} props */
function Count({ name, session }) {
  if (name === FIRST) return html` <span class="count">${number(session.questionCount)}</span>`;
  if (name !== "review" || !session.pendingCount) return null;
  return html` <span class="count hot">${number(session.pendingCount)}</span>`;
}

/**
 * The frame around all that a host sees. Where there is little room, the later tabs are in a menu, but the one that is
 * shown.
 * @param {{ session: Session, state: RoomState, setting: import("./question.js").Setting, tab: string | null,
 *   onTab: (tab: string) => void, stage?: any, children?: any }} props `children`: of the panel; `stage`: what the hall
 *   looks at
 */
export function Tabs({ session, state, setting, tab, onTab, stage, children }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = TABS.find(([name]) => name === tab)?.[0] ?? FIRST;
  // Where they do not fit, the one that is shown is at the end of what is seen.
  useEffect(() => {
    const it = document.getElementById(`tab-${shown}`);
    if (list.current && it) list.current.scrollLeft = it.offsetLeft + it.offsetWidth - list.current.clientWidth;
  }, [shown]);
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
              class=${ALWAYS.includes(name) ? "tab" : "tab later"}
              id=${`tab-${name}`}
              aria-selected=${String(name === shown)}
              aria-controls="panel"
              tabindex=${name === shown ? 0 : -1}
              onClick=${() => onTab(name)}
            >
              ${t(word)}<${Count} name=${name} session=${session} />
            </button>
          `)}
        </div>
        <${Menu} label=${t("tabs_more")} kind="tab" shown=${html`
          <span class=${ALWAYS.includes(shown) ? undefined : "vh"}>${t("tabs_more")}</span><${Icon} name="down" />
        `}>
          ${TABS.filter(([name]) => !ALWAYS.includes(name) && name !== shown).map(([name, word, icon]) => html`
            <button key=${name} type="button" onClick=${() => onTab(name)}><${Icon} name=${icon} />${t(word)}</button>
          `)}
        <//>
      </div>
    </div>
    <div class=${shown === FIRST ? "desk" : "desk other"}>
      <${Rail} session=${session} stage=${stage}>
        ${shown !== "review" && html`<${Oldest} state=${state} setting=${setting} onAll=${() => onTab("review")} />`}
      <//>
      <div class="panel" role="tabpanel" id="panel" aria-labelledby=${`tab-${shown}`} tabindex="0">${children}</div>
    </div>
    <${Toast} />
  `;
}

/** What a host has in view while working: how to join, under what the hall looks at. @param {{ session: Session, stage?: any, children?: any }} props */
const Rail = ({ session, stage, children }) => html`
  <aside class=${stage ? "rail" : "rail bare"} aria-label=${t("now_beside")}>
    ${stage}
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
