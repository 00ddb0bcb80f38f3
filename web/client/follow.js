// What changes in a session, as it happens: one stream of events for all tabs of a browser.

import { AskitError, newKey, pause } from "./send.js";
import { canShare, channel, locks } from "./tabs.js";

/** @import { Client, FollowOptions } from "./types.js" */

/** The server sends something each 15 s: a connection that is silent for longer than this is dead. */
const SILENCE = 40_000;
/** Between two connections, at most. */
const LONGEST_PAUSE = 30_000;

/** @typedef {{ type: string, data: any, id: string | null }} Told */
/**
 * What the tab with the stream tells the others. `before` is the last id that was told before, and
 * `since` how much was told since that.
 * @typedef {{ leader: string, number: number, before: string | null, since: number, told: Told | null,
 *   isLive: boolean }} Message
 */
/** @typedef {{ hello: true }} Hello a tab has come: it asks how things stand */

/**
 * The events of a stream.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {() => void} heard is called for whatever comes
 * @param {(milliseconds: number) => void} retry
 * @returns {AsyncGenerator<Told>}
 */
async function* eventsOf(body, heard, retry) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    text += value;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      /** @type {Record<string, string>} */
      const fields = {};
      for (const line of text.slice(0, end).split("\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
      }
      if (fields.retry) retry(Number(fields.retry));
      // A frame of an id alone says how far everything was told.
      const { event: type = "", data = "null", id = null } = fields;
      if (type || id) yield { type, data: JSON.parse(data), id };
    }
  }
}

/**
 * @param {Client} client
 * @param {string} baseUrl
 * @param {string} sessionId
 * @param {FollowOptions} options
 */
export function follow(client, baseUrl, sessionId, { after = null, on, onState = () => {} }) {
  const closed = new AbortController();
  let connection = new AbortController(); // of this identity, while the page is shown
  /** @type {ReturnType<typeof channel<Message | Hello>> | null} */
  let tabs = null;
  let place = after; // the last id that was told
  let since = 0; // how much was told after it
  let leader = ""; // whom this tab has heard last
  let number = 0; // of its last message
  let isLive = false;
  let isOver = false;
  /** @type {string | null} */
  let name = null; // of this tab, while it has the stream

  /** @param {boolean} live */
  function state(live) {
    if (live === isLive) return;
    isLive = live;
    onState(live ? "live" : "waiting");
  }
  /** @param {string} type @param {unknown} data @param {string | null} [id] */
  const call = (type, data, id = null) => /** @type {any} */ (on)[type]?.(data, id);

  /**
   * Takes what was told, here or in the tab with the stream.
   * @param {Message} message
   */
  function take(message) {
    const isNext = message.leader === leader && message.number === number + (message.told ? 1 : 0);
    // All that comes after `place` is told again.
    const isAgain = (place === null || message.before === place) && message.since === 0;
    [leader, number] = [message.leader, message.number];
    state(message.isLive);
    if (!isNext && !isAgain) {
      // Something was told while this tab did not listen: everything has to be read anew.
      [place, since] = [message.before, message.since];
      call("reset", { change: message.before });
    }
    if (!message.told) return;
    const { type, data, id } = message.told;
    [place, since] = id ? [id, 0] : [place, since + 1];
    if (type === "over" || type === "session_deleted") end();
    if (type) call(type, data, id);
  }
  /** @param {Message | Hello} message */
  function hear(message) {
    if (isOver) return;
    if (!("hello" in message)) return take(message);
    if (name !== null) tabs?.tell(stand());
  }
  /** @param {Told | null} [told] @returns {Message} */
  const stand = (told = null) => ({
    leader: /** @type {string} */ (name),
    number: number + (told ? 1 : 0),
    before: place,
    since,
    told,
    isLive,
  });
  /** @param {Told} told */
  function tell(told) {
    const message = stand(told);
    tabs?.tell(message);
    take(message);
  }
  function end() {
    isOver = true;
    connection.abort();
    tabs?.close();
  }

  /**
   * One connection, until it is over.
   * @param {AbortSignal} signal @param {(milliseconds: number) => void} retry @param {() => void} began
   */
  async function connect(signal, retry, began) {
    const silent = new AbortController();
    const cut = () => silent.abort(new AskitError({ code: "no_answer", detail: "Silence.", status: 0 }));
    let last = Date.now();
    const watch = setInterval(() => Date.now() - last > SILENCE && cut(), SILENCE / 4);
    // Who slept may hold a dead connection. A timer that slept comes late.
    const woke = () => Date.now() - last > SILENCE / 2 && cut();
    globalThis.addEventListener?.("online", cut);
    globalThis.addEventListener?.("offline", cut);
    globalThis.document?.addEventListener("visibilitychange", woke);
    try {
      const both = AbortSignal.any([signal, silent.signal]);
      const response = await client.events(sessionId, { lastEventId: place, signal: both });
      if (response.status === 204) return tell({ type: "over", data: {}, id: null });
      if (!response.body) return;
      since = 0; // all of it comes again
      for await (const told of eventsOf(response.body, () => (last = Date.now()), retry)) {
        if (told.type === "ready") began();
        tell(told);
        if (both.aborted) return;
      }
    } finally {
      clearInterval(watch);
      globalThis.removeEventListener?.("online", cut);
      globalThis.removeEventListener?.("offline", cut);
      globalThis.document?.removeEventListener("visibilitychange", woke);
      silent.abort();
    }
  }

  /**
   * Has the stream for all tabs.
   * @param {AbortSignal} signal
   */
  async function lead(signal) {
    name = newKey();
    let retry = 2000;
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await connect(
          signal,
          (milliseconds) => (retry = milliseconds),
          () => {
            tries = 0;
            state(true);
          },
        );
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof AskitError && error.status === 404) {
          return tell({ type: "session_deleted", data: {}, id: null });
        }
      }
      if (signal.aborted) break;
      state(false);
      tabs?.tell(stand());
      const wait = Math.min(retry * 2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
      const online = new AbortController();
      const back = () => online.abort();
      globalThis.addEventListener?.("online", back, { once: true });
      await pause(wait, AbortSignal.any([signal, online.signal]));
      globalThis.removeEventListener?.("online", back);
    }
  }

  // Another identity sees other things, and its tabs share another stream.
  function begin() {
    connection = new AbortController();
    const { signal } = connection;
    const shared = `askit ${baseUrl} ${sessionId} ${client.user?.userId ?? ""}`;
    if (!locks || !canShare) return void lead(signal);
    tabs = channel(shared, hear);
    tabs.tell({ hello: true });
    let hasBegun = false;
    const begun = () => ((hasBegun = true), lead(signal));
    locks.request(shared, { signal }, begun).catch((error) => {
      if (signal.aborted) return;
      // Chromium has locks and refuses them where a person has switched cookies off.
      if (hasBegun) throw error;
      return lead(signal);
    });
  }
  function pauseAll() {
    connection.abort();
    tabs?.close();
    name = null;
    state(false);
  }
  function resumeAll() {
    if (isOver) return;
    // Others may have told something meanwhile.
    leader = "";
    begin();
  }
  let me = client.user?.userId;
  const forget = client.onChange((user) => {
    if (user?.userId === me) return;
    me = user?.userId;
    pauseAll();
    resumeAll();
  });
  const { signal } = closed;
  globalThis.addEventListener?.("pagehide", pauseAll, { signal });
  globalThis.addEventListener?.("pageshow", (event) => event.persisted && resumeAll(), { signal });
  begin();

  return {
    close() {
      forget();
      closed.abort();
      pauseAll();
      isOver = true;
    },
  };
}
