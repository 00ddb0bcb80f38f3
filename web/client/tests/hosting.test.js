import assert from "node:assert/strict";
import { test } from "node:test";

import { register, visit } from "./people.js";
import { startServer, until } from "./server.js";

/** @import { Client, Question, Reply, Room } from "../types.js" */

/** @param {import("node:test").TestContext} t @param {Client} client @param {string} sessionId */
async function open(t, client, sessionId) {
  const room = client.room(sessionId);
  t.after(() => room.close());
  await until("the room is there", () => room.getSnapshot().isComplete && room.getSnapshot().isLive);
  return room;
}
/** A session with a host, and a guest who has a phone. @param {import("node:test").TestContext} t @param {object} [settings] */
async function hall(t, settings = {}) {
  const { url } = await startServer(t);
  const [mina, guest] = [await register(url, "mina"), visit(url)];
  await guest.guest();
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId };
  await guest.put("/api/sessions/{sessionId}/participants/me", { path, body: {} });
  const host = await open(t, mina, sessionId);
  await host.changeSettings(settings);
  const phone = await open(t, guest, sessionId);
  return { url, mina, guest, sessionId, host, phone };
}
/** @param {(Question | Reply)[]} list */
const bodies = (list) => list.map((it) => it.body);
/** @template {{ body: string | null }} T @param {T[]} list @param {string} body @returns {T} */
function find(list, body) {
  const found = list.find((it) => it.body === body);
  assert.ok(found, body);
  return found;
}
/** @param {Room} room */
const shown = (room) => room.getSnapshot().questions;
/** @param {Room} room */
const pending = (room) => room.getSnapshot().pending;
/** @param {Room} room */
const states = (room) => room.getSnapshot().mine.map((it) => [it.body, it.review]);

test("what waits is shown to hosts and its author, and to all once it is approved", async (t) => {
  const { url, sessionId, host, phone } = await hall(t, { questions: "review", replies: "review" });
  const other = await open(t, await register(url, "noah"), sessionId);
  await phone.ask("When?");
  assert.deepEqual(states(phone), [["When?", "pending"]]);
  assert.deepEqual(shown(phone), []);
  await until("the host sees it", () => pending(host).length === 1 && host.getSnapshot().session?.pendingCount === 1);
  await host.approve(find(pending(host), "When?"));
  assert.deepEqual(pending(host), []);
  await until("all see it", () => [host, phone, other].every((it) => shown(it).length === 1));
  assert.deepEqual(states(phone), [["When?", "approved"]]);
  const { questionId } = find(shown(phone), "When?");
  await phone.open(questionId);
  await phone.reply(questionId, "In March.");
  await until("the host sees the reply", () => bodies(pending(host)).includes("In March."));
  assert.deepEqual(phone.getSnapshot().replies[questionId]?.map((it) => it.review), ["pending"]);
  await other.open(questionId);
  assert.deepEqual(other.getSnapshot().replies[questionId], []);
  await host.approve(find(pending(host), "In March."));
  await until("all see the reply", () => other.getSnapshot().replies[questionId]?.length === 1);
  await until("its author is told", () => phone.getSnapshot().replies[questionId]?.[0]?.review === "approved");
  await until("nothing waits", () => host.getSnapshot().session?.pendingCount === 0);
});

test("other words than those that were seen are not approved, and are shown", async (t) => {
  const { host, phone } = await hall(t, { questions: "review" });
  await phone.ask("When?");
  await until("the host sees it", () => pending(host).length === 1);
  const seen = find(pending(host), "When?");
  await phone.edit(find(phone.getSnapshot().mine, "When?"), "Why?");
  const refused = await host.approve(seen).then(() => null, (error) => error);
  assert.equal(refused.code, "conflict");
  assert.deepEqual(bodies(pending(host)), ["Why?"]);
  await host.approve(find(pending(host), "Why?"));
  await until("all see it", () => shown(phone).length === 1);
});

test("what a host hides its author keeps, and hosts can show again", async (t) => {
  const { sessionId, mina, host, phone } = await hall(t);
  await phone.ask("When?");
  await until("the host sees it", () => shown(host).length === 1);
  await host.dismiss(find(shown(host), "When?"));
  await until("it is hidden", () => shown(phone).length === 0 && states(phone)[0]?.[1] === "dismissed");
  const later = await open(t, mina, sessionId);
  assert.deepEqual(later.getSnapshot().dismissed, []);
  await later.showDismissed();
  assert.deepEqual(bodies(later.getSnapshot().dismissed), ["When?"]);
  await later.approve(find(later.getSnapshot().dismissed, "When?"));
  await until("all see it", () => shown(phone).length === 1);
});

