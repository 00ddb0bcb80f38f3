// What the checks say: opening tabs, asking for harm, comparing.

export const query = new URLSearchParams(location.search);
export const [api, mode, grace] = ["api", "mode", "grace"].map((name) => query.get(name));
export const isSameSite = location.hostname === "localhost";
export const password = "a long enough one";
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export async function until(condition, what) {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(10)) {
    const found = await condition();
    if (found) return found;
  }
  throw new Error(`waited in vain: ${what}`);
}

export async function open(parameters) {
  const opened = window.open(`tab.html${location.search}&${parameters}`, "_blank");
  await until(() => opened.askit || opened.outcome, `tab ${parameters}`);
  return opened;
}

export async function block(name) {
  const opened = await open(`block=${name}`);
  is(opened.outcome, "ran", name);
  return opened;
}

export const ask = async (what, body = "") => {
  const answer = await fetch(what, { method: "POST", body });
  if (!answer.ok) throw new Error(`${what} failed`);
  return answer.text();
};

export function is(actual, expected, what) {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

export const told = (calls) => calls.map((it) => `${it.path} ${it.code ?? it.status}`);
export const statuses = (opened) => opened.probe.calls.map((it) => it.status);
export const refused = (promise) =>
  promise.then(() => "went through", (error) => error.code ?? error.name);

// What `work` makes the tab call, and what comes of it.
export async function calls(opened, work) {
  const { calls } = opened.probe;
  const before = calls.length;
  const result = await work();
  return [told(calls.slice(before)), result];
}

export const me = (opened) => opened.askit.get("/api/users/me");
export const nickname = async (opened) => (await me(opened)).nickname;
export const refreshed = (code) => [`/users/me ${code}`, "/auth/token 200", "/users/me 200"];
export const set = (opened, name, value) => (opened.probe[name] = value);
