// Above the list: how many, in which order, and what opens to look for some of them.

import { Icon } from "../icons.js";
import { lazy } from "../parts.js";
import { html, useState } from "../vendor/preact.js";
import { number, t } from "../words.js";

/** Loaded with the first press. */
const Looking = lazy(() => import("./looking.js"), "Looking");

/** @param {any} props `pick`: what is looked for, null for nothing */
export function Toolbar({ room, sort, count, labels, pick, onPick, extra }) {
  const [isFiltering, setFiltering] = useState(false);
  const [isSearching, setSearching] = useState(false);
  return html`
    <div class="tools">
      <h2>${t("questions")} <span class="num">${number(count)}</span></h2>
      ${extra}
      <span class="pick">
        <label class="vh" for="sort">${t("order")}</label>
        <select id="sort" value=${sort} onChange=${(/** @type {any} */ event) => room.sort(event.target.value)}>
          ${["top", "new", "old"].map((it) => html`<option value=${it} selected=${it === sort}>${t(it)}</option>`)}
        </select>
        <${Icon} name="down" />
      </span>
      <button
        type="button"
        class="icon"
        aria-expanded=${String(isFiltering)}
        aria-pressed=${String(pick?.isFiltered ?? false)}
        onClick=${() => setFiltering(!isFiltering)}
      >
        <${Icon} name="filter" /><span class="vh">${t("filter")}</span>
      </button>
      <button
        type="button"
        class="icon"
        aria-expanded=${String(isSearching)}
        aria-pressed=${String(pick?.isSearched ?? false)}
        onClick=${() => setSearching(!isSearching)}
      >
        <${Icon} name="search" /><span class="vh">${t("search")}</span>
      </button>
    </div>
    ${(isFiltering || isSearching || pick) && html`
      <${Looking} room=${room} labels=${labels} isFiltering=${isFiltering} isSearching=${isSearching} onPick=${onPick} />
    `}
  `;
}
