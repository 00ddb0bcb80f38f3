// Pictures: of the mark 32 units, of all others 24, drawn with a stroke.

import { html } from "./vendor/preact.js";

const PATHS = {
  stage: html`<path d="M3.5 5h17v11h-17zM12 16v4M8 20h8" />`,
  like: html`<path d="M12 5.6c.5 0 .9.2 1.2.6l6 9.1c.6 1-.1 2.3-1.3 2.3H6.1c-1.2 0-1.9-1.3-1.3-2.3l6-9.1c.3-.4.7-.6 1.2-.6Z" />`,
  language: html`<circle cx="12" cy="12" r="8.5" /><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17c-5-5-5-12 0-17Z" />`,
  pin: html`<path d="M9 4h6l-.8 6 3.3 3.5H6.5L9.8 10zM12 13.5V20" />`,
  offline: html`<path d="M4 4l16 16M5 12.5a10 10 0 0 1 4-2.5M2.5 9A14 14 0 0 1 7 6.1M12 6.5c3.7 0 7 1 9.5 3M15.5 11.5c1.3.4 2.5 1 3.5 1.9M12 18.5v.01" />`,
  again: html`<path d="M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5" />`,
  check: html`<path d="m5 12.5 4.8 4.8L19.5 7" />`,
  fault: html`<path d="M12 8v5M12 16.5v.01" /><circle cx="12" cy="12" r="8.5" />`,
  up: html`<path d="M12 19V5M6 11l6-6 6 6" />`,
  bin: html`<path d="M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13" />`,
  qr: html`<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 14v.01M20 20v-2.5M16.5 20H14" />`,
  more: html`<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="4" />`,
  talk: html`<path d="M7.5 4.5h9a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-4.2L7.5 21v-3.5a4 4 0 0 1-4-4v-5a4 4 0 0 1 4-4Z" />`,
  lock: html`<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />`,
  down: html`<path d="m6 9.5 6 6 6-6" />`,
  filter: html`<path d="M4 7h16M7 12h10M10 17h4" />`,
  send: html`<path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />`,
  people: html`<circle cx="9" cy="8.5" r="3.5" /><path d="M2.5 19.5c.5-4 3-6 6.5-6s6 2 6.5 6M15.5 5.3a3.5 3.5 0 0 1 0 6.4M17.5 14c2.3.8 3.7 2.6 4 5.5" />`,
  settings: html`<path d="M4 7h9M19 7h1M4 17h1M11 17h9" /><circle cx="16" cy="7" r="2.5" /><circle cx="8" cy="17" r="2.5" />`,
  download: html`<path d="M12 4v11M6.5 10l5.5 5.5L17.5 10M5 20h14" />`,
  edit: html`<path d="M5 19l1-4.5L16 4.5 19.5 8 9.5 18z" />`,
  theme: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 3.5v17M12 8l7 1.5M12 12.5h8.5M12 17l6-1" />`,
  leave: html`<path d="M10 4.5H5v15h5M14 8l4 4-4 4M9.5 12H18" />`,
  key: html`<circle cx="8" cy="12" r="4" /><path d="M12 12h9v4M17 12v3" />`,
  close: html`<path d="M6 6l12 12M18 6 6 18" />`,
  search: html`<circle cx="10.5" cy="10.5" r="6.5" /><path d="m20 20-4.8-4.8" />`,
  hide: html`<path d="M4 4l16 16M9.5 5.8A9.6 9.6 0 0 1 12 5.5c4.5 0 7.6 3 9 6.5a12 12 0 0 1-2.6 3.9M6.4 7.3A12 12 0 0 0 3 12c1.4 3.5 4.5 6.5 9 6.5a9.5 9.5 0 0 0 4-.9" />`,
  mute: html`<path d="M4 4l16 16M14.5 6.5l3 3M5 19l1-4.5 4-4M12.5 8 16 4.5 19.5 8 16 11.5M13.5 14l-4 4L5 19" />`,
  label: html`<path d="M4 4h8l8.5 8.5-8 8L4 12z" /><path d="M8.5 8.5h.01" stroke-width="3.5" />`,
  merge: html`<path d="M6 4v4c0 4 6 4 6 8v4M18 4v4c0 4-6 4-6 8" />`,
  clock: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`,
};

/** @param {{ name: string }} props of PATHS */
export const Icon = ({ name }) =>
  html`<svg class="i" viewBox="0 0 24 24" aria-hidden="true">${/** @type {any} */ (PATHS)[name]}</svg>`;

/** @param {{ kind?: string }} props a class */
export const Mark = ({ kind }) => html`
  <svg class=${kind} viewBox="0 0 32 32" aria-hidden="true">
    <path
      fill="currentColor"
      fill-rule="evenodd"
      d="M11 2h10a9 9 0 0 1 9 9v10a9 9 0 0 1-9 9H4.6A2.6 2.6 0 0 1 2 27.4V11a9 9 0 0 1 9-9ZM16 9.4c.6 0 1.1.3 1.4.8l6 9.4c.7 1.1-.1 2.5-1.4 2.5H10c-1.3 0-2.1-1.4-1.4-2.5l6-9.4c.3-.5.8-.8 1.4-.8Z"
    />
  </svg>
`;
