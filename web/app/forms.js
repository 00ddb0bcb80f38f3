// Fields and dialogs: whoever asks and likes needs none of them.

import { Icon } from "./icons.js";
import { reason, useAct } from "./parts.js";
import { html, useEffect, useMemo, useRef, useState } from "./vendor/preact.js";
import { t } from "./words.js";

/** A field with its label and what is wrong with it. @param {any} props `id` is the name that the server's `errors` give it */
export function Field({ id, label, hint, error, children, inputRef, ...rest }) {
  const fault = error?.errors?.find((/** @type {any} */ it) => it.field === id);
  const [isShown, setShown] = useState(false);
  const isPassword = rest.type === "password";
  const described = [fault && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const input = html`<input
    class="input"
    id=${id}
    name=${id}
    ref=${inputRef}
    ...${rest}
    type=${isPassword && isShown ? "text" : (rest.type ?? "text")}
    aria-invalid=${fault ? "true" : undefined}
    aria-describedby=${described || undefined}
  />`;
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${isPassword
        ? html`<div class="with-btn">
            ${input}
            <button type="button" class="link" aria-pressed=${String(isShown)} onClick=${() => setShown(!isShown)}>
              ${t(isShown ? "conceal" : "show")}<span class="vh">${label}</span>
            </button>
          </div>`
        : input}
      ${fault && html`<p class="err" id=${`${id}-fault`}><${Icon} name="fault" />${fault.detail}</p>`}
      ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
      ${children}
    </div>
  `;
}

/** What was refused and belongs to no field. @param {{ error: any }} props */
export const Refusal = ({ error }) =>
  error && !error.errors?.length && html`<div class="sum" role="alert"><b>${reason(error)}</b></div>`;

/** So that a dialog over another one has a name of its own. */
let dialogs = 0;

/**
 * A question before something is done. Escape and a click beside it cancel; the focus goes back to where it was.
 * @param {{ title: string, onClose: () => void, children?: any }} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useMemo(() => `dialog-${++dialogs}`, []);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    heading.current?.focus();
    return () => {
      dialog.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  /** @param {MouseEvent} event */
  const outside = (event) => {
    const box = dialog.current?.getBoundingClientRect();
    if (!box || event.target !== dialog.current) return;
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) onClose();
  };
  return html`
    <dialog
      class="dialog"
      ref=${dialog}
      aria-labelledby=${id}
      onCancel=${(/** @type {Event} */ event) => (event.preventDefault(), onClose())}
      onClick=${outside}
    >
      <h2 id=${id} tabindex="-1" ref=${heading}>${title}</h2>
      ${children}
    </dialog>
  `;
}

/**
 * Asks before what cannot be taken back; the button repeats the verb.
 * @param {{ title: string, verb: string, act: () => Promise<unknown>, onClose: () => void, children?: any }} props
 */
export function Confirm({ title, verb, act, onClose, children }) {
  const [isBusy, error, run] = useAct(async () => {
    await act();
    onClose();
  });
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      ${children}
      ${error && html`<p class="err" role="alert"><${Icon} name="fault" />${reason(error)}</p>`}
      <div class="ends">
        <button type="button" class="btn" onClick=${onClose}>${t("cancel")}</button>
        <button type="button" class="btn alarm go" aria-disabled=${isBusy ? "true" : undefined} onClick=${run}>${verb}</button>
      </div>
    <//>
  `;
}
