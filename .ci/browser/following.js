// The checks of "Follow a session": two tabs follow one while its server dies and tokens expire.

import { api, ask, block, is, me, open, password, set, until } from "./helpers.js";

let c, d, sessionId;
const rooms = () => [c, d].map((it) => it.room.getSnapshot());
const streams = () => [c, d].flatMap((it) => it.probe.streams);
const leader = () => [c, d].find((it) => it.probe.streams.length > 0);
const path = () => ({ path: { sessionId } });

// What a guest who has just come does.
async function guest() {
  const send = async (method, url, body, token) => {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    const options = { method, headers, credentials: "omit", body: JSON.stringify(body) };
    const answer = await fetch(api + url, options);
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status}`);
    return answer.json();
  };
  const { accessToken } = await send("POST", "/auth/guest", { mode: "json" });
  return (method, url, body = {}) => send(method, url, body, accessToken);
}

const words = (questions) => questions.map((it) => JSON.stringify([it.questionId, it.body, it.likesCount,
  it.repliesCount, it.liked, it.isOwner, it.author, it.pinned, it.closed])).sort();
const about = (it) => [it.title, it.endedAt, it.role, it.questionCount, it.participantCount];

// A guest asks and likes; both tabs show what GET says.
async function isTold(body) {
  const does = await guest();
  const { questionId } = await does("POST", `/sessions/${sessionId}/questions`, { body });
  await does("PUT", `/questions/${questionId}/like`);
  const isThere = ({ questions }) => questions.some((it) => it.questionId === questionId && it.likesCount === 1);
  await until(() => rooms().every(isThere), `${body} in both`);
  await isWhatGetSays();
}

async function isWhatGetSays() {
  for (const tab of [c, d]) {
    const session = await tab.askit.get("/api/sessions/{sessionId}", path());
    const query = { limit: 100 };
    const { questions } = await tab.askit.get("/api/sessions/{sessionId}/questions", { ...path(), query });
    const shown = () => {
      const { questions, session } = tab.room.getSnapshot();
      return JSON.stringify([words(questions), about(session)]);
    };
    const said = JSON.stringify([words(questions), about(session)]);
    await until(() => shown() === said, `${said} where there is ${shown()}`);
  }
}

async function restart() {
  await ask("/askit/kill");
  await until(() => rooms().every((it) => !it.isLive), "the end of the stream in both");
  await ask("/askit/restart");
}

async function follow() {
  ({ sessionId } = await c.askit.post("/api/sessions", { body: { title: "All hands" } }));
  for (const tab of [c, d]) tab.room = tab.askit.room(sessionId);
  await until(() => rooms().every((it) => it.isLive && it.isComplete), "both follow");
}

export const following = {
  async "live.js"() {
    const opened = await block("live.js");
    const [title, text] = ["All hands: 1 questions, 1 listeners", "0 When do we move?"];
    const shows = () => opened.document.title === title && opened.document.body.innerText === text;
    await until(shows, `${title} where there is ${opened.document.title}: ${opened.document.body.innerText}`);
    opened.close();
  },
  async "two tabs follow a session by one connection"() {
    [c, d] = [await open("c"), await open("d")];
    await c.askit.signIn({ email: "mina@example.com", password });
    await me(d);
    await follow();
    await isTold("First?");
    is(streams().length, 1, "connections");
    const [{ questionId }] = rooms()[0].questions;
    for (const tab of [c, d]) await tab.room.open(questionId);
    await c.room.reply(questionId, "In March.");
    await until(() => rooms().every((it) => it.replies[questionId].length === 1), "the reply in both");
    await isWhatGetSays();
  },
  async "both go on after a restart of the server"() {
    await restart();
    await isTold("Second?");
    if (!/^[0-9a-z]{6}-h\d+$/.test(streams().at(-1))) throw new Error(`from ${streams().at(-1)}, as a host`);
  },
  async "an expired token is refreshed for the stream of a host"() {
    await ask("/askit/advance", "660");
    await restart();
    await isTold("Third?");
    if (!/^[0-9a-z]{6}-h\d+$/.test(streams().at(-1))) throw new Error(`from ${streams().at(-1)}, as a host`);
  },
  async "a tab that missed a message reads everything anew"() {
    const other = leader() === c ? d : c;
    set(other, "miss", 1);
    await isTold("Missed?");
    is(other.probe.miss, 0, "messages left to miss");
  },
  async "another tab goes on when the one with the connection is closed"() {
    const first = leader();
    const second = first === c ? d : c;
    first.close();
    [c, d] = [second, second];
    await until(() => leader(), "another connection");
    await isTold("Fourth?");
  },
  async "a stream is over once the session has ended and nothing was missed"() {
    await c.askit.post("/api/sessions/{sessionId}/terminate", path());
    await until(() => rooms()[0].session.endedAt, "the end");
    await isWhatGetSays();
    await restart();
    await until(() => rooms()[0].status === "over", "the end of the stream");
    c.room.close();
  },
  async "without Web Locks each tab has a connection of its own"() {
    const both = [await open("c&lockless"), await open("d&lockless")];
    for (const tab of both) await me(tab);
    c.close();
    [c, d] = both;
    await follow();
    for (const body of ["One?", "Two?", "Three?"]) await isTold(body);
    is([c, d].map((it) => it.probe.streams.length), [1, 1], "connections");
    is([c, d].map((it) => it.probe.calls.filter((it) => it.path === `/sessions/${sessionId}`).length), [4, 4], "reads");
    for (const tab of [c, d]) tab.room.close();
    d.close();
    d = c;
  },
  async "a deleted session is told"() {
    await follow();
    await isTold("Last?");
    await c.askit.delete("/api/sessions/{sessionId}", path());
    await until(() => rooms()[0].status === "deleted", "that it is gone");
    await c.askit.signOut();
    c.close();
  },
};
