// What a session allows, and its labels: all hosts change them.

import { Icon } from "../icons.js";
import { reason, useAct } from "../parts.js";
import { askit } from "../server.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { Fault } from "./facts.js";
import { tell } from "./toast.js";

/** @typedef {import("../server.js").Session} Session */
/** @typedef {import("../server.js").Room} Room */
/** @typedef {import("../../client/types.js").Label["color"]} Color */
/** @typedef {{ key: string, labelId?: string, name: string, color: Color }} Row */

/** Each setting that is one of a few, with what there is to choose. @type {[string, any[]][]} */
const CHOICES = [
  ["questions", ["open", "review", "review_anonymous", "closed"]],
  ["replies", ["open", "review", "review_anonymous", "hosts", "closed"]],
  ["names", ["optional", "required", "hidden"]],
  ["likes", [true, false]],
];
const COLORS = /** @type {Color[]} */ (["gray", "red", "orange", "yellow", "green", "teal", "blue", "purple"]);
const MOST_LABELS = 15;
/** Seconds. */
const SLOWEST = 3_600;

/** What was typed, and refused when its tab had been left already. @type {Map<string, any>} */
const refused = new Map();
const ask = (/** @type {Event} */ event) => event.preventDefault();

/**
 * What is typed and not saved yet, null for nothing. It is saved when the tab is left; a reload asks first.
 * @template T
 * @param {Session} session @param {string} name of the setting
 * @param {(typed: T) => Promise<unknown>} write @param {() => void} onSaved
 */
function useTyped({ sessionId }, name, write, onSaved) {
  const key = `${askit.user?.userId} ${sessionId} ${name}`;
  const [typed, setTyped] = useState(/** @type {T | null} */ (refused.get(key) ?? null));
  const isTyped = typed !== null;
  const [isBusy, error, save] = useAct(async (/** @type {Event} */ _) => {
    if (!isTyped) return;
    await write(typed);
    setTyped(null);
    onSaved();
  });
  const leave = useRef(() => {});
  leave.current = () => {
    if (!isTyped || isBusy) return;
    const fail = (/** @type {any} */ error) => {
      refused.set(key, typed);
      tell(t("left_unsaved", { why: reason(error) ?? t("no_answer") }));
    };
    write(typed).then(() => tell(t("left_saved")), fail);
  };
  useEffect(() => (refused.delete(key), () => leave.current()), []);
  useEffect(() => {
    if (!isTyped) return;
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isTyped]);
  return { typed, setTyped, isBusy, error, save };
}

/** @param {{ isOff: boolean }} props */
const Save = ({ isOff }) => html`
  <div class="line">
    <button type="submit" class="btn go" aria-disabled=${isOff ? "true" : undefined}>${t("save")}</button>
    <span class="hint">${t("unsaved")}</span>
  </div>
`;

/** What is said of it where a choice alone does not. @param {string} name @param {any} value */
const hintOf = (name, value) => t(`set_${name}_${value}_means`);

/** @param {{ name: string, values: any[], session: Session, room: Room, onSaved: () => void }} props */
function OneOf({ name, values, session, room, onSaved }) {
  const now = /** @type {any} */ (session.settings)[name];
  const [, error, choose] = useAct(async (/** @type {any} */ value) => {
    await room.changeSettings({ [name]: value });
    onSaved();
  });
  return html`
    <fieldset class="set" aria-describedby=${`set-${name}-hint`}>
      <legend>${t(`set_${name}`)}</legend>
      <div class="seg">
        ${values.map((value) => html`
          <label key=${value}>
            <input type="radio" name=${`set-${name}`} checked=${value === now} onChange=${() => choose(value)} />
            <span>${t(`set_${name}_${value}`)}</span>
          </label>
        `)}
      </div>
      <p class="hint" id=${`set-${name}-hint`}>${hintOf(name, now)}</p>
      <${Fault} error=${error} />
    </fieldset>
  `;
}

