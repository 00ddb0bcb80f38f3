// Every word of the page, by its key, in the language that is chosen; and the server's clock.

import { keep, kept } from "./storage.js";

export const LANGUAGES = ["ko", "en"];
const KEPT = "askit.language";

/** @type {Record<string, string | Record<string, string>>} */
let texts = {};
/** How many milliseconds the server's clock is ahead of this machine's, which may be wrong. */
let ahead = 0;
/** @type {Set<() => void>} */
const listeners = new Set();

/** The language that was chosen here, else the first one of the browser that there is. */
function preferred() {
  const wanted = [kept(KEPT), ...navigator.languages.map((it) => it.slice(0, 2))];
  return wanted.find((it) => it !== null && LANGUAGES.includes(it)) ?? "en";
}

export let language = preferred();

/** Of which files the words are: those of the room, and once they are needed those of all other views. */
const files = [""];

/** @param {string} name @returns {Promise<typeof texts>} */
async function read(name) {
  const response = await fetch(`/app/texts/${name}.json`, { cache: "no-cache", priority: "high" });
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (!Number.isNaN(date)) ahead = date - Date.now();
  return response.json();
}
/** Reads the words. @param {string} wanted */
async function load(wanted) {
  const found = await Promise.all(files.map((file) => read(file + wanted)));
  texts = Object.assign({}, ...found);
  language = wanted;
  document.documentElement.lang = wanted;
  for (const listener of listeners) listener();
}
/** The words of the room are there. */
export const loaded = load(language);
/** The words of all other views are there, too. @returns {Promise<void>} */
export async function loadViews() {
  const wanted = language;
  const words = await read(`views-${wanted}`);
  await loaded;
  if (wanted !== language) return loadViews();
  texts = { ...words, ...texts };
  if (!files.includes("views-")) files.push("views-");
}
/** Shows the page in another language, also the next time. @param {string} language */
export async function choose(language) {
  await load(language);
  keep(KEPT, language);
}
/** Calls `listener` when another language was chosen. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Making a format takes long: each is made once for a language.
 * @template T
 * @param {(language: string) => T} make
 */
function once(make) {
  /** @type {Map<string, T>} */
  const made = new Map();
  return () => {
    const found = made.get(language) ?? make(language);
    made.set(language, found);
    return found;
  };
}
const plurals = once((it) => new Intl.PluralRules(it));
const numbers = once((it) => new Intl.NumberFormat(it));
const agos = once((it) => new Intl.RelativeTimeFormat(it, { numeric: "auto", style: "short" }));
const days = once((it) => new Intl.DateTimeFormat(it, { dateStyle: "long" }));
const moments = once((it) => new Intl.DateTimeFormat(it, { dateStyle: "long", timeStyle: "short" }));

/** @param {number} n */
export const number = (n) => numbers().format(n);

/**
 * A text; where it depends on a number, the form for `n`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = texts[key] ?? key;
  const form = typeof found === "string" ? found : (found[plurals().select(Number(values.n))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value;
  });
}

/** Milliseconds since 1970, by the server's clock. */
export const now = () => Date.now() + ahead;

const UNITS = /** @type {const} */ ([
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]);
/** How long ago something was. @param {string} at */
export function ago(at) {
  const seconds = Math.max(0, (now() - Date.parse(at)) / 1000);
  const unit = UNITS.find(([, length]) => seconds >= length);
  return unit ? agos().format(-Math.floor(seconds / unit[1]), unit[0]) : t("now");
}
/** @param {string} at */
export const day = (at) => days().format(new Date(at));
/** @param {string} at */
export const moment = (at) => moments().format(new Date(at));
