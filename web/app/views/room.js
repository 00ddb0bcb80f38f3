// /s/{sessionId}: the room.

import { Icon, Mark } from "../icons.js";
import { halves, reason, useAct, Who } from "../parts.js";
import { askit, useRoom, useUser } from "../server.js";
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { ago, t } from "../words.js";

const HOSTS = ["super_host", "sub_host"];
const MOST = 2000;

function Header({ session, listeners }) {
  return html`
    <a class="skip" href="#ask">${t("skip_to_ask")}</a>
    <a class="skip" href="#list">${t("skip_to_list")}</a>
    <header class="bar of-room">
      <a class="mark" href="/"><${Mark} /><span class="vh">${t("home")}</span></a>
      <div class="bar-title">
        <h1 dir="auto">${session.title}</h1>
        <p>
          <b>${halves(session.joinCode)}</b> · ${t("people", { n: session.participantCount })}
          <span class="wide-only"> · ${t("watching", { n: listeners })}</span>
        </p>
      </div>
      <div class="end">
        <a class="iconic" href=${`/s/${session.sessionId}/screen`} target="_blank"><${Icon} name="qr" /><span>${t("code_and_qr")}</span></a>
      </div>
    </header>
  `;
}

/** As whom, what, and the button. */
function Composer({ room, user, label, hint, send, id }) {
  const [body, setBody] = useState("");
  const [isNamed, setNamed] = useState(false);
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const canName = user && !user.isGuest;
  const submit = (event) => {
    event.preventDefault();
    const words = body.trim();
    if (!words) return;
    setBody("");
    send(words, { anonymous: !(canName && isNamed) }).catch(() => {}); // it stays in `sending`
    field.current?.focus();
  };
  const keys = (event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && submit(event);
  return html`
    <form class=${`composer ${canName && isNamed ? "is-named" : ""}`} aria-label=${label} onSubmit=${submit}>
      <fieldset class="as">
        <legend class="vh">${t("ask_as")}</legend>
        ${canName && html`
          <div class="seg">
            <label>
              <input type="radio" name=${`${id}-as`} checked=${isNamed} onChange=${() => setNamed(true)} />
              <span><${Who} name=${user.nickname} />${user.nickname}</span>
            </label>
            <label>
              <input type="radio" name=${`${id}-as`} checked=${!isNamed} onChange=${() => setNamed(false)} />
              <span><${Who} name=${null} />${t("anonymous")}</span>
            </label>
          </div>
        `}
        <p class="hint" id=${`${id}-hint`}>${t(canName && isNamed ? "name_is_shown" : "nobody_knows")}</p>
      </fieldset>
      <div class="row">
        <div>
          <label class="vh" for=${id}>${label}</label>
          <textarea
            class="input"
            id=${id}
            ref=${field}
            rows="1"
            maxlength=${MOST}
            placeholder=${hint}
            aria-describedby=${`${id}-hint`}
            value=${body}
            onInput=${(event) => setBody(event.target.value)}
            onKeyDown=${keys}
          ></textarea>
        </div>
        <button type="submit" class="btn go send"><${Icon} name="send" /><span>${label}</span></button>
      </div>
    </form>
  `;
}

function Author({ author }) {
  if (!author.nickname) return html`<span class="anon">${t("anonymous")}</span>`;
  return html`<bdi>${author.nickname}</bdi>${author.isHost && html`<span class="chip host">${t("host")}</span>`}`;
}

function Like({ room, it, id }) {
  const [, , toggle] = useAct(() => (it.liked ? room.unlike(it) : room.like(it)));
  return html`
    <button type="button" class="like" aria-pressed=${String(it.liked)} aria-describedby=${id} onClick=${toggle}>
      <${Icon} name="like" /><span class="vh">${t("like")}</span><span aria-hidden="true">${it.likesCount}</span>
    </button>
  `;
}

function Replies({ room, user, question, replies, isOver }) {
  return html`
    <div class="replies">
      <ol>
        ${(replies ?? []).map((it) => html`
          <li key=${it.replyId} class="reply">
            <p class="said" dir="auto" id=${`r-${it.replyId}`}>${it.deleted ? t("deleted_reply") : it.body}</p>
            ${!it.deleted && html`
              <div class="meta"><${Author} author=${it.author} /><time>${ago(it.createdAt, Date.now())}</time></div>
              <${Like} room=${room} it=${it} id=${`r-${it.replyId}`} />
            `}
          </li>
        `)}
      </ol>
      ${!isOver && html`
        <${Composer}
          room=${room}
          user=${user}
          id=${`reply-${question.questionId}`}
          label=${t("reply")}
          hint=${t("write_reply")}
          send=${(words, options) => room.reply(question.questionId, words, options)}
        />
      `}
    </div>
  `;
}

function Question({ room, user, it, replies, position, count, isOver }) {
  const id = `q-${it.questionId}`;
  const isOpen = replies !== undefined;
  const toggle = () => (isOpen ? room.fold(it.questionId) : room.open(it.questionId).catch(() => {}));
  const flags = it.pinned || it.closed;
  return html`
    <article
      class=${`q ${it.isOwner ? "is-mine" : ""} ${flags ? "has-flags" : ""} ${it.closed ? "closed" : ""}`}
      tabindex="-1"
      aria-posinset=${position}
      aria-setsize=${count}
      aria-labelledby=${`${id}-t`}
      aria-describedby=${`${id}-m`}
    >
      ${flags && html`
        <p class="flags">
          ${it.pinned && html`<span class="chip"><${Icon} name="pin" />${t("pinned")}</span>`}
          ${it.closed && html`<span class="chip done"><${Icon} name="check" />${t("answered")}</span>`}
        </p>
      `}
      <p class="said" id=${`${id}-t`} dir="auto">${it.body}</p>
      <div class="meta">
        <span class="meta" id=${`${id}-m`}>
          <${Author} author=${it.author} /><time datetime=${it.createdAt}>${ago(it.createdAt, Date.now())}</time>
          <span class="vh">${t("likes", { n: it.likesCount })}</span>
        </span>
        <button type="button" class="talk" aria-expanded=${String(isOpen)} onClick=${toggle}>
          <${Icon} name="talk" />${it.repliesCount ? t("replies", { n: it.repliesCount }) : t("reply")}
        </button>
      </div>
      <${Like} room=${room} it=${it} id=${`${id}-t`} />
      ${isOpen && html`<${Replies} room=${room} user=${user} question=${it} replies=${replies} isOver=${isOver} />`}
    </article>
  `;
}

/** What is on its way, or could not be sent. */
function Sending({ room, it, user }) {
  const as = it.anonymous ? t("not_sent_anonymous") : t("not_sent_as", { name: user?.nickname ?? "" });
  const retry = () => room.retry(it.key).catch(() => {});
  return html`
    <section class="mine" aria-label=${t("my_question")}>
      <div class="mine-top">
        <b>${t("my_question")}</b>
        <span class=${it.error ? "chip wait" : "chip"}>
          <${Icon} name=${it.error ? "offline" : "again"} />${t(it.error ? "not_sent" : "sending")}
        </span>
      </div>
      <p class="said" dir="auto">${it.body}</p>
      ${it.error && html`
        <div class="mine-foot">
          <span class="grow">${it.error.isPassing ? as : reason(it.error)}</span>
          <span class="acts">
            <button type="button" class="btn quiet" onClick=${retry}>${t("try_again")}</button>
            <button type="button" class="btn quiet" onClick=${() => room.discard(it.key)}>${t("delete")}</button>
          </span>
        </div>
      `}
    </section>
  `;
}

export function RoomView({ sessionId }) {
  const user = useUser();
  const room = useMemo(() => askit.room(sessionId), [sessionId]);
  useEffect(() => () => room.close(), [room]);
  const { status, session, questions, replies, sending, listeners, sort, isLive, isComplete } = useRoom(room);
  useEffect(() => void (session && (document.title = `${session.title} – Askit`)), [session?.title]);
  if (status === "deleted") return html`<main class="sheet"><h1 class="page-h">${t("session_gone")}</h1><a href="/">${t("enter_code")}</a></main>`;
  if (!session) return html`<main class="sheet"><p>${t("loading")}…</p></main>`;
  const isOver = session.endedAt !== null || session.expired;
  return html`
    <${Header} session=${session} listeners=${listeners} />
    <p class="vh" role="status" aria-live="polite" id="live"></p>
    ${isComplete && !isLive && !isOver && html`<p class="banner" role="status"><${Icon} name="offline" />${t("offline")}</p>`}
    <main class="room wide">
      ${isOver
        ? html`<p class="composer closed">${t("session_over")}</p>`
        : html`<${Composer} room=${room} user=${user} id="ask" label=${t("ask")} hint=${t("what_to_know")} send=${room.ask} />`}
      <div class="tools">
        <h2>${t("questions")} <span class="num">${session.questionCount}</span></h2>
        <span class="pick">
          <label class="vh" for="sort">${t("order")}</label>
          <select id="sort" value=${sort} onChange=${(event) => room.sort(event.target.value)}>
            ${["top", "new", "old"].map((it) => html`<option value=${it}>${t(it)}</option>`)}
          </select>
          <${Icon} name="down" />
        </span>
      </div>
      ${sending.filter((it) => it.questionId === null).map((it) => html`<${Sending} key=${it.key} room=${room} it=${it} user=${user} />`)}
      <div role="feed" id="list" tabindex="-1" aria-label=${t("questions")} aria-busy=${String(!isComplete)}>
        ${questions.map((it, index) => html`
          <${Question}
            key=${it.questionId}
            room=${room}
            user=${user}
            it=${it}
            replies=${replies[it.questionId]}
            position=${index + 1}
            count=${questions.length}
            isOver=${isOver}
          />
        `)}
        ${isComplete && questions.length === 0 && html`<p class="empty">${t("first_question")}</p>`}
      </div>
    </main>
  `;
}

export { HOSTS };
