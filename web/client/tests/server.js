// A real server for the tests, whose clock can be moved, and a way to it on which answers are lost.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const BINARY = resolve(process.env.ASKIT ?? "../../target/debug/askit");
/** Debian: apt install faketime. */
const FAKETIME = readdirSync("/usr/lib")
  .map((it) => `/usr/lib/${it}/faketime/libfaketimeMT.so.1`)
  .find((it) => existsSync(it));

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/**
 * A server with a database of its own, until the test is over.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} [settings]
 */
export async function startServer(t, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "askit-client-"));
  const clock = join(folder, "clock");
  let offset = 0;
  let port = 0;
  /** @type {import("node:child_process").ChildProcess} */
  let child;
  const advance = (seconds = 0) => {
    offset += seconds;
    writeFileSync(`${clock}.new`, `+${offset}`);
    renameSync(`${clock}.new`, clock);
  };
  async function start() {
    child = spawn(BINARY, [], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        ASKIT__SERVER__LISTEN: `127.0.0.1:${port}`,
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
        ...settings,
      },
    });
    let log = "";
    for await (const piece of child.stderr ?? []) {
      log += piece;
      const found = log.match(/listening on http:\/\/127\.0\.0\.1:(\d+)/);
      if (!found) continue;
      port = Number(found[1]);
      child.stderr?.resume();
      return;
    }
    throw new Error(`the server does not start: ${log}`);
  }
  async function kill() {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  advance();
  await start();
  t.after(async () => {
    await kill();
    rmSync(folder, { recursive: true });
  });
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    advance,
    kill,
    start,
  };
}

/**
 * A way to a server on which answers are lost: what was asked for is done, and nobody learns of it.
 * @param {import("node:test").TestContext} t
 * @param {Server} server
 */
export async function startLossyWay(t, server) {
  let losses = 0;
  let isCut = false;
  /** @type {{ method?: string, url?: string, headers: import("node:http").IncomingHttpHeaders }[]} */
  const seen = [];
  const way = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    seen.push({ method, url, headers });
    if (isCut) return incoming.socket.destroy();
    const onward = request(server.url + url, { method, headers }, (answer) => {
      if (losses > 0) {
        losses--;
        return answer.resume().on("end", () => incoming.socket.destroy());
      }
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
      outgoing.on("close", () => onward.destroy());
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  way.listen(0, "127.0.0.1");
  await once(way, "listening");
  t.after(() => {
    way.close();
    way.closeAllConnections();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (way.address());
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    /** The next answers are lost. @param {number} count */
    lose: (count) => (losses = count),
    /** Nothing gets through. @param {boolean} cut */
    cut(cut) {
      isCut = cut;
      if (cut) way.closeAllConnections();
    },
  };
}

/**
 * Waits until something is so.
 * @param {string} what
 * @param {() => unknown} isSo
 */
export async function until(what, isSo) {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(20)) if (await isSo()) return;
  throw new Error(`not so: ${what}`);
}
