// Above the list: how many, in which order, and which of them.

import { Icon } from "../icons.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { number, t } from "../words.js";

/** @typedef {import("../server.js").Question} Question */

const FILTERS = ["all", "open", "answered", "own"];
/** @type {Record<string, (it: Question) => boolean>} */
const IS_SHOWN = {
  all: () => true,
  open: (it) => !it.closed,
  answered: (it) => it.closed,
  own: (it) => it.isOwner,
};
/** @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase();

/** @param {Question[]} questions @param {string} filter one of `FILTERS` @param {string} search */
export function selected(questions, filter, search) {
  const words = folded(search.trim());
  return questions.filter((it) => IS_SHOWN[filter]?.(it) && folded(it.body).includes(words));
}

/** @param {any} props */
export function Toolbar({ room, sort, count, filter, setFilter, search, setSearch, extra }) {
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
        aria-pressed=${String(filter !== "all")}
        onClick=${() => setFiltering(!isFiltering)}
      >
        <${Icon} name="filter" /><span class="vh">${t("filter")}</span>
      </button>
      <button
        type="button"
        class="icon"
        aria-expanded=${String(isSearching)}
        aria-pressed=${String(search !== "")}
        onClick=${() => (setSearching(!isSearching), setSearch(""))}
      >
        <${Icon} name="search" /><span class="vh">${t("search")}</span>
      </button>
    </div>
    ${isFiltering && html`
      <fieldset class="under-tools">
        <legend class="vh">${t("filter")}</legend>
        <div class="seg">
          ${FILTERS.map((it) => html`
            <label>
              <input type="radio" name="filter" checked=${it === filter} onChange=${() => setFilter(it)} />
              <span>${t(`filter_${it}`)}</span>
            </label>
          `)}
        </div>
      </fieldset>
    `}
    ${isSearching && html`<${Search} search=${search} setSearch=${setSearch} />`}
  `;
}

/** @param {{ search: string, setSearch: (text: string) => void }} props */
function Search({ search, setSearch }) {
  const field = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  return html`
    <div class="under-tools" role="search">
      <label class="vh" for="search">${t("search")}</label>
      <input
        class="input"
        id="search"
        type="search"
        ref=${field}
        value=${search}
        placeholder=${t("search_hint")}
        onInput=${(/** @type {any} */ event) => setSearch(event.target.value)}
      />
    </div>
  `;
}
