"""The tree of processes under a run: whose they are, and how they end.

On Linux this process asks to inherit the orphans of its descendants (prctl(2),
PR_SET_CHILD_SUBREAPER), so that even one that left its parent and its session is found. Elsewhere
only those whose parents still live are.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from functools import cache

import psutil

from paraviz.session.command_lines import called_by
from paraviz.session.process_watcher import is_ours

_BY_THEMSELVES_S = 0.3
_PR_SET_CHILD_SUBREAPER = 36


@cache
def adopt_orphans() -> None:
    """Become the parent of descendants whose own parents are gone, where that can be."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class ProcessTree:
    """The host and all that came from it."""

    def __init__(self) -> None:
        """Made just before the host starts: children that exist now are not of the run."""
        adopt_orphans()
        self._others = {child.pid for child in psutil.Process().children()}
        self._host: psutil.Process | None = None

    def started(self, pid: int) -> None:
        """The host runs."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self._host = psutil.Process(pid)

    def alive(self) -> list[psutil.Process]:
        """Descendants of the run that have not ended, the host left out."""
        found: list[psutil.Process] = []
        for child in psutil.Process().children():
            if child.pid not in self._others:
                with contextlib.suppress(psutil.NoSuchProcess):
                    found += [child, *child.children(recursive=True)]
        return [process for process in found if process != self._host]

    def left(self) -> list[str]:
        """What those are called that go on by themselves, after a moment."""
        _, left = psutil.wait_procs(self.alive(), timeout=_BY_THEMSELVES_S)
        return [_called(process) for process in left]

    def end(self, grace_s: float) -> list[str]:
        """End every descendant: left alone for a moment, in which `multiprocessing`'s own helpers
        go by themselves, then asked, killed after `grace_s`. Returns what those are called that
        had to be asked."""
        _, left = psutil.wait_procs(self.alive(), timeout=_BY_THEMSELVES_S)
        names = [_called(process) for process in left]
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, stubborn = psutil.wait_procs(left, timeout=grace_s) if left else ([], [])
        while stubborn:
            for process in stubborn:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(stubborn, timeout=1)
            # One that was killed may have left children of its own.
            stubborn = [process for process in self.alive() if process not in stubborn]
        self.reap()
        return names

    def reap(self) -> None:
        """Collect orphans that ended, so that none stays as a zombie."""
        for child in psutil.Process().children():
            if child.pid not in self._others and child != self._host:
                with contextlib.suppress(OSError):
                    os.waitpid(child.pid, os.WNOHANG)


def _called(process: psutil.Process) -> str:
    """What a process is called, and its number."""
    try:
        words = tuple(process.cmdline())
    except psutil.Error:
        words = ()
    name = called_by(words).name if words and not is_ours(words) else "process"
    return f"{name} ({process.pid})"
