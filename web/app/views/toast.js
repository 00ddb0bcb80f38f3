// What has just been done, for a moment, and the way back.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";

/** @typedef {{ text: string, isHigh: boolean, verb?: string, undo?: () => Promise<unknown> }} Told */

/** Long enough to be read, and to be reached with a thumb. */
const STAY = 10_000;

/** @type {Told | null} */
let told = null;
/** @type {Set<() => void>} */
const listeners = new Set();
/** Whether one has pressed the lower half of the screen: what comes there next is not covered on a phone. */
let isLow = false;
addEventListener("pointerdown", ({ clientY }) => (isLow = clientY > innerHeight / 2), true);

/** @param {Told | null} next */
function show(next) {
  told = next;
  for (const listener of listeners) listener();
}
/** Says what was done. @param {string} text @param {string} [verb] of the way back @param {() => Promise<unknown>} [undo] */
export const tell = (text, verb, undo) => show({ text, isHigh: isLow, verb, undo });

/** The place of it: whoever points at it, or has the focus in it, keeps it there. */
export function Toast() {
  const [shown, setShown] = useState(told);
  const [isHeld, setHeld] = useState(false);
  /** What had the focus before. @type {{ current: EventTarget | null }} */
  const before = useRef(null);
  useEffect(() => {
    const again = () => setShown(told);
    listeners.add(again);
    return () => void listeners.delete(again);
  }, []);
  useEffect(() => {
    if (!shown || isHeld) return;
    const timer = setTimeout(() => show(null), STAY);
    return () => clearTimeout(timer);
  }, [shown, isHeld]);
  const back = () => {
    const undo = shown?.undo;
    setHeld(false);
    show(null);
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    undo?.().catch(() => {}); // it is shown as it is
  };
  /** @param {FocusEvent} event */
  const focus = ({ relatedTarget }) => {
    before.current = relatedTarget;
    setHeld(true);
  };
  return html`
    <div
      class=${shown?.isHigh ? "toasts high" : "toasts"}
      role="status"
      onPointerEnter=${() => setHeld(true)}
      onPointerLeave=${() => setHeld(false)}
      onfocusin=${focus}
      onfocusout=${() => setHeld(false)}
    >
      ${shown && html`
        <div class="toast">
          <p>${shown.text}</p>
          ${shown.verb && html`<button type="button" class="link" onClick=${back}>${shown.verb}</button>`}
        </div>
      `}
    </div>
  `;
}
