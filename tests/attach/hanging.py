"""Programs that run by themselves, without paraviz, and the looks at them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paraviz.attach.look import look
from paraviz.attach.model import Look, ThreadLook

PROGRAMS = Path(__file__).with_name("programs")
PATIENCE_S = 30.0


@contextmanager
def running(*words: str) -> Iterator[int]:
    """A command while it runs: its process."""
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
    try:
        yield started.pid
    finally:
        children = [each.pid for each in look(started.pid).processes[1:]]
        started.kill()
        started.communicate()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def hanging(name: str) -> Iterator[int]:
    """A program of this folder while it runs."""
    with running(sys.executable, str(PROGRAMS / f"{name}.py")) as pid:
        yield pid


def look_until(pid: int, is_so: Callable[[Look], bool]) -> Look:
    """The first look at which something is so: how long a program takes to hang is not known."""
    until = time.monotonic() + PATIENCE_S
    while not is_so(found := look(pid)):
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def by_name(found: Look) -> dict[str, ThreadLook]:
    return {thread.name: thread for thread in found.threads().values()}
