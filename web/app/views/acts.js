// What a host is asked before a question gets labels, is merged, or somebody is muted.

import { Confirm, Dialog } from "../forms.js";
import { useAct } from "../parts.js";
import { html, useRef, useState } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { Facts, Fault, within } from "./facts.js";
import { selected, useFound } from "./looking.js";
import { tell } from "./toast.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("./question.js").Setting} Setting */

/** So many are offered before one has searched on. */
const OFFERED = 20;

/** @param {{ id: string, checked: boolean, onChange: (checked: boolean) => void, children?: any }} props */
const Check = ({ id, checked, onChange, children }) => html`
  <label class="check" for=${id}>
    <input type="checkbox" id=${id} checked=${checked} onChange=${(/** @type {any} */ event) => onChange(event.target.checked)} />
    <span>${children}</span>
  </label>
`;

/** @param {{ verb: string, isOff?: boolean, onClose: () => void }} props */
const Ends = ({ verb, isOff, onClose }) => html`
  <div class="ends">
    <button type="button" class="btn" onClick=${onClose}>${t("cancel")}</button>
    <button type="submit" class="btn go" aria-disabled=${isOff ? "true" : undefined}>${verb}</button>
  </div>
`;

/** @param {{ it: Question, setting: Setting, onClose: () => void }} props */
export function LabelDialog({ it, setting, onClose }) {
  const { room, labels } = setting;
  const [chosen, setChosen] = useState(() => new Set(it.labelIds));
  const [isBusy, error, save] = useAct(async (/** @type {Event} */ _) => {
    await room.label(it, labels.map(({ labelId }) => labelId).filter((id) => chosen.has(id)));
    onClose();
  });
  /** @param {string} id @param {boolean} isOn */
  const choose = (id, isOn) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return html`
    <${Dialog} title=${t("put_labels")} onClose=${onClose}>
      <blockquote class="said clamp" dir="auto">${it.body}</blockquote>
      <form onSubmit=${save}>
        ${labels.length
          ? html`
              <fieldset class="also">
                <legend class="vh">${t("labels")}</legend>
                ${labels.map(({ labelId, name, color }) => html`
                  <${Check}
                    key=${labelId}
                    id=${`label-${labelId}`}
                    checked=${chosen.has(labelId)}
                    onChange=${(/** @type {boolean} */ isOn) => choose(labelId, isOn)}
                  >
                    <bdi class="label" data-color=${color}>${name}</bdi>
                  <//>
                `)}
              </fieldset>
            `
          : html`<p class="dialog-p">${t("no_labels")}</p>`}
        <p class="dialog-p"><a class="link" href=${`${location.pathname}?tab=settings`} onClick=${onClose}>${t("edit_labels")}</a></p>
        <${Fault} error=${error} />
        ${labels.length
          ? html`<${Ends} verb=${t("save")} isOff=${isBusy} onClose=${onClose} />`
          : html`<div class="ends"><button type="button" class="btn" onClick=${onClose}>${t("close")}</button></div>`}
      </form>
    <//>
  `;
}

/** @param {{ it: Question, setting: Setting, onClose: () => void }} props */
export function MergeDialog({ it, setting, onClose }) {
  const { room } = setting;
  const [search, setSearch] = useState("");
  const [into, setInto] = useState(/** @type {Question | null} */ (null));
  const found = useFound(room, search);
  // Those that are there when one begins to look, so that none moves away under a finger.
  const all = useRef(room.getSnapshot().questions);
  const fresh = found.size ? room.getSnapshot().questions : all.current;
  const others = selected(fresh, { filter: "all", label: "", search, found }).filter((other) => other.questionId !== it.questionId);
  const [isBusy, error, merge] = useAct(async (/** @type {Event} */ _) => {
    if (!into) return;
    await room.merge(it, into);
    onClose();
    tell(t("is_merged"));
  });
  return html`
    <${Dialog} title=${t("merge_ask")} onClose=${onClose}>
      <blockquote class="said clamp" dir="auto">${it.body}</blockquote>
      <form class="in-dialog" onSubmit=${merge}>
        <${Facts} lines=${[["like", t("merge_1")], ["talk", t("merge_2")], ["lock", t("merge_3")]]} />
        <div class="field">
          <label for="merge-search">${t("merge_into")}</label>
          <input
            class="input"
            id="merge-search"
            type="search"
            value=${search}
            placeholder=${t("search_hint")}
            onInput=${(/** @type {any} */ event) => setSearch(event.target.value)}
          />
        </div>
        <fieldset class="picks">
          <legend class="vh">${t("merge_into")}</legend>
          ${others.slice(0, OFFERED).map((other) => html`
            <label class="check" key=${other.questionId}>
              <input
                type="radio"
                name="merge-into"
                checked=${into?.questionId === other.questionId}
                onChange=${() => setInto(other)}
              />
              <span>
                <span class="said clamp" dir="auto">${other.body}</span>
                <small>${t("likes", { n: other.likesCount })}</small>
              </span>
            </label>
          `)}
          ${others.length === 0 && html`<p class="hint">${t("none_found")}</p>`}
          ${others.length > OFFERED && html`<p class="hint">${t("search_on", { n: number(others.length - OFFERED) })}</p>`}
        </fieldset>
        <${Fault} error=${error} />
        <${Ends} verb=${t("merge_verb")} isOff=${isBusy || !into} onClose=${onClose} />
      </form>
    <//>
  `;
}

/** @param {{ it: Question | Reply, setting: Setting, onClose: () => void }} props */
export function MuteDialog({ it, setting, onClose }) {
  const { room, isOver } = setting;
  const [removeAll, setRemoveAll] = useState(false);
  const name = it.author.nickname;
  const mute = async () => {
    await room.mute(it, { removeAll });
    tell(t(removeAll ? "is_muted_all" : "is_muted"));
  };
  const means = name
    ? [["mute", t("mute_named_1")], ["people", t("mute_named_2")]]
    : [["mute", t("mute_1")], ["people", t("mute_2")]];
  return html`
    <${Confirm} title=${name ? t("mute_ask_named", { name: within(name) }) : t("mute_ask")} verb=${t("mute_verb")} act=${mute} onClose=${onClose}>
      <blockquote class="said clamp" dir="auto">${it.body}</blockquote>
      <${Facts} lines=${[...means, ["again", t("mute_3")]]} />
      ${!isOver && html`
        <div class="also">
          <${Check} id="remove-all" checked=${removeAll} onChange=${setRemoveAll}>
            ${t(name ? "remove_all_named" : "remove_all")}<small>${t(name ? "remove_all_named_hint" : "remove_all_hint")}</small>
          <//>
        </div>
      `}
    <//>
  `;
}
