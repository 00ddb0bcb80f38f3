// /s/{sessionId}: the room.

import { Icon, Mark } from "../icons.js";
import { say } from "../live.js";
import { Dialog, Everywhere, Menu, Nothing, VIEWS, Waiting, halves, lazy, useMinute } from "../parts.js";
import { go, isFramed, usePlace, useTitle } from "../place.js";
import { askit, isHost, isOver, openRoom, useReopening, useRoom, useUser } from "../server.js";
import { keepsCookies, kept } from "../storage.js";
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { language, t } from "../words.js";
import { createOutbox, forgetOld, useOutbox, writeAgain } from "../writing.js";
import { Composer } from "./composer.js";
import { Feed, Pill, useHeld } from "./feed.js";
import { QuestionItem } from "./question.js";
import { Toolbar, selected } from "./toolbar.js";
import { Fate, Left, Unsent, UnsentItem } from "./unsent.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Session} Session */

// Most people never see these.
const Tabs = lazy(() => import("./host.js"), "Tabs", VIEWS);
const People = lazy(() => import("./people.js"), "People", VIEWS);
const Settings = lazy(() => import("./settings.js"), "Settings", VIEWS);
const Export = lazy(() => import("./export.js"), "Export", VIEWS);
const Share = lazy(() => import("./share.js"), "Share", VIEWS);

/** A connection may be lost for so many milliseconds before one is told. */
const PATIENCE = 2_500;

/** @param {{ session: Session, listeners: number, isList: boolean, onDialog: (name: string) => void }} props */
function Header({ session, listeners, isList, onDialog }) {
  const host = isHost(session);
  return html`
    ${!host && html`<a class="skip" href="#ask">${t("skip_to_ask")}</a>`}
    ${isList && html`<a class="skip" href="#list">${t("skip_to_list")}</a>`}
    <header class=${host ? "bar" : "bar of-room"}>
      <a class="mark" href=${isFramed ? undefined : "/"}><${Mark} /><span class="vh">${t("home")}</span></a>
      <div class="bar-title">
        <h1 dir="auto">${session.title}</h1>
        <p>
          <b>${halves(session.joinCode)}</b> · ${t("people", { n: session.participantCount })}
          <span class="wide-only"> · ${t("watching", { n: listeners })}</span>
        </p>
      </div>
      <div class="end">
        <button type="button" class="iconic" onClick=${() => onDialog("share")}>
          <${Icon} name="qr" /><span>${t("code_and_qr")}</span>
        </button>
        ${host && !isFramed && html`
          <a class="iconic wide-only" href=${`/s/${session.sessionId}/screen`} target="_blank">
            <${Icon} name="stage" /><span>${t("open_screen")}</span>
          </a>
        `}
        ${!isFramed && html`
          <${Menu} label=${t("menu")}>
            ${!host && askit.user && html`
              <button type="button" onClick=${() => onDialog("people")}><${Icon} name="people" />${t("participants")}</button>
            `}
            <a href=${`/s/${session.sessionId}/screen`} target="_blank"><${Icon} name="stage" />${t("open_screen")}</a>
            <div class="sep"></div>
            <${Everywhere} />
          <//>
        `}
      </div>
    </header>
  `;
}

/** @param {{ isLost: boolean, again: () => void }} props */
const Banner = ({ isLost, again }) =>
  isLost &&
  html`
    <div class="banner wait" role="status">
      <${Icon} name="offline" />
      <p>${t("offline")}</p>
      <button type="button" class="link" onClick=${again}>${t("connect_again")}</button>
    </div>
  `;

