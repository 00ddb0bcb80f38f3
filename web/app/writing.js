// What is written here: drafts, and what could not be sent yet. Both survive a reload, for a day.

import { newKey } from "../client/index.js";
import { askit } from "./server.js";
import { keep, kept, namesOf } from "./storage.js";
import { useEffect, useState } from "./vendor/preact.js";

/** @typedef {import("./server.js").Room} Room */
/** @typedef {{ body: string, anonymous: boolean, userId: number | null, nickname: string | null, at: number }} Draft */
/** @typedef {{ key: string, questionId: string | null, state: "sending" | "waiting" | "refused", error: any, until?: number }
 *   & Draft} Unsent `until`: it is tried again then */

const DAY = 86_400_000;
const LONGEST_PAUSE = 30_000;

/** @param {string} name */
function read(name) {
  try {
    return JSON.parse(kept(name) ?? "null");
  } catch {
    return null; // not of this page
  }
}
/** Who writes now. */
const me = () => ({ userId: askit.user?.userId ?? null, nickname: askit.user?.nickname ?? null });

/** Forgets what is older than a day. */
export function forgetOld() {
  for (const name of namesOf("askit.draft.")) {
    if (!(read(name)?.at > Date.now() - DAY)) keep(name, null);
  }
  for (const name of namesOf("askit.unsent.")) {
    const young = (read(name) ?? []).filter((/** @type {Unsent} */ it) => it.at > Date.now() - DAY);
    keep(name, young.length ? JSON.stringify(young) : null);
  }
}

/**
 * What is being written at a place, kept as it is typed.
 * @param {string} place
 * @returns {[Draft | null, (parts: { body?: string, anonymous?: boolean } | null) => void]}
 */
export function useDraft(place) {
  const name = `askit.draft.${place}`;
  const [draft, setDraft] = useState(/** @type {Draft | null} */ (read(name)));
  // Signing out, in any tab, ends the drafts.
  useEffect(() => {
    const again = () => setDraft(read(name));
    // Another tab has sent the same words.
    const gone = (/** @type {StorageEvent} */ event) => {
      if (event.key !== name || event.newValue !== null) return;
      const sent = JSON.parse(event.oldValue ?? "null")?.body;
      setDraft((mine) => (askit.user && mine && mine.body !== sent ? mine : null));
    };
    addEventListener("storage", gone);
    const forget = askit.onChange(again);
    return () => {
      removeEventListener("storage", gone);
      forget();
    };
  }, [name]);
  return [
    draft,
    (parts) => {
      const by = draft?.body ? { userId: draft.userId, nickname: draft.nickname } : me();
      const body = parts?.body ?? draft?.body ?? "";
      const anonymous = parts?.anonymous ?? draft?.anonymous ?? true;
      const next = parts && body ? { body, anonymous, ...by, at: Date.now() } : null;
      // Another tab may have written on.
      if (next || read(name)?.body === draft?.body) keep(name, next && JSON.stringify(next));
      setDraft(next);
    },
  ];
}

/**
 * What was being written where nothing can be written any more.
 * @param {string} sessionId
 * @param {(place: string) => boolean} isGone whether a place of the session, such as `ask`, takes nothing
 */
export function leftIn(sessionId, isGone) {
  const start = `askit.draft.${sessionId}.`;
  const names = namesOf(start).filter((name) => isGone(name.slice(start.length)));
  return names.map((name) => ({ body: /** @type {string} */ (read(name)?.body ?? ""), forget: () => keep(name, null) }));
}
/** What waits in a session that is gone. @param {string} sessionId @returns {string[]} */
export const unsentIn = (sessionId) => (read(`askit.unsent.${sessionId}`) ?? []).map((/** @type {Unsent} */ it) => it.body);
/** Puts words back to where they were written, before those that stand there. @param {string} sessionId @param {Unsent} it */
export function writeAgain(sessionId, it) {
  const name = `askit.draft.${sessionId}.${it.questionId ?? "ask"}`;
  const { body, anonymous, userId, nickname } = it;
  const there = read(name)?.body;
  const whole = there ? `${body}\n${there}` : body;
  keep(name, JSON.stringify({ body: whole, anonymous, userId, nickname, at: Date.now() }));
}

const asOf = (/** @type {string} */ sessionId) => `askit.as.${askit.user?.userId}.${sessionId}`;
/**
 * As whom this person wrote last in a session. The first time without a name, because a name cannot be taken back; but hosts
 * are known.
 * @param {string} sessionId @param {boolean} isHost
 */
export const isNamedIn = (sessionId, isHost) => (kept(asOf(sessionId)) ?? (isHost ? "named" : "")) === "named";
/** @param {string} sessionId @param {boolean} isNamed */
export const keepAs = (sessionId, isNamed) => keep(asOf(sessionId), isNamed ? "named" : "anonymous");

