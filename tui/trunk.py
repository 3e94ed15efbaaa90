"""A process that has imported and read all that visitors see; each visitor is a fork of it.

It is asked over a socket, its standard input, by the server: JSON with the size of a browser, and
the three ends of pipes that the visitor's app reads and writes; or whom to end. When the socket is
closed it ends, and so do the visitors, whose parent it is.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

READY = b"ready"
_LOOK_EVERY_S = 0.5
_LARGEST = 4_096
_ROOMS = ("paraviz.tui.screens", "paraviz.tui.widgets", "paraviz.tui.render")


def import_all() -> None:
    """What an app imports while it is used, at once."""
    importlib.import_module("textual.drivers.web_driver")
    for room in _ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(found.name)


def be_trunk(visit: Callable[[], int]) -> int:
    """Fork a visitor for each request: `visit` shows the app and returns its exit code. Ends with
    the server."""
    asking = socket.socket(fileno=os.dup(0))
    # Whoever presses ctrl c means the server, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_all()
    gc.collect()
    gc.freeze()
    asking.send(READY)
    visitors: dict[int, int] = {}
    while True:
        ready, _writes, _errors = select.select([asking], [], [], _LOOK_EVERY_S)
        _reap(visitors)
        if not ready:
            continue
        message, ends, _flags, _address = socket.recv_fds(asking, _LARGEST, 3)
        if not message:
            return 0
        asked = json.loads(message)
        if "end" in asked:
            if asked["end"] in visitors:
                os.kill(visitors[asked["end"]], signal.SIGKILL)
            continue
        pid = os.fork()
        if not pid:
            asking.close()
            _visit(visit, asked, ends)
        visitors[asked["visitor"]] = pid
        for end in ends:
            os.close(end)


def _reap(visitors: dict[int, int]) -> None:
    for number, pid in list(visitors.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del visitors[number]


def _visit(visit: Callable[[], int], asked: dict[str, Any], ends: list[int]) -> None:
    """In the fork; never returns."""
    code = 1
    try:
        for number, end in enumerate(ends):
            os.dup2(end, number)
            os.close(end)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ["COLUMNS"], os.environ["ROWS"] = str(asked["width"]), str(asked["height"])
        code = visit()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
