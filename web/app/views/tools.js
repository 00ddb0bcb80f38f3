// What hosts do with a question or a reply.

import { Icon } from "../icons.js";
import { Menu } from "../parts.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { LabelDialog, MergeDialog, MuteDialog } from "./acts.js";
import { Deletion } from "./own.js";
import { tell } from "./toast.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("./question.js").Setting} Setting */
/** @typedef {(it: () => Promise<unknown>) => Promise<void>} Act */

/** Hides it, and tells the way back. @param {Setting} setting @param {Question | Reply} it */
export async function hide({ room, isOver, settle }, it) {
  await room.dismiss(it);
  if (isOver) tell(t("is_hidden"));
  else tell(t("is_hidden"), t("undo"), () => room.approve(it).then(settle));
}
/** @param {Setting} setting @param {Question} it */
async function answerNow({ room, currentId }, it) {
  const before = room.getSnapshot().questions.find((other) => other.questionId === currentId);
  await room.setCurrent(it);
  tell(t("is_on_stage"), t("undo"), () => (before ? room.setCurrent(before) : room.clearCurrent()));
}
/** It is answered, and leaves the stage. @param {Setting} setting @param {Question} it */
async function answered({ room }, it) {
  await room.setClosed(it, true);
  await room.clearCurrent();
  tell(t("is_answered"), t("undo"), async () => {
    await room.setClosed(it, false);
    await room.setCurrent(it);
  });
}

/** Deletes it, and says what went. @param {Setting} setting @param {any} it */
async function remove({ room }, it) {
  const n = it.repliesCount;
  await room.remove(it);
  tell(n ? t("is_deleted_with", { n }) : t("is_deleted"));
}

/** Whose words may be stopped: not one's own, and not those of a host. @param {Question | Reply} it */
const isMutable = (it) => !it.isOwner && !it.author.isHost;

/**
 * The end of each menu: what takes words away.
 * @param {{ it: Question | Reply, setting: Setting, act: Act, onDialog: (name: string) => void }} props
 */
const TakingAway = ({ it, setting, act, onDialog }) => html`
  <div class="sep"></div>
  ${it.review === "approved"
    ? html`<button type="button" onClick=${() => act(() => hide(setting, it))}><${Icon} name="hide" />${t("hide")}</button>`
    : !setting.isOver && html`
        <button type="button" onClick=${() => act(() => setting.room.approve(it))}><${Icon} name="check" />${t("approve")}</button>
      `}
  ${isMutable(it) && html`<button type="button" onClick=${() => onDialog("mute")}><${Icon} name="mute" />${t("mute")}</button>`}
  <button type="button" class="alarm" onClick=${() => onDialog("delete")}><${Icon} name="bin" />${t("delete")}</button>
`;

/** @param {{ name: string, it: any, setting: Setting, onClose: () => void }} props */
export function ActDialog({ name, it, setting, onClose }) {
  if (name === "labels") return html`<${LabelDialog} it=${it} setting=${setting} onClose=${onClose} />`;
  if (name === "merge") return html`<${MergeDialog} it=${it} setting=${setting} onClose=${onClose} />`;
  if (name === "delete") return html`<${Deletion} it=${it} room=${{ remove: () => remove(setting, it) }} onClose=${onClose} />`;
  return name === "mute" && html`<${MuteDialog} it=${it} setting=${setting} onClose=${onClose} />`;
}

/** What hosts do, always seen and in words. @param {any} props as the menu of an author has them, and `act` and `setting` */
export function HostTools({ it, setting, act, onEdit }) {
  const [dialog, setDialog] = useState("");
  const { room, isOver, currentId, settle } = setting;
  const isCurrent = it.questionId === currentId;
  return html`
    <div class="host-tools">
      ${!isOver && html`
        ${!isCurrent && html`
          <button type="button" class="btn quiet lead" onClick=${() => act(() => answerNow(setting, it))}>
            <${Icon} name="stage" />${t("answer_now")}
          </button>
        `}
        <button
          type="button"
          class="btn quiet"
          aria-pressed=${String(it.closed)}
          onClick=${() => act(() => room.setClosed(it, !it.closed))}
        >
          <${Icon} name="check" />${t("answered")}
        </button>
        <button
          type="button"
          class="btn quiet"
          aria-pressed=${String(it.pinned)}
          onClick=${() => act(() => (it.pinned ? room.unpin(it) : room.pin(it)).then(settle))}
        >
          <${Icon} name="pin" />${t("pin")}
        </button>
      `}
      <${Menu} label=${t("more_acts")}>
        ${!isOver && html`
          <button type="button" onClick=${() => setDialog("labels")}><${Icon} name="label" />${t("put_labels")}</button>
          <button type="button" onClick=${() => setDialog("merge")}><${Icon} name="merge" />${t("merge")}</button>
          ${it.canEdit && html`<button type="button" onClick=${onEdit}><${Icon} name="edit" />${t("edit")}</button>`}
        `}
        <${TakingAway} it=${it} setting=${setting} act=${act} onDialog=${setDialog} />
      <//>
      <${ActDialog} name=${dialog} it=${it} setting=${setting} onClose=${() => setDialog("")} />
    </div>
  `;
}

/** @param {any} props as above */
export function ReplyTools({ it, setting, act, onEdit }) {
  const [dialog, setDialog] = useState("");
  const { room, isOver } = setting;
  return html`
    <${Menu} label=${t("more_acts")}>
      ${!isOver && it.review === "approved" && html`
        <button type="button" onClick=${() => act(() => (it.pinned ? room.unpin(it) : room.pin(it)))}>
          <${Icon} name="pin" />${t(it.pinned ? "unpin" : "pin")}
        </button>
      `}
      ${it.canEdit && !isOver && html`<button type="button" onClick=${onEdit}><${Icon} name="edit" />${t("edit")}</button>`}
      <${TakingAway} it=${it} setting=${setting} act=${act} onDialog=${setDialog} />
    <//>
    <${ActDialog} name=${dialog} it=${it} setting=${setting} onClose=${() => setDialog("")} />
  `;
}

/** On the stage, which is gone then: one goes on with the list. @param {{ it: Question, setting: Setting, act: Act }} props */
export function StageTools({ it, setting, act }) {
  const toList = () => {
    const next = document.querySelector("#list > article") ?? document.getElementById("list");
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  };
  return html`
    <div class="host-tools">
      <button type="button" class="btn go" onClick=${() => act(() => answered(setting, it).then(toList))}>
        <${Icon} name="check" />${t("answered")}
      </button>
      <button type="button" class="btn quiet" onClick=${() => act(() => setting.room.clearCurrent().then(toList))}>${t("take_down")}</button>
    </div>
  `;
}
