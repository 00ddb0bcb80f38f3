"""Serves the blocks of docs/frontend.md and the checks beside this file to Chromium, and does to the
server what the checks ask for: stops it, kills it, locks its database, moves its clock."""

import atexit
import glob
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

# Mode, the page's host, grace, public URL. `127.0.0.1` is another site than the API's `localhost`;
# Chromium takes Secure cookies from `localhost` without TLS.
RUNS = [
    ("cookie", "localhost", "30s", "http://localhost:3000"),
    ("json", "127.0.0.1", "30s", "http://localhost:3000"),
    ("cookie", "localhost", "0s", "https://api.example.com"),
    ("json", "127.0.0.1", "0s", "https://api.example.com"),
]
SECONDS_FOR_A_RUN = 120
FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"  # the one for several threads

binary, folder = Path(sys.argv[1]), Path(sys.argv[2])


def begin(command, **options):
    """Starts a process in a group of its own, which ends with this script at the latest."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True, **options
    )
    atexit.register(end, process)
    return process


def end(process):
    """Ends a process and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Askit:
    """A server in a folder of its own, started by the document's own command."""

    def __init__(self, home, settings):
        self.home, self.settings, self.port, self.offset = home, settings, 0, 0
        (home / "target/release").mkdir(parents=True)
        (home / "target/release/askit").symlink_to(binary)
        self.start()

    def start(self):
        self.advance(0)
        log_path = self.home / "server.log"
        environment = os.environ | self.settings | {
            "ASKIT__SERVER__LISTEN": f"127.0.0.1:{self.port}",
            "LD_PRELOAD": glob.glob(FAKETIME)[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.home / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        command = rewrite((folder / "blocks/server.sh").read_text(), 0)
        with log_path.open("w") as log:
            self.process = begin(["bash", "-c", command], cwd=self.home, env=environment, stderr=log)
        for _ in range(1000):
            if found := re.search(r"listening on http://127.0.0.1:(\d+)\n", log_path.read_text()):
                self.port = int(found[1])
                return
            time.sleep(0.02)
        sys.exit(f"the server does not listen:\n{log_path.read_text()}")

    def advance(self, seconds):
        self.offset += int(seconds)
        replacement = self.home / "clock.new"
        replacement.write_text(f"+{self.offset}")
        replacement.rename(self.home / "clock")

    def kill(self, _):
        end(self.process)

    def restart(self, _):
        self.start()

    def stop(self, _):
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self, _):
        os.killpg(self.process.pid, signal.SIGCONT)

    def sql(self, statement):
        """Runs a statement; after `BEGIN IMMEDIATE` nobody else can write until `release`."""
        self.database = sqlite3.connect(
            self.home / "data/askit.db", isolation_level=None, check_same_thread=False, timeout=10
        )
        self.database.execute(statement)
        if not self.database.in_transaction:
            self.release()

    def release(self, _=None):
        self.database.close()

    def cookies(self, credentials):
        """The cookies of a sign-in, without their values."""
        headers = self.post("/api/auth/login", credentials).headers
        lines = sorted(headers.get_all("Set-Cookie"))
        return json.dumps([re.sub("=[^;]*", "", line, count=1) for line in lines])

    def rejection(self, origin):
        """What a page of `origin` is answered and cannot read."""
        answer = self.post("/api/auth/logout", "{}", {"Origin": origin})
        return f"{answer.status} {json.load(answer)['code']}"

    def post(self, path, body, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, body, {"Content-Type": "application/json"} | headers)
        return connection.getresponse()


def rewrite(text, api_port):
    """Puts this run's ports where the document has its own."""
    text = text.replace(":5173", f":{pages.server_port}")
    return text.replace("localhost:3000", f"localhost:{api_port}")


class Pages(BaseHTTPRequestHandler):
    """GET a block or the checks; POST what is to be done, or how a check ended."""

    askit, failures, done = None, [], threading.Event()

    def do_GET(self):
        file = folder / "blocks" / Path(urlsplit(self.path).path).name
        if not file.is_file():
            return self.answer(404, "text/plain", b"")
        kind = "text/javascript" if file.suffix == ".js" else "text/html; charset=utf-8"
        text = rewrite(file.read_text(), self.askit.port)
        self.answer(200, kind, text.encode())

    def do_POST(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = None
        match url.path:
            case "/passed":
                print(f"  ok: {body}", flush=True)
            case "/failed":
                print(f"  FAILED: {body}")
                Pages.failures.append(body)
            case "/done":
                Pages.done.set()
            case path:
                answer = getattr(self.askit, path.removeprefix("/askit/"))(body)
        self.answer(200, "text/plain", (answer or "").encode())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def browse(url, profile, log):
    # Where Chromium runs as root it has no sandbox; it sees pages of this folder only.
    return begin(
        [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--disable-popup-blocking",
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows", "--enable-logging=stderr",
            f"--user-data-dir={profile}", url,
        ],
        stdout=log, stderr=log, env=os.environ | {"HOME": str(profile.parent)},
    )  # fmt: skip


def run(number, mode, host, grace, public_url):
    print(f"mode {mode}, page at {host}, grace {grace}, public URL {public_url}", flush=True)
    home = folder / f"run{number}"
    home.mkdir()
    askit = Pages.askit = Askit(
        home, {"ASKIT__AUTH__REFRESH_GRACE": grace, "ASKIT__SERVER__PUBLIC_URL": public_url}
    )
    Pages.done.clear()
    url = (
        f"http://{host}:{pages.server_port}/checks.html?mode={mode}&grace={grace}"
        f"&https={public_url.startswith('https')}&api=http://localhost:{askit.port}/api"
        f"&strange=http://localhost:{strange_pages.server_port}"
    )
    log_path = home / "chromium.log"
    with log_path.open("w") as log:
        chromium = browse(url, home / "profile", log)
        try:
            if not Pages.done.wait(SECONDS_FOR_A_RUN):
                Pages.failures.append("the checks did not end")
        finally:
            end(chromium)
            end(askit.process)
    if Pages.failures:
        noise = re.compile("dbus|D-Bus")
        lines = [it for it in log_path.read_text().splitlines() if not noise.search(it)]
        print("The end of Chromium's log:", *lines[-10:], sep="\n")
        print("The end of the server's:", (home / "server.log").read_text()[-2000:], sep="\n")
        sys.exit(f"FAILED: {Pages.failures}")


signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
pages, strange_pages = serve(), serve()
started = time.monotonic()
for number, setup in enumerate(RUNS):
    run(number, *setup)
print(f"docs/frontend.md holds ({time.monotonic() - started:.0f} s)")
