import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "../index.js";
import { register } from "./people.js";
import { startLossyWay, startServer, until } from "./server.js";

/** @import { Client } from "../types.js" */

/** What somebody is told. @param {import("node:test").TestContext} t @param {Client} client @param {string} sessionId @param {string} [after] */
function listen(t, client, sessionId, after) {
  /** @type {{ type: string, data: any }[]} */
  const told = [];
  const types = ["ready", "question", "question_removed", "session", "counts", "reset", "session_deleted", "over"];
  const on = Object.fromEntries(types.map((type) => [type, (/** @type {any} */ data) => told.push({ type, data })]));
  /** @type {string[]} */
  const states = [];
  const following = client.follow(sessionId, { after, on, onState: (state) => states.push(state) });
  t.after(() => following.close());
  const bodies = () => told.filter((it) => it.type === "question").map((it) => it.data.body);
  return { told, states, bodies, types: () => told.map((it) => it.type) };
}

test("whoever follows from a change is told everything after it", async (t) => {
  const { url } = await startServer(t);
  const mina = await register(url, "mina");
  const { sessionId, change } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId };
  await mina.post("/api/sessions/{sessionId}/questions", { path, body: { body: "one" } });
  const { bodies } = listen(t, mina, sessionId, change);
  await until("the first is told", () => bodies().length === 1);
  await mina.post("/api/sessions/{sessionId}/questions", { path, body: { body: "둘" } });
  await until("so is the second", () => bodies().length === 2);
  assert.deepEqual(bodies(), ["one", "둘"]);
});

test("nothing is missed while the server is killed and starts again", async (t) => {
  const server = await startServer(t);
  const mina = await register(server.url, "mina");
  const { sessionId, change } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId };
  const guest = createClient({ baseUrl: server.url, mode: "none" });
  const { bodies, states, types } = listen(t, guest, sessionId);
  await until("it listens", () => states.includes("live"));
  assert.ok(change);
  await server.kill();
  await until("it waits", () => states.at(-1) === "waiting");
  await server.start();
  for (const body of ["one", "two"]) {
    await mina.post("/api/sessions/{sessionId}/questions", { path, body: { body } });
  }
  await until("both are told", () => bodies().length === 2);
  assert.equal(types().filter((it) => it === "ready").length, 2);
  assert.ok(!types().includes("reset"));
});

test("a connection that breaks goes on where it was", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const mina = await register(server.url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId };
  const guest = createClient({ baseUrl: way.url, mode: "none" });
  const { bodies, states } = listen(t, guest, sessionId);
  for (const body of ["one", "two", "three"]) {
    await until("it listens", () => states.at(-1) === "live");
    way.cut(true);
    await mina.post("/api/sessions/{sessionId}/questions", { path, body: { body } });
    await until("it waits", () => states.at(-1) === "waiting");
    way.cut(false);
    await until("it is told", () => bodies().at(-1) === body);
  }
  assert.deepEqual(bodies(), ["one", "two", "three"]);
});

test("an old place is told to read everything anew", async (t) => {
  const { url } = await startServer(t);
  const mina = await register(url, "mina");
  const { sessionId } = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const { types } = listen(t, mina, sessionId, "zzzzzz-4");
  await until("it is told", () => types().includes("reset"));
});

test("a session that is deleted or over is told, and not asked for again", async (t) => {
  const server = await startServer(t);
  const way = await startLossyWay(t, server);
  const mina = await register(way.url, "mina");
  const one = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const path = { sessionId: one.sessionId };
  const deleted = listen(t, mina, one.sessionId);
  await until("it listens", () => deleted.states.includes("live"));
  await mina.delete("/api/sessions/{sessionId}", { path });
  await until("it is told", () => deleted.types().includes("session_deleted"));
  const gone = listen(t, mina, one.sessionId);
  await until("it is told", () => gone.types().includes("session_deleted"));
  const other = await mina.post("/api/sessions", { body: { title: "All hands" } });
  const ended = { sessionId: other.sessionId };
  const { change } = await mina.post("/api/sessions/{sessionId}/terminate", { path: ended });
  const over = listen(t, mina, other.sessionId, change);
  await until("it is told", () => over.types().includes("over"));
  const asked = way.seen.length;
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(way.seen.length, asked);
});
