// Who is signed in, and the tokens that prove it.

import { AskitError, pause, read, sendOnce } from "./send.js";
import { channel, queue } from "./tabs.js";

/** @import { Credentials, Mode, Person, Storage, Tokens } from "./types.js" */

const KEY = "askit.refreshToken";
/** After these of a refresh nobody is signed in any more. */
const OVER = ["missing_token", "invalid_refresh_token", "refresh_token_reused"];
/** The other tabs wait meanwhile. */
const LONGEST_WAIT = 5;
const TRIES = 3;

/**
 * @param {{ baseUrl: string, mode: Mode, storage: Storage, headers: () => Record<string, string> }} options
 */
export function createLogin({ baseUrl, mode, storage, headers }) {
  /** @type {Person | null} who this page shows as signed in */
  let user = null;
  /** @type {string | null} in the memory of this page alone */
  let token = null;
  /** @type {Set<(user: Person | null) => void>} */
  const listeners = new Set();
  const alone = queue(`askit ${baseUrl}`);
  const tabs = channel(
    `askit ${baseUrl}`,
    /** @param {Person | null} other */ (other) => {
      // A stranger stays one, whoever signs in beside it.
      if (mode !== "none") become(other, other?.userId === user?.userId ? token : null);
    },
  );

  /** @param {Person | null} next @param {string | null} accessToken */
  function become(next, accessToken) {
    const hasChanged = next?.userId !== user?.userId || next?.nickname !== user?.nickname;
    [user, token] = [next, accessToken];
    if (hasChanged) for (const listener of [...listeners]) listener(user);
  }
  /** @param {Tokens} tokens */
  function accept({ userId, nickname, accessToken, refreshToken }) {
    // Before the lock is released.
    if (mode === "json" && refreshToken) storage.setItem(KEY, refreshToken);
    become({ userId, nickname, isGuest: nickname === null }, accessToken);
  }
  function forget() {
    if (mode === "json") storage.removeItem(KEY);
    become(null, null);
  }
  /** @param {string} path @param {object} [body] */
  const request = (path, body = {}) =>
    /** @type {const} */ ([
      `${baseUrl}/api${path}`,
      {
        method: "POST",
        credentials: mode === "cookie" ? "include" : "omit",
        headers: { "Content-Type": "application/json", ...headers() },
        body: JSON.stringify(body),
      },
    ]);
  const kept = () => (mode === "json" ? { refreshToken: storage.getItem(KEY) } : {});

  /** @param {string | null} used */
  async function refreshNow(used) {
    for (let tries = 1; token === used; tries++) {
      const sent = kept();
      try {
        const before = user?.nickname;
        accept(await read(await sendOnce(...request("/auth/token", sent))));
        if (user?.nickname !== before) tabs.tell(user);
      } catch (error) {
        if (!(error instanceof AskitError)) throw error;
        const isNewest = kept().refreshToken === sent.refreshToken;
        if (OVER.includes(error.code) && isNewest) forget();
        if (error.status !== 503 || tries === TRIES) throw error;
        await pause(Math.min(error.retryAfter ?? 1, LONGEST_WAIT) * 1000);
      }
    }
  }
  /**
   * Begins a login; the other tabs learn of it.
   * @param {string} path @param {object} body
   */
  async function begin(path, body) {
    accept(await read(await sendOnce(...request(path, { ...body, mode }))));
    tabs.tell(user);
    return /** @type {Person} */ (user);
  }
  /** What a registration or a sign-in takes over; the guest's token may be old. */
  async function guestToken() {
    if (!user?.isGuest) throw new Error("Nobody is here as a guest.");
    await refreshNow(token);
    return token;
  }
  /** @param {boolean} keepGuest */
  const claim = async (keepGuest) => keepGuest && { claimGuest: await guestToken() };

  return {
    get user() {
      return user;
    },
    get token() {
      return token;
    },
    /**
     * Gets another token than `used`, unless another call of this page has done so meanwhile.
     * @param {string | null} used
     */
    refresh: (used) => alone(() => refreshNow(used)),

    /** Takes up the login that this browser keeps. Tells who is signed in, or null. */
    resume: () =>
      alone(async () => {
        if (mode === "none" || (mode === "json" && !storage.getItem(KEY))) return user;
        try {
          await refreshNow(token);
        } catch (error) {
          if (!(error instanceof AskitError && OVER.includes(error.code))) throw error;
        }
        return user;
      }),
    /** @param {Credentials} credentials @param {{ keepGuest?: boolean }} [options] */
    signIn: ({ email, password }, { keepGuest = false } = {}) =>
      alone(async () => begin("/auth/login", { email, password, ...(await claim(keepGuest)) })),
    /**
     * Makes an account and signs in.
     * @param {Credentials & { nickname: string }} account @param {{ keepGuest?: boolean }} [options]
     */
    register: ({ email, password, nickname }, { keepGuest = false } = {}) =>
      alone(async () => {
        const account = { email, password, nickname, ...(await claim(keepGuest)) };
        await sendOnce(...request("/users", account));
        return begin("/auth/login", { email, password });
      }),
    /** Begins as a guest, where nobody is signed in. */
    guest: () =>
      alone(async () => {
        // With a cookie the server finds a login that goes on.
        if (mode === "json" && storage.getItem(KEY)) await refreshNow(token).catch(ignoreOver);
        return user ?? begin("/auth/guest", {});
      }),
    /** @param {{ currentPassword: string, newPassword: string }} passwords */
    changePassword: (passwords) =>
      alone(async () => {
        if (token === null) await refreshNow(token);
        const [url, sent] = request("/users/me/password", { ...passwords, mode });
        const authorized = { ...sent.headers, Authorization: `Bearer ${token}` };
        accept(await read(await sendOnce(url, { ...sent, headers: authorized })));
        tabs.tell(user);
      }),
    /** Ends the login, in all tabs. If it throws, nobody was signed out. */
    signOut: () =>
      alone(async () => {
        await sendOnce(...request("/auth/logout", kept()));
        forget();
        tabs.tell(null);
      }),
    /** @param {(user: Person | null) => void} listener */
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => tabs.close(),
  };
}

/** @param {unknown} error */
function ignoreOver(error) {
  if (!(error instanceof AskitError && OVER.includes(error.code))) throw error;
}
