// A session as it is now, with what its person has just done: read once, then followed.

import { AskitError, pause } from "./send.js";
import { createSending } from "./sending.js";

/** @import { Client, Question, Reply, Room, RoomOptions, RoomState, Session, Sort } from "./types.js" */

const PAGE = 100;
/** The first questions come quickly, the others in larger pages. */
const FIRST_PAGE = 15;
const HOSTS = ["super_host", "sub_host"];
/** Of something new, until its counts come. */
const NOBODYS = { likesCount: 0, liked: false, isOwner: false, canEdit: false, canDelete: false };
const NOBODY = { userId: null, nickname: null, isHost: false };
/** At most so many milliseconds after a `reset`, at random: not all phones of a hall at once. */
const RESET_PAUSE = 5_000;
const LONGEST_PAUSE = 30_000;
/** How often, in milliseconds, it is asked what no event tells to those whom it concerns. */
const UNTOLD = 60_000;
/** Refused so, the session is not as it is shown. */
const OUTDATED = ["muted", "not_open", "names_required"];

/** What hosts do. */
const HOSTING = /** @type {const} */ ([
  "approve",
  "dismiss",
  "approveAll",
  "dismissAll",
  "setCurrent",
  "clearCurrent",
  "setLabels",
  "label",
  "merge",
  "mute",
  "mutes",
  "unmute",
  "changeSettings",
]);

const SESSION = "/api/sessions/{sessionId}";
const QUESTIONS = "/api/sessions/{sessionId}/questions";

/** @type {Record<Sort, (a: Question, b: Question) => number>} */
const ORDERS = {
  top: (a, b) => b.likesCount - a.likesCount || compare(b.createdAt, a.createdAt),
  new: (a, b) => compare(b.createdAt, a.createdAt),
  old: (a, b) => compare(a.createdAt, b.createdAt),
};
/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** Whether something says already what `it` says. @param {object} something @param {object} it */
const says = (something, it) => JSON.stringify({ ...something, ...it }) === JSON.stringify(something);
/** @param {{ likesCount: number, repliesCount?: number }} counts */
const isJudged = ({ likesCount, repliesCount = 0 }) => likesCount + repliesCount > 0;
/** How far a session has come: `<epoch>-<number>`, to hosts `<epoch>-h<number>`. @param {string} change */
const place = (change) => change.split(/-h?/);
/** @param {{ pinned: boolean }} a @param {{ pinned: boolean }} b */
const pinnedFirst = (a, b) => Number(b.pinned) - Number(a.pinned);
/** Whether it stands in the list that everybody sees. @param {Question} it */
const isListed = (it) => it.review === "approved" && it.mergedInto === null;
/** What a part says, and all that it leaves out. @param {Session} session @param {Partial<Session>} it */
export const withParts = (session, it) => ({ ...session, ...it, settings: { ...session.settings, ...it.settings } });

/**
 * @param {Client} client
 * @param {string} sessionId
 * @param {RoomOptions} [options]
 * @returns {Room}
 */