/** Whether there has been no connection for a while. @param {boolean} isLive @param {boolean} isOff for this is no loss */
function useLost(isLive, isOff) {
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (isLive || isOff) return setLost(false);
    const timer = setTimeout(() => {
      setLost(true);
      say(t("offline"));
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [isLive, isOff]);
  return isLost;
}

/** Tells a screen reader what is new, without likes. @param {Question[]} questions @param {number} waiting @param {boolean} isComplete */
function useNews(questions, waiting, isComplete) {
  const mine = useRef(/** @type {Map<string, Question>} */ (new Map()));
  useEffect(() => void (waiting > 0 && say(t("new_questions", { n: waiting }))), [waiting]);
  useEffect(() => {
    for (const it of questions) {
      if (!it.isOwner) continue;
      const before = mine.current.get(it.questionId);
      if (isComplete && before && it.repliesCount > before.repliesCount) say(t("your_question_has_reply"));
      if (isComplete && before && it.closed && !before.closed) say(t("your_question_is_answered"));
      mine.current.set(it.questionId, it);
    }
  }, [questions]);
}

/** In the place of the composer. */
function Shut() {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  // Whoever was writing is told here.
  useEffect(() => void (document.activeElement === document.body && section.current?.focus({ preventScroll: true })), []);
  return html`
    <section class="composer shut" id="ask" tabindex="-1" ref=${section} aria-label=${t("ask")}>
      <${Icon} name="lock" /><p><b>${t("session_over")}</b>${t("session_over_means")}</p>
    </section>
  `;
}

/** @param {{ isHost: boolean, isOver: boolean, onShare: () => void }} props */
const First = ({ isHost, isOver, onShare }) => html`
  <section class="nothing">
    <${Mark} kind="art" />
    <h2>${t(isHost || isOver ? "no_questions" : "first_question")}</h2>
    ${!isOver && html`<p>${t(isHost ? "no_questions_means" : "first_question_means")}</p>`}
    ${isHost && !isOver && html`
      <button type="button" class="btn go" onClick=${onShare}><${Icon} name="qr" />${t("code_and_qr")}</button>
    `}
  </section>
`;

/** Words as the server keeps them. @param {string} body */
const asKept = (body) => body.normalize("NFC").replace(/\r\n?/g, "\n");

/** The questions with all that belongs to them. @param {any} props */
function Questions({ sessionId, room, outbox, state, host, onShare }) {
  const { session, questions, replies, sort, isComplete } = state;
  const [filter, setFilter] = useState("all");
  const [search, setSearch] = useState("");
  const [settled, setSettled] = useState(0);
  const [written, setWritten] = useState(0);
  const [isAsking, setAsking] = useState(false);
  const [target, setTarget] = useState(/** @type {{ id: string } | null} */ (null));
  const jumpTo = (/** @type {string | undefined} */ id) => id && setTarget({ id });
  const { all: unsent, sent } = useOutbox(outbox);
  // One's own comes by the answer, and by an event that may be quicker and does not know whose it is.
  const isOnItsWay = (/** @type {import("../writing.js").Unsent} */ it) => it.state === "sending" && it.questionId === null;
  const onTheWay = new Set(unsent.filter(isOnItsWay).map((it) => asKept(it.body)));
  const known = questions.filter((/** @type {Question} */ it) => it.isOwner || !onTheWay.has(it.body));
  const wanted = selected(known, filter, search);
  const { list, waiting, hasMoved, show } = useHeld(wanted, [sort, filter, search, settled, isComplete]);
  useNews(questions, waiting.length, isComplete);
  const over = isOver(session);
  const minute = useMinute();
  const settle = () => setSettled((n) => n + 1);
  const setting = useMemo(
    () => ({ room, outbox, sessionId, isHost: host, isOver: over, settle }),
    [room, outbox, host, over, minute, language],
  );
  const showAll = () => {
    show();
    jumpTo(waiting[0] ?? wanted[0]?.questionId);
  };
  const showSent = () => {
    const mine = questions.filter((/** @type {Question} */ it) => it.isOwner && it.body === asKept(sent?.body ?? ""));
    const newest = mine.sort((/** @type {Question} */ a, /** @type {Question} */ b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
    setFilter("all");
    setSearch("");
    outbox.seen();
    if (newest) jumpTo(newest.questionId);
  };
  /** @param {import("../writing.js").Unsent} it */
  const editAgain = (it) => {
    writeAgain(sessionId, it);
    setWritten((n) => n + 1);
    if (it.questionId === null) setAsking(true);
    else void room.open(it.questionId);
  };
  /** @param {string} place a question's id, `ask`, or `q-…` and `r-…` where something is edited */
  const isGone = (place) => {
    if (over) return true;
    const id = place.replace(/^q-/, "");
    return place !== "ask" && !place.startsWith("r-") && !questions.some((/** @type {Question} */ it) => it.questionId === id);
  };
  const composer = html`
    <${Composer}
      key=${`ask ${written}`}
      id="ask"
      sessionId=${sessionId}
      place=${`${sessionId}.ask`}
      label=${t("ask")}
      hint=${t("what_to_know")}
      isHost=${host}
      note=${html`<${Fate} unsent=${unsent} sent=${sent} onShow=${showSent} />`}
      send=${(/** @type {string} */ body, /** @type {boolean} */ anonymous) => outbox.send(null, body, anonymous)}
    />
  `;
  const ask = () => {
    setAsking(!isAsking);
    requestAnimationFrame(() => document.getElementById("ask")?.focus());
  };
  const isEmpty = isComplete && questions.length === 0;
  const asking = html`
    <button type="button" class="iconic bare" aria-expanded=${String(isAsking)} onClick=${ask}>
      <${Icon} name="edit" /><span>${t("write_question")}</span>
    </button>
  `;
  return html`
    ${over ? html`<${Shut} />` : (!host || isAsking) && composer}
    ${session.description && html`<p class="about said" dir="auto">${session.description}</p>`}
    ${!isEmpty && html`
      <${Toolbar}
        room=${room}
        sort=${sort}
        count=${session.questionCount}
        filter=${filter}
        setFilter=${setFilter}
        search=${search}
        setSearch=${setSearch}
        extra=${host && !over && asking}
      />
    `}
    ${!over && !host && list.length > 0 && kept("askit.liked") === null && html`
      <p class="hint-line"><${Icon} name="like" />${t("like_hint")}</p>
    `}
    ${isComplete && html`<${Left} sessionId=${sessionId} isGone=${isGone} />`}
    <div id="unsent">
      ${unsent.map((it) => html`<${UnsentItem} key=${it.key} it=${it} outbox=${outbox} onEdit=${editAgain} />`)}
    </div>
    <${Pill} count=${waiting.length} hasMoved=${hasMoved} onShow=${showAll} />
    <${Feed}
      list=${list}
      target=${target}
      isBusy=${!isComplete}
      item=${(/** @type {Question} */ it, /** @type {number} */ position) => html`
        <${QuestionItem}
          key=${it.questionId}
          it=${it}
          replies=${replies[it.questionId]}
          position=${position}
          count=${list.length}
          setting=${setting}
        />
      `}
    >
      ${isComplete && list.length === 0 && questions.length > 0 && html`<p class="nothing">${t("none_found")}</p>`}
    <//>
    ${isEmpty && unsent.length === 0 && html`<${First} isHost=${host} isOver=${over} onShare=${onShare} />`}
  `;
}

/** Enters as who is signed in, unlisted: a link names nobody. Whoever is nobody reads, until the first word or like. */
function useEntrance(sessionId, session) {
  const user = useUser();
  const isOutside = session !== null && session.role === null && !isOver(session);
  useEffect(() => {
    if (!user || !isOutside || isFramed) return;
    const path = { sessionId };
    askit.put("/api/sessions/{sessionId}/participants/me", { path, body: { listed: false } }).catch(() => {});
  }, [user?.userId, isOutside]);
}

/** @param {{ session: Session, user: any, name: string, onClose: () => void }} props */
function RoomDialog({ session, user, name, onClose }) {
  if (name === "share") return html`<${Share} session=${session} onClose=${onClose} />`;
  if (name !== "people") return null;
  return html`
    <${Dialog} title=${t("participants")} onClose=${onClose}>
      <${People} session=${session} user=${user} />
      <div class="ends"><button type="button" class="btn" onClick=${onClose}>${t("close")}</button></div>
    <//>
  `;
}

/** @param {{ sessionId: string }} props */
export function RoomView({ sessionId }) {
  const user = useUser();
  const { query } = usePlace();
  const room = useMemo(() => openRoom(sessionId), [sessionId]);
  const outbox = useMemo(() => (forgetOld(), createOutbox(room, sessionId)), [room]);
  useEffect(() => () => (outbox.close(), room.close()), [room]);
  const state = useRoom(room);
  const { status, session, listeners, isLive, isComplete, error } = state;
  const [dialog, setDialog] = useState("");
  const over = session !== null && isOver(session);
  const isLost = useLost(isLive, !isComplete || over || status !== "live");
  useEffect(() => void (isLive && outbox.retry()), [isLive]);
  useTitle(session?.title ?? "");
  useEntrance(sessionId, session);
  useReopening(askit, sessionId, room, status);

  if (status === "deleted") {
    return html`
      <main class="sheet">
        <${Nothing} title=${t("session_gone")} icon="talk"><a class="btn go" href="/">${t("to_home")}</a><//>
        <${Left} sessionId=${sessionId} isGone=${() => true} /><${Unsent} sessionId=${sessionId} />
      </main>
    `;
  }
  if (status === "failed") {
    return html`<main class="sheet"><${Nothing} title=${t("our_fault")} error=${error} again=${room.reload} /></main>`;
  }
  if (!session) return html`<main class="sheet">${error ? html`<${Nothing} title=${t("no_answer")} again=${room.reload} />` : html`<${Waiting} />`}</main>`;

  const host = isHost(session) && !isFramed;
  const tab = host ? (query.get("tab") ?? "questions") : "questions";
  const onTab = (/** @type {string} */ next) =>
    go(next === "questions" ? location.pathname : `${location.pathname}?tab=${next}`, { replace: true });
  const questions = html`<${Questions}
    sessionId=${sessionId}
    room=${room}
    outbox=${outbox}
    state=${state}
    host=${host}
    onShare=${() => setDialog("share")}
  />`;
  return html`
    <${Header} session=${session} listeners=${listeners} isList=${tab === "questions"} onDialog=${setDialog} />
    <p class="vh" role="status" aria-live="polite" id="live"></p>
    <${Banner} isLost=${isLost} again=${room.reload} />
    ${!keepsCookies && html`<div class="banner wait"><${Icon} name="fault" /><p>${t("cookies_needed")}</p></div>`}
    ${host
      ? html`
          <main>
            <${Tabs} session=${session} tab=${tab} onTab=${onTab}>
              ${tab === "people" && html`<${People} session=${session} user=${user} />`}
              ${tab === "settings" && html`<${Settings} session=${session} room=${room} />`}
              ${tab === "export" && html`<${Export} session=${session} />`}
              ${tab === "questions" && questions}
            <//>
          </main>
        `
      : html`<main class="room wide">${questions}</main>`}
    ${dialog && html`<${RoomDialog} session=${session} user=${user} name=${dialog} onClose=${() => setDialog("")} />`}
  `;
}
