import assert from "node:assert/strict";
import { test } from "node:test";

import { AskitError, createClient } from "../index.js";
import { register, storage, visit } from "./people.js";
import { startLossyWay, startServer } from "./server.js";

const MINA = { email: "mina@example.com", nickname: "mina", password: "a long enough one" };
const json = /** @type {const} */ ("json");

test("who has registered is signed in, and stays so after a reload", async (t) => {
  const { url: baseUrl } = await startServer(t);
  const kept = storage();
  const page = createClient({ baseUrl, mode: json, storage: kept });
  /** @type {unknown[]} */
  const told = [];
  page.onChange((user) => told.push(user?.nickname));
  const mina = await page.register(MINA);
  assert.equal(mina.nickname, "mina");
  assert.equal(mina.isGuest, false);
  assert.deepEqual(told, ["mina"]);
  const reloaded = createClient({ baseUrl, mode: json, storage: kept });
  assert.equal(reloaded.user, null);
  assert.deepEqual(await reloaded.resume(), mina);
  const me = await reloaded.get("/api/users/me");
  assert.equal(me.email, MINA.email);
  await reloaded.signOut();
  assert.equal(reloaded.user, null);
  assert.equal(await createClient({ baseUrl, mode: json, storage: kept }).resume(), null);
});

test("a refused call tells what was wrong, where, and in which language", async (t) => {
  const { url: baseUrl } = await startServer(t);
  const client = createClient({ baseUrl, mode: json, storage: storage(), language: "ko" });
  const refused = await client.register({ ...MINA, nickname: "m" }).catch((error) => error);
  assert.ok(refused instanceof AskitError);
  assert.equal(refused.code, "validation_failed");
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.errors.map((it) => it.field), ["nickname"]);
  assert.match(refused.detail, /[가-힣]/);
  assert.ok(refused.requestId);
  const wrong = await client.signIn({ ...MINA, password: "not this one at all" }).catch((error) => error);
  assert.equal(wrong.code, "invalid_credentials");
  const nobody = await client.get("/api/users/me").catch((error) => error);
  assert.equal(nobody.code, "missing_token");
});

test("a token that has expired is made anew, and all calls at once need one refresh", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const client = await register(way.url, "mina");
  server.advance(11 * 60);
  way.seen.length = 0;
  const answers = await Promise.all([1, 2, 3, 4].map(() => client.get("/api/users/me")));
  assert.ok(answers.every((it) => it.nickname === "mina"));
  const refreshes = way.seen.filter((it) => it.url === "/api/auth/token");
  assert.equal(refreshes.length, 1);
});

test("a refresh whose answer was lost signs nobody out", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const client = await register(way.url, "mina");
  server.advance(11 * 60);
  const refused = await client.get("/api/users/me").then(() => null, (error) => error);
  assert.equal(refused, null);
  server.advance(11 * 60);
  way.cut(true);
  const lost = await client.get("/api/users/me").catch((error) => error);
  assert.equal(lost.code, "no_answer");
  way.cut(false);
  assert.equal(client.user?.nickname, "mina");
  assert.equal((await client.get("/api/users/me")).nickname, "mina");
});

test("a call is never repeated in someone else's name", async (t) => {
  const server = await startServer(t);
  const kept = storage();
  const [one, other] = [1, 2].map(() => createClient({ baseUrl: server.url, mode: json, storage: kept }));
  await one.register(MINA);
  await one.signOut();
  await other.register({ ...MINA, email: "noah@example.com", nickname: "noah" });
  await one.resume();
  assert.equal(one.user?.nickname, "noah");
  const third = visit(server.url);
  await third.signIn(MINA);
  // Behind the pages' backs: the login in the storage is another's now.
  const minas = storage();
  const behind = createClient({ baseUrl: server.url, mode: json, storage: minas });
  await behind.signIn(MINA);
  kept.setItem("askit.refreshToken", minas.getItem("askit.refreshToken") ?? "");
  server.advance(11 * 60);
  const refused = await one.post("/api/sessions", { body: { title: "Whose?" } }).catch((error) => error);
  assert.equal(refused.code, "token_expired");
  assert.equal(one.user?.nickname, "mina");
  const { sessions } = await one.get("/api/sessions");
  assert.deepEqual(sessions, []);
});

test("what a guest did is the account's once they register or sign in", async (t) => {
  const { url: baseUrl } = await startServer(t);
  const host = await register(baseUrl, "host");
  const { sessionId } = await host.post("/api/sessions", { body: { title: "All hands" } });
  const client = visit(baseUrl);
  const guest = await client.guest();
  assert.equal(guest.isGuest, true);
  assert.deepEqual(await client.guest(), guest);
  const path = { sessionId };
  const { questionId } = await client.post("/api/sessions/{sessionId}/questions", { path, body: { body: "Why?" } });
  const mina = await client.register(MINA, { keepGuest: true });
  assert.equal(mina.isGuest, false);
  const mine = await client.get("/api/questions/{questionId}", { path: { questionId } });
  assert.equal(mine.isOwner, true);
});

test("a new password ends the other logins and keeps this one", async (t) => {
  const { url: baseUrl } = await startServer(t);
  const [one, other] = [1, 2].map(() => visit(baseUrl));
  await one.register(MINA);
  await other.signIn(MINA);
  await one.changePassword({ currentPassword: MINA.password, newPassword: "another long enough one" });
  assert.equal((await one.get("/api/users/me")).nickname, "mina");
  const ended = await other.get("/api/users/me").catch((error) => error);
  assert.equal(ended.code, "invalid_refresh_token");
  assert.equal(other.user, null);
});

test("words whose answer was lost are sent again and are there once", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const client = await register(way.url, "mina");
  way.lose(2);
  const { sessionId } = await client.post("/api/sessions", { body: { title: "All hands" } });
  const sent = way.seen.filter((it) => it.url === "/api/sessions");
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent.map((it) => it.headers["idempotency-key"])).size, 1);
  const { sessions } = await client.get("/api/sessions");
  assert.deepEqual(sessions.map((it) => it.sessionId), [sessionId]);
});

test("a change that could be made twice is not sent again", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const client = await register(way.url, "mina");
  way.lose(1);
  const lost = await client.patch("/api/users/me", { body: { nickname: "mina2" } }).catch((error) => error);
  assert.equal(lost.code, "no_answer");
  assert.equal((await client.get("/api/users/me")).nickname, "mina2");
});

test("in mode none nobody is signed in", async (t) => {
  const { url: baseUrl } = await startServer(t);
  const kept = storage();
  const host = createClient({ baseUrl, mode: json, storage: kept });
  await host.register(MINA);
  const { sessionId } = await host.post("/api/sessions", { body: { title: "All hands" } });
  const wall = createClient({ baseUrl, mode: "none", storage: kept });
  assert.equal(await wall.resume(), null);
  const session = await wall.get("/api/sessions/{sessionId}", { path: { sessionId } });
  assert.equal(session.role, null);
  const picture = await wall.blob("/api/sessions/{sessionId}/qr.svg", { path: { sessionId } });
  assert.match(await picture.text(), /<svg/);
});
