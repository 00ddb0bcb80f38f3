// The checks of docs/frontend.md: tabs run its blocks and use its client, while harm is done to them.

import {
  api, ask, block, calls, grace, is, isSameSite, me, mode, nickname, open, password, query, refreshed,
  refused, set, statuses, told, until,
} from "./helpers.js";
import { following } from "./following.js";

let a, b, deaf;
const checks = {
  async "calls.js: cookies work on one site, and not on another"() {
    const opened = await block("calls.js");
    is(statuses(opened), [201, 200, 200, isSameSite ? 200 : 401, 200], "answers");
  },
  async "a page can read and set the headers that the document names, and no others"() {
    const opened = await open("headers");
    const readable = ["cache-control", "content-type", "www-authenticate", "x-request-id"];
    const ours = (it) => readable.includes(it) || it.startsWith("content-");
    const url = api + "/users/me";
    const status = (headers) => opened.fetch(url, { headers }).then((it) => it.status, String);
    is(await status({ Authorization: "Bearer x", "Accept-Language": "ko" }), 401, "allowed");
    const found = opened.probe.calls[0].headers;
    is(readable.slice(2).every((it) => found.includes(it)) && found.every(ours), true, found.join());
    is(await status({ "X-Other": "1" }), "TypeError: Failed to fetch", "another header");
  },
  async "the cookies are out of reach of scripts, and sign in by themselves on one site"() {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ email: "mina@example.com", password });
    await fetch(api + "/auth/login", { method: "POST", credentials: "include", headers, body });
    is(document.cookie, "", "document.cookie");
    const answer = await fetch(api + "/users/me", { credentials: "include" });
    is(answer.status, isSameSite ? 200 : 401, "the second cookie");
    await fetch(api + "/auth/logout", { method: "POST", credentials: "include" });
  },
  async "the cookies have the names and attributes that the document gives"() {
    const isHttps = query.get("https") === "True";
    const rest = `HttpOnly; SameSite=Lax;${isHttps ? " Secure;" : ""} Path=/; Max-Age=`;
    const prefix = isHttps ? "__Host-" : "";
    const credentials = JSON.stringify({ email: "mina@example.com", password });
    const [access, refresh] = [`Authentication; ${rest}600`, `refreshToken; ${rest}${14 * 86_400}`];
    const device = `device; ${rest}${400 * 86_400}`;
    const wanted = [prefix + access, prefix + device, prefix + refresh];
    is(JSON.parse(await ask("/askit/cookies", credentials)), wanted, "cookies");
  },
  async "cookies.js: signs in where the cookies travel, and signs out everywhere"() {
    const opened = await block("cookies.js");
    const signedIn = isSameSite ? 200 : 401;
    is(statuses(opened), [201, 200, signedIn, signedIn, 200], "answers");
  },
  async "json.js"() {
    is(statuses(await block("json.js")), [200, 200, 200], "answers");
  },
  async "sessions.js"() {
    const opened = await block("sessions.js");
    is(opened.probe.logged, ["When do we move? true true Anonymous"], "the log");
    is(statuses(opened), [200, 201, 201, 200, 200, 201, 200, 200, 201], "answers");
  },
  async "retry.js"() {
    const opened = await block("retry.js");
    is(opened.probe.logged, ["true"], "the log");
    is(statuses(opened), [200, 201, 201, 201, 200], "answers");
  },
  async "use.js"() {
    const opened = await block("use.js");
    is(opened.probe.logged, ["mina@example.com"], "the log");
    is(opened.document.title, "Please sign in", "the title");
    const rest = ["/auth/login 200", "/users/me 200", "/auth/logout 200"];
    is(told(opened.probe.calls), ["/auth/token missing_token", ...rest], "calls");
  },
  ...(grace === "0s" ? {} : following), // takes 25 s, and is the same
  async "errors.js"() {
    const [first, ...fields] = (await block("errors.js")).probe.logged;
    if (!/^400 validation_failed [0-9a-f-]{36}$/.test(first)) throw new Error(first);
    const korean = [/^email not_an_email .*[가-힣]/, /^password too_short .*[가-힣]/];
    is(fields.map((it, i) => korean[i]?.test(it)), [true, true], fields.join());
  },
  async "a wrong password refreshes nothing and is told"() {
    [a, b] = [await open("a"), await open("b")];
    const wrong = () => refused(a.askit.signIn({ email: "mina@example.com", password: "wrong" }));
    const wanted = ["/auth/login invalid_credentials"];
    is(await calls(a, wrong), [wanted, "invalid_credentials"], "calls");
  },
  async "signing in is seen by the other tab, which gets a token of its own"() {
    await a.askit.signIn({ email: "mina@example.com", password });
    await until(() => b.changes.length, "the message");
    is([a.changes, b.changes], [["mina"], ["mina"]], "onChange");
    is(await calls(b, () => nickname(b)), [refreshed("missing_token"), "mina"], "calls");
    is(document.cookie, "", "document.cookie");
    is(Object.keys(localStorage), mode === "json" ? ["askit.refreshToken"] : [], "localStorage");
  },
  async "an expired token is refreshed and the call repeated, also in a tab that slept"() {
    await ask("/askit/advance", "660");
    is(await calls(a, () => nickname(a)), [refreshed("token_expired"), "mina"], "calls");
    await ask("/askit/advance", "2000");
    is(await calls(b, () => nickname(b)), [refreshed("token_expired"), "mina"], "calls");
    is(await calls(b, () => nickname(b)), [["/users/me 200"], "mina"], "the next call");
  },
  async "a damaged token is refreshed"() {
    set(a, "damage", 1);
    is(await calls(a, () => nickname(a)), [refreshed("invalid_token"), "mina"], "calls");
  },
  async "two tabs refresh at the same moment, again and again"() {
    const all = [];
    for (const opened of [a, b]) set(opened, "delay", 40);
    for (let round = 0; round < 12; round++) {
      if (round % 3 === 2) await ask("/askit/advance", "31");
      const before = [a, b].map((opened) => opened.probe.calls.length);
      for (const opened of [a, b]) set(opened, "withhold", 3);
      const six = [a, b, a, b, a, b].map(nickname);
      is(await Promise.all(six), Array(6).fill("mina"), `round ${round}`);
      [a, b].forEach((opened, i) => {
        const made = opened.probe.calls.slice(before[i]);
        const refreshes = made.filter((it) => it.path === "/auth/token");
        is(refreshes.map((it) => it.status), [200], `refreshes of a tab, round ${round}`);
        all.push(...refreshes);
      });
    }
    all.sort((x, y) => x.start - y.start);
    all.slice(1).forEach((it, i) => {
      if (it.start < all[i].end) throw new Error("two refreshes overlap");
    });
    if (mode === "json" && grace === "0s") {
      is(new Set(all.map((it) => it.sent)).size, all.length, "refresh tokens, each the newest");
    }
    for (const opened of [a, b]) set(opened, "delay", 0);
  },
  async "a refresh whose answer is lost signs nobody out"() {
    for (let time = 0; time < 3; time++) {
      await ask("/askit/advance", "31");
      set(a, "withhold", 1);
      set(a, "lose", 1);
      is(await refused(me(a)), "no_answer", "no answer");
    }
    set(a, "withhold", 1);
    is(await nickname(a), "mina", "afterwards");
  },
  async "a server that hangs in a refresh signs nobody out"() {
    const timeout = a.AbortSignal.timeout;
    a.AbortSignal.timeout = () => timeout.call(a.AbortSignal, 300);
    await ask("/askit/advance", "31");
    set(a, "withhold", 1);
    set(a, "beforeRefresh", () => ask("/askit/stop"));
    is(await refused(me(a)), "no_answer", "a timeout");
    is(a.askit.user.nickname, "mina", "still signed in");
    a.AbortSignal.timeout = timeout;
    await ask("/askit/go_on");
    set(a, "withhold", 1);
    is([await nickname(a), await nickname(b)], ["mina", "mina"], "afterwards");
  },
  async "a server that dies before a refresh signs nobody out"() {
    set(a, "withhold", 1);
    set(a, "beforeRefresh", () => ask("/askit/kill"));
    is(await refused(me(a)), "no_answer", "no network");
    is(await refused(me(b)), "no_answer", "no network");
    is([a.askit.user.nickname, b.askit.user.nickname], ["mina", "mina"], "still signed in");
    await ask("/askit/restart");
    set(a, "withhold", 1);
    is([await nickname(a), await nickname(b)], ["mina", "mina"], "afterwards");
  },
  async "a refresh that is answered 503 is tried again after Retry-After"() {
    if (grace === "0s" || mode === "json") return "skip"; // takes 6 s, and is the same
    await ask("/askit/advance", "31");
    set(a, "withhold", 1);
    set(a, "beforeRefresh", () => ask("/askit/sql", "BEGIN IMMEDIATE"));
    set(a, "after503", () => ask("/askit/release"));
    const [first, ...rest] = refreshed("missing_token");
    const wanted = [first, "/auth/token database_unavailable", ...rest];
    is(await calls(a, () => nickname(a)), [wanted, "mina"], "calls");
    const answer = a.probe.calls.findLast((it) => it.status === 503);
    is(answer.headers.includes("retry-after"), true, "Retry-After");
  },
  async "a page of another origin reads nothing and signs nobody out"() {
    const heard = new Promise((done) => (window.onmessage = ({ data }) => done(data)));
    window.open(`${query.get("strange")}/strange.html?api=${api}`, "_blank");
    const failed = "TypeError: Failed to fetch";
    const all = { read: failed, me: failed, bearer: failed, login: failed, token: failed };
    is(await heard, all, "what it got");
    const origin = new URL(query.get("strange")).origin;
    is(await ask("/askit/rejection", origin), "403 csrf_rejected", "what it did not read");
    set(a, "withhold", 1);
    is(await nickname(a), "mina", "afterwards");
  },
  async "a tab learns that another signed in as someone else, and repeats nothing in their name"() {
    deaf = await open("deaf");
    is(await nickname(deaf), "mina", "a tab that hears no message");
    const body = { email: "jun@example.com", nickname: "jun", password };
    await a.askit.post("/api/users", { body });
    await a.askit.signIn({ email: "jun@example.com", password });
    await until(() => b.askit.user.nickname === "jun", "the message");
    is(await nickname(b), "jun", "who calls now");
    set(deaf, "withhold", 1);
    const wanted = ["/users/me missing_token", "/auth/token 200"];
    is(await calls(deaf, () => refused(me(deaf))), [wanted, "missing_token"], "calls");
    is(deaf.changes, ["mina", "jun"], "onChange");
    is(await nickname(deaf), "jun", "who calls now");
  },
  async "signing out is seen by the other tab, which drops its token"() {
    await a.askit.signOut();
    await until(() => b.askit.user === null, "the message");
    is(b.changes.at(-1), null, "onChange");
    const wanted = ["/users/me missing_token", "/auth/token missing_token"];
    is(await calls(b, () => refused(me(b))), [wanted, "missing_token"], "calls");
    set(deaf, "withhold", 1);
    is(await calls(deaf, () => refused(me(deaf))), [wanted, "missing_token"], "calls");
    is([deaf.askit.user, deaf.changes.at(-1)], [null, null], "a tab that hears no message");
    is(Object.keys(localStorage), [], "localStorage");
  },
  async "a disabled account is signed out"() {
    await a.askit.signIn({ email: "mina@example.com", password });
    await ask("/askit/sql", "UPDATE users SET active = 0 WHERE nickname = 'mina'");
    const wanted = ["/users/me login_ended", "/auth/token invalid_refresh_token"];
    is(await calls(a, () => refused(me(a))), [wanted, "invalid_refresh_token"], "calls");
    is([a.changes.at(-1), a.askit.user], [null, null], "onChange");
    await ask("/askit/sql", "UPDATE users SET active = 1 WHERE nickname = 'mina'");
  },
  async "a token that was stolen and used ends the login"() {
    if (mode === "cookie") return "skip"; // nobody can steal it here
    await a.askit.signIn({ email: "mina@example.com", password });
    const stolen = localStorage.getItem("askit.refreshToken");
    for (let round = 0; round < 2; round++) {
      await ask("/askit/advance", "31");
      set(a, "withhold", 1);
      is(await nickname(a), "mina", "the owner");
    }
    localStorage.setItem("askit.refreshToken", stolen);
    set(a, "withhold", 1);
    is([await refused(me(a)), a.askit.user], ["refresh_token_reused", null], "the login");
  },
};

let name;
try {
  for (name of Object.keys(checks)) {
    if ((await checks[name]()) !== "skip") await ask("/passed", name);
  }
} catch (error) {
  await ask("/failed", `${name}: ${error}`);
}
await ask("/done");
