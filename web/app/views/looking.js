// Which questions of a list are shown: by their state, by a label, by words.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Room} Room */
/** @typedef {import("../server.js").Session} Session */
/** @typedef {{ isFiltered: boolean, isSearched: boolean, choose: (questions: Question[]) => Question[] }} Pick */

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

/**
 * @param {Question[]} questions
 * @param {{ filter: string, label: string, search: string, found: Set<string> }} wanted `filter`: one of `FILTERS`; `label`:
 *   the id of one, or empty; `found`: what the server finds, too
 */
export function selected(questions, { filter, label, search, found }) {
  const words = folded(search.trim());
  return questions.filter(
    (it) =>
      IS_SHOWN[filter]?.(it) &&
      (label === "" || it.labelIds.includes(label)) &&
      (found.has(it.questionId) || folded(it.body).includes(words)),
  );
}

/** So many milliseconds after the last letter the server is asked. */
const TYPED = 300;
/** What the server finds: it has all questions, and folds letters as it always does. @param {Room} room @param {string} search */
export function useFound(room, search) {
  const [found, setFound] = useState(/** @type {Set<string>} */ (new Set()));
  const words = search.trim();
  useEffect(() => {
    setFound(new Set());
    if (!words) return;
    let isOld = false;
    const ask = () => room.search(words).then((ids) => isOld || setFound(new Set(ids)), () => {});
    const timer = setTimeout(ask, TYPED);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [words]);
  return found;
}

/** @param {{ name: string, value: string, chosen: string, onChoose: (value: string) => void, children?: any }} props */
const Choice = ({ name, value, chosen, onChoose, children }) => html`
  <label>
    <input type="radio" name=${name} checked=${value === chosen} onChange=${() => onChoose(value)} />
    <span>${children}</span>
  </label>
`;

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

/**
 * What opens under the toolbar. Tells what is looked for by `onPick`: null for nothing.
 * @param {{ room: Room, labels: Session["labels"], isFiltering: boolean, isSearching: boolean,
 *   onPick: (pick: Pick | null) => void }} props
 */
export function Looking({ room, labels, isFiltering, isSearching, onPick }) {
  const [filter, setFilter] = useState("all");
  const [chosen, setLabel] = useState("");
  const [search, setSearch] = useState("");
  const found = useFound(room, search);
  // A label may be gone.
  const label = labels.some((it) => it.labelId === chosen) ? chosen : "";
  useEffect(() => void (isSearching || setSearch("")), [isSearching]);
  useEffect(() => {
    const [isFiltered, isSearched] = [filter !== "all" || label !== "", search.trim() !== ""];
    /** @param {Question[]} questions */
    const choose = (questions) => selected(questions, { filter, label, search, found });
    onPick(isFiltered || isSearched ? { isFiltered, isSearched, choose } : null);
  }, [filter, label, search, found]);
  return html`
    ${isFiltering && html`
      <fieldset class="under-tools">
        <legend class="vh">${t("filter")}</legend>
        <div class="seg">
          ${FILTERS.map((it) => html`
            <${Choice} key=${it} name="filter" value=${it} chosen=${filter} onChoose=${setFilter}>${t(`filter_${it}`)}<//>
          `)}
        </div>
      </fieldset>
      ${labels.length > 0 && html`
        <fieldset class="under-tools">
          <legend class="vh">${t("labels")}</legend>
          <div class="seg">
            <${Choice} name="label" value="" chosen=${label} onChoose=${setLabel}>${t("all_labels")}<//>
            ${labels.map((it) => html`
              <${Choice} key=${it.labelId} name="label" value=${it.labelId} chosen=${label} onChoose=${setLabel}>
                <bdi class="label" data-color=${it.color}>${it.name}</bdi>
              <//>
            `)}
          </div>
        </fieldset>
      `}
    `}
    ${isSearching && html`<${Search} search=${search} setSearch=${setSearch} />`}
  `;
}
