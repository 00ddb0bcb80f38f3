// What the tabs of one browser share: a lock and a channel. Each is for itself where a browser has
// none of them, as at `http://192.168…`, and outside of pages, where clients share no login.

const isPage = typeof document !== "undefined";
/** Of all tabs of this browser. */
export const locks = isPage ? globalThis.navigator?.locks : undefined;
/** Whether tabs can have one stream together. */
export const canShare = locks !== undefined && typeof BroadcastChannel !== "undefined";

/**
 * Runs one job at a time, in all tabs.
 * @param {string} name
 * @returns {<T>(job: () => Promise<T>) => Promise<T>}
 */
export function queue(name) {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} job */
  const here = (job) => {
    const next = last.then(job);
    last = next.catch(() => {});
    return next;
  };
  if (!locks) return here;
  return async (job) => {
    let hasBegun = false;
    const begin = () => ((hasBegun = true), job());
    try {
      // The types of the DOM say that the answer is a promise of a promise.
      return await /** @type {any} */ (locks.request(name, begin));
    } catch (error) {
      // Chromium has locks and refuses them where a person has switched cookies off.
      if (hasBegun) throw error;
      return here(job);
    }
  };
}

/**
 * Tells the other tabs and hears them.
 * @template T
 * @param {string} name
 * @param {(message: T) => void} hear
 */
export function channel(name, hear) {
  const tabs = isPage && typeof BroadcastChannel !== "undefined" ? new BroadcastChannel(name) : null;
  if (tabs) tabs.onmessage = ({ data }) => hear(data);
  return {
    /** @param {T} message */
    tell: (message) => tabs?.postMessage(message),
    close: () => tabs?.close(),
  };
}
