// People in the tests, each with a browser of their own.

import { createClient } from "../index.js";

/** Like `localStorage`, of one browser. */
export function storage() {
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
}

/** @param {string} baseUrl */
export const visit = (baseUrl) => createClient({ baseUrl, mode: "json", storage: storage() });

/** Somebody who has just made an account. @param {string} baseUrl @param {string} nickname */
export async function register(baseUrl, nickname) {
  const client = visit(baseUrl);
  await client.register({ email: `${nickname}@example.com`, nickname, password: "a long enough one" });
  return client;
}
