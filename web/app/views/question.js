// A question with its replies, and what may be done with them.

import { Icon } from "../icons.js";
import { Confirm, Menu, memo, reason, useAct } from "../parts.js";
import { askit } from "../server.js";
import { keep } from "../storage.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { ago, moment, t } from "../words.js";
import { useDraft } from "../writing.js";
import { Composer, MOST, Textarea, lengthOf } from "./composer.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("../server.js").Room} Room */
/**
 * What all of a room's items have in common: `isHost` and `isOver` say which tools there are.
 * @typedef {{ room: Room, outbox: import("../writing.js").Outbox, sessionId: string, isHost: boolean, isOver: boolean,
 *   settle: () => void }} Setting
 */

/** @param {{ author: Question["author"] }} props */
const Author = ({ author }) =>
  author.nickname
    ? html`<bdi>${author.nickname}</bdi>${author.isHost && html`<span class="chip host">${t("host")}</span>`}`
    : html`<span class="anon">${t("anonymous")}</span>`;

/** @param {{ at: string }} props */
const When = ({ at }) => html`<time datetime=${at} title=${moment(at)}>${ago(at)}</time>`;

/** What was refused stands under what it was about. @param {{ error: any }} props */
const Refused = ({ error }) => error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`;

/** @param {{ it: Question | Reply, id: string, isOver: boolean, toggle: () => void }} props */
function Like({ it, id, isOver, toggle }) {
  const shown = html`<${Icon} name="like" /><span class="vh">${t("like")}</span><span aria-hidden="true">${it.likesCount}</span>`;
  if (isOver) return html`<span class="like">${shown}</span>`;
  return html`
    <button type="button" class="like" aria-pressed=${String(it.liked)} aria-describedby=${id} onClick=${toggle}>${shown}</button>
  `;
}

/** Likes, as a guest if nobody is signed in. @param {Room} room @param {Question | Reply} it */
async function toggleLike(room, it) {
  if (!askit.user) await askit.guest();
  keep("askit.liked", "yes");
  await (it.liked ? room.unlike(it) : room.like(it));
}

/** Other words for it. @param {{ setting: Setting, it: Question | Reply, id: string, onDone: () => void }} props */
function Edit({ setting, it, id, onDone }) {
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

/** Its menu: what its author and the hosts may do beside the tools that are always seen. */
function More({ it, setting, onEdit, onDelete, isPinnable, act }) {
  const { room, isHost, isOver } = setting;
  const canEdit = it.canEdit && !isOver;
  const canPin = isPinnable && isHost && !isOver;
  if (!canEdit && !it.canDelete && !canPin) return null;
  return html`
    <${Menu} label=${t("more_acts")}>
      ${canPin && html`
        <button type="button" onClick=${() => act(() => (it.pinned ? room.unpin(it) : room.pin(it)))}>
          <${Icon} name="pin" />${t(it.pinned ? "unpin" : "pin")}
        </button>
      `}
      ${canEdit && html`<button type="button" onClick=${onEdit}><${Icon} name="edit" />${t("edit")}</button>`}
      ${it.canDelete && html`<button type="button" class="alarm" onClick=${onDelete}><${Icon} name="bin" />${t("delete")}</button>`}
    <//>
  `;
}

/** @param {{ it: Question | Reply, room: Room, onClose: () => void }} props */
function Deletion({ it, room, onClose }) {
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

/** @param {{ it: Reply, setting: Setting }} props */
function ReplyItem({ it, setting }) {
  const [dialog, setDialog] = useState("");
  const [, error, act] = useAct((/** @type {() => Promise<unknown>} */ act) => act());
  const id = `r-${it.replyId}`;
  if (it.deleted) return html`<li class="reply gone"><p>${t("deleted_reply")}</p></li>`;
  return html`
    <li class="reply">
      <div>
        <div class="meta" id=${`${id}-m`}>
          <${Author} author=${it.author} /><${When} at=${it.createdAt} />
          ${it.pinned && html`<span class="chip"><${Icon} name="pin" />${t("pinned")}</span>`}
          ${it.isOwner && html`<span class="chip on">${t("mine")}</span>`}
          <span class="vh">${t("likes", { n: it.likesCount })}</span>
        </div>
        ${dialog === "edit"
          ? html`<${Edit} setting=${setting} it=${it} id=${id} onDone=${() => setDialog("")} />`
          : html`<p class="said" dir="auto" id=${id}>${it.body}</p>`}
        <${Refused} error=${error} />
      </div>
      <div class="reply-acts">
        <${Like} it=${it} id=${id} isOver=${setting.isOver} toggle=${() => act(() => toggleLike(setting.room, it))} />
        <${More}
          it=${it}
          setting=${setting}
          isPinnable
          act=${act}
          onEdit=${() => setDialog("edit")}
          onDelete=${() => setDialog("delete")}
        />
      </div>
      ${dialog === "delete" && html`<${Deletion} it=${it} room=${setting.room} onClose=${() => setDialog("")} />`}
    </li>
  `;
}

/** @param {{ question: Question, replies: Reply[], setting: Setting }} props */
const Replies = ({ question, replies, setting }) => html`
  <div class="replies">
    ${replies.length > 0 && html`
      <ol class="thread" aria-label=${t("replies", { n: replies.length })}>
        ${replies.map((it) => html`<${ReplyItem} key=${it.replyId} it=${it} setting=${setting} />`)}
      </ol>
    `}
    ${!setting.isOver && html`
      <${Composer}
        id=${`reply-${question.questionId}`}
        sessionId=${setting.sessionId}
        place=${`${setting.sessionId}.${question.questionId}`}
        label=${t("reply")}
        hint=${t("write_reply")}
        isHost=${setting.isHost}
        compact
        send=${(/** @type {string} */ body, /** @type {boolean} */ anonymous) =>
          setting.outbox.send(question.questionId, body, anonymous)}
      />
    `}
  </div>