test("all that waits is approved or hidden, as far as it was seen", async (t) => {
  const { host, phone } = await hall(t, { questions: "review" });
  await phone.ask("one");
  await phone.ask("two");
  await until("the host sees both", () => pending(host).length === 2);
  const { change } = host.getSnapshot();
  await phone.ask("three");
  await until("the host sees all", () => pending(host).length === 3);
  assert.deepEqual(await host.approveAll(change), { count: 2 });
  await until("one waits", () => bodies(pending(host)).join() === "three");
  assert.deepEqual(await host.dismissAll(), { count: 1 });
  await until("nothing waits", () => pending(host).length === 0 && host.getSnapshot().session?.pendingCount === 0);
  await until("two are seen", () => shown(phone).length === 2);
});

test("a question that is merged brings its likes and replies along, and its author sees where it went", async (t) => {
  const { host, phone } = await hall(t);
  await phone.ask("When?");
  await host.ask("When do we move?");
  await until("the host sees both", () => shown(host).length === 2);
  const [one, other] = [find(shown(host), "When?"), find(shown(host), "When do we move?")];
  await phone.like(find(shown(phone), "When?"));
  await host.reply(one.questionId, "In March.");
  await phone.open(other.questionId);
  await host.merge(find(shown(host), "When?"), other);
  assert.deepEqual(bodies(shown(host)), ["When do we move?"]);
  await until("the likes are there", () => shown(phone)[0]?.likesCount === 1);
  await until("the replies are there", () => phone.getSnapshot().replies[other.questionId]?.length === 1);
  await until("its author is told", () => phone.getSnapshot().mine[0]?.mergedInto === other.questionId);
});

test("settings, labels and the current question are seen by all, but blocked words by hosts alone", async (t) => {
  const { host, phone } = await hall(t, { blockedWords: ["spam"], slowMode: 5 });
  const session = (/** @type {Room} */ room) => room.getSnapshot().session;
  assert.deepEqual(session(host)?.settings.blockedWords, ["spam"]);
  assert.equal(session(phone)?.settings.blockedWords, null);
  await host.ask("When?");
  await until("it is told", () => shown(phone).length === 1);
  await host.setLabels([{ name: "Money", color: "green" }]);
  const labelId = session(host)?.labels[0]?.labelId ?? "";
  await host.label(find(shown(host), "When?"), [labelId]);
  await host.setCurrent(find(shown(host), "When?"));
  await host.changeSettings({ likes: false });
  await until("all is told", () => session(phone)?.settings.likes === false);
  assert.deepEqual(session(phone)?.labels, [{ labelId, name: "Money", color: "green" }]);
  assert.equal(session(phone)?.currentQuestionId, shown(phone)[0]?.questionId);
  await until("the question bears it", () => shown(phone)[0]?.labelIds[0] === labelId);
  assert.deepEqual(session(host)?.settings.blockedWords, ["spam"]);
  assert.equal(session(phone)?.settings.blockedWords ?? null, null);
  await host.clearCurrent();
  await until("nothing is current", () => session(phone)?.currentQuestionId === null);
  const { change } = host.getSnapshot();
  await host.changeSettings({ likes: true });
  const refused = await host.setLabels([], change).then(() => null, (error) => error);
  assert.equal(refused.code, "conflict");
});

test("who is muted is told once something is refused, and writes again when it is lifted", async (t) => {
  const { host, phone } = await hall(t);
  await phone.ask("spam 1");
  await phone.ask("spam 2");
  await until("the host sees both", () => shown(host).length === 2);
  await host.mute(find(shown(host), "spam 1"), { removeAll: true });
  await until("both are gone", () => shown(host).length === 0 && shown(phone).length === 0);
  const refused = await phone.ask("spam 3").then(() => null, (error) => error);
  assert.equal(refused.code, "muted");
  await until("it is known", () => phone.getSnapshot().session?.muted === true);
  const { mutes } = await host.mutes();
  assert.equal(mutes.length, 1);
  await host.unmute(mutes[0]?.muteId ?? "");
  const [{ key } = { key: "" }] = phone.getSnapshot().sending;
  await phone.retry(key);
  await until("it is seen", () => bodies(shown(host)).includes("spam 3"));
});

test("the server is asked for words", async (t) => {
  const { host, phone } = await hall(t);
  await phone.ask("When do we move?");
  await phone.ask("Who pays?");
  await until("the host sees both", () => shown(host).length === 2);
  assert.deepEqual(await host.search("MOVE"), [find(shown(host), "When do we move?").questionId]);
});