/** @param {{ session: Session, room: Room, onSaved: () => void }} props */
function Slow({ session, room, onSaved }) {
  const { slowMode } = session.settings;
  const wrong = t("set_slow_wrong", { most: SLOWEST });
  const isWrongAs = (/** @type {string} */ typed) => !/^\d+$/.test(typed) || Number(typed) > SLOWEST;
  const write = async (/** @type {string} */ typed) => {
    if (isWrongAs(typed)) throw { code: "validation_failed", status: 400, detail: wrong };
    await room.changeSettings({ slowMode: Number(typed) });
  };
  const { typed, setTyped, isBusy, error, save } = useTyped(session, "slow", write, onSaved);
  const isWrong = isWrongAs(typed ?? String(slowMode));
  return html`
    <form class="field" novalidate onSubmit=${isWrong ? ask : save}>
      <label for="slow">${t("set_slow")}</label>
      <input
        class="input short"
        id="slow"
        inputmode="numeric"
        value=${typed ?? String(slowMode)}
        aria-invalid=${isWrong ? "true" : undefined}
        aria-describedby="slow-hint"
        onInput=${(/** @type {any} */ event) => setTyped(event.target.value.trim())}
      />
      ${typed !== null && html`<${Save} isOff=${isBusy || isWrong} />`}
      ${isWrong && html`<p class="err"><${Icon} name="fault" />${wrong}</p>`}
      <p class="hint" id="slow-hint">${t("set_slow_means")}</p>
      <${Fault} error=${error} />
    </form>
  `;
}

/** One in a line, or between commas. @param {string} typed */
const wordsIn = (typed) => [...new Set(typed.split(/[\n,]/).map((it) => it.trim()))].filter(Boolean);

/** @param {{ session: Session, room: Room, onSaved: () => void }} props */
function Words({ session, room, onSaved }) {
  const { blockedWords, useInstanceWords } = session.settings;
  const write = (/** @type {string} */ typed) => room.changeSettings({ blockedWords: wordsIn(typed) });
  const { typed, setTyped, isBusy, error, save } = useTyped(session, "words", write, onSaved);
  const [, switchError, choose] = useAct(async (/** @type {any} */ event) => {
    await room.changeSettings({ useInstanceWords: event.target.checked });
    onSaved();
  });
  const fault = error?.errors?.[0]?.detail;
  return html`
    <form class="words" novalidate onSubmit=${save}>
      <div class="field">
        <label for="words">${t("set_words")}</label>
        <textarea
          class="input"
          id="words"
          rows="3"
          dir="auto"
          value=${typed ?? (blockedWords ?? []).join("\n")}
          aria-invalid=${error ? "true" : undefined}
          aria-describedby="words-hint"
          onInput=${(/** @type {any} */ event) => setTyped(event.target.value)}
        ></textarea>
        ${typed !== null && html`<${Save} isOff=${isBusy} />`}
        <p class="hint" id="words-hint">${t("set_words_means")}</p>
        ${fault ? html`<p class="err" role="alert"><${Icon} name="fault" />${fault}</p>` : html`<${Fault} error=${error} />`}
      </div>
      <label class="check" for="instance-words">
        <input type="checkbox" id="instance-words" checked=${useInstanceWords} onChange=${choose} />
        <span>${t("set_instance_words")}<small>${t("set_instance_words_means")}</small></span>
      </label>
      <${Fault} error=${switchError} />
    </form>
  `;
}

/** @param {{ row: Row, index: number, change: (parts: Partial<Row> | null) => void }} props null: it is taken away */
const LabelRow = ({ row, index, change }) => html`
  <li>
    <label class="vh" for=${`label-name-${row.key}`}>${t("label_name", { n: index + 1 })}</label>
    <input
      class="input"
      id=${`label-name-${row.key}`}
      dir="auto"
      autocomplete="off"
      value=${row.name}
      onInput=${(/** @type {any} */ event) => change({ name: event.target.value })}
    />
    <span>
      <span class="pick label" data-color=${row.color}>
        <label class="vh" for=${`label-color-${row.key}`}>${t("label_color", { n: index + 1 })}</label>
        <select id=${`label-color-${row.key}`} value=${row.color} onChange=${(/** @type {any} */ event) => change({ color: event.target.value })}>
          ${COLORS.map((it) => html`<option value=${it} selected=${it === row.color}>${t(`color_${it}`)}</option>`)}
        </select>
        <${Icon} name="down" />
      </span>
      <button type="button" class="icon" onClick=${() => change(null)}>
        <${Icon} name="bin" /><span class="vh">${t("remove_label", { name: row.name })}</span>
      </button>
    </span>
  </li>
`;

