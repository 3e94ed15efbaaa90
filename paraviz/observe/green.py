"""Threads that are none: gevent and eventlet make greenlets of them, which take turns in one thread
of the system without its knowing.

Whose turn it is is not seen, and what several of them do does not fit into one lane: it would look
as if a thread waited for itself. So the probes of threads, and of what threads wait in, do nothing
as soon as a program has replaced threads; a notice says so.
"""

from __future__ import annotations

import threading
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_STARTERS = ("_start_joinable_thread", "_start_new_thread")


_NO_LIBRARIES = ("", "None", "__main__", "_thread", "threading")


class Green:
    """Whether the threads of the program are greenlets."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._is_so = False

    def __call__(self) -> bool:
        """Whether they are by now: two of them in one thread have to be told apart, so that who
        replaces threads replaces `get_ident`."""
        if not self._is_so and threading.get_ident is not get_ident:
            self.noticed(threading.get_ident)
        return self._is_so

    def noticed(self, by: Any = None) -> None:
        """They are. `by`: what does not do as the standard library's."""
        if self._is_so:
            return
        self._is_so = True
        by = by or next(filter(None, (getattr(threading, name, None) for name in _STARTERS)), None)
        library, _, _ = str(getattr(by, "__module__", "")).partition(".")
        tell(self._recorder, library if library not in _NO_LIBRARIES else "the program")


def tell(recorder: Recorder, name: str) -> None:
    """Say what is not seen."""
    recorder.notice(
        f"greenlets of {name} have no lanes: what they do is told of the thread they share, and "
        "whom they wait for is not seen"
    )
