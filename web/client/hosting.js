// What hosts do in a room. It is loaded once one of them does something.

import { withParts } from "./room.js";
import { AskitError } from "./send.js";

/** @import { Client, Question, Reply, Room, Session, Settings } from "./types.js" */
/**
 * What a room gives: its client, and what it shows.
 * @typedef {{ client: Client, sessionId: string, put: Room["put"], here: () => string,
 *   optimistically: (it: any, shown: any, act: () => Promise<any>) => Promise<void>,
 *   readAgain: (it: Question | Reply) => Promise<void>, isOpened: (questionId: string) => boolean,
 *   session: () => Session | null, setSession: (session: Session) => void }} Parts
 */
/** @typedef {ReturnType<typeof createHosting>} Hosting */

const SESSION = "/api/sessions/{sessionId}";
const LABELS = "/api/sessions/{sessionId}/labels";
const CURRENT = "/api/sessions/{sessionId}/current";
const PAGE = 100;

/**
 * All that waits for hosts, or was hidden by one.
 * @param {Client} client @param {string} sessionId @param {"pending" | "dismissed"} review @param {AbortSignal} signal
 */
export async function judgedAs(client, sessionId, review, signal) {
  const path = { sessionId };
  /** @type {(Question | Reply)[]} */
  const found = [];
  for (let cursor; cursor !== null; ) {
    const query = { review, sort: /** @type {const} */ ("old"), limit: PAGE, cursor };
    /** @type {import("./types.js").Questions} */
    const page = await client.get("/api/sessions/{sessionId}/questions", { path, query, signal });
    found.push(...page.questions);
    cursor = page.nextCursor;
  }
  for (let cursor; cursor !== null; ) {
    /** @type {import("./types.js").Replies} */
    const page = await client.get("/api/sessions/{sessionId}/replies", { path, query: { review, limit: PAGE, cursor }, signal });
    found.push(...page.replies);
    cursor = page.nextCursor;
  }
  return found;
}

/** @param {Parts} parts */
export function createHosting({ client, sessionId, put, here, optimistically, readAgain, isOpened, ...parts }) {
  const path = { sessionId };

  /**
   * Shows what a session says before the answer comes, and takes it back if it is refused.
   * @param {Partial<Session>} shown
   * @param {() => Promise<Session>} act
   */
  async function changeSession(shown, act) {
    const before = parts.session();
    if (before) parts.setSession(withParts(before, shown));
    try {
      parts.setSession(await act());
    } catch (error) {
      if (before) parts.setSession(before);
      throw error;
    }
  }

  return {
    /** Lets everybody see the words that were seen. @param {Question | Reply} it */
    async approve(it) {
      const body = { revision: it.revision };
      try {
        await optimistically(it, { review: "approved" }, () =>
          "replyId" in it
            ? client.post("/api/replies/{replyId}/approve", { path: { replyId: it.replyId }, body })
            : client.post("/api/questions/{questionId}/approve", { path: { questionId: it.questionId }, body }),
        );
      } catch (error) {
        if (error instanceof AskitError && error.code === "conflict") await readAgain(it).catch(() => {});
        throw error;
      }
    },
    /** @param {Question | Reply} it */
    dismiss: (it) =>
      optimistically(it, { review: "dismissed", pinned: false }, () =>
        "replyId" in it
          ? client.post("/api/replies/{replyId}/dismiss", { path: { replyId: it.replyId } })
          : client.post("/api/questions/{questionId}/dismiss", { path: { questionId: it.questionId } }),
      ),
    approveAll: (upTo = here()) => client.post("/api/sessions/{sessionId}/approve-all", { path, body: { upTo } }),
    dismissAll: (upTo = here()) => client.post("/api/sessions/{sessionId}/dismiss-all", { path, body: { upTo } }),
    /** @param {Question} question */
    setCurrent: ({ questionId, revision }) =>
      changeSession({ currentQuestionId: questionId }, () => client.put(CURRENT, { path, body: { questionId, revision } })),
    clearCurrent: () => changeSession({ currentQuestionId: null }, () => client.delete(CURRENT, { path })),
    /** @type {Room["setLabels"]} */
    setLabels: (labels, upTo) => changeSession({}, () => client.put(LABELS, { path, body: { labels, change: upTo } })),
    /** @param {Question} question @param {string[]} labelIds */
    label: (question, labelIds) =>
      optimistically(question, { labelIds }, () =>
        client.put("/api/questions/{questionId}/labels", { path: { questionId: question.questionId }, body: { labelIds } }),
      ),
    /** @param {Question} question @param {Question} into */
    async merge({ questionId }, into) {
      const body = { into: into.questionId, revision: into.revision };
      const other = await client.post("/api/questions/{questionId}/merge", { path: { questionId }, body });
      put({ questionId, mergedInto: other.questionId, closed: true, pinned: false });
      put(other);
      if (isOpened(other.questionId)) await readAgain(other);
    },
    /** @type {Room["mute"]} */
    async mute(it, { removeAll = false } = {}) {
      const body = { removeAll };
      if ("replyId" in it) await client.post("/api/replies/{replyId}/author/mute", { path: { replyId: it.replyId }, body });
      else await client.post("/api/questions/{questionId}/author/mute", { path: { questionId: it.questionId }, body });
    },
    /** @type {Room["mutes"]} */
    mutes: (cursor) => client.get("/api/sessions/{sessionId}/mutes", { path, query: { limit: PAGE, cursor } }),
    /** @type {Room["unmute"]} */
    async unmute(muteId) {
      await client.delete("/api/sessions/{sessionId}/mutes/{muteId}", { path: { sessionId, muteId } });
    },
    /** @type {Room["changeSettings"]} */
    changeSettings: (settings) =>
      changeSession({ settings: /** @type {Settings} */ (settings) }, () => client.patch(SESSION, { path, body: { settings } })),
  };
}
