// /account (a placeholder of one line until its view is written)
import { html } from "../vendor/preact.js";
export const Account = () => html`<main></main>`;