/**
 * Sends words once, whatever comes between: what is not sent stays and is sent when the connection is back, in the
 * name under which it was written and in no other.
 * @param {Room} room
 * @param {string} sessionId
 */
export function createOutbox(room, sessionId) {
  const name = `askit.unsent.${sessionId}`;
  /** @type {Unsent[]} */
  let all = (read(name) ?? []).map((/** @type {Unsent} */ it) => ({ ...it, state: "waiting", error: null }));
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let tries = 0;
  /** The question that was sent last from here, until it has been seen. @type {Unsent | null} */
  let sent = null;

  const isKept = (/** @type {string} */ key) => (read(name) ?? []).some((/** @type {Unsent} */ it) => it.key === key);
  /** Other tabs keep theirs in the same place. @param {string} key @param {Partial<Unsent> | null} parts */
  function change(key, parts) {
    const apply = (/** @type {Unsent[]} */ list) =>
      parts ? list.map((it) => (it.key === key ? { ...it, ...parts } : it)) : list.filter((it) => it.key !== key);
    all = apply(all);
    const left = apply(read(name) ?? []);
    keep(name, left.length ? JSON.stringify(left) : null);
    for (const listener of listeners) listener();
  }
  /** Whether it is sent in the name under which it was written. @param {Unsent} it */
  const isMine = (it) => it.userId === (askit.user?.userId ?? null);

  /** @param {Unsent} it */
  async function post(it) {
    change(it.key, { state: "sending", error: null });
    try {
      if (!askit.user) {
        const { userId } = await askit.guest();
        change(it.key, { userId });
      }
      const { body, anonymous, key } = it;
      const options = { anonymous, key };
      await (it.questionId === null ? room.ask(body, options) : room.reply(it.questionId, body, options));
      tries = 0;
      if (it.questionId === null) sent = it;
      change(it.key, null);
    } catch (/** @type {any} */ error) {
      room.discard(it.key); // it stays here
      if (!isKept(it.key)) return change(it.key, null); // another tab has sent it
      const mayPass = error.isPassing || error.status === 429 || error.status === 401 || error.status === undefined;
      const until = Date.now() + (error.retryAfter ?? 0) * 1000;
      change(it.key, { state: mayPass ? "waiting" : "refused", error, until });
      if (mayPass) later(error);
    }
  }
  /** @param {any} error */
  function later({ code, retryAfter }) {
    clearTimeout(timer);
    // Slow mode says exactly how long.
    const wait = code === "slow_down" ? 0 : Math.min(2000 * 2 ** tries++, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
    timer = setTimeout(retry, Math.max(wait, (retryAfter ?? 0) * 1000));
  }
  /** Sends what waits and may be sent by itself, in its order. */
  async function retry() {
    clearTimeout(timer);
    for (const it of all.filter((it) => it.state === "waiting" && isMine(it))) {
      const now = all.find(({ key }) => key === it.key);
      if (now?.state === "waiting") await post(now);
    }
  }
  const online = () => void retry();
  addEventListener("online", online);
  const forget = askit.onChange(() => {
    // Signing out ends them.
    all = all.filter((it) => it.state === "sending" || isKept(it.key));
    for (const listener of listeners) listener();
    void retry();
  });

  return {
    get all() {
      return all;
    },
    get sent() {
      return sent;
    },
    /** The question that was sent has been seen. */
    seen() {
      sent = null;
      for (const listener of listeners) listener();
    },
    isMine,
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** @param {string | null} questionId null: a question @param {string} body @param {boolean} anonymous */
    send(questionId, body, anonymous) {
      /** @type {Unsent} */
      const it = { key: newKey(), questionId, body, anonymous, ...me(), at: Date.now(), state: "sending", error: null };
      all = [...all, it];
      sent = null;
      keep(name, JSON.stringify([...(read(name) ?? []), it]));
      return post(it);
    },
    retry,
    /** Sends it as who is signed in now. @param {Unsent} it */
    asMe(it) {
      change(it.key, me());
      return post({ ...it, ...me() });
    },
    /** Unless it is on its way at this moment: its buttons may still be there. @param {Unsent} it */
    discard({ key }) {
      const isWaiting = all.some((it) => it.key === key && it.state !== "sending");
      if (isWaiting) change(key, null);
      return isWaiting;
    },
    close() {
      clearTimeout(timer);
      removeEventListener("online", online);
      forget();
    },
  };
}

/** @typedef {ReturnType<typeof createOutbox>} Outbox */

/** What is unsent, and what was sent last. @param {Outbox} outbox */
export function useOutbox(outbox) {
  const [state, setState] = useState({ all: outbox.all, sent: outbox.sent });
  useEffect(() => {
    const show = () => setState({ all: outbox.all, sent: outbox.sent });
    show();
    return outbox.subscribe(show);
  }, [outbox]);
  return state;
}