`;

/** What hosts do, always seen and in words. @param {{ it: Question, setting: Setting, act: any, more: any }} props */
const HostTools = ({ it, setting, act, more }) => html`
  <div class="host-tools">
    ${!setting.isOver && html`
      <button
        type="button"
        class="btn quiet"
        aria-pressed=${String(it.closed)}
        onClick=${() => act(() => setting.room.setClosed(it, !it.closed))}
      >
        <${Icon} name="check" />${t("answered")}
      </button>
      <button
        type="button"
        class="btn quiet"
        aria-pressed=${String(it.pinned)}
        onClick=${() => act(() => (it.pinned ? setting.room.unpin(it) : setting.room.pin(it)).then(setting.settle))}
      >
        <${Icon} name="pin" />${t("pin")}
      </button>
    `}
    ${more}
  </div>
`;

/** What is to be done when a text has another size. @type {WeakMap<Element, () => void>} */
const resized = new WeakMap();
/** One for all texts: it measures when the page is laid out anyway. */
const sizes = new ResizeObserver((entries) => entries.forEach((it) => resized.get(it.target)?.()));

/** Whether a text is cut after five lines. */
function useClamp() {
  const text = useRef(/** @type {HTMLElement | null} */ (null));
  const [isLong, setLong] = useState(false);
  const [isWhole, setWhole] = useState(false);
  useEffect(() => {
    const it = text.current;
    if (!it || isWhole) return;
    resized.set(it, () => setLong(it.scrollHeight > it.clientHeight + 2));
    sizes.observe(it);
    return () => sizes.unobserve(it);
  }, [isWhole]);
  return { text, isLong, isWhole, toggle: () => setWhole(!isWhole) };
}

/** @param {{ it: Question }} props */
const Flags = ({ it }) =>
  (it.pinned || it.closed || it.isOwner) &&
  html`
    <p class="flags">
      ${it.isOwner && html`<span class="chip on">${t("my_question")}</span>`}
      ${it.pinned && html`<span class="chip"><${Icon} name="pin" />${t("pinned")}</span>`}
      ${it.closed && html`<span class="chip done"><${Icon} name="check" />${t("answered")}</span>`}
    </p>
  `;

/**
 * @param {{ it: Question, replies: Reply[] | undefined, position: number, count: number, setting: Setting }} props
 *   `replies`: of a question that is opened
 */
function Item({ it, replies, position, count, setting }) {
  const { room, isHost, isOver } = setting;
  const [dialog, setDialog] = useState("");
  const [, error, act] = useAct((/** @type {() => Promise<unknown>} */ act) => act());
  const { text, isLong, isWhole, toggle } = useClamp();
  const id = `q-${it.questionId}`;
  const isOpen = replies !== undefined;
  const hasFlags = it.pinned || it.closed || it.isOwner;
  const kind = ["q", it.isOwner && "is-mine", hasFlags && "has-flags", it.closed && "closed"].filter(Boolean).join(" ");
  const article = useRef(/** @type {HTMLElement | null} */ (null));
  const edited = () => {
    setDialog("");
    article.current?.focus({ preventScroll: true });
  };
  const more = html`
    <${More} it=${it} setting=${setting} act=${act} onEdit=${() => setDialog("edit")} onDelete=${() => setDialog("delete")} />
  `;
  return html`
    <article
      class=${kind}
      ref=${article}
      data-id=${it.questionId}
      tabindex="-1"
      aria-posinset=${position}
      aria-setsize=${count}
      aria-labelledby=${`${id}-t`}
      aria-describedby=${`${id}-m`}
    >
      <${Flags} it=${it} />
      ${dialog === "edit"
        ? html`<${Edit} setting=${setting} it=${it} id=${id} onDone=${edited} />`
        : html`<p class=${isWhole ? "said" : "said clamp"} id=${`${id}-t`} dir="auto" ref=${text}>${it.body}</p>`}
      <div class="meta">
        <span class="meta" id=${`${id}-m`}>
          <${Author} author=${it.author} /><${When} at=${it.createdAt} />
          <span class="vh">${t("likes", { n: it.likesCount })}</span>
        </span>
        <button
          type="button"
          class="talk"
          aria-expanded=${String(isOpen)}
          onClick=${() => (isOpen ? room.fold(it.questionId) : act(() => room.open(it.questionId)))}
        >
          <${Icon} name="talk" />${it.repliesCount ? t("replies", { n: it.repliesCount }) : t("reply")}
        </button>
        ${(isLong || isWhole) && html`
          <button type="button" class="link" aria-expanded=${String(isWhole)} onClick=${toggle}>${t(isWhole ? "less" : "more")}</button>
        `}
        ${!isHost && more}
      </div>
      <${Like} it=${it} id=${`${id}-t`} isOver=${isOver} toggle=${() => act(() => toggleLike(room, it))} />
      ${isHost && html`<${HostTools} it=${it} setting=${setting} act=${act} more=${more} />`}
      ${error && html`<div class="whole"><${Refused} error=${error} /></div>`}
      ${isOpen && html`<${Replies} question=${it} replies=${replies} setting=${setting} />`}
      ${dialog === "delete" && html`<${Deletion} it=${it} room=${room} onClose=${() => setDialog("")} />`}
    </article>
  `;
}

/** Drawn again only when something of it has changed: a hall has thousands. */
export const QuestionItem = memo(Item);
