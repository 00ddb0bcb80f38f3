// /s/{sessionId}/screen: for the projector. It sees what a stranger sees, whoever is signed in.

import { Icon, Mark } from "../icons.js";
import { Nothing, Qr, halves } from "../parts.js";
import { publicUrl, useTitle } from "../place.js";
import { isOver, stranger, useReopening, useRoom } from "../server.js";
import { html, useEffect, useMemo, useRef } from "../vendor/preact.js";
import { number, t } from "../words.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Session} Session */

/** More than fit. */
const ROWS = 8;

/** Characters of Korean, Chinese and Japanese are as wide as so many of Latin. */
const WIDE = 1.7;
/** The size follows the length. @param {string} text */
function fit(text) {
  const wide = text.match(/[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]/g)?.length ?? 0;
  const length = Array.from(text).length + wide * (WIDE - 1);
  return length <= 60 ? "fit-1" : length <= 110 ? "fit-2" : length <= 180 ? "fit-3" : "fit-4";
}
/** As large as there is room for: W is twice as wide as 1. @param {{ code: string }} props */
function Code({ code }) {
  const line = useRef(/** @type {HTMLElement | null} */ (null));
  const [first, second] = halves(code).split(" ");
  useEffect(() => {
    const it = line.current;
    if (!it) return;
    const fit = () => {
      it.style.fontSize = "";
      if (it.scrollWidth <= it.clientWidth) return;
      const [size = 1, rem = 1] = [it, document.documentElement].map((of) => Number.parseFloat(getComputedStyle(of).fontSize));
      it.style.fontSize = `${(size / rem) * (it.clientWidth / it.scrollWidth)}rem`;
    };
    const watch = new ResizeObserver(fit);
    watch.observe(it);
    return () => watch.disconnect();
  }, [code]);
  return html`<p class="bigcode" ref=${line}><span>${first}</span><span>${second}</span></p>`;
}
/** @param {{ n: number }} props */
const Likes = ({ n }) => html`<${Icon} name="like" /><span class="vh">${t("like")}</span>${number(n)}`;

/** @param {{ session: Session }} props */
const Lobby = ({ session }) => html`
  <main class="lobby">
    <${Qr} session=${session} />
    <div>
      <h1 class="said clamp" dir="auto">${session.title}</h1>
      <p class="addr">${publicUrl.host}</p>
      <${Code} code=${session.joinCode} />
      <p class="last">${t("scan")}</p>
      ${session.settings.names !== "required" && html`<p class="muted">${t("no_name_needed")}</p>`}
    </div>
  </main>
`;

/** @param {{ question: Question }} props */
const Stage = ({ question }) => html`
  <section class="stage" aria-labelledby="now-h">
    <h2 class="stage-top" id="now-h">
      <${Icon} name="stage" />${t("answering")}
      <span class="num"><${Likes} n=${question.likesCount} /></span>
    </h2>
    <p class=${`said clamp ${fit(question.body)}`} dir="auto">${question.body}</p>
  </section>
`;

/** @param {{ session: Session, questions: Question[], isLive: boolean }} props */
function Hall({ session, questions, isLive }) {
  const over = isOver(session);
  const current = over ? undefined : questions.find((it) => it.questionId === session.currentQuestionId);
  const others = questions.filter((it) => !it.closed && it !== current);
  const heading = over ? "open_questions" : current ? "next_questions" : "top_question";
  return html`
    <main class="hall">
      <div class=${over || current ? "left" : "left alone"}>
        <h1 class="title">
          <${Mark} /><span dir="auto">${session.title}</span>${!isLive && !over && html`<${Icon} name="offline" />`}
        </h1>
        ${over
          ? html`<section class="stage"><h2 class="said fit-1">${t("session_over")}</h2><p class="rest">${t("read_on")}</p></section>`
          : current && html`<${Stage} question=${current} />`}
        <section class="next" aria-labelledby="next-h">
          <h2 id="next-h">${t(heading)}</h2>
          <ol>
            ${others.slice(0, ROWS).map((it) => html`
              <li key=${it.questionId}>
                <span class="n"><${Likes} n=${it.likesCount} /></span>
                <p class="said" dir="auto">${it.body}</p>
              </li>
            `)}
          </ol>
        </section>
      </div>
      <div class="right">
        <${Qr} session=${session} />
        <p class="addr">${publicUrl.host}</p>
        <${Code} code=${session.joinCode} />
        <div class="facts">
          <p><b>${number(session.questionCount)}</b><span>${t("questions")}</span></p>
          <p><b>${number(session.participantCount)}</b><span>${t("took_part")}</span></p>
        </div>
      </div>
    </main>
  `;
}

/** A projector must not fall asleep. Where the browser does not offer that, the machine's own settings hold. */
function useAwake() {
  useEffect(() => {
    /** @type {WakeLockSentinel | null} */
    let lock = null;
    const hold = async () => {
      if (document.visibilityState !== "visible") return;
      lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    };
    void hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      void lock?.release();
    };
  }, []);
}

/** @param {{ sessionId: string }} props */
export function Screen({ sessionId }) {
  const room = useMemo(() => stranger.room(sessionId, { sort: "top" }), [sessionId]);
  useEffect(() => () => room.close(), [room]);
  const { status, session, questions, isComplete, isLive } = useRoom(room);
  const isLobby = isComplete && questions.length === 0 && session !== null && !isOver(session);
  useAwake();
  useTitle(session?.title ?? "");
  useEffect(() => {
    const root = document.documentElement.classList;
    root.add("wall");
    root.toggle("door-open", isLobby);
    return () => root.remove("wall", "door-open");
  }, [isLobby]);
  useReopening(stranger, sessionId, room, status);
  if (status === "deleted") return html`<main class="hall"><${Nothing} title=${t("session_gone")} icon="talk" /></main>`;
  if (!session) return null;
  return isLobby ? html`<${Lobby} session=${session} />` : html`<${Hall} session=${session} questions=${questions} isLive=${isLive || !isComplete} />`;
}
