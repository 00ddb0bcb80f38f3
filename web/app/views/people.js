// Who takes part: the list, and what the super host makes of whom.

import { Confirm, Dialog } from "../forms.js";
import { useAct, useRead, Waiting, Who } from "../parts.js";
import { go } from "../place.js";
import { askit, isHost, isOver } from "../server.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { Facts, Fault, within } from "./facts.js";

/** @typedef {import("../server.js").Session} Session */
/** @typedef {import("../server.js").Person} Person */
/** @typedef {import("../../client/api.js").components["schemas"]["ParticipantResponse"]} Participant */

const PAGE = 100;
/** Where many come in at once, the list is read so seldom. */
const PAUSE = 2_000;

const PARTICIPANTS = "/api/sessions/{sessionId}/participants";
const ME = "/api/sessions/{sessionId}/participants/me";
const HOST = "/api/sessions/{sessionId}/hosts/{userId}";

/** The list as far as it is shown, kept fresh. @param {Session} session @param {Person | null} user */
function useParticipants(session, user) {
  const { sessionId, participantCount, listedCount, role } = session;
  const [state, setState] = useState({
    people: /** @type {Participant[] | null} */ (null),
    anonymousCount: 0,
    hasMore: false,
    error: /** @type {any} */ (null),
  });
  const wanted = useRef(PAGE);
  const reading = useRef(0);
  const timer = useRef(/** @type {any} */ (null));
  const focused = useRef(/** @type {string | undefined} */ (undefined));

  const read = async () => {
    const mine = ++reading.current;
    /** @type {Map<number | null, Participant>} */
    const found = new Map();
    try {
      for (let cursor; ; ) {
        /** @type {import("../../client/api.js").components["schemas"]["ParticipantsResponse"]} */
        const page = await askit.get(PARTICIPANTS, { path: { sessionId }, query: { limit: PAGE, cursor } });
        if (mine !== reading.current) return;
        for (const it of page.participants) found.set(it.userId, it);
        cursor = page.nextCursor;
        if (cursor !== null && found.size < wanted.current) continue;
        focused.current = document.activeElement?.id;
        const { anonymousCount } = page;
        return setState({ people: [...found.values()], anonymousCount, hasMore: cursor !== null, error: null });
      }
    } catch (error) {
      if (mine === reading.current) setState((before) => ({ ...before, error }));
    }
  };
  // A row that moves up loses the focus.
  useLayoutEffect(() => {
    if (document.activeElement === document.body && focused.current) document.getElementById(focused.current)?.focus();
  }, [state.people]);
  useEffect(() => {
    if (!user) return;
    if (state.people === null) return void read();
    timer.current ??= setTimeout(() => {
      timer.current = null;
      void read();
    }, PAUSE);
  }, [user?.userId, sessionId, participantCount, listedCount, role]);
  useEffect(() => () => (reading.current++, clearTimeout(timer.current)), []);
  useEffect(() => {
    if (!state.error) return;
    const again = () => void read();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [state.error]);
  const more = () => {
    wanted.current += PAGE;
    return read();
  };
  return { ...state, read, more };
}

/** @param {{ name: string, act: () => Promise<unknown>, onClose: () => void }} props */
function MakeHost({ name, act, onClose }) {
  const [isBusy, error, run] = useAct(async () => {
    await act();
    onClose();
  });
  return html`
    <${Dialog} title=${t("make_host_ask", { name })} onClose=${onClose}>
      <${Facts} lines=${[["pin", t("make_host_1")], ["download", t("make_host_2")], ["lock", t("make_host_3")]]} />
      <${Fault} error=${error} />
      <div class="ends">
        <button type="button" class="btn" onClick=${onClose}>${t("cancel")}</button>
        <button type="button" class="btn go" aria-disabled=${isBusy ? "true" : undefined} onClick=${run}>${t("make_host")}</button>
      </div>
    <//>
  `;
}

/**
 * @typedef {{ kind: "make" | "unmake" | "hand_over", it: Participant }} Asked
 * @param {{ session: Session, asked: Asked, read: () => Promise<void>, onClose: () => void }} props
 */
function AskFirst({ session, asked: { kind, it }, read, onClose }) {
  const name = within(it.nickname);
  const path = { sessionId: session.sessionId, userId: /** @type {number} */ (it.userId) };
  const then = (/** @type {() => Promise<unknown>} */ act) => () => act().then(read);
  if (kind === "make") return html`<${MakeHost} name=${name} act=${then(() => askit.put(HOST, { path }))} onClose=${onClose} />`;
  if (kind === "unmake") {
    return html`
      <${Confirm}
        title=${t("unmake_host_ask", { name })}
        verb=${t("unmake_host")}
        act=${then(() => askit.delete(HOST, { path }))}
        onClose=${onClose}
      >
        <${Facts}
          lines=${[
            ["lock", t("unmake_host_1")],
            ["people", t("unmake_host_2")],
            ...(isOver(session) ? [["fault", t("unmake_host_over")]] : []),
          ]}
        />
      <//>
    `;
  }
  const { sessionId, userId } = path;
  const handOver = () => askit.put("/api/sessions/{sessionId}/super-host", { path: { sessionId }, body: { userId } });
  return html`
    <${Confirm} title=${t("hand_over_ask", { name })} verb=${t("hand_over")} act=${then(handOver)} onClose=${onClose}>
      <${Facts} lines=${[["key", t("hand_over_1", { name })], ["people", t("hand_over_2", { name })]]} />
    <//>
  `;
}

/** @param {{ it: Participant, isMe: boolean, tools: ("make" | "unmake" | "hand_over")[], ask: (asked: Asked) => void }} props */
function Row({ it, isMe, tools, ask }) {
  const words = { make: "make_host", unmake: "unmake_host", hand_over: "hand_over" };
  return html`
    <li>
      <div class="what">
        <strong>
          <span class="name"><${Who} name=${it.nickname} /><bdi>${it.nickname}</bdi></span>
          ${it.role !== "participant" && html`<span class="chip host">${t(it.role === "super_host" ? "super_host" : "host")}</span>`}
          ${isMe && html`<span class="chip">${t("me")}</span>`}
        </strong>
      </div>
      ${tools.length > 0 && html`
        <div class="acts">
          ${tools.map((kind) => html`
            <button
              key=${kind === "hand_over"}
              type="button"
              id=${`p-${it.userId}-${kind === "hand_over"}`}
              class=${kind === "hand_over" ? "btn quiet" : "btn"}
              onClick=${() => ask({ kind, it })}
            >
              ${t(words[kind])}<span class="vh">: <bdi>${it.nickname}</bdi></span>
            </button>
          `)}
        </div>
      `}
    </li>
  `;
}

/** Whoever came in without a name may show it. @param {{ session: Session, user: Person, read: () => Promise<void> }} props */
function BeSeen({ session, user, read }) {
  const path = { sessionId: session.sessionId };
  // To enter anew without a name changes nothing, and tells whether one is listed.
  const { found: me, again } = useRead(() => askit.put(ME, { path, body: { listed: false } }), [session.listedCount]);
  const [isBusy, error, show] = useAct(async () => {
    await askit.put(ME, { path, body: { listed: true } });
    await read();
    document.getElementById("people")?.focus(); // the button will be gone
    again();
  });
  if (!me || me.nickname !== null) return null;
  return html`
    <section class="ends-zone" aria-labelledby="seen-h">
      <h3 id="seen-h">${t("be_seen")}</h3>
      <p class="hint">${t("be_seen_hint")}</p>
      <${Fault} error=${error} />
      <button type="button" class="btn" aria-disabled=${isBusy ? "true" : undefined} onClick=${show}>
        ${t("be_seen_as", { name: within(user.nickname) })}
      </button>
    </section>
  `;
}

/** What leaving means, by what one is. @param {Session} session */
const leaving = (session) => [
  ["leave", t("leave_1")],
  ["talk", t("leave_2")],
  ...(isHost(session) ? [["key", t(session.role === "super_host" ? "leave_super" : "leave_sub")]] : []),
  ["again", t(isOver(session) ? "leave_over" : "leave_again")],
];
/** @param {{ session: Session }} props */
function Leave({ session }) {
  const [isAsked, setAsked] = useState(false);
  const leave = async () => {
    await askit.delete(ME, { path: { sessionId: session.sessionId } });
    go("/");
  };
  return html`
    <section class="ends-zone" aria-labelledby="leave-h">
      <h3 id="leave-h">${t("leave")}</h3>
      <p class="hint">${t("leave_1")} ${t("leave_2")}</p>
      <button type="button" class="btn" onClick=${() => setAsked(true)}>${t("leave")}</button>
      ${isAsked && html`
        <${Confirm} title=${t("leave_ask")} verb=${t("leave_verb")} act=${leave} onClose=${() => setAsked(false)}>
          <${Facts} lines=${leaving(session)} />
        <//>
      `}
    </section>
  `;
}

/** In place of the list for those who only read. @param {{ session: Session, user: Person | null, onIn: () => void }} props */
function ComeIn({ session, user, onIn }) {
  const [isBusy, error, enter] = useAct(async () => {
    if (!user) await askit.guest();
    await askit.put(ME, { path: { sessionId: session.sessionId }, body: { listed: false } });
    onIn();
  });
  if (isOver(session)) return html`<p class="aside">${t("people_over")}</p>`;
  return html`
    <div class="settings">
      <p>${t("people_enter")}</p>
      <${Fault} error=${error} />
      <button type="button" class="btn go" aria-disabled=${isBusy ? "true" : undefined} onClick=${enter}>${t("people_enter_verb")}</button>
    </div>
  `;
}

/**
 * The panel of a host; without tools for those who take part, in a dialog.
 * @param {{ session: Session, user: Person | null }} props
 */
export function People({ session, user }) {
  const { people, anonymousCount, hasMore, error, read, more } = useParticipants(session, user);
  const [asked, setAsked] = useState(/** @type {Asked | null} */ (null));
  const [isBusy, , showMore] = useAct(more);
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const isFirst = useRef(true);
  useEffect(() => {
    // Whoever hands the session over has no button to go back to.
    if (!isFirst.current && !asked && document.activeElement === document.body) heading.current?.focus();
    isFirst.current = false;
  }, [asked]);

  const isSuper = session.role === "super_host";
  /** @param {Participant} it @returns {("make" | "unmake" | "hand_over")[]} */
  const toolsFor = (it) => {
    if (!isSuper || it.role === "super_host") return [];
    if (it.role === "sub_host") return ["hand_over", "unmake"];
    return isOver(session) ? [] : ["make"];
  };
  const isOutside = !user || error?.status === 403;
  const isAlone = isSuper && people?.length === 1;
  return html`
    ${isHost(session) && html`
      <div class="tools">
        <h2 tabindex="-1" ref=${heading}>${t("participants")} <span class="num">${number(session.participantCount)}</span></h2>
      </div>
      <p class="aside">${t(isSuper ? "people_super" : "people_sub")}</p>
    `}
    ${isOutside && html`<${ComeIn} session=${session} user=${user} onIn=${read} />`}
    ${!isOutside && !people && !error && html`<${Waiting} />`}
    ${error && !isOutside && html`
      <div class="settings">
        <${Fault} error=${error} />
        <div><button type="button" class="btn" onClick=${read}>${t("try_again")}</button></div>
      </div>
    `}
    ${people && html`
      ${people.length > 0 && html`
        <ul class="rows tight of-people" id="people" tabindex="-1" aria-label=${t("participants")}>
          ${people.map((it) => html`
            <${Row} key=${it.userId} it=${it} isMe=${it.userId === user?.userId} tools=${toolsFor(it)} ask=${setAsked} />
          `)}
        </ul>
      `}
      ${hasMore && html`
        <p class="aside">
          <button type="button" class="link" aria-disabled=${isBusy ? "true" : undefined} onClick=${showMore}>${t("people_more")}</button>
        </p>
      `}
      ${isAlone && html`<p class="aside">${t("people_alone")}</p>`}
      ${anonymousCount > 0 && html`<p class="aside">${t("people_unnamed", { n: anonymousCount })}</p>`}
      <div class="settings full">
        ${user && !user.isGuest && !isHost(session) && !isOver(session) && html`<${BeSeen} session=${session} user=${user} read=${read} />`}
        <${Leave} session=${session} />
      </div>
    `}
    ${asked && html`<${AskFirst} session=${session} asked=${asked} read=${read} onClose=${() => setAsked(null)} />`}
  `;
}

/** For who is no host. @param {{ session: Session, user: Person | null, onClose: () => void }} props */
export const PeopleDialog = ({ session, user, onClose }) => html`
  <${Dialog} title=${t("participants")} onClose=${onClose}>
    <${People} session=${session} user=${user} />
    <div class="ends"><button type="button" class="btn" onClick=${onClose}>${t("close")}</button></div>
  <//>
`;
