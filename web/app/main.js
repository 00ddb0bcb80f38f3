// The page: which view is shown.

import { VIEWS, lazy, theme } from "./parts.js";
import { followLinks, usePlace } from "./place.js";
import { resumed } from "./server.js";
import { html, render, useEffect, useState } from "./vendor/preact.js";
import * as words from "./words.js";

const home = lazy(() => import("./views/home.js"), "Home", VIEWS);
/** @type {[RegExp, ReturnType<typeof lazy>][]} */
const ROUTES = [
  [/^\/$/, home],
  [/^\/join\/(?<code>[^/]+)$/, lazy(() => import("./views/join.js"), "Join")],
  [/^\/s\/(?<sessionId>[^/]+)$/, lazy(() => import("./views/room.js"), "RoomView")],
  [/^\/s\/(?<sessionId>[^/]+)\/screen$/, lazy(() => import("./views/screen.js"), "Screen", "/app/wall.css")],
  [/^\/account$/, lazy(() => import("./views/account.js"), "Account", VIEWS)],
  [/^\/sign-in$/, lazy(() => import("./views/sign-in.js"), "SignIn", VIEWS)],
  [/^\/register$/, lazy(() => import("./views/sign-in.js"), "Register", VIEWS)],
];

/** @param {string} path */
function routeOf(path) {
  for (const [pattern, View] of ROUTES) {
    const found = pattern.exec(path);
    if (found) return { View, parts: found.groups };
  }
  return null;
}

function App() {
  const { pathname } = usePlace();
  const [, setLanguage] = useState(words.language);
  useEffect(() => words.onLanguage(() => setLanguage(words.language)), []);
  const { View, parts } = routeOf(pathname) ?? { View: home, parts: {} };
  return html`<${View} key=${pathname} ...${parts} />`;
}

theme();
followLinks((path) => routeOf(path) !== null);
// Without words the document says so, in both languages.
await Promise.all([words.loaded, resumed, routeOf(location.pathname)?.View.load().catch(() => {})]);
document.body.replaceChildren();
render(html`<${App} />`, document.body);
