// /s/{sessionId}/screen: for the projector. It sees what a stranger sees, whoever is signed in.

import { Icon, Mark } from "../icons.js";
import { halves } from "../parts.js";
import { stranger, useRoom } from "../server.js";
import { html, useEffect, useMemo } from "../vendor/preact.js";
import { t } from "../words.js";

/** The size follows the length. @param {string} text */
function fit(text) {
  const length = Array.from(text).length;
  return length <= 60 ? "fit-1" : length <= 110 ? "fit-2" : length <= 180 ? "fit-3" : "fit-4";
}
/** @param {{ session: any }} props */
const Qr = ({ session }) =>
  html`<img class="qr" src=${`/api/sessions/${session.sessionId}/qr.svg?size=8`} alt=${t("code_and_qr")} />`;
/** @param {{ code: string }} props */
const Code = ({ code }) => {
  const [first, second] = halves(code).split(" ");
  return html`<p class="bigcode"><span>${first}</span><span>${second}</span></p>`;
};

function Lobby({ session }) {
  return html`
    <main class="lobby">
      <${Qr} session=${session} />
      <div>
        <h1 dir="auto">${session.title}</h1>
        <p class="addr">${location.host}</p>
        <${Code} code=${session.joinCode} />
        <p class="last muted">${t("scan")}</p>
        <p class="muted">${t("no_name_needed")}</p>
      </div>
    </main>
  `;
}

function Hall({ session, questions }) {
  const [first, ...others] = questions.filter((it) => !it.closed);
  return html`
    <main class="hall">
      <div class="left">
        <h1 class="title"><${Mark} /><span dir="auto">${session.title}</span></h1>
        ${first && html`
          <section class="stage" aria-labelledby="now-h">
            <h2 class="stage-top" id="now-h">
              <${Icon} name="stage" />${t(first.pinned ? "pinned" : "top")}
              <span class="num"><${Icon} name="like" /><span class="vh">${t("like")}</span>${first.likesCount}</span>
            </h2>
            <p class=${`said clamp ${fit(first.body)}`} dir="auto">${first.body}</p>
          </section>
        `}
        <section class="next" aria-labelledby="next-h">
          <h2 id="next-h">${t("next_questions")}</h2>
          <ol>
            ${others.slice(0, 8).map((it) => html`
              <li key=${it.questionId}>
                <span class="n"><${Icon} name="like" /><span class="vh">${t("like")}</span>${it.likesCount}</span>
                <p class="said" dir="auto">${it.body}</p>
              </li>
            `)}
          </ol>
        </section>
      </div>
      <div class="right">
        <${Qr} session=${session} />
        <p class="addr">${location.host}</p>
        <${Code} code=${session.joinCode} />
        <div class="facts">
          <p><b>${session.questionCount}</b><span>${t("questions")}</span></p>
          <p><b>${session.participantCount}</b><span>${t("participants")}</span></p>
        </div>
      </div>
    </main>
  `;
}

export function Screen({ sessionId }) {
  const room = useMemo(() => stranger.room(sessionId, { sort: "top" }), [sessionId]);
  useEffect(() => () => room.close(), [room]);
  const { status, session, questions } = useRoom(room);
  const isLobby = questions.length === 0;
  useEffect(() => {
    const root = document.documentElement.classList;
    root.add("wall");
    root.toggle("door-open", isLobby);
    return () => root.remove("wall", "door-open");
  }, [isLobby]);
  if (status === "deleted") return html`<main class="hall"><h1>${t("session_gone")}</h1></main>`;
  if (!session) return null;
  document.title = `${session.title} – Askit`;
  return isLobby ? html`<${Lobby} session=${session} />` : html`<${Hall} session=${session} questions=${questions} />`;
}
