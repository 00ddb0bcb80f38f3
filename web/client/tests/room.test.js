import assert from "node:assert/strict";
import { test } from "node:test";

import { register } from "./people.js";
import { startLossyWay, startServer, until } from "./server.js";

/** @import { Client, Question, Room } from "../types.js" */

/** @param {import("node:test").TestContext} t @param {Client} client @param {string} sessionId */
async function open(t, client, sessionId) {
  const room = client.room(sessionId);
  t.after(() => room.close());
  await until("the room is there", () => room.getSnapshot().isComplete && room.getSnapshot().isLive);
  return room;
}
/** @param {Room} room */
const bodies = (room) => room.getSnapshot().questions.map((it) => it.body);
/** @param {Room} room @param {string} body @returns {Question} */
function find(room, body) {
  const found = room.getSnapshot().questions.find((it) => it.body === body);
  assert.ok(found, body);
  return found;
}
/** What GET says, as who asks. @param {Client} client @param {string} sessionId @param {Room} room */
async function assertTrue(client, sessionId, room) {
  const path = { sessionId };
  const said = async () => {
    const { questions } = await client.get("/api/sessions/{sessionId}/questions", { path, query: { limit: 100 } });
    const { change: _, ...session } = await client.get("/api/sessions/{sessionId}", { path });
    const shown = room.getSnapshot();
    const { change: __, ...shownSession } = shown.session ?? { change: null };
    return { said: { questions, session }, shown: { questions: shown.questions, session: shownSession } };
  };
  // Counts are told once a second.
  for (let tries = 0; ; tries++) {
    const { said: one, shown: other } = await said();
    try {
      return assert.deepEqual(other, one);
    } catch (error) {
      if (tries === 20) throw error;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

test("everybody in a room ends with what GET says", async (t) => {
  const { url } = await startServer(t);
  const [mina, noah] = [await register(url, "mina"), await register(url, "noah")];
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const [host, phone] = [await open(t, mina, sessionId), await open(t, noah, sessionId)];
  await phone.ask("When do we move?");
  await phone.ask("Who pays?", { anonymous: true });
  await until("the host sees both", () => bodies(host).length === 2);
  await host.like(find(host, "Who pays?"));
  await host.pin(find(host, "When do we move?"));
  await host.open(find(host, "When do we move?").questionId);
  await host.reply(find(host, "When do we move?").questionId, "In March.");
  await phone.edit(find(phone, "Who pays?"), "Who pays for it?").catch((error) => {
    // The like was judged first.
    assert.equal(error.code, "question_locked");
  });
  await mina.patch("/api/users/me", { body: { nickname: "mina2" } });
  await mina.patch("/api/sessions/{sessionId}", { path: { sessionId }, body: { title: "All" } });
  await assertTrue(noah, sessionId, phone);
  await assertTrue(mina, sessionId, host);
  const [reply] = Object.values(host.getSnapshot().replies).flat();
  assert.equal(reply.body, "In March.");
  assert.equal(reply.isOwner, true);
  await host.remove(find(host, "When do we move?"));
  await until("it is gone", () => bodies(phone).length === 1);
});

test("a snapshot is the same object until something changes", async (t) => {
  const { url } = await startServer(t);
  const mina = await register(url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const room = await open(t, mina, sessionId);
  await room.ask("one");
  await room.ask("two");
  await until("counts are told", () => room.getSnapshot().session?.questionCount === 2);
  const before = room.getSnapshot();
  assert.equal(room.getSnapshot(), before);
  let told = 0;
  room.subscribe(() => told++);
  const one = find(room, "one");
  await room.like(find(room, "two"));
  assert.notEqual(room.getSnapshot(), before);
  assert.equal(find(room, "one"), one);
  assert.ok(told > 0);
});

test("a like is shown at once, and taken back if it is refused", async (t) => {
  const { url } = await startServer(t);
  const [mina, noah] = [await register(url, "mina"), await register(url, "noah")];
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const [host, phone] = [await open(t, mina, sessionId), await open(t, noah, sessionId)];
  await host.ask("Why?");
  await until("it is told", () => bodies(phone).length === 1);
  const liking = phone.like(find(phone, "Why?"));
  assert.equal(find(phone, "Why?").liked, true);
  assert.equal(find(phone, "Why?").likesCount, 1);
  await liking;
  await mina.post("/api/sessions/{sessionId}/terminate", { path: { sessionId } });
  const refused = await phone.unlike(find(phone, "Why?")).catch((error) => error);
  assert.equal(refused.code, "session_ended");
  assert.equal(find(phone, "Why?").liked, true);
  assert.equal(find(phone, "Why?").likesCount, 1);
});

test("words that could not be sent stay, and are sent once when the connection is back", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const mina = await register(way.url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const room = await open(t, mina, sessionId);
  way.cut(true);
  const asking = room.ask("Why?");
  assert.deepEqual(room.getSnapshot().sending.map((it) => it.body), ["Why?"]);
  const lost = await asking.then(() => null, (error) => error);
  assert.equal(lost.code, "no_answer");
  const [sending] = room.getSnapshot().sending;
  assert.equal(sending.error, lost);
  way.cut(false);
  way.lose(1);
  await room.retry(sending.key);
  assert.deepEqual(room.getSnapshot().sending, []);
  await until("it is told", () => room.getSnapshot().session?.questionCount === 1);
  assert.deepEqual(bodies(room), ["Why?"]);
});

test("a role that is given or taken is seen", async (t) => {
  const { url } = await startServer(t);
  const [mina, noah] = [await register(url, "mina"), await register(url, "noah")];
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const [host, phone] = [await open(t, mina, sessionId), await open(t, noah, sessionId)];
  await host.ask("Why?");
  const path = { sessionId, userId: /** @type {any} */ (noah.user).userId };
  await noah.put("/api/sessions/{sessionId}/participants/me", { path: { sessionId }, body: {} });
  await mina.put("/api/sessions/{sessionId}/hosts/{userId}", { path });
  await until("he is a host", () => phone.getSnapshot().session?.role === "sub_host");
  await until("he may delete", () => find(phone, "Why?").canDelete);
  await mina.delete("/api/sessions/{sessionId}/hosts/{userId}", { path });
  await until("he is none", () => phone.getSnapshot().session?.role === "participant");
  await until("he may not delete", () => !find(phone, "Why?").canDelete);
});

test("a room that is deleted or never was is told", async (t) => {
  const { url } = await startServer(t);
  const mina = await register(url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const room = await open(t, mina, sessionId);
  await mina.delete("/api/sessions/{sessionId}", { path: { sessionId } });
  await until("it is told", () => room.getSnapshot().status === "deleted");
  const none = mina.room("AAAAAAAAAAAAAAAAAAAAAA");
  t.after(() => none.close());
  await until("it is told", () => none.getSnapshot().status === "deleted");
});

test("a room that has ended is over once all is told, and goes on when it is reopened", async (t) => {
  const { url } = await startServer(t);
  const mina = await register(url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId };
  await mina.post("/api/sessions/{sessionId}/terminate", { path });
  const room = mina.room(sessionId);
  t.after(() => room.close());
  await until("it is over", () => room.getSnapshot().status === "over");
  await mina.post("/api/sessions/{sessionId}/reopen", { path, body: {} });
  await room.reload();
  await until("it is followed", () => room.getSnapshot().isLive);
  await mina.post("/api/sessions/{sessionId}/questions", { path, body: { body: "Why?" } });
  await until("it is told", () => bodies(room).length === 1);
  assert.equal(room.getSnapshot().status, "live");
});
