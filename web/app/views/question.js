// A question with its replies, and what may be done with them.

import { Icon } from "../icons.js";
import { Menu, lazy, memo, reason, useAct } from "../parts.js";
import { askit } from "../server.js";
import { keep } from "../storage.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { ago, moment, t } from "../words.js";
import { Composer } from "./composer.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("../server.js").Room} Room */
/** @typedef {import("../server.js").Session} Session */
/**
 * What all of a room's items have in common: `isHost` and `isOver` say which tools there are, `settings` and `muted` what may
 * be done. Hosts' tools are loaded for hosts alone.
 * @typedef {{ room: Room, outbox: import("../writing.js").Outbox, sessionId: string, isHost: boolean, isOver: boolean,
 *   settings: Session["settings"], muted: boolean | null, labels: Session["labels"], currentId: string | null,
 *   HostTools: any, ReplyTools: any, StageTools: any, settle: () => void }} Setting
 */

// Whoever has written nothing needs none of them.
const Edit = lazy(() => import("./own.js"), "Edit");
const Deletion = lazy(() => import("./own.js"), "Deletion");

/** @param {{ author: Question["author"] }} props */
export const Author = ({ author }) =>
  author.nickname
    ? html`<bdi>${author.nickname}</bdi>${author.isHost && html`<span class="chip host">${t("host")}</span>`}`
    : html`<span class="anon">${t("anonymous")}</span>`;

/** @param {{ at: string }} props */
export const When = ({ at }) => html`<time datetime=${at} title=${moment(at)}>${ago(at)}</time>`;

/** What was refused stands under what it was about. @param {{ error: any }} props */
export const Refused = ({ error }) => error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`;

/**
 * @param {{ it: Question | Reply, id: string, setting: Setting, act: (it: () => Promise<unknown>) => void, kind?: string }} props
 *   `id`: of the words; `kind`: how it looks
 */
export function Like({ it, id, setting, act, kind = "like" }) {
  const { isOver, settings, muted, room } = setting;
  const shown = html`<${Icon} name="like" /><span class="vh">${t("like")}</span><span aria-hidden="true">${it.likesCount}</span>`;
  if (isOver || !settings.likes || (muted && !it.liked)) return html`<span class=${kind}>${shown}</span>`;
  const toggle = () => act(() => toggleLike(room, it));
  return html`
    <button type="button" class=${kind} aria-pressed=${String(it.liked)} aria-describedby=${id} onClick=${toggle}>${shown}</button>
  `;
}

/** Likes, as a guest if nobody is signed in. @param {Room} room @param {Question | Reply} it */
async function toggleLike(room, it) {
  if (!askit.user) await askit.guest();
  keep("askit.liked", "yes");
  await (it.liked ? room.unlike(it) : room.like(it));
}

/** Its menu: what its author may do. @param {{ it: Question | Reply, isOver: boolean, onEdit: () => void, onDelete: () => void }} props */
function More({ it, isOver, onEdit, onDelete }) {
  const canEdit = it.canEdit && !isOver;
  if (!canEdit && !it.canDelete) return null;
  return html`
    <${Menu} label=${t("more_acts")}>
      ${canEdit && html`<button type="button" onClick=${onEdit}><${Icon} name="edit" />${t("edit")}</button>`}
      ${it.canDelete && html`<button type="button" class="alarm" onClick=${onDelete}><${Icon} name="bin" />${t("delete")}</button>`}
    <//>
  `;
}

/** What has not been approved says so to those who see it. @param {{ it: Question | Reply }} props */
const Review = ({ it }) =>
  it.review !== "approved" &&
  html`<span class="chip wait"><${Icon} name="clock" />${t(it.review === "pending" ? "in_review" : "hidden_by_host")}</span>`;

/** @param {{ it: Reply, setting: Setting }} props */
function ReplyItem({ it, setting }) {
  const [dialog, setDialog] = useState("");
  const [, error, act] = useAct((/** @type {() => Promise<unknown>} */ act) => act());
  const clamp = useClamp();
  const id = `r-${it.replyId}`;
  if (it.deleted) return html`<li class="reply gone"><p>${t("deleted_reply")}</p></li>`;
  return html`
    <li class="reply">
      <div>
        <div class="meta" id=${`${id}-m`}>
          <${Author} author=${it.author} /><${When} at=${it.createdAt} />
          ${it.pinned && html`<span class="chip"><${Icon} name="pin" />${t("pinned")}</span>`}
          ${it.isOwner && html`<span class="chip on">${t("mine")}</span>`}
          <${Review} it=${it} />
          <span class="vh">${t("likes", { n: it.likesCount })}</span>
        </div>
        ${dialog === "edit"
          ? html`<${Edit} setting=${setting} it=${it} id=${id} onDone=${() => setDialog("")} />`
          : html`<p class=${clamp.kind} dir="auto" id=${id} ref=${clamp.text}>${it.body}</p><${Whole} clamp=${clamp} />`}
        <${Refused} error=${error} />
      </div>
      <div class="reply-acts">
        ${it.review === "approved" && html`<${Like} it=${it} id=${id} setting=${setting} act=${act} />`}
        <${setting.isHost ? setting.ReplyTools : More}
          it=${it}
          setting=${setting}
          isOver=${setting.isOver}
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
export const Replies = ({ question, replies, setting }) => html`
  <div class="replies">
    ${replies.length > 0 && html`
      <ol class="thread" aria-label=${t("replies", { n: replies.length })}>
        ${replies.map((it) => html`<${ReplyItem} key=${it.replyId} it=${it} setting=${setting} />`)}
      </ol>
    `}
    ${!setting.isOver && html`
      <${Composer}
        id=${`reply-${question.questionId}`}
        setting=${setting}
        kind="replies"
        place=${`${setting.sessionId}.${question.questionId}`}
        label=${t("reply")}
        hint=${t("write_reply")}
        compact
        send=${(/** @type {string} */ body, /** @type {boolean} */ anonymous) =>
          setting.outbox.send(question.questionId, body, anonymous)}
      />
    `}
  </div>
`;

