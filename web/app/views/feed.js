// The list of questions. Only what is near the screen is in the document, and nothing moves under a finger: what is new
// or has risen waits until it is asked for.

import { Icon } from "../icons.js";
import { html, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "../vendor/preact.js";
import { t } from "../words.js";

/** @typedef {import("../server.js").Question} Question */

/** So many are in the document at once without being near the screen: find-in-page finds them. */
const ALL = 60;
/** Pixels above and below the screen. */
const NEAR = 900;
/** Until a question was measured. */
const HEIGHT = 130;
/** So many places a question has to move before one is told that the order has changed. */
const FAR = 3;

/**
 * The order that is shown, and what waits for being shown.
 * @param {Question[]} questions as they should be
 * @param {unknown[]} occasions when one of them changes, everything is shown as it should be
 */
export function useHeld(questions, occasions) {
  /** @type {{ current: string[] }} */
  const shown = useRef([]);
  const before = useRef(/** @type {unknown[]} */ ([]));
  const [, again] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const wanted = questions.map((it) => it.questionId);
  const byId = new Map(questions.map((it) => [it.questionId, it]));
  const isOccasion = occasions.some((it, index) => it !== before.current[index]);
  before.current = occasions;

  if (isOccasion || shown.current.length === 0) shown.current = wanted;
  else shown.current = shown.current.filter((id) => byId.has(id));
  let there = new Set(shown.current);
  const mine = questions.filter((it) => it.isOwner && !there.has(it.questionId)).map((it) => it.questionId);
  if (mine.length) {
    const pinned = shown.current.filter((id) => byId.get(id)?.pinned);
    shown.current = [...pinned, ...mine, ...shown.current.filter((id) => !byId.get(id)?.pinned)];
    there = new Set(shown.current);
  }
  const place = new Map(wanted.filter((id) => there.has(id)).map((id, index) => [id, index]));
  const hasMoved = shown.current.some((id, index) => Math.abs((place.get(id) ?? index) - index) >= FAR);
  return {
    list: /** @type {Question[]} */ (shown.current.map((id) => byId.get(id)).filter(Boolean)),
    waiting: wanted.filter((id) => !there.has(id)),
    hasMoved,
    show() {
      shown.current = wanted;
      again(0);
    },
  };
}

/** What waits, on a pill. @param {{ count: number, hasMoved: boolean, onShow: () => void }} props */
export const Pill = ({ count, hasMoved, onShow }) =>
  (count > 0 || hasMoved) &&
  html`
    <div class="dock">
      <button type="button" class="pill" onClick=${onShow}>
        <${Icon} name="up" />${count > 0 ? t("new_questions", { n: count }) : t("order_changed")}
      </button>
    </div>
  `;

/** Room that questions take which are not in the document. @param {{ height: number }} props */
function Gap({ height }) {
  const gap = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (gap.current) gap.current.style.height = `${height}px`;
  }, [height]);
  return html`<div ref=${gap} aria-hidden="true"></div>`;
}

