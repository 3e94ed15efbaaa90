"""Record `traces/chrome.json.gz` anew: `python -m tests.data.record_chrome [BROWSER]`.

A Chromium without a window opens a page of ours, in which a window, a worker, a timer and a request
have to do with each other, and traces itself meanwhile. It is spoken to as its DevTools do, through
a pair of pipes. Events are kept as it wrote them, those of `CATEGORIES` that began while the page
was there; what it says of the machine (`metadata`, command lines among it) is left out.
"""

from __future__ import annotations

import getpass
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TRACE = Path(__file__).parent / "traces" / "chrome.json.gz"
BROWSERS = ("chromium", "google-chrome", "chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--remote-debugging-pipe",
)
COUNTED = "disabled-by-default-sequence_manager"
"""The category of which only the counters are kept."""
CATEGORIES = [
    *("__metadata", "toplevel", "v8", "devtools.timeline", "blink.user_timing", "navigation"),
    COUNTED,
]
SIZE_LIMIT = 150_000
"""Bytes of the file."""
SETTLING_S = 4.0
PATIENCE_S = 20.0

PAGE_SPAN = "whole page"
PAGE = """<!doctype html><title>asking</title><p id="told"></p><script>
const worker = new Worker("worker.js", {name: "primes"});
let answers = 0, ticks = 0;
const answered = new Promise(resolve => worker.onmessage = message => {
  performance.mark("answer");
  document.getElementById("told").textContent = message.data;
  if (++answers == 2) resolve(); else worker.postMessage(500);
});
worker.postMessage(500);
const ticked = new Promise(resolve => {
  const timer = setInterval(() => {
    performance.mark("tick");
    if (++ticks == 2) { clearInterval(timer); resolve(); }
  }, 5);
});
const fetched = fetch("data.json").then(answer => answer.json());
Promise.all([answered, ticked, fetched]).then(() => {
  performance.measure("PAGE_SPAN");
  document.title = "done";
});
</script>""".replace("PAGE_SPAN", PAGE_SPAN)
WORKER = """onmessage = message => {
  performance.mark("asked");
  let primes = 0;
  for (let n = 2; n < message.data; n++) {
    let d = 2;
    while (d * d <= n && n % d) d++;
    if (d * d > n) primes++;
  }
  performance.measure("primes", "asked");
  postMessage(primes);
};"""
CONTENT = {
    "/": ("text/html", PAGE),
    "/worker.js": ("text/javascript", WORKER),
    "/data.json": ("application/json", '{"a": 1}'),
}


class _Site(BaseHTTPRequestHandler):
    """The page and what belongs to it."""

    def do_GET(self) -> None:
        kind, text = CONTENT.get(self.path, ("text/plain", ""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Browser:
    """A browser that is spoken to: messages of JSON, a zero byte behind each."""

    def __init__(self, requests: int, replies: int) -> None:
        """The ends of its pipes that are ours."""
        self._requests = requests
        self._replies = replies
        self._asked = 0
        self._read = b""
        self._events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """What it replies. Raises RuntimeError where it refuses."""
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while (reply := self._next()).get("id") != self._asked:
            self._events.append(reply)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']}")
        return reply["result"]  # type: ignore[no-any-return]

    def event(self, method: str) -> dict[str, Any]:
        """The parameters of the first event of that kind, once it is there."""
        while True:
            for event in self._events:
                if event["method"] == method:
                    return event["params"]  # type: ignore[no-any-return]
            self._events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            if not (piece := os.read(self._replies, 1 << 20)):
                raise RuntimeError("the browser has ended")
            self._read += piece
        message, self._read = self._read.split(b"\0", 1)
        return json.loads(message)  # type: ignore[no-any-return]


@contextmanager
def site() -> Iterator[str]:
    """The address of the page while it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """A fresh browser, which ends afterwards."""
    ours, theirs = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # It reads from 3 and writes to 4, whatever ours are.
        connect = f'exec "$@" 3<&{ours[0]} 4>&{theirs[1]} 2>/dev/null'
        command = ["sh", "-c", connect, "sh", program, *OPTIONS, f"--user-data-dir={profile}"]
        environment = {"PATH": os.environ["PATH"], "HOME": profile}
        process = subprocess.Popen(command, pass_fds=(ours[0], theirs[1]), env=environment)
        os.close(ours[0])
        os.close(theirs[1])
        driven = Browser(ours[1], theirs[0])
        try:
            yield driven
            driven.ask("Browser.close")
            process.wait(PATIENCE_S)
        finally:
            process.kill()
            process.wait()


def traced(driven: Browser, address: str) -> list[dict[str, Any]]:
    """The events of a browser that opens the page. It did so before, and then nothing for a while:
    when it starts it does much else."""
    targets = driven.ask("Target.getTargets")["targetInfos"]
    page = next(target["targetId"] for target in targets if target["type"] == "page")
    session = driven.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
    _visit(driven, session, address)
    time.sleep(SETTLING_S)
    config = {"includedCategories": CATEGORIES, "excludedCategories": ["*"]}
    driven.ask("Tracing.start", transferMode="ReturnAsStream", traceConfig=config)
    _visit(driven, session, address)
    driven.ask("Tracing.end")
    stream = driven.event("Tracing.tracingComplete")["stream"]
    text = ""
    while not (piece := driven.ask("IO.read", handle=stream))["eof"]:
        text += piece["data"]
    return json.loads(text + piece["data"])["traceEvents"]  # type: ignore[no-any-return]


def _visit(driven: Browser, session: str, address: str) -> None:
    """Open the page and wait for its end. Raises RuntimeError if that never comes."""
    driven.ask("Page.navigate", session, url=address)
    until = time.monotonic() + PATIENCE_S
    title = {"expression": "document.title"}
    while driven.ask("Runtime.evaluate", session, **title)["result"].get("value") != "done":
        if time.monotonic() > until:
            raise RuntimeError("the page does not end")
        time.sleep(0.1)


def chosen(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The names of processes and threads, and what began while the page was there."""
    own = [event["ts"] for event in events if event["name"] == PAGE_SPAN]
    begin, end = min(own), max(own)
    return [
        event
        for event in events
        if event["ph"] == "M"
        or (begin <= event["ts"] <= end and (event["ph"] == "C" or event["cat"] != COUNTED))
    ]


def packed(events: list[dict[str, Any]]) -> bytes:
    """The file. Raises ValueError for what is of this machine, or too much."""
    lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in events)
    home, user, host = str(Path.home()), getpass.getuser(), socket.gethostname()
    for word in (home, f'"{user}"', host, tempfile.gettempdir(), "/usr/", "/opt/"):
        if word in lines:
            raise ValueError(f"{word} is of this machine only")
    content = gzip.compress(f'{{"traceEvents":[\n{lines}\n]}}\n'.encode(), mtime=0)
    if len(content) > SIZE_LIMIT:
        raise ValueError(f"{len(content):,} bytes are more than {SIZE_LIMIT:,}")
    return content


def main(names: list[str]) -> int:
    """Record with a browser, the first one there is unless it is named. Returns an exit code."""
    found = [path for name in names or BROWSERS if (path := shutil.which(name))]
    if not found:
        print("there is no browser", file=sys.stderr)
        return 2
    with site() as address, browser(found[0]) as driven:
        events = chosen(traced(driven, address))
    TRACE.write_bytes(packed(events))
    print(f"{len(events):,} events, {TRACE.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
