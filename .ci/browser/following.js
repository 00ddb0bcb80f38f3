// The checks of "Follow a session": two tabs follow one while its server dies and tokens expire.

import { api, ask, block, is, me, mode, open, password, set, until } from "./helpers.js";

let c, d, path;
const isCookie = mode === "cookie";
const rooms = () => [c, d].map((it) => it.following.room);
const streams = () => [c, d].flatMap((it) => it.probe.streams);
const leader = () => [c, d].find((it) => it.probe.streams.length > 0);

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
  const { questionId } = await does("POST", `${path}/questions`, { body });
  await does("PUT", `/questions/${questionId}/like`);
  await until(() => rooms().every((it) => it.questions.get(questionId)?.likesCount === 1), `${body} in both`);
  await isWhatGetSays();
}

async function isWhatGetSays() {
  for (const tab of [c, d]) {
    const { room } = tab.following;
    const session = await tab.askit.call(path);
    const { questions } = await tab.askit.call(`${path}/questions?limit=100`);
    const shown = () => JSON.stringify([words([...room.questions.values()]), about(room.session)]);
    const said = JSON.stringify([words(questions), about(session)]);
    await until(() => shown() === said, `${said} where there is ${shown()}`);
  }
}

async function restart() {
  await ask("/askit/kill");
  await until(() => streams().some((it) => it.readyState === it.CONNECTING), "the end of the stream");
  await ask("/askit/restart");
}

async function follow() {
  const { sessionId } = await c.askit.call("/sessions", { method: "POST", body: { title: "All hands" } });
  path = `/sessions/${sessionId}`;
  for (const tab of [c, d]) tab.following = tab.follow(path);
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
    await c.askit.signIn("mina@example.com", password);
    await me(d);
    await follow();
    await isTold("First?");
    is(streams().length, 1, "connections");
    is(leader().probe.ready, [isCookie ? "host" : "all"], "told as");
    const [{ questionId }] = rooms()[0].questions.values();
    for (const tab of [c, d]) await tab.following.open(questionId);
    await c.askit.call(`/questions/${questionId}/replies`, { method: "POST", body: { body: "In March." } });
    await until(() => rooms().every((it) => it.replies.size === 1), "the reply in both");
    await isWhatGetSays();
  },
  async "both go on after a restart of the server"() {
    await restart();
    await isTold("Second?");
    is(streams().length, 1, "the browser came back by itself");
  },
  async "an expired token is refreshed for the stream of a host"() {
    await ask("/askit/advance", "660");
    await restart();
    await until(() => leader().probe.ready.at(-1) === (isCookie ? "host" : "all"), "told as before");
    await isTold("Third?");
    is(leader().probe.ready.slice(2), isCookie ? ["all", "host"] : ["all"], "told as");
  },
  async "a tab that missed a message reads everything anew"() {
    const other = leader() === c ? d : c;
    set(other, "miss", 1);
    await isTold("Missed?");
    is(other.probe.miss, 0, "messages left to miss");
  },
  async "another tab goes on when the one with the connection is closed"() {
    const first = leader();
    first.close();
    [c, d] = Array(2).fill(first === c ? d : c);
    await until(() => leader(), "another connection");
    await isTold("Fourth?");
  },
  async "a stream is over once the session has ended and nothing was missed"() {
    await c.askit.call(`${path}/terminate`, { method: "POST" });
    await until(() => rooms()[0].session.endedAt, "the end");
    await isWhatGetSays();
    await restart();
    await until(() => rooms()[0].status === "over", "the end of the stream");
    c.following.close();
  },
  async "a deleted session is told"() {
    await follow();
    await isTold("Last?");
    await c.askit.call(path, { method: "DELETE" });
    await until(() => rooms()[0].status === "deleted", "that it is gone");
    await c.askit.signOut();
    c.close();
  },
};