/** Measures what is in the document, when the page is laid out anyway. */
function createHeights() {
  /** @type {Map<string, number>} */
  const known = new Map();
  const observed = new WeakSet();
  /** Where each of `ids` begins, in pixels, and where the last one ends. @type {number[] | null} */
  let tops = null;
  /** @type {string[]} */
  let ids = [];
  const observer = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      const height = borderBoxSize[0]?.blockSize ?? 0;
      if (height > 0 && target instanceof HTMLElement) known.set(target.dataset.id ?? "", height);
      else observer.unobserve(target); // it is not in the document any more
    }
    tops = null;
  });
  const of = (/** @type {string} */ id) => known.get(id) ?? HEIGHT;
  return {
    of,
    /** @param {Element} article */
    observe(article) {
      if (observed.has(article)) return;
      observed.add(article);
      observer.observe(article);
    },
    /** The index of what is at a height. @param {string[]} list @param {number} y */
    at(list, y) {
      if (tops === null || ids !== list) {
        ids = list;
        tops = [0];
        let sum = 0;
        for (const id of list) tops.push((sum += of(id)));
      }
      let [low, high] = [0, list.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((tops[middle] ?? 0) <= y) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    close: () => observer.disconnect(),
  };
}

/**
 * Which of a list are near the screen: the first and the last.
 * @param {{ current: HTMLElement | null }} root
 * @param {string[]} ids
 * @param {ReturnType<typeof createHeights>} heights
 */
function useNear(root, ids, heights) {
  const [range, setRange] = useState([0, 20]);
  const look = useRef(() => {});
  look.current = () => {
    if (!root.current || ids.length <= ALL) return;
    const y = -root.current.getBoundingClientRect().top;
    const [first, last] = [heights.at(ids, y - NEAR), heights.at(ids, y + innerHeight + NEAR)];
    setRange((before) => (before[0] === first && before[1] === last ? before : [first, last]));
  };
  useEffect(() => look.current(), [ids.length]);
  useEffect(() => {
    const listener = () => look.current();
    addEventListener("scroll", listener, { passive: true });
    addEventListener("resize", listener);
    return () => {
      removeEventListener("scroll", listener);
      removeEventListener("resize", listener);
    };
  }, []);
  return range;
}

/**
 * @param {{ list: Question[], isBusy: boolean, item: (it: Question, position: number) => any, children?: any,
 *   target: { id: string } | null }} props `target`: goes there, for each new one
 */
export function Feed({ list, isBusy, item, children, target }) {
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const heights = useMemo(createHeights, []);
  useEffect(() => heights.close, []);
  const focused = useRef(/** @type {{ id: string, index: number } | null} */ (null));
  const ids = useMemo(() => list.map((it) => it.questionId), [list]);
  const [first, last] = useNear(root, ids, heights);

  useEffect(() => root.current?.querySelectorAll(":scope > [data-id]").forEach(heights.observe));
  // What is moved within the document loses the focus.
  const had = root.current?.contains(document.activeElement) ? document.activeElement : null;
  useLayoutEffect(() => {
    if (had instanceof HTMLElement && had.isConnected && document.activeElement === document.body) had.focus({ preventScroll: true });
  });
  // If what had the focus is gone, the next one gets it.
  useLayoutEffect(() => {
    const was = focused.current;
    if (!was || document.activeElement !== document.body || ids.includes(was.id)) return;
    const next = root.current?.querySelector(`[data-id="${ids[Math.min(was.index, ids.length - 1)]}"]`);
    const target = next ?? root.current;
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  });
  useLayoutEffect(() => {
    const article = target && root.current?.querySelector(`[data-id="${target.id}"]`);
    if (!(article instanceof HTMLElement)) return;
    article.scrollIntoView({ block: "center" });
    article.focus({ preventScroll: true });
  }, [target]);
  /** @param {FocusEvent} event */
  const focus = (event) => {
    const article = event.target instanceof Element ? event.target.closest("[data-id]") : null;
    const id = article instanceof HTMLElement ? article.dataset.id : undefined;
    focused.current = id === undefined ? null : { id, index: ids.indexOf(id) };
  };
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (!step || !focused.current) return;
    const id = ids[focused.current.index + step];
    const article = root.current?.querySelector(`[data-id="${id}"]`);
    if (!(article instanceof HTMLElement)) return;
    event.preventDefault();
    article.focus();
    article.scrollIntoView({ block: "nearest" });
  };

  const at = focused.current ? ids.indexOf(focused.current.id) : -1;
  const isShown = (/** @type {number} */ index) =>
    ids.length <= ALL ||
    (index >= first && index <= last) ||
    (at >= 0 && Math.abs(index - at) <= 1) ||
    ids[index] === target?.id;
  const parts = [];
  let skipped = 0;
  list.forEach((it, index) => {
    if (!isShown(index)) return void (skipped += heights.of(it.questionId));
    if (skipped) parts.push(html`<${Gap} key=${`before ${it.questionId}`} height=${skipped} />`);
    skipped = 0;
    parts.push(item(it, index + 1));
  });
  if (skipped) parts.push(html`<${Gap} key="after" height=${skipped} />`);
  return html`
    <div
      role=${list.length ? "feed" : "group"}
      id="list"
      tabindex="-1"
      ref=${root}
      aria-label=${t("questions")}
      aria-busy=${String(isBusy)}
      onfocusin=${focus}
      onKeyDown=${keys}
    >
      ${parts}${children}
    </div>
  `;
}
