// A session as it is now, with what its person has just done: read once, then followed.

import { AskitError, pause } from "./send.js";
import { createSending } from "./sending.js";

/** @import { Client, Question, Reply, Room, RoomOptions, RoomState, Sort } from "./types.js" */

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
  const sending = createSending(client, sessionId, sent, changed);
  /** @type {Omit<RoomState, "questions" | "replies" | "sending">} */
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
    const sorted = [...questions.values()].sort((a, b) => pinnedFirst(a, b) || order(a, b));
    /** @type {Record<string, Reply[]>} */
    const threads = {};
    for (const id of opened) threads[id] = [];
    for (const reply of replies.values()) threads[reply.questionId]?.push(reply);
    for (const thread of Object.values(threads)) {
      thread.sort((a, b) => pinnedFirst(a, b) || compare(a.createdAt, b.createdAt));
    }
    return (snapshot = { ...state, questions: sorted, replies: threads, sending: sending.all });
  }

  /** @param {Partial<Question> & { questionId: string }} it */
  function putQuestion(it) {
    const isHost = HOSTS.includes(state.session?.role ?? "");
    const before = questions.get(it.questionId);
    if (before && says(before, it)) return;
    const first = { ...NOBODYS, repliesCount: 0, canDelete: isHost };
    questions.set(it.questionId, /** @type {Question} */ ({ ...first, ...before, ...it }));
    changed();
  }
  /** @param {Partial<Reply> & { replyId: string }} it */
  function putReply(it) {
    const isHost = HOSTS.includes(state.session?.role ?? "");
    const before = replies.get(it.replyId);
    if (before && says(before, it)) return;
    replies.set(it.replyId, /** @type {Reply} */ ({ ...NOBODYS, canDelete: isHost, ...before, ...it }));
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

  /** @type {import("./types.js").Handlers} */
  const handlers = {
    ready: ({ listeners }) => set({ listeners }),
    listeners: ({ count }) => set({ listeners: count }),
    session: (it) => state.session && set({ session: { ...state.session, ...it } }),
    question(it) {
      const before = questions.get(it.questionId);
      putQuestion(it);
      readMine(before, it);
    },
    reply(it) {
      if (!opened.has(it.questionId)) return;
      const before = replies.get(it.replyId);
      putReply(it);
      readMine(before, it);
    },
    question_removed: ({ questionId }) => dropQuestion(questionId),
    reply_removed({ replyId }) {
      if (replies.delete(replyId)) changed();
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
      /** @param {any} data */ (data) => (held ? held.push(() => handler(data)) : handler(data)),
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
    client.get("/api/sessions/{sessionId}/questions", {
      path: session,
      query: { sort: state.sort, limit: cursor ? PAGE : FIRST_PAGE, cursor },
      signal: closed.signal,
    });
  /** @param {() => boolean} isOld @returns {Promise<void>} */
  async function loadOnce(isOld) {
    const { signal } = closed;
    const [now, first] = await Promise.all([
      client.get("/api/sessions/{sessionId}", { path: session, signal }),
      readPage(),
    ]);
    if (isOld()) return;
    const [[epoch, a], [other, b]] = [place(now.change), place(first.change)];
    if (epoch !== other) return loadOnce(isOld); // the database has moved meanwhile
    // What happens after both is told, also while the rest is read.
    following ??= client.follow(sessionId, {
      after: Number(a) < Number(b) ? now.change : first.change,
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
      if (page.nextCursor === null) break;
      page = await readPage(page.nextCursor);
    }
    questions = found;
    replies = new Map();
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
  /** @param {Question | Reply} it @param {boolean} liked */
  function like(it, liked) {
    const likesCount = Math.max(0, it.likesCount + (liked ? 1 : -1));
    const method = liked ? client.put : client.delete;
    return optimistically(/** @type {any} */ (it), { liked, likesCount }, () =>
      "replyId" in it
        ? method("/api/replies/{replyId}/like", { path: { replyId: it.replyId } })
        : method("/api/questions/{questionId}/like", { path: { questionId: it.questionId } }),
    );
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
      for (const [id, it] of replies) if (it.questionId === questionId) replies.delete(id);
      changed();
    },
    ask: (body, options) => sending.send(null, body, options),
    reply: sending.send,
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
    close() {
      closed.abort();
      forget();
      unfollow();
    },
  };
}
