// The client of Askit: calls, sign-in, and sessions that are followed live.

import { follow } from "./follow.js";
import { createLogin } from "./login.js";
import { createRoom } from "./room.js";
import { AskitError, newKey, read, send, sendOnce } from "./send.js";

/** @import { RequestOptions, Storage } from "./types.js" */
/** @typedef {import("./types.js").ClientOptions} ClientOptions */
/** @typedef {import("./types.js").Client} Client */
/** @typedef {import("./types.js").Person} Person */
/** @typedef {import("./types.js").Session} Session */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./types.js").Reply} Reply */
/** @typedef {import("./types.js").Handlers} Handlers */
/** @typedef {import("./types.js").FollowOptions} FollowOptions */
/** @typedef {import("./types.js").Room} Room */
/** @typedef {import("./types.js").RoomState} RoomState */
/** @typedef {import("./types.js").Sending} Sending */
/** @typedef {import("./types.js").Sort} Sort */

export { AskitError, newKey };

/** What a refresh mends. */
const REFRESHABLE = ["missing_token", "invalid_token", "token_expired", "login_ended"];
/** POST to these creates something, once for each `Idempotency-Key`. */
const CREATING = [
  "/api/sessions",
  "/api/sessions/{sessionId}/questions",
  "/api/questions/{questionId}/replies",
  "/api/posts",
];

/**
 * @param {string} path
 * @param {RequestOptions} options
 */
function urlOf(path, { path: parts = {}, query = {} }) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => {
    if (parts[name] === undefined) throw new TypeError(`${path} needs a ${name}`);
    return encodeURIComponent(parts[name]);
  });
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const pairs = given.map(([name, value]) => /** @type {const} */ ([name, String(value)]));
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, value]));
  return pairs.length ? `${filled}?${search}` : filled;
}

/** @returns {Storage} */
function defaultStorage() {
  try {
    // Reading it throws where storage is switched off.
    if (globalThis.localStorage) return globalThis.localStorage;
  } catch {}
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/**
 * @param {ClientOptions} [options]
 * @returns {Client}
 */
export function createClient({ baseUrl = "", mode = "cookie", storage = defaultStorage(), language } = {}) {
  const client = /** @type {Client} */ ({ language });
  /** @returns {Record<string, string>} */
  const headers = () => (client.language ? { "Accept-Language": client.language } : {});
  const login = createLogin({ baseUrl, mode, storage, headers });

  /**
   * Sends a request as who is signed in; again after a refresh where that helps, but never in
   * someone else's name.
   * @template T
   * @param {(authorization: Record<string, string>) => Promise<T>} attempt
   */
  async function authorized(attempt) {
    const [used, me] = [login.token, login.user?.userId];
    const once = () => attempt(login.token ? { Authorization: `Bearer ${login.token}` } : {});
    try {
      return await once();
    } catch (error) {
      const isRefreshable = error instanceof AskitError && REFRESHABLE.includes(error.code);
      if (!isRefreshable || mode === "none") throw error;
      await login.refresh(used);
      if (me !== undefined && login.user?.userId !== me) throw error;
      return once();
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} options
   */
  async function request(method, path, options) {
    const { body, signal, idempotencyKey } = options;
    const isCreating = method === "POST" && CREATING.includes(path);
    const isRepeatable = method === "GET" || method === "PUT" || isCreating;
    // The same for all tries.
    /** @type {Record<string, string>} */
    const key = isCreating ? { "Idempotency-Key": idempotencyKey ?? newKey() } : {};
    /** @type {Record<string, string>} */
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    const url = baseUrl + urlOf(path, options);
    return authorized((authorization) =>
      send(
        url,
        {
          method,
          credentials: "omit",
          headers: { ...headers(), ...type, ...key, ...authorization },
          body: body === undefined ? undefined : JSON.stringify(body),
          signal,
        },
        isRepeatable,
      ),
    );
  }

  /** @param {string} method */
  const call =
    (method) =>
    /** @param {string} path @param {RequestOptions} [options] */
    async (path, options = {}) =>
      read(await request(method, path, options));

  const { onChange, resume, signIn, register, guest, changePassword, signOut, close } = login;
  const calls = {
    get: call("GET"),
    post: call("POST"),
    put: call("PUT"),
    patch: call("PATCH"),
    delete: call("DELETE"),
    /** @param {string} path @param {RequestOptions} [options] */
    blob: async (path, options = {}) => (await request("GET", path, options)).blob(),
    /** @param {string} sessionId @param {{ lastEventId: string | null, signal: AbortSignal }} options */
    events: (sessionId, { lastEventId, signal }) =>
      authorized((authorization) =>
        sendOnce(
          baseUrl + urlOf("/api/sessions/{sessionId}/events", { path: { sessionId } }),
          {
            credentials: "omit",
            cache: "no-store",
            headers: { ...headers(), ...(lastEventId && { "Last-Event-ID": lastEventId }), ...authorization },
            signal,
          },
          null,
        ),
      ),
    onChange,
    resume,
    signIn,
    register,
    guest,
    changePassword,
    signOut,
    close,
    /** @type {Client["follow"]} */
    follow: (sessionId, options) => follow(client, baseUrl, sessionId, options),
    /** @type {Client["room"]} */
    room: (sessionId, options) => createRoom(client, sessionId, options),
  };
  Object.defineProperty(client, "user", { get: () => login.user, enumerable: true });
  return Object.assign(client, calls);
}
