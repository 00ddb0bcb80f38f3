// What waits for a host, and what hosts have hidden.

import { Confirm } from "../forms.js";
import { Icon } from "../icons.js";
import { say } from "../live.js";
import { Menu, reason, useAct } from "../parts.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { number, t } from "../words.js";
import { Fault } from "./facts.js";
import { Author, When, Whole, useClamp } from "./question.js";
import { tell } from "./toast.js";
import { ActDialog } from "./tools.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */
/** @typedef {import("../server.js").RoomState} RoomState */
/** @typedef {import("./question.js").Setting} Setting */

/** So many cards are shown at once. */
const SHOWN = 50;
/** Milliseconds during which new words cannot be approved: they were not read yet. */
const UNREAD = 700;
/** Pixels: a finger that goes further judges. */
const FAR = 96;

/** @param {Question | Reply} it */
const idOf = (it) => ("replyId" in it ? it.replyId : it.questionId);

/**
 * The words that were seen first of each, and since when they are others.
 * @returns {(it: Question | Reply) => { isOther: boolean, isUnread: () => boolean }}
 */
function useSeen() {
  const seen = useRef(/** @type {Map<string, { revision: number, now: number, since: number }>} */ (new Map()));
  return (it) => {
    const id = idOf(it);
    const known = seen.current.get(id) ?? { revision: it.revision, now: it.revision, since: 0 };
    if (known.now !== it.revision) Object.assign(known, { now: it.revision, since: performance.now() });
    seen.current.set(id, known);
    const isOther = known.now !== known.revision;
    return { isOther, isUnread: () => isOther && performance.now() - known.since < UNREAD };
  };
}

/**
 * A finger that draws a card to the right approves, to the left hides. The buttons do the same.
 * @param {(isRight: boolean) => void} judge
 */
function useSwipe(judge) {
  const from = useRef(/** @type {{ x: number, y: number, id: number } | null} */ (null));
  /** @param {PointerEvent} event @param {number} x */
  const move = ({ currentTarget }, x) => {
    if (!(currentTarget instanceof HTMLElement)) return;
    currentTarget.style.transform = x ? `translateX(${x}px)` : "";
    currentTarget.dataset.drawn = Math.abs(x) < FAR ? "" : x > 0 ? "right" : "left";
  };
  return {
    /** @param {PointerEvent} event */
    onPointerDown(event) {
      if (event.pointerType !== "touch" || (event.target instanceof Element && event.target.closest("button"))) return;
      from.current = { x: event.clientX, y: event.clientY, id: event.pointerId };
    },
    /** @param {PointerEvent} event */
    onPointerMove(event) {
      if (from.current?.id !== event.pointerId) return;
      const x = event.clientX - from.current.x;
      if (Math.abs(x) > Math.abs(event.clientY - from.current.y)) move(event, x);
    },
    /** @param {PointerEvent} event */
    onPointerUp(event) {
      if (from.current?.id !== event.pointerId) return;
      const x = event.clientX - from.current.x;
      from.current = null;
      move(event, 0);
      if (Math.abs(x) >= FAR) judge(x > 0);
    },
    /** @param {PointerEvent} event */
    onPointerCancel(event) {
      from.current = null;
      move(event, 0);
    },
  };
}

/** What else may be done with it. @param {{ it: Question | Reply, setting: Setting }} props */
function More({ it, setting }) {
  const [dialog, setDialog] = useState("");
  return html`
    <${Menu} label=${t("more_acts")}>
      ${!it.isOwner && !it.author.isHost && html`
        <button type="button" onClick=${() => setDialog("mute")}><${Icon} name="mute" />${t("mute")}</button>
      `}
      <button type="button" class="alarm" onClick=${() => setDialog("delete")}><${Icon} name="bin" />${t("delete")}</button>
    <//>
    <${ActDialog} name=${dialog} it=${it} setting=${setting} onClose=${() => setDialog("")} />
  `;
}

