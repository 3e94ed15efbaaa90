"""Waits that no event explains, until somebody ends it: each thread in a line of its own."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import types
from importlib import abc, machinery, util
from pathlib import Path

here, there = socket.socketpair()
held, state = threading.Event(), threading.Lock()


class Dashboard(logging.Handler):
    """Emits once the state is free, which it never is."""

    def emit(self, record: logging.LogRecord) -> None:
        held.set()
        with state:
            print(record)


class Slow(abc.MetaPathFinder, abc.Loader):
    """Finds a module that is never loaded to its end."""

    def find_spec(self, name: str, *_: object) -> machinery.ModuleSpec | None:
        return util.spec_from_loader(name, self) if name == "slow_module" else None

    def exec_module(self, module: types.ModuleType) -> None:
        begun.set()
        print(module, here.recv(1))


begun = threading.Event()
log = logging.getLogger("app")
log.addHandler(Dashboard())
sys.meta_path.insert(0, Slow())


def receiver() -> None:
    here.recv(1)


def importer() -> None:
    import slow_module  # noqa: F401


def again() -> None:
    begun.wait()
    import slow_module  # noqa: F401


def polling() -> None:
    log.warning("polling")


def updating() -> None:
    held.wait()
    log.warning("state is old")


def unread() -> None:
    words = [sys.executable, "-c", "print('x' * 200_000)"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:
        child.wait()


def both() -> None:
    words = [sys.executable, "-c", "print('x' * 200_000); input()"]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(b"y" * 200_000)


def patient() -> None:
    words = [sys.executable, "-c", "print('x' * 100, flush=True); input()"]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.wait()


if __name__ == "__main__":
    state.acquire()
    print(Path(__file__).name, flush=True)
    for work in (receiver, importer, again, polling, updating, unread, both, patient):
        threading.Thread(target=work, name=work.__name__).start()