export function createRoom(client, sessionId, { sort = "top" } = {}) {
  const session = { sessionId };
  /** @type {Map<string, Question>} */
  let questions = new Map();
  /** @type {Map<string, Reply>} */
  let replies = new Map();
  /** The questions whose replies are shown. @type {Set<string>} */
  const opened = new Set();
  /** Whether a host wants to see what was hidden. */
  let wantsHidden = false;
  /** How far all is shown. */
  let change = "";
  const sending = createSending(client, sessionId, sent, changed);
  /** @type {Omit<RoomState, "questions" | "replies" | "mine" | "pending" | "dismissed" | "change" | "sending">} */
  let state = { status: "loading", isLive: false, isComplete: false, session: null, listeners: 0, sort, error: null };
  /** @type {RoomState | null} */
  let snapshot = null;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const closed = new AbortController();
  /** What is told while the session is read: it is newer. @type {(() => void)[] | null} */
  let held = null;
  /** @type {{ close(): void } | null} */
  let following = null;
  let reading = 0;
  let isTelling = false;

  function changed() {
    snapshot = null;
    if (isTelling) return;
    // Many changes at once are shown once.
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      for (const listener of [...listeners]) listener();
    });
  }
  /** @param {Partial<typeof state>} parts */
  function set(parts) {
    state = { ...state, ...parts };
    changed();
  }
  function getSnapshot() {
    if (snapshot) return snapshot;
    const order = ORDERS[state.sort];
    const all = [...questions.values()];
    const sorted = all.filter(isListed).sort((a, b) => pinnedFirst(a, b) || order(a, b));
    const mine = all.filter((it) => it.isOwner).sort(ORDERS.new);
    /** @param {Question["review"]} review */
    const judged = (review) => (isHost() ? [...all, ...replies.values()].filter((it) => it.review === review) : []);
    const pending = judged("pending").sort((a, b) => compare(a.createdAt, b.createdAt));
    const dismissed = judged("dismissed").sort((a, b) => compare(b.createdAt, a.createdAt));
    /** @type {Record<string, Reply[]>} */
    const threads = {};
    for (const id of opened) threads[id] = [];
    for (const reply of replies.values()) threads[reply.questionId]?.push(reply);
    for (const thread of Object.values(threads)) {
      thread.sort((a, b) => pinnedFirst(a, b) || compare(a.createdAt, b.createdAt));
    }
    const lists = { questions: sorted, replies: threads, mine, pending, dismissed };
    return (snapshot = { ...state, ...lists, change, sending: sending.all });
  }
  const isHost = () => HOSTS.includes(state.session?.role ?? "");

  /** @param {Partial<Question> & { questionId: string }} it */
  function putQuestion(it) {
    const before = questions.get(it.questionId);
    if (before && says(before, it)) return;
    const first = { ...NOBODYS, repliesCount: 0, canDelete: isHost() };
    questions.set(it.questionId, /** @type {Question} */ ({ ...first, ...before, ...it }));
    changed();
  }
  /** @param {Partial<Reply> & { replyId: string }} it */
  function putReply(it) {
    const before = replies.get(it.replyId);
    if (before && says(before, it)) return;
    replies.set(it.replyId, /** @type {Reply} */ ({ ...NOBODYS, canDelete: isHost(), ...before, ...it }));
    changed();
  }
  /** @param {Partial<Question> | Partial<Reply>} it */
  function put(it) {
    putNow(it);
    // Of what is sent or liked while all is read anew, an older page may know nothing.
    held?.push(() => isWhole(it) && putNow(it));
  }
  /** @param {Partial<Question> | Partial<Reply>} it */
  function putNow(it) {
    if ("replyId" in it && it.replyId) putReply(/** @type {Reply} */ (it));
    else putQuestion(/** @type {Question} */ (it));
  }
  /** Not a part of something that is gone. @param {Partial<Question> | Partial<Reply>} it */
  function isWhole(it) {
    if ("body" in it) return true;
    return "replyId" in it && it.replyId ? replies.has(it.replyId) : questions.has(it.questionId ?? "");
  }
  /** @param {Question | Reply} it */
  function sent(it) {
    // The replies to a question are there once it is opened.
    if (!("replyId" in it) || opened.has(it.questionId)) put(it);
  }
  /** @param {string} questionId */
  function dropQuestion(questionId) {
    questions.delete(questionId);
    for (const [id, it] of replies) if (it.questionId === questionId) replies.delete(id);
    changed();
  }
  /** @param {string} replyId */
  function dropReply(replyId) {
    if (replies.delete(replyId)) changed();
  }
  /**
   * Reads anew what no event tells: what its author may still do changes with what others do, and
   * with new words the likes of the old ones are taken back.
   * @param {Question | Reply | undefined} before @param {{ revision?: number }} [it]
   */
  function readMine(before, it) {
    const hasNewWords = it !== undefined && it.revision !== before?.revision;
    if (!before?.isOwner && !(before?.liked && hasNewWords)) return;
    const { questionId } = before;
    const found = "replyId" in before ? readReplies(questionId) : readQuestion(questionId);
    found.catch(() => {}); // a 404 is told by an event, too; else it is read when it is next opened
  }
  /** @param {string} questionId */
  async function readQuestion(questionId) {
    const path = { questionId };
    const { replies: _, nextCursor: __, ...question } = await client.get("/api/questions/{questionId}", {
      path,
      query: { limit: 1 },
      signal: closed.signal,
    });
    putQuestion(question);
  }
  /** @param {string} questionId */
  async function readReplies(questionId) {
    for (let cursor; cursor !== null; ) {
      /** @type {import("./types.js").Thread} */
      const thread = await client.get("/api/questions/{questionId}", {
        path: { questionId },
        query: { limit: PAGE, cursor },
        signal: closed.signal,
      });
      thread.replies.forEach(putReply);
      cursor = thread.nextCursor;
    }
  }
  async function readSession() {
    set({ session: await client.get(SESSION, { path: session, signal: closed.signal }) });
  }
  /** One's own questions in every state. */
  async function ownQuestions() {
    /** @type {Question[]} */
    const own = [];
    if (!client.user) return own;
    for (let cursor; cursor !== null; ) {
      /** @type {import("./types.js").Questions} */
      const page = await client.get(QUESTIONS, {
        path: session,
        query: { mine: true, sort: "new", limit: PAGE, cursor },
        signal: closed.signal,
      });
      own.push(...page.questions);
      cursor = page.nextCursor;
    }
    return own;
  }
  /** What waits for a host, or was hidden by one. @param {"pending" | "dismissed"} review */
  async function judgedAs(review) {
    const { judgedAs } = await import("./hosting.js");
    return judgedAs(client, sessionId, review, closed.signal);
  }
  /** Of what becomes of one's own, events tell no more than that it is gone. */
  async function readOwn() {
    const before = [...questions.values()].filter((it) => it.isOwner);
    const own = await ownQuestions();
    own.forEach(putQuestion);
    const there = new Set(own.map((it) => it.questionId));
    for (const { questionId } of before) if (!there.has(questionId)) dropQuestion(questionId);
  }
  /** What no event tells: what hosts do with what waits, and that somebody may write again. */
  function readUntold() {
    const waits = (/** @type {Question | Reply} */ it) => it.isOwner && it.review === "pending";
    const threads = new Set([...replies.values()].filter(waits).map((it) => it.questionId));
    const found = [...threads].filter((id) => opened.has(id)).map(readReplies);
    if ([...questions.values()].some(waits)) found.push(readOwn());
    if (state.session?.muted) found.push(readSession());
    for (const it of found) it.catch(() => {}); // it is read in a minute again
  }
  const untold = setInterval(readUntold, UNTOLD);

  /** @type {import("./types.js").Handlers} */
  const handlers = {
    ready: ({ listeners }) => set({ listeners }),
    listeners: ({ count }) => set({ listeners: count }),
    session(it) {
      if (!state.session) return;
      set({ session: withParts(state.session, /** @type {Partial<Session>} */ (it)) });
      // The words that hosts alone know are in no event.
      if (isHost()) readSession().catch(() => {});
    },
    pending: ({ pendingCount }) => state.session && set({ session: { ...state.session, pendingCount } }),
    question({ repliesChanged, ...it }) {
      const before = questions.get(it.questionId);
      putQuestion(it);
      readMine(before, it);
      if (repliesChanged && opened.has(it.questionId)) readReplies(it.questionId).catch(() => {});
    },
    reply(it) {
      // What waits is shown to hosts wherever it stands.
      if (!opened.has(it.questionId) && it.review === "approved") return dropReply(it.replyId);
      const before = replies.get(it.replyId);
      putReply(it);
      readMine(before, it);
    },
    question_removed({ questionId }) {
      if (questions.get(questionId)?.isOwner) readOwn().catch(() => dropQuestion(questionId));
      else dropQuestion(questionId);
    },
    reply_removed({ replyId }) {
      const before = replies.get(replyId);
      dropReply(replyId);
      readMine(before);
    },
    counts(counts) {
      if (counts.session && state.session) set({ session: { ...state.session, ...counts.session } });
      // Of others than those that are shown nothing is known.
      for (const [questionId, it] of Object.entries(counts.questions ?? {})) {
        const { likesCount, repliesCount } = it;
        const before = questions.get(questionId);
        if (!before) continue;
        const counted = { likesCount, repliesCount: repliesCount ?? before.repliesCount };
        putQuestion({ questionId, ...counted });
        if (isJudged(before) !== isJudged(counted)) readMine(before);
      }
      for (const [replyId, { likesCount }] of Object.entries(counts.replies ?? {})) {
        const before = replies.get(replyId);
        if (!before) continue;
        putReply({ replyId, likesCount });
        if (isJudged(before) !== isJudged({ likesCount })) readMine(before);
      }
    },
    person({ userId, nickname, isHost, role }) {
      if (userId === client.user?.userId && state.session && role !== state.session.role) return void load();
      const author = nickname === null ? NOBODY : { userId, nickname, isHost };
      for (const it of questions.values()) if (it.author.userId === userId) putQuestion({ ...it, author });
      for (const it of replies.values()) if (it.author.userId === userId) putReply({ ...it, author });
    },
    reset: () => void load(state.isComplete ? Math.random() * RESET_PAUSE : 0),
    session_deleted: () => end("deleted"),
    over: () => end("over"),
  };
  /** While the session is read, what is told waits: it is newer. */
  const holding = Object.fromEntries(
    Object.entries(handlers).map(([type, handler]) => [
      type,
      /** @param {any} data @param {string | null} id */ (data, id) => {
        const handle = () => {
          change = id ?? change;
          handler(data);
        };
        if (held) held.push(handle);
        else handle();
      },
    ]),
  );

  function unfollow() {
    following?.close();
    following = null;
  }
  /** @param {"deleted" | "over"} status */
  function end(status) {
    unfollow();
    set({ status });
  }
  /** Reads everything; the first page is shown at once. @param {number} [wait] milliseconds */
  async function load(wait = 0) {
    const mine = ++reading;
    const isOld = () => mine !== reading || closed.signal.aborted;
    held = [];
    await pause(wait, closed.signal);
    for (let tries = 0; !isOld(); tries++) {
      try {
        return await loadOnce(isOld);
      } catch (error) {
        if (isOld()) return;
        if (!(error instanceof AskitError)) throw error;
        if (error.status === 404) return end("deleted");
        if (!error.isPassing && error.status !== 429) return set({ status: "failed", error });
        set({ error });
        await pause(Math.min(1000 * 2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random()), closed.signal);
      }
    }
  }
  /** @param {string} [cursor] @returns {Promise<import("./types.js").Questions>} */
  const readPage = (cursor) =>
    client.get(QUESTIONS, {
      path: session,
      query: { sort: state.sort, limit: cursor ? PAGE : FIRST_PAGE, cursor },
      signal: closed.signal,
    });
  /** The one that is being answered is shown at once. @param {Session} now */
  function readCurrent({ currentQuestionId: id }) {
    if (id !== null && !questions.has(id)) readQuestion(id).catch(() => {}); // it comes with the others
  }
  /** @param {() => boolean} isOld @returns {Promise<void>} */
  async function loadOnce(isOld) {
    const { signal } = closed;
    const own = ownQuestions();
    own.catch(() => {}); // it is told below
    const [now, first] = await Promise.all([
      client.get(SESSION, { path: session, signal }),
      readPage(),
    ]);
    if (isOld()) return;
    const [[epoch, a], [other, b]] = [place(now.change), place(first.change)];
    if (epoch !== other) return loadOnce(isOld); // the database has moved meanwhile
    // What happens after both is told, also while the rest is read.
    change = Number(a) < Number(b) ? now.change : first.change;
    following ??= client.follow(sessionId, {
      after: change,
      on: /** @type {any} */ (holding),
      onState: (live) => set({ isLive: live === "live" }),
    });
    /** @type {Map<string, Question>} */
    const found = new Map();
    for (let page = first; ; ) {
      if (isOld()) return;
      for (const it of page.questions) found.set(it.questionId, it);
      // What is shown already stays until all is there.
      if (state.session === null) questions = new Map(found);
      set({ status: "live", session: now, error: null, isComplete: false });
      if (page === first) readCurrent(now);
      if (page.nextCursor === null) break;
      page = await readPage(page.nextCursor);
    }
    for (const it of await own) found.set(it.questionId, it);
    const judged = HOSTS.includes(now.role ?? "") ? [await judgedAs("pending")] : [];
    if (judged.length && wantsHidden) judged.push(await judgedAs("dismissed"));
    if (isOld()) return;
    replies = new Map();
    for (const it of judged.flat()) {
      if ("replyId" in it) replies.set(it.replyId, it);
      else found.set(it.questionId, it);
    }
    questions = found;
    for (const questionId of opened) {
      if (questions.has(questionId)) await readReplies(questionId);
      if (isOld()) return;
    }
    const missed = held ?? [];
    held = null;
    missed.forEach((handle) => handle());
    set({ isComplete: true });
  }

  /**
   * Shows a change before the answer comes, and takes it back if it is refused.
   * @template {Question | Reply} T
   * @param {T} it
   * @param {Partial<T>} shown
   * @param {() => Promise<Partial<T>>} act
   */
  async function optimistically(it, shown, act) {
    const id = "replyId" in it ? { replyId: it.replyId } : { questionId: it.questionId };
    const before = Object.fromEntries(Object.keys(shown).map((key) => [key, it[/** @type {keyof T} */ (key)]]));
    put(/** @type {any} */ ({ ...id, ...shown }));
    try {
      put(/** @type {any} */ ({ ...id, ...(await act()) }));
    } catch (error) {
      const isThere = "replyId" in it ? replies.has(it.replyId) : questions.has(it.questionId);
      if (isThere) put(/** @type {any} */ ({ ...id, ...before }));
      throw error;
    }
  }
  /** Where something is refused, the session may be another by now. @template T @param {Promise<T>} act */
  async function noticing(act) {
    try {
      return await act;
    } catch (error) {
      if (error instanceof AskitError && OUTDATED.includes(error.code)) readSession().catch(() => {});
      throw error;
    }
  }
  /** @param {Question | Reply} it @param {boolean} liked */
  function like(it, liked) {
    const likesCount = Math.max(0, it.likesCount + (liked ? 1 : -1));
    const method = liked ? client.put : client.delete;
    const act = optimistically(/** @type {any} */ (it), { liked, likesCount }, () =>
      "replyId" in it
        ? method("/api/replies/{replyId}/like", { path: { replyId: it.replyId } })
        : method("/api/questions/{questionId}/like", { path: { questionId: it.questionId } }),
    );
    return noticing(act);
  }
  /** @param {string} text */
  async function search(text) {
    const query = { search: text, limit: PAGE };
    const page = await client.get(QUESTIONS, { path: session, query, signal: closed.signal });
    page.questions.forEach(putQuestion);
    return page.questions.map((it) => it.questionId);
  }
  /** @param {Question | Reply} it @param {boolean} pinned */
  function pin(it, pinned) {
    const { revision } = it;
    return optimistically(/** @type {any} */ (it), { pinned }, () => {
      if ("replyId" in it) {
        const path = { replyId: it.replyId };
        return pinned
          ? client.put("/api/replies/{replyId}/pin", { path, body: { revision } })
          : client.delete("/api/replies/{replyId}/pin", { path });
      }
      const path = { questionId: it.questionId };
      return pinned
        ? client.put("/api/questions/{questionId}/pin", { path, body: { revision } })
        : client.delete("/api/questions/{questionId}/pin", { path });
    });
  }

  /** What hosts do is loaded with the first thing that one does, because most people never do. */
  const hosting = /** @type {import("./hosting.js").Hosting} */ (
    Object.fromEntries(
      HOSTING.map((name) => [
        name,
        /** @param {any[]} given */ async (...given) => {
          const { createHosting } = await import("./hosting.js");
          return /** @type {any} */ (createHosting(parts)[name])(...given);
        },
      ]),
    )
  );
  const parts = {
    client,
    sessionId,
    optimistically,
    put,
    readAgain: (/** @type {Question | Reply} */ it) => ("replyId" in it ? readReplies(it.questionId) : readQuestion(it.questionId)),
    isOpened: (/** @type {string} */ questionId) => opened.has(questionId),
    /** How far all is shown. */
    here: () => change,
    session: () => state.session,
    setSession: (/** @type {Session} */ session) => set({ session }),
  };

  let me = client.user?.userId;
  const forget = client.onChange((user) => {
    if (user?.userId === me) return;
    me = user?.userId;
    unfollow();
    void load();
  });
  void load();

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot,
    reload: () => load(),
    sort(order) {
      set({ sort: order });
    },
    async open(questionId) {
      opened.add(questionId);
      changed();
      await readReplies(questionId);
    },
    fold(questionId) {
      opened.delete(questionId);
      // What waits, or was hidden, hosts see without it.
      for (const [id, it] of replies) if (it.questionId === questionId && it.review === "approved") replies.delete(id);
      changed();
    },
    ask: (body, options) => noticing(sending.send(null, body, options)),
    reply: (questionId, body, options) => noticing(sending.send(questionId, body, options)),
    retry: sending.retry,
    discard: sending.discard,
    like: (it) => like(it, true),
    unlike: (it) => like(it, false),
    pin: (it) => pin(it, true),
    unpin: (it) => pin(it, false),
    setClosed: (question, closed) =>
      optimistically(question, { closed }, () => {
        const path = { questionId: question.questionId };
        return closed
          ? client.put("/api/questions/{questionId}/close", { path })
          : client.delete("/api/questions/{questionId}/close", { path });
      }),
    async edit(it, body) {
      put(
        "replyId" in it
          ? await client.patch("/api/replies/{replyId}", { path: { replyId: it.replyId }, body: { body } })
          : await client.patch("/api/questions/{questionId}", { path: { questionId: it.questionId }, body: { body } }),
      );
    },
    async remove(it) {
      if ("replyId" in it) {
        await client.delete("/api/replies/{replyId}", { path: { replyId: it.replyId } });
        // What its author deletes keeps its place, which an event tells.
        if (!it.isOwner && replies.delete(it.replyId)) changed();
      } else {
        await client.delete("/api/questions/{questionId}", { path: { questionId: it.questionId } });
        dropQuestion(it.questionId);
      }
    },
    put,
    async showDismissed() {
      wantsHidden = true;
      (await judgedAs("dismissed")).forEach(put);
    },
    search,
    ...hosting,
    close() {
      closed.abort();
      clearInterval(untold);
      forget();
      unfollow();
    },
  };
}
