// The page: which view is shown.

import { followLinks, usePlace } from "./place.js";
import { askit } from "./server.js";
import { html, render, useEffect, useState } from "./vendor/preact.js";
import { Account } from "./views/account.js";
import { Home } from "./views/home.js";
import { Join } from "./views/join.js";
import { RoomView } from "./views/room.js";
import { Screen } from "./views/screen.js";
import { Register, SignIn } from "./views/sign-in.js";
import { theme } from "./parts.js";
import * as words from "./words.js";

/** @type {[RegExp, any][]} */
const ROUTES = [
  [/^\/$/, Home],
  [/^\/join\/(?<code>[^/]+)$/, Join],
  [/^\/s\/(?<sessionId>[^/]+)$/, RoomView],
  [/^\/s\/(?<sessionId>[^/]+)\/screen$/, Screen],
  [/^\/account$/, Account],
  [/^\/sign-in$/, SignIn],
  [/^\/register$/, Register],
];
const isOurs = (/** @type {string} */ path) => ROUTES.some(([pattern]) => pattern.test(path));

function App() {
  const { pathname } = usePlace();
  const [, setLanguage] = useState(words.language);
  useEffect(() => words.onLanguage(() => setLanguage(words.language)), []);
  for (const [pattern, View] of ROUTES) {
    const found = pattern.exec(pathname);
    if (found) return html`<${View} key=${pathname} ...${found.groups} />`;
  }
  return html`<${Home} />`;
}

theme();
followLinks(isOurs);
// Without an answer the page is shown all the same, and says so where it matters.
await Promise.all([words.load(), askit.resume().catch(() => {})]);
askit.language = words.language;
words.onLanguage(() => (askit.language = words.language));
document.body.replaceChildren();
render(html`<${App} />`, document.body);
