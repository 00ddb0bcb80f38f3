// What several views have.

import { Icon, Mark } from "./icons.js";
import { signOut, useUser } from "./server.js";
import { keep, kept } from "./storage.js";
import { Component, html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact.js";
import { LANGUAGES, choose, language, loadViews, t } from "./words.js";
import { go } from "./place.js";

/** The first letter of a name, or a ring for nobody. @param {{ name: string | null }} props */
export const Who = ({ name }) =>
  html`<span class=${name ? "who" : "who anon"} aria-hidden="true">${name ? Array.from(name)[0] : ""}</span>`;

/** A code as it is read aloud: in two halves. @param {string} code */
export const halves = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

/** Leads to a session. @param {{ session: import("../client/types.js").Session }} props */
export const Qr = ({ session }) =>
  html`<img class="qr" src=${`/api/sessions/${session.sessionId}/qr.svg`} width="296" height="296" alt=${t("join_qr")} />`;

/** The reason why something was refused, for people. @param {any} error */
export function reason(error) {
  if (error.status === 0) return t("no_answer");
  const isOurs = typeof error.code !== "string" || error.code === "no_answer" || error.code === "internal_error";
  if (isOurs) return t("later");
  return error.errors?.[0]?.detail ?? error.detail;
}

/**
 * Does something, once at a time; tells whether it is on the way, and why it was refused.
 * @template {unknown[]} A
 * @param {(...given: A) => Promise<unknown>} act
 * @returns {[boolean, any, (...given: A) => Promise<void>]}
 */
export function useAct(act) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {any} */ (null));
  const busy = useRef(false);
  /** @param {A} given */
  const run = async (...given) => {
    const [event] = given;
    if (event instanceof Event) event.preventDefault();
    if (busy.current) return;
    busy.current = true;
    setBusy(true);
    setError(null);
    try {
      await act(...given);
    } catch (error) {
      setError(error);
    }
    busy.current = false;
    setBusy(false);
  };
  return [isBusy, error, run];
}

/** Reads something once for each of `keys`. @template T @param {() => Promise<T>} read @param {unknown[]} keys */
export function useRead(read, keys) {
  const [state, setState] = useState(/** @type {{ found: T | null, error: any }} */ ({ found: null, error: null }));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isLeft = false;
    read().then(
      (found) => isLeft || setState({ found, error: null }),
      (error) => isLeft || setState((before) => ({ ...before, error })),
    );
    return () => void (isLeft = true);
  }, [...keys, tries]);
  return { ...state, again: () => setTries((n) => n + 1) };
}

/** A list of buttons stays so many pixels away from the edge of the screen. */
const EDGE = 16;

/**
 * A button that opens a list of buttons. Escape closes it, and so does a click elsewhere.
 * @param {{ label: string, children?: any, icon?: any, kind?: string, shown?: any }} props
 */
export function Menu({ label, children, icon = "more", kind = "icon", shown }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!isOpen) return;
    /** @param {Event} event */
    const outside = (event) => root.current?.contains(/** @type {Node} */ (event.target)) || setOpen(false);
    document.addEventListener("click", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("click", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [isOpen]);
  // It opens towards the left, but not beyond the edge of the screen.
  useLayoutEffect(() => {
    const it = list.current;
    if (!it) return;
    const place = () => {
      it.style.right = "";
      const beyond = EDGE - it.getBoundingClientRect().left;
      if (beyond > 0) it.style.right = `${-beyond}px`;
    };
    place();
    it.scrollIntoView({ block: "nearest" });
    const watch = new ResizeObserver(place);
    watch.observe(document.documentElement);
    watch.observe(it);
    return () => watch.disconnect();
  }, [isOpen]);
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.key !== "Escape" || !isOpen) return;
    setOpen(false);
    button.current?.focus();
  };
  return html`
    <div class="menu" ref=${root} onKeyDown=${keys}>
      <button type="button" class=${kind} ref=${button} aria-expanded=${String(isOpen)} onClick=${() => setOpen(!isOpen)}>
        ${shown ?? html`<${Icon} name=${icon} /><span class="vh">${label}</span>`}
      </button>
      ${isOpen && html`<div class="menu-list" ref=${list} onClick=${() => (setOpen(false), button.current?.focus())}>${children}</div>`}
    </div>
  `;
}

const THEMES = ["system", "light", "dark"];
/** Light, dark, or as the system is. @param {string} [chosen] */
export function theme(chosen) {
  if (chosen) keep("askit.theme", chosen === "system" ? null : chosen);
  const wanted = kept("askit.theme");
  if (wanted) document.documentElement.dataset.theme = wanted;
  else delete document.documentElement.dataset.theme;
  return wanted ?? "system";
}

