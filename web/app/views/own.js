// What is done with one's own words, and one's questions that are not in the list: they wait, were hidden, or were merged, and
// each says so.

import { Confirm } from "../forms.js";
import { Icon } from "../icons.js";
import { useAct } from "../parts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { useDraft } from "../writing.js";
import { MOST, Textarea, lengthOf } from "./composer.js";
import { Refused, Whole, useClamp } from "./question.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("../server.js").Room} Room */
/** @typedef {import("./question.js").Setting} Setting */

/** Other words for it. @param {{ setting: Setting, it: Question | Reply, id: string, onDone: () => void }} props */
export function Edit({ setting, it, id, onDone }) {
  const [draft, change] = useDraft(`${setting.sessionId}.${id}`);
  const body = draft?.body ?? it.body ?? "";
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => field.current?.focus(), []);
  const length = lengthOf(body);
  const [isBusy, error, save] = useAct(async (/** @type {Event} */ _) => {
    if (!body.trim() || length > MOST) return;
    await setting.room.edit(it, body.trim());
    done();
  });
  const done = () => {
    change(null);
    onDone();
  };
  /** What was typed stays for the next time. @param {KeyboardEvent} event */
  const keys = (event) => event.key === "Escape" && !event.isComposing && onDone();
  return html`
    <form class="edit" onSubmit=${save} onKeyDown=${keys}>
      <label class="vh" for=${`${id}-edit`}>${t("edit")}</label>
      <${Textarea}
        fieldRef=${field}
        id=${`${id}-edit`}
        value=${body}
        aria-invalid=${length > MOST ? "true" : undefined}
        onInput=${(/** @type {any} */ event) => change({ body: event.target.value })}
      />
      <div class="two">
        <button type="submit" class="btn go" aria-disabled=${isBusy ? "true" : undefined}>${t("save")}</button>
        <button type="button" class="btn" onClick=${done}>${t("cancel")}</button>
      </div>
      ${length > MOST && html`<p class="err"><${Icon} name="fault" />${t("too_long", { length, most: MOST })}</p>`}
      <${Refused} error=${error} />
    </form>
  `;
}

/** @param {{ it: Question | Reply, room: Pick<Room, "remove">, onClose: () => void }} props */
export function Deletion({ it, room, onClose }) {
  const isQuestion = !("replyId" in it);
  return html`
    <${Confirm}
      title=${t(isQuestion ? "delete_question" : "delete_reply")}
      verb=${t("delete")}
      act=${() => room.remove(it)}
      onClose=${onClose}
    >
      <blockquote class="said clamp" dir="auto">${it.body}</blockquote>
      <p class="dialog-p">${t(isQuestion ? "delete_question_means" : "delete_reply_means")}</p>
    <//>
  `;
}

/** Its state: the chip, its picture, the key of its words. @param {Question} it */
function stateOf(it) {
  if (it.mergedInto !== null) return ["on", "merge", "merged"];
  return it.review === "pending" ? ["wait", "clock", "in_review"] : ["", "hide", "hidden_by_host"];
}

/**
 * @param {{ it: Question, setting: Setting, onShow?: () => void, onClose: () => void }} props
 *   `onShow`: leads to the question that it was merged into; `onClose`: it is not to be shown any more
 */
export function OwnItem({ it, setting, onShow, onClose }) {
  const [dialog, setDialog] = useState("");
  const [kind, icon, word] = stateOf(it);
  const clamp = useClamp();
  const id = `q-${it.questionId}`;
  return html`
    <section class="mine" aria-labelledby=${`${id}-h ${id}-t`} data-own=${it.questionId} tabindex="-1">
      <div class="mine-top"><b id=${`${id}-h`}>${t("my_question")}</b><span class=${`chip ${kind}`}><${Icon} name=${icon} />${t(word)}</span></div>
      ${dialog === "edit"
        ? html`<${Edit} setting=${setting} it=${it} id=${id} onDone=${() => setDialog("")} />`
        : html`<p class=${clamp.kind} dir="auto" id=${`${id}-t`} ref=${clamp.text}>${it.body}</p><${Whole} clamp=${clamp} />`}
      <div class="mine-foot">
        <span class="grow">${t(`${word}_means`)}</span>
        <span class="acts">
          ${onShow && html`<button type="button" class="btn quiet" onClick=${onShow}>${t("see_it")}</button>`}
          ${it.canEdit && !setting.isOver && html`
            <button type="button" class="btn quiet" onClick=${() => setDialog("edit")}>${t("edit")}</button>
          `}
          ${it.canDelete && html`<button type="button" class="btn quiet" onClick=${() => setDialog("delete")}>${t("delete")}</button>`}
          ${word !== "in_review" && html`<button type="button" class="btn quiet" onClick=${onClose}>${t("close")}</button>`}
        </span>
      </div>
      ${dialog === "delete" && html`<${Deletion} it=${it} room=${setting.room} onClose=${() => setDialog("")} />`}
    </section>
  `;
}
