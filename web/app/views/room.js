// /s/{sessionId}: the room.

import { Icon, Mark } from "../icons.js";
import { say } from "../live.js";
import { Everywhere, Menu, Nothing, VIEWS, Waiting, halves, lazy, useMinute } from "../parts.js";
import { go, isFramed, usePlace, useTitle } from "../place.js";
import { askit, isHost, isOver, openRoom, useReopening, useRoom, useUser } from "../server.js";
import { keep, keepsCookies, kept } from "../storage.js";
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { language, t } from "../words.js";
import { createOutbox, forgetOld, useOutbox, writeAgain } from "../writing.js";
import { Composer, Shut, shutBy } from "./composer.js";
import { Feed, Pill, useHeld } from "./feed.js";
import { QuestionItem } from "./question.js";
import { Stage } from "./stage.js";
import { Toolbar } from "./toolbar.js";
import { Fate, Left, Unsent, UnsentItem } from "./unsent.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").RoomState} RoomState */
/** @typedef {import("../server.js").Session} Session */
/** @typedef {import("./question.js").Setting} Setting */

/** It is needed by whoever has asked, which is soon. */
const OwnItem = lazy(() => import("./own.js"), "OwnItem");
// Most people never see these.
const HostTools = lazy(() => import("./tools.js"), "HostTools", VIEWS);
const ReplyTools = lazy(() => import("./tools.js"), "ReplyTools", VIEWS);
const StageTools = lazy(() => import("./tools.js"), "StageTools", VIEWS);
const TOOLS = { HostTools, ReplyTools, StageTools };
const withTools = () => Promise.all([import("./host.js"), ...Object.values(TOOLS).map((it) => it.load())]);
const Tabs = lazy(async () => (await withTools())[0], "Tabs", VIEWS);
const Review = lazy(() => import("./review.js"), "Review", VIEWS);
const Muted = lazy(() => import("./muted.js"), "Muted", VIEWS);
const People = lazy(() => import("./people.js"), "People", VIEWS);
const PeopleDialog = lazy(() => import("./people.js"), "PeopleDialog", VIEWS);
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

/**
 * Tells a screen reader what is new, without likes.
 * @param {RoomState} state @param {number} waiting @param {Question | undefined} current
 */
