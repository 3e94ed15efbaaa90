"""Forks: the shipper thread, which is gone while a process forks, goes on in the parent."""

from __future__ import annotations

import functools
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Replace `os.fork` and `os.forkpty`."""
    for name in ("fork", "forkpty"):
        if hasattr(os, name):
            _watch(recorder, name)


def _watch(recorder: Recorder, name: str) -> None:
    fork: Any = getattr(os, name)

    @functools.wraps(fork)
    def observed_fork() -> Any:
        # Since 3.13 a fork looks for threads to warn of after its last hook: too early for ours.
        recorder.fork_is_watched = True
        try:
            return fork()
        finally:
            # In the child it has begun anew, and this does nothing.
            recorder.go_on()

    setattr(os, name, observed_fork)