/** @param {{ session: Session, room: Room, onSaved: () => void }} props */
function Labels({ session, room, onSaved }) {
  /** What is typed, and which state of the session it began with. @param {{ rows: Row[], change: string }} typed */
  const write = ({ rows, change }) =>
    room.setLabels(rows.map(({ labelId, name, color }) => ({ labelId, name: name.trim(), color })), change);
  const { typed, setTyped, isBusy, error, save } = useTyped(session, "labels", write, onSaved);
  const form = useRef(/** @type {HTMLElement | null} */ (null));
  const rows = typed?.rows ?? session.labels.map((it) => ({ ...it, key: it.labelId }));
  const names = rows.map((it) => it.name.normalize("NFKC").trim().toLowerCase());
  const isTwice = new Set(names).size < names.length;
  const edit = (/** @type {Row[]} */ next) => setTyped({ rows: next, change: typed?.change ?? room.getSnapshot().change });
  const add = () => {
    const key = String(Math.max(0, ...rows.map((it) => Number(it.key) || 0)) + 1);
    edit([...rows, { key, name: "", color: COLORS.find((it) => rows.every(({ color }) => color !== it)) ?? "gray" }]);
    requestAnimationFrame(() => document.getElementById(`label-name-${key}`)?.focus());
  };
  /** @param {Row} row @param {Partial<Row> | null} parts */
  const change = (row, parts) => {
    edit(rows.flatMap((it) => (it.key !== row.key ? [it] : parts ? [{ ...it, ...parts }] : [])));
    if (!parts) requestAnimationFrame(() => form.current?.querySelector("button")?.focus());
  };
  const isConflict = error?.code === "conflict";
  const again = () => setTyped(null);
  return html`
    <form class="field" novalidate ref=${form} onSubmit=${isTwice ? ask : save} aria-labelledby="labels-h">
      <h3 id="labels-h">${t("labels")}</h3>
      <p class="hint">${t("labels_means")}</p>
      <ul class="label-rows">
        ${rows.map((row, index) => html`
          <${LabelRow} key=${row.key} row=${row} index=${index} change=${(/** @type {any} */ parts) => change(row, parts)} />
        `)}
      </ul>
      ${isTwice && html`<p class="err" role="alert"><${Icon} name="fault" />${t("label_twice")}</p>`}
      ${isConflict
        ? html`
            <p class="err" role="alert"><${Icon} name="fault" />${t("labels_changed")}</p>
            <div><button type="button" class="btn" onClick=${again}>${t("read_again")}</button></div>
          `
        : error && html`<p class="err" role="alert"><${Icon} name="fault" />${error.errors?.[0]?.detail ?? error.detail}</p>`}
      <div class="two">
        ${typed !== null && html`<button type="submit" class="btn go" aria-disabled=${isBusy || isTwice ? "true" : undefined}>${t("save")}</button>`}
        ${rows.length < MOST_LABELS && html`<button type="button" class="btn" onClick=${add}>${t("add_label")}</button>`}
      </div>
    </form>
  `;
}

/** @param {{ session: Session, room: Room }} props */
export function Rules({ session, room }) {
  const [saved, setSaved] = useState(0);
  const onSaved = () => setSaved((n) => n + 1);
  return html`
    <div class="details rules">
      ${CHOICES.map(([name, values]) => html`
        <${OneOf} key=${name} name=${name} values=${values} session=${session} room=${room} onSaved=${onSaved} />
      `)}
      <${Slow} session=${session} room=${room} onSaved=${onSaved} />
      <${Words} session=${session} room=${room} onSaved=${onSaved} />
      <${Labels} session=${session} room=${room} onSaved=${onSaved} />
      <p class="done" role="status">${saved > 0 && html`<${Icon} name="check" />${t("saved")}`}</p>
    </div>
  `;
}