/** The entries of a menu that hold wherever one is: language, light or dark, account. */
export function Everywhere() {
  const user = useUser();
  const [shown, setShown] = useState(theme());
  const other = LANGUAGES.find((it) => it !== language) ?? "en";
  const following = THEMES[(THEMES.indexOf(shown) + 1) % THEMES.length] ?? "system";
  const here = `?next=${encodeURIComponent(location.pathname)}`;
  return html`
    <button type="button" lang=${other} onClick=${() => choose(other)}><${Icon} name="language" />${t("other_language")}</button>
    <button type="button" onClick=${() => setShown(theme(following))}><${Icon} name="theme" />${t(`theme_${following}`)}</button>
    <div class="sep"></div>
    ${user && !user.isGuest
      ? html`
          <a href="/account"><${Icon} name="people" /><span><bdi>${user.nickname}</bdi> · ${t("account")}</span></a>
          <button type="button" onClick=${() => signOut().then(() => go("/"), () => {})}><${Icon} name="leave" />${t("sign_out")}</button>
        `
      : html`<a href=${`/sign-in${here}`}><${Icon} name="people" />${t("sign_in")}</a>`}
  `;
}

/** The bar of the views around the room. @param {{ isBare?: boolean }} props `isBare`: without the way to sign in */
export function Bar({ isBare }) {
  const user = useUser();
  const isNamed = user && !user.isGuest;
  return html`
    <header class="bar narrow">
      <a class="mark" href="/"><${Mark} /><b>Askit</b></a>
      <div class="end">
        ${!isBare && (isNamed
          ? html`<a class="btn quiet" href="/account"><${Who} name=${user.nickname} /><bdi>${user.nickname}</bdi></a>`
          : html`<a class="btn quiet" href="/sign-in">${t("sign_in")}</a>`)}
        <${Menu} label=${t("menu")}><${Everywhere} /><//>
      </div>
    </header>
  `;
}

/**
 * In the place of what cannot be shown.
 * @param {{ title: string, children?: any, error?: any, icon?: string, again?: () => void }} props
 */
export function Nothing({ title, children, error, icon = "fault", again }) {
  return html`
    <div class="nothing">
      <${Icon} name=${icon} />
      <h1>${title}</h1>
      ${children}
      ${error?.requestId && html`<p class="reqid">${t("request_id")} <code>${error.requestId}</code></p>`}
      ${again && html`<button type="button" class="btn go" onClick=${again}>${t("try_again")}</button>`}
    </div>
  `;
}

/** "Loading…", once it takes long. */
export function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return html`<p class="nothing" role="status">${isLong && `${t("loading")}…`}</p>`;
}

/** The look of the views around the room, and of what hosts see. */
export const VIEWS = "/app/views.css";
/** Those that were asked for, by their addresses. @type {Map<string, Promise<void>>} */
const sheets = new Map();
/** Loads a style sheet, once. @param {string} href @returns {Promise<void>} */
function loadSheet(href) {
  const asked = sheets.get(href);
  if (asked) return asked;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  /** @type {Promise<void>} */
  const loaded = new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      sheets.delete(href);
      reject(new Error(`${href} does not come`));
    };
  });
  sheets.set(href, loaded);
  document.head.append(link);
  return loaded;
}

/** @type {Promise<void> | null} */
let words = null;
/** Loads the words of the views around the room, once. */
function loadWords() {
  words ??= loadViews().catch((error) => {
    words = null;
    throw error;
  });
  return words;
}

/**
 * A view whose module is loaded when it is needed first.
 * @param {() => Promise<any>} from
 * @param {string} name of the view in its module
 * @param {string} [sheet] of the view that is none of a phone's: it has words of its own, too
 */
export function lazy(from, name, sheet) {
  /** @type {any} */
  let View = null;
  const load = async () => {
    if (View) return;
    const [found] = await Promise.all([from(), sheet && loadSheet(sheet), sheet && loadWords()]);
    View = found[name];
  };
  /** @param {any} props */
  function Lazy(props) {
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const [tries, setTries] = useState(0);
    useEffect(() => {
      if (View) return;
      setError(null);
      load().then(() => setTries((n) => n + 1), setError);
    }, [tries]);
    if (View) return html`<${View} ...${props} />`;
    if (error) return html`<${Nothing} title=${t("no_answer")} again=${() => setTries((n) => n + 1)} />`;
    return html`<${Waiting} />`;
  }
  return Object.assign(Lazy, { load });
}

/** Draws `View` again only for other props. @param {any} View */
export function memo(View) {
  return class extends Component {
    /** @param {Record<string, unknown>} next */
    shouldComponentUpdate(next) {
      return Object.keys(next).some((key) => next[key] !== this.props[key]);
    }
    render() {
      return html`<${View} ...${this.props} />`;
    }
  };
}

/** Changes once a minute: for what says how long ago something was. */
export function useMinute() {
  const [minute, setMinute] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setMinute((n) => n + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  return minute;
}
