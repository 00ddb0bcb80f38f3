// One request and its answer, and when it is sent again.

/** @import { Failure } from "./types.js" */

/** A server that hangs must not hold a page for ever. */
const TIMEOUT = 15_000;
/** A request that can do no harm twice is sent so often at most. */
const TRIES = 4;
/** Who has to wait longer than these seconds is told so. */
const LONGEST_WAIT = 10;

/** What a call throws: what the server refused, and why; or that it did not answer. */
export class AskitError extends Error {
  /** @param {Failure} failure @param {ErrorOptions} [options] */
  constructor({ detail, code, status, errors = [], requestId = null, retryAfter = null }, options) {
    super(detail, options);
    this.name = "AskitError";
    /** What was wrong, as a word that never changes; `no_answer` without an answer of Askit. */
    this.code = code;
    /** The same for a person, in the language that was asked for. */
    this.detail = detail;
    /** Of HTTP; 0 where there was no answer. */
    this.status = status;
    /** What is wrong with each field. */
    this.errors = errors;
    /** By what the server's log knows the request. */
    this.requestId = requestId;
    /** After how many seconds it may be tried again. */
    this.retryAfter = retryAfter;
  }

  /** Whether the same may succeed in a moment. */
  get isPassing() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** @param {Response} response */
async function refusal(response) {
  // A proxy's page is no problem document.
  const problem = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After"));
  return new AskitError({
    code: typeof problem.code === "string" ? problem.code : "no_answer",
    detail: problem.detail ?? `The server answered ${response.status}.`,
    status: response.status,
    errors: problem.errors,
    requestId: problem.requestId ?? response.headers.get("X-Request-Id"),
    retryAfter: seconds > 0 ? seconds : null,
  });
}

/** A name that nobody else gives. Also where `crypto.randomUUID` is missing, as at `http://192.168…`. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Resolves after a while, or as soon as `signal` is aborted.
 * @param {number} milliseconds @param {AbortSignal | null} [signal]
 * @returns {Promise<void>}
 */
export const pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (signal?.aborted) done();
    else signal?.addEventListener("abort", done);
  });

/**
 * Sends a request once.
 * @param {string} url
 * @param {RequestInit} request
 * @param {number | null} [timeout] milliseconds; null: until `request.signal` is aborted
 */
export async function sendOnce(url, request, timeout = TIMEOUT) {
  const signals = [request.signal, timeout === null ? null : AbortSignal.timeout(timeout)];
  const signal = AbortSignal.any(signals.filter((it) => it != null));
  let response;
  try {
    response = await fetch(url, { ...request, signal });
  } catch (cause) {
    request.signal?.throwIfAborted();
    throw new AskitError({ code: "no_answer", detail: "The server did not answer.", status: 0 }, { cause });
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

/**
 * Sends a request, and again where there was no answer, if `isRepeatable`: all parties then agree
 * that it was made once.
 * @param {string} url
 * @param {RequestInit} request
 * @param {boolean} isRepeatable
 */
export async function send(url, request, isRepeatable) {
  for (let tries = 1; ; tries++) {
    try {
      return await sendOnce(url, request);
    } catch (error) {
      const mayPass = error instanceof AskitError && error.isPassing;
      if (!isRepeatable || !mayPass || tries === TRIES) throw error;
      const wait = error.retryAfter ?? 0;
      if (wait > LONGEST_WAIT) throw error;
      // At random: all phones of a hall have lost the same server.
      await pause(wait * 1000 + Math.random() * 500 * 2 ** tries, request.signal);
      request.signal?.throwIfAborted();
    }
  }
}

/**
 * What an answer holds.
 * @param {Response} response
 */
export async function read(response) {
  try {
    if (response.status === 204) return null;
    return await response.json();
  } catch (cause) {
    throw new AskitError(
      { code: "no_answer", detail: "The answer broke off.", status: 0 },
      { cause },
    );
  }
}