/**
 * What waits, or is hidden.
 * @param {{ it: Question | Reply, question?: Question, setting: Setting, isOther?: boolean, error?: any, id: string,
 *   onApprove: () => void, onHide?: () => void }} props `question`: to which it replies; without `onHide` it is hidden
 */
function Card({ it, question, setting, isOther, error, id, onApprove, onHide }) {
  // That its words are others says it already.
  const isSaid = isOther && error?.code === "conflict";
  const clamp = useClamp();
  const swipe = useSwipe((isRight) => (isRight ? onApprove() : onHide?.()));
  const [verb, icon] = onHide ? ["approve", "check"] : ["show_again", "again"];
  return html`
    <article class="review" aria-labelledby=${`${id}-t`} data-id=${idOf(it)} ...${onHide && !setting.isOver ? swipe : {}}>
      ${"replyId" in it && html`
        <p class="reply-to"><${Icon} name="talk" /><span>${t("reply_to")}${question && html` <q dir="auto">${question.body}</q>`}</span></p>
      `}
      <p class=${clamp.kind} dir="auto" id=${`${id}-t`} ref=${clamp.text}>${it.body}</p>
      <p class="meta"><${Author} author=${it.author} /><${When} at=${it.createdAt} /><${Whole} clamp=${clamp} /></p>
      ${isOther && html`<p class="alert" role="alert"><${Icon} name="fault" />${t("changed_meanwhile")}</p>`}
      ${error && !isSaid && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`}
      <div class="two">
        ${!setting.isOver && html`
          <button type="button" class=${onHide ? "btn go" : "btn"} id=${`${id}-go`} aria-describedby=${`${id}-t`} onClick=${onApprove}>
            <${Icon} name=${icon} />${t(verb)}
          </button>
        `}
        ${onHide && html`
          <button type="button" class="btn" aria-describedby=${`${id}-t`} onClick=${onHide}><${Icon} name="hide" />${t("hide")}</button>
        `}
        <${More} it=${it} setting=${setting} />
      </div>
    </article>
  `;
}

/**
 * Judges: the focus goes on to the next one, what was done is said in the place of the card, where it covers no other
 * one, and what was refused at the card.
 * @param {(Question | Reply)[]} list
 * @param {Setting} setting
 * @param {{ current: HTMLElement | null }} root in which the cards lie
 * @param {{ current: HTMLElement | null }} [end] gets the focus when nothing is left
 */
function useJudging(list, { room }, root, end) {
  const [faults, setFaults] = useState(/** @type {Record<string, any>} */ ({}));
  /** What was done last, the way back, and before which card that is said: at the end if it is not there. */
  const [done, setDone] = useState(/** @type {{ before: string, text: string, verb: string, undo: () => Promise<unknown> } | null} */ (null));
  const seen = useSeen();
  /** The card that gets the focus once one is gone. */
  const next = useRef(/** @type {{ gone: string, to: string | undefined } | null} */ (null));
  useLayoutEffect(() => {
    const was = next.current;
    if (!was || list.some((it) => idOf(it) === was.gone)) return;
    next.current = null;
    focusOn(was.to);
  }, [list]);
  /** @param {string | undefined} id of a card */
  const focusOn = (id) => {
    const target = root.current?.querySelector(`[data-id="${id}"] .two button`) ?? end?.current;
    if (target instanceof HTMLElement) target.focus();
  };
  /**
   * @param {Question | Reply} it @param {() => Promise<unknown>} act
   * @param {string} text @param {string} verb @param {() => Promise<unknown>} undo
   */
  const judge = async (it, act, text, verb, undo) => {
    const id = idOf(it);
    const at = list.findIndex((other) => idOf(other) === id);
    const after = list[at + 1] ?? list[at - 1];
    next.current = { gone: id, to: after && idOf(after) };
    setFaults(({ [id]: _, ...others }) => others);
    setDone({ before: list[at + 1] ? idOf(list[at + 1]) : "", text, verb, undo });
    try {
      await act();
      say(text);
    } catch (/** @type {any} */ error) {
      next.current = null;
      setDone(null);
      setFaults((before) => ({ ...before, [id]: error }));
    }
  };
  /** @param {Question | Reply} it */
  const approve = (it) => {
    if (seen(it).isUnread()) return;
    return judge(it, () => room.approve(it), t("is_approved"), t("hide_it"), () => room.dismiss(it));
  };
  /** @param {Question | Reply} it */
  const hide = (it) => judge(it, () => room.dismiss(it), t("is_hidden"), t("approve_it"), () => room.approve(it));
  const back = () => {
    setDone(null);
    focusOn(done?.before);
    done?.undo().catch(() => {}); // it is shown as it is
  };
  const note = done && html`
    <div key="done" class="judged">
      <p><${Icon} name="check" />${done.text}</p>
      <button type="button" class="link" onClick=${back}>${done.verb}</button>
    </div>
  `;
  /** Cards with what was done among them. @param {any[]} cards the first ones of the list */
  const noted = (cards) => {
    const at = list.findIndex((it) => idOf(it) === done?.before);
    const before = at < 0 ? cards.length : at;
    return [...cards.slice(0, before), note, ...cards.slice(before)];
  };
  return { seen, faults, approve, hide, noted };
}

/** To which question a reply belongs, if it is in the list. @param {RoomState} state @param {Question | Reply} it */
const questionOf = (state, it) =>
  "replyId" in it ? state.questions.find(({ questionId }) => questionId === it.questionId) : undefined;

/** The one that waits longest, beside the list. @param {{ state: RoomState, setting: Setting, onAll: () => void }} props */
export function Oldest({ state, setting, onAll }) {
  const section = useRef(/** @type {HTMLElement | null} */ (null));
  const { seen, faults, approve, hide, noted } = useJudging(state.pending, setting, section);
  const [it] = state.pending;
  const count = state.session?.pendingCount ?? state.pending.length;
  const card = it && html`
    <${Card}
      key=${idOf(it)}
      it=${it}
      question=${questionOf(state, it)}
      setting=${setting}
      id="oldest"
      isOther=${seen(it).isOther}
      error=${faults[idOf(it)]}
      onApprove=${() => approve(it)}
      onHide=${() => hide(it)}
    />
  `;
  const parts = noted([card]).filter(Boolean);
  if (!parts.length) return null;
  return html`
    <section class="beside" aria-labelledby="oldest-h" ref=${section}>
      <h2 id="oldest-h">${t("review")}${it && html` <span class="count hot">${number(count)}</span>`}</h2>
      ${parts}
      ${count > 1 && html`<button type="button" class="link" onClick=${onAll}>${t("review_others", { n: count - 1 })}</button>`}
    </section>
  `;
}

/** How many cards are shown, and what shows more. @returns {[number, () => void]} */
function useShown() {
  const [shown, setShown] = useState(SHOWN);
  return [shown, () => setShown((before) => before + SHOWN)];
}

/** @param {{ left: number, onMore: () => void }} props */
function Rest({ left, onMore }) {
  if (left <= 0) return null;
  return html`
    <div class="tools">
      <p class="aside">${t("and_more", { n: left })}</p>
      <button type="button" class="btn quiet" onClick=${onMore}>${t("more_mutes")}</button>
    </div>
  `;
}

/** @param {{ state: RoomState, setting: Setting }} props */
function Hidden({ state, setting }) {
  const { room } = setting;
  const [isOpen, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const opener = useRef(/** @type {HTMLElement | null} */ (null));
  const list = isOpen ? state.dismissed : [];
  const [shown, more] = useShown();
  const [isBusy, error, read] = useAct(() => room.showDismissed());
  const { faults, approve, noted } = useJudging(list, setting, root, opener);
  const toggle = () => {
    if (!isOpen) void read();
    setOpen(!isOpen);
  };
  return html`
    <section class="hidden-ones" aria-labelledby="hidden-h" ref=${root}>
      <h2 class="vh" id="hidden-h">${t("hidden_ones")}</h2>
      <button type="button" class="btn quiet" ref=${opener} aria-expanded=${String(isOpen)} onClick=${toggle}>
        <${Icon} name="hide" />${t(isOpen ? "close_hidden" : "open_hidden")}
      </button>
      <${Fault} error=${error} />
      ${noted(list.slice(0, shown).map((it) => html`
        <${Card}
          key=${idOf(it)}
          it=${it}
          question=${questionOf(state, it)}
          setting=${setting}
          id=${`hidden-${idOf(it)}`}
          error=${faults[idOf(it)]}
          onApprove=${() => approve(it)}
        />
      `))}
      <${Rest} left=${list.length - shown} onMore=${more} />
      ${isOpen && !isBusy && !error && list.length === 0 && html`<p class="aside">${t("none_hidden")}</p>`}
    </section>
  `;
}

/** @param {{ state: RoomState, setting: Setting }} props */
export function Review({ state, setting }) {
  const { room, isOver, settings } = setting;
  const isReviewed = [settings.questions, settings.replies].some((it) => it.startsWith("review"));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const [asked, setAsked] = useState(/** @type {{ isHiding: boolean, upTo: string, n: number } | null} */ (null));
  const hasJudged = useRef(false);
  const [, refused, freeze] = useAct(() => room.changeSettings({ questions: "review", replies: "review" }));
  const { seen, faults, approve, hide, noted } = useJudging(state.pending, setting, root, heading);
  const [shown, more] = useShown();
  const count = Math.max(state.session?.pendingCount ?? 0, state.pending.length);
  /** What is told from now on is not judged. @param {boolean} isHiding */
  const ask = (isHiding) => setAsked({ isHiding, upTo: state.change, n: count });
  const all = async () => {
    if (!asked) return;
    const { count } = await (asked.isHiding ? room.dismissAll(asked.upTo) : room.approveAll(asked.upTo));
    tell(t(asked.isHiding ? "all_hidden" : "all_approved", { n: count }));
    hasJudged.current = true;
  };
  // The button that did it is gone once nothing is left.
  useEffect(() => {
    if (!hasJudged.current || asked || document.activeElement !== document.body) return;
    hasJudged.current = false;
    heading.current?.focus();
  }, [asked, count]);
  return html`
    <div class="tools">
      <h2 tabindex="-1" ref=${heading}>${t("waiting_for_review")} <span class="num">${number(count)}</span></h2>
      ${count > 0 && html`
        ${!isOver && html`<button type="button" class="btn quiet" onClick=${() => ask(false)}>${t("approve_all", { n: count })}</button>`}
        <button type="button" class="btn quiet" onClick=${() => ask(true)}>${t("hide_all")}</button>
      `}
      ${!isReviewed && !isOver && html`<button type="button" class="btn" onClick=${freeze}>${t("review_from_now")}</button>`}
    </div>
    <${Fault} error=${refused} />
    <div ref=${root}>
      ${noted(state.pending.slice(0, shown).map((it) => html`
        <${Card}
          key=${idOf(it)}
          it=${it}
          question=${questionOf(state, it)}
          setting=${setting}
          id=${`review-${idOf(it)}`}
          isOther=${seen(it).isOther}
          error=${faults[idOf(it)]}
          onApprove=${() => approve(it)}
          onHide=${() => hide(it)}
        />
      `))}
    </div>
    <${Rest} left=${state.pending.length - shown} onMore=${more} />
    ${count === 0 && state.isComplete && html`
      <section class="nothing"><${Icon} name="check" /><h3>${t("nothing_waits")}</h3><p>${t(isReviewed ? "nothing_waits_now" : "nothing_waits_means")}</p></section>
    `}
    <${Hidden} state=${state} setting=${setting} />
    ${asked && html`
      <${Confirm}
        title=${t(asked.isHiding ? "hide_all_ask" : "approve_all_ask", { n: asked.n })}
        verb=${t(asked.isHiding ? "hide" : "approve")}
        act=${all}
        onClose=${() => setAsked(null)}
      >
        <p class="dialog-p">${t(asked.isHiding ? "hide_all_means" : "approve_all_means")}</p>
      <//>
    `}
  `;
}