/** What is to be done when a text has another size. @type {WeakMap<Element, () => void>} */
const resized = new WeakMap();
/** One for all texts: it measures when the page is laid out anyway. */
const sizes = new ResizeObserver((entries) => entries.forEach((it) => resized.get(it.target)?.()));

/** Whether a text is cut after five lines. */
export function useClamp() {
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
  return { text, kind: isWhole ? "said" : "said clamp", isCut: isLong || isWhole, isWhole, toggle: () => setWhole(!isWhole) };
}

/** Shows all of a text that is cut. @param {{ clamp: ReturnType<typeof useClamp> }} props */
export const Whole = ({ clamp: { isCut, isWhole, toggle } }) =>
  isCut && html`<button type="button" class="link" aria-expanded=${String(isWhole)} onClick=${toggle}>${t(isWhole ? "less" : "more")}</button>`;

/** @param {{ it: Question, labels: Session["labels"] }} props */
export const Labels = ({ it, labels }) =>
  labels
    .filter(({ labelId }) => it.labelIds?.includes(labelId))
    .map(({ labelId, name, color }) => html`<span key=${labelId} class="label" dir="auto" data-color=${color}>${name}</span>`);

/** Opens and closes the replies. @param {{ it: Question, isOpen: boolean, room: Room, act: (it: () => Promise<unknown>) => void }} props */
export const Talk = ({ it, isOpen, room, act }) => html`
  <button
    type="button"
    class="talk"
    aria-expanded=${String(isOpen)}
    onClick=${() => (isOpen ? room.fold(it.questionId) : act(() => room.open(it.questionId)))}
  >
    <${Icon} name="talk" />${it.repliesCount ? t("replies", { n: it.repliesCount }) : t("reply")}
  </button>
`;

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
  const clamp = useClamp();
  const id = `q-${it.questionId}`;
  const isOpen = replies !== undefined;
  const hasFlags = it.pinned || it.closed || it.isOwner;
  const kind = ["q", it.isOwner && "is-mine", hasFlags && "has-flags", it.closed && "closed"].filter(Boolean).join(" ");
  const article = useRef(/** @type {HTMLElement | null} */ (null));
  const edited = () => {
    setDialog("");
    article.current?.focus({ preventScroll: true });
  };
  const tools = html`
    <${isHost ? setting.HostTools : More}
      it=${it}
      setting=${setting}
      isOver=${isOver}
      act=${act}
      onEdit=${() => setDialog("edit")}
      onDelete=${() => setDialog("delete")}
    />
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
        : html`<p class=${clamp.kind} id=${`${id}-t`} dir="auto" ref=${clamp.text}>${it.body}</p>`}
      <div class="meta">
        <span class="meta" id=${`${id}-m`}>
          <${Author} author=${it.author} /><${When} at=${it.createdAt} />
          <${Labels} it=${it} labels=${setting.labels} />
          <span class="vh">${t("likes", { n: it.likesCount })}</span>
        </span>
        <${Talk} it=${it} isOpen=${isOpen} room=${room} act=${act} />
        <${Whole} clamp=${clamp} />
        ${!isHost && tools}
      </div>
      <${Like} it=${it} id=${`${id}-t`} setting=${setting} act=${act} />
      ${isHost && tools}
      ${error && html`<div class="whole"><${Refused} error=${error} /></div>`}
      ${isOpen && html`<${Replies} question=${it} replies=${replies} setting=${setting} />`}
      ${dialog === "delete" && html`<${Deletion} it=${it} room=${room} onClose=${() => setDialog("")} />`}
    </article>
  `;
}

/** Drawn again only when something of it has changed: a hall has thousands. */
export const QuestionItem = memo(Item);