function useNews({ mine, isComplete }, waiting, current) {
  const known = useRef(/** @type {Map<string, Question>} */ (new Map()));
  const first = useRef(true);
  useEffect(() => void (waiting > 0 && say(t("new_questions", { n: waiting }))), [waiting]);
  useEffect(() => {
    if (current && !first.current) say(`${t("answering")}: ${current.body}`);
    if (isComplete) first.current = false;
  }, [current?.questionId, isComplete]);
  useEffect(() => {
    for (const it of mine) {
      const before = known.current.get(it.questionId);
      if (isComplete && before) tellChange(before, it);
      known.current.set(it.questionId, it);
    }
  }, [mine]);
}
/** What has become of one's own question. @param {Question} before @param {Question} it */
function tellChange(before, it) {
  if (it.repliesCount > before.repliesCount) say(t("your_question_has_reply"));
  if (it.mergedInto !== before.mergedInto) return say(t("merged_means"));
  if (it.review !== before.review) say(t(it.review === "approved" ? "your_question_is_shown" : "hidden_by_host"));
  if (it.closed && !before.closed) say(t("your_question_is_answered"));
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

/**
 * What all items have in common; another object when something of it changes.
 * @param {any} props those of the room
 * @returns {Setting}
 */
function useSetting({ sessionId, room, outbox, session, host, settle }) {
  const minute = useMinute();
  const over = isOver(session);
  const { settings, muted, labels, currentQuestionId: currentId } = session;
  return useMemo(
    () => ({ room, outbox, sessionId, isHost: host, isOver: over, settings, muted, labels, currentId, settle, ...TOOLS }),
    [room, outbox, host, over, settings, muted, labels, currentId, minute, language],
  );
}

/** The questions with all that belongs to them. @param {any} props */
function Questions({ sessionId, room, outbox, state, host, onShare, setting, settled, current }) {
  const { session, questions, replies, sort, isComplete } = state;
  const user = useUser();
  const [pick, setPick] = useState(/** @type {import("./looking.js").Pick | null} */ (null));
  /** How often all was to be shown again. */
  const [rounds, setRounds] = useState(0);
  const [written, setWritten] = useState(0);
  const [isAsking, setAsking] = useState(false);
  const [target, setTarget] = useState(/** @type {{ id: string } | null} */ (null));
  const jumpTo = (/** @type {string | undefined} */ id) => id && setTarget({ id });
  const { all: unsent, sent } = useOutbox(outbox);
  // One's own comes by the answer, and by an event that may be quicker and does not know whose it is.
  const isOnItsWay = (/** @type {import("../writing.js").Unsent} */ it) => it.state === "sending" && it.questionId === null;
  const onTheWay = new Set(unsent.filter(isOnItsWay).map((it) => asKept(it.body)));
  const known = questions.filter((/** @type {Question} */ it) => it.isOwner || !onTheWay.has(it.body));
  const wanted = pick ? pick.choose(known) : known;
  const held = useHeld(wanted, [sort, pick, settled, isComplete]);
  const { hasMoved, show } = held;
  // What is on the stage keeps its place in the list. It is shown there only while one looks for something.
  const isStaged = (/** @type {string} */ id) => id === current?.questionId && !pick;
  const list = held.list.filter((it) => !isStaged(it.questionId));
  const waiting = held.waiting.filter((id) => !isStaged(id));
  useNews(state, waiting.length, current);
  const over = isOver(session);
  const closedName = `askit.closed.${sessionId}`;
  const [closed, setClosed] = useState(kept(closedName) ?? "");
  const unlisted = state.mine.filter(
    (/** @type {Question} */ it) =>
      it.review === "pending" || ((it.review !== "approved" || it.mergedInto !== null) && !closed.includes(it.questionId)),
  );
  /** @param {Question} it */
  const close = (it) => {
    const next = `${closed} ${it.questionId}`;
    keep(closedName, next);
    setClosed(next);
    document.getElementById("list")?.focus({ preventScroll: true });
  };
  const showAll = () => {
    show();
    jumpTo(waiting[0] ?? wanted[0]?.questionId);
  };
  /** Leads to a question, whatever is looked for. @param {string | undefined} id */
  const showAgain = (id) => {
    setPick(null);
    setRounds((n) => n + 1);
    if (id === current?.questionId) document.getElementById("now-h")?.focus();
    else jumpTo(id);
  };
  const showSent = () => {
    const isSent = (/** @type {Question} */ it) => it.body === asKept(sent?.body ?? "");
    const newest = state.mine.find(isSent) ?? state.mine[0]; // it may have other words by now
    showAgain(newest?.questionId);
    outbox.seen();
    const own = document.querySelector(`[data-own="${newest?.questionId}"]`);
    if (!(own instanceof HTMLElement)) return;
    own.scrollIntoView({ block: "center" });
    own.focus({ preventScroll: true });
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
    if (place === "ask") return shutBy(setting, "questions", isFramed ? null : (user?.nickname ?? null)) !== null;
    const id = place.replace(/^q-/, "");
    const isThere = (/** @type {Question} */ it) => it.questionId === id;
    return !place.startsWith("r-") && !questions.some(isThere) && !state.mine.some(isThere);
  };
  const composer = html`
    <${Composer}
      key=${`ask ${written}`}
      id="ask"
      setting=${setting}
      kind="questions"
      place=${`${sessionId}.ask`}
      label=${t("ask")}
      hint=${t("what_to_know")}
      note=${html`<${Fate} unsent=${unsent} sent=${sent} onShow=${showSent} />`}
      send=${(/** @type {string} */ body, /** @type {boolean} */ anonymous) => outbox.send(null, body, anonymous)}
    />
  `;
  const ask = () => {
    setAsking(!isAsking);
    requestAnimationFrame(() => document.getElementById("ask")?.focus());
  };
  const isEmpty = isComplete && questions.length === 0;
  useEffect(() => void (isComplete && OwnItem.load().catch(() => {})), [isComplete]);
  const asking = html`
    <button type="button" class="iconic bare" aria-expanded=${String(isAsking)} onClick=${ask}>
      <${Icon} name="edit" /><span>${t("write_question")}</span>
    </button>
  `;
  return html`
    ${over ? html`<${Shut} why="session_over" />` : (!host || isAsking) && composer}
    ${session.description && html`<p class="about said" dir="auto">${session.description}</p>`}
    ${!isEmpty && html`
      <${Toolbar}
        key=${rounds}
        room=${room}
        sort=${sort}
        count=${session.questionCount}
        labels=${session.labels}
        pick=${pick}
        onPick=${setPick}
        extra=${host && !over && asking}
      />
    `}
    ${!over && !host && session.settings.likes && list.length > 0 && kept("askit.liked") === null && html`
      <p class="hint-line"><${Icon} name="like" />${t("like_hint")}</p>
    `}
    ${isComplete && html`<${Left} sessionId=${sessionId} isGone=${isGone} />`}
    <div id="unsent">
      ${unsent.map((it) => html`<${UnsentItem} key=${it.key} it=${it} outbox=${outbox} onEdit=${editAgain} />`)}
      ${unlisted.map((/** @type {Question} */ it) => html`
        <${OwnItem}
          key=${it.questionId}
          it=${it}
          setting=${setting}
          onClose=${() => close(it)}
          onShow=${questions.some((/** @type {Question} */ other) => other.questionId === it.mergedInto) && (() => showAgain(it.mergedInto ?? undefined))}
        />
      `)}
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
      ${isComplete && wanted.length === 0 && questions.length > 0 && html`<p class="nothing">${t("none_found")}</p>`}
    <//>
    ${isEmpty && unsent.length === 0 && unlisted.length === 0 && html`<${First} isHost=${host} isOver=${over} onShare=${onShare} />`}
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

/** @param {{ sessionId: string }} props */
export function RoomView({ sessionId }) {
  const user = useUser();
  const room = useMemo(() => openRoom(sessionId), [sessionId]);
  const outbox = useMemo(() => (forgetOld(), createOutbox(room, sessionId)), [room]);
  useEffect(() => () => (outbox.close(), room.close()), [room]);
  const state = useRoom(room);
  const { status, session, isLive, isComplete, error } = state;
  const over = session !== null && isOver(session);
  const isLost = useLost(isLive, (!isComplete && error === null) || over || status !== "live");
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

  return html`<${Inside} sessionId=${sessionId} room=${room} outbox=${outbox} state=${state} user=${user} isLost=${isLost} />`;
}

/** The room once it was read. @param {any} props */
function Inside({ sessionId, room, outbox, state, user, isLost }) {
  const { session, listeners } = state;
  const { query } = usePlace();
  const [dialog, setDialog] = useState("");
  const host = isHost(session) && !isFramed;
  /** How often everything was to be shown in its place at once. */
  const [settled, setSettled] = useState(0);
  const settle = () => setSettled((n) => n + 1);
  const setting = useSetting({ sessionId, room, outbox, session, host, settle });
  const current = state.questions.find((/** @type {Question} */ it) => it.questionId === session.currentQuestionId);
  const tab = host ? (query.get("tab") ?? "questions") : "questions";
  const onTab = (/** @type {string} */ next) =>
    go(next === "questions" ? location.pathname : `${location.pathname}?tab=${next}`, { replace: true });
  const stage = current && html`<${Stage} it=${current} replies=${state.replies[current.questionId]} setting=${setting} />`;
  const questions = html`<${Questions}
    sessionId=${sessionId}
    room=${room}
    outbox=${outbox}
    state=${state}
    host=${host}
    setting=${setting}
    settled=${settled}
    current=${current}
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
            <${Tabs} session=${session} state=${state} setting=${setting} tab=${tab} onTab=${onTab} stage=${stage}>
              ${tab === "review" && html`<${Review} state=${state} setting=${setting} />`}
              ${tab === "people" && html`<${People} session=${session} user=${user} />`}
              ${tab === "muted" && html`<${Muted} room=${room} />`}
              ${tab === "settings" && html`<${Settings} session=${session} room=${room} />`}
              ${tab === "export" && html`<${Export} session=${session} />`}
              ${tab === "questions" && questions}
            <//>
          </main>
        `
      : html`<main class="room wide">${stage}${questions}</main>`}
    ${dialog === "share" && html`<${Share} session=${session} onClose=${() => setDialog("")} />`}
    ${dialog === "people" && html`<${PeopleDialog} session=${session} user=${user} onClose=${() => setDialog("")} />`}
  `;
}
