// Where the person is: paths of this page, without loading it anew.

import { useEffect, useState } from "./vendor/preact.js";

/** In a frame of another page there is the room alone: no host's tools, no account, no sign-in. */
export const isFramed = window.top !== window.self;

/** The address under which others reach this server: what QR codes hold. */
export const publicUrl = new URL(document.documentElement.dataset.publicUrl ?? location.origin);
/** Whether it leads every machine to itself, so that no phone can come in. */
export const isOwnMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(publicUrl.hostname);

/** @type {Set<() => void>} */
const listeners = new Set();
const moved = () => listeners.forEach((listener) => listener());

/** Whether one has just come to another view: its heading gets the focus, so that a screen reader reads it. */
let isNew = false;

/** @param {string} path @param {{ replace?: boolean }} [options] */
export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  scrollTo(0, 0);
  isNew = true;
  moved();
}

addEventListener("popstate", moved);

/** The address as it is now. */
export function usePlace() {
  const [place, setPlace] = useState({ ...split() });
  useEffect(() => {
    const listener = () => setPlace(split());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return place;
}
function split() {
  const { pathname, search } = location;
  return { pathname, query: new URLSearchParams(search) };
}

/** Follows links to this page without loading it. @param {(path: string) => boolean} isOurs */
export function followLinks(isOurs) {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link?.href || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.getAttribute("href")?.startsWith("#")) return;
    if (!isOurs(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Views to go on to, and no other place. */
const NEXT = /^\/((s|join)\/[\w-]+|account)?$/;
/** Where to go on after signing in. @param {URLSearchParams} query */
export function next(query) {
  const path = query.get("next") ?? "/";
  return NEXT.test(path) ? path : "/";
}

/** The title of the window, once the view is there. @param {string} title */
export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} – Askit` : "Askit";
    const heading = document.querySelector("h1");
    if (!isNew || !heading) return;
    isNew = false;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [title]);
}
