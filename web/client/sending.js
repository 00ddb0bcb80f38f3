// Words that are on their way, and those that could not be sent: they stay until they are sent or discarded.

import { newKey } from "./send.js";

/** @import { Client, Question, Reply, Sending, SendOptions } from "./types.js" */

/**
 * @param {Client} client
 * @param {string} sessionId
 * @param {(sent: Question | Reply) => void} put takes what has been sent
 * @param {() => void} changed
 */
export function createSending(client, sessionId, put, changed) {
  /** @type {Sending[]} */
  let all = [];

  /** @param {string} key @param {Partial<Sending> | null} parts null: it is gone */
  function change(key, parts) {
    all = parts
      ? all.map((it) => (it.key === key ? { ...it, ...parts } : it))
      : all.filter((it) => it.key !== key);
    changed();
  }
  /** @param {Sending} it */
  async function post({ key, body, anonymous, questionId }) {
    const options = { body: { body, anonymous }, idempotencyKey: key };
    try {
      if (questionId === null) {
        put(await client.post("/api/sessions/{sessionId}/questions", { path: { sessionId }, ...options }));
      } else {
        put(await client.post("/api/questions/{questionId}/replies", { path: { questionId }, ...options }));
      }
      change(key, null);
    } catch (error) {
      change(key, { error: /** @type {Sending["error"]} */ (error) });
      throw error;
    }
  }

  return {
    get all() {
      return all;
    },
    /** @param {string | null} questionId null: a question @param {string} body @param {SendOptions} [options] */
    send(questionId, body, { anonymous = false, key = newKey() } = {}) {
      const it = { key, questionId, body, anonymous, error: null };
      all = [...all, it];
      changed();
      return post(it);
    },
    /** @param {string} key */
    async retry(key) {
      const it = all.find((it) => it.key === key);
      if (!it) return;
      change(key, { error: null });
      await post(it);
    },
    /** @param {string} key */
    discard: (key) => change(key, null),
  };
}
