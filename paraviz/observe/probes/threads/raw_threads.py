"""Threads that `_thread` starts and `threading` knows nothing of."""

from __future__ import annotations

import _thread
import functools
import threading
from _thread import get_ident

from paraviz import events as ev
from paraviz.observe.frames import hide_from_unraisablehook
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.lane import Lane
    from paraviz.observe.recorder import Recorder


@needs("_thread.start_new_thread", "threading.Thread.start: _bootstrap")
def install(recorder: Recorder) -> None:
    """Replace `_thread.start_new_thread`. What `threading.Thread` starts has a probe of its own."""
    here, start = recorder.here, _thread.start_new_thread
    started: dict[str, int] = {}

    @functools.wraps(start)
    def start_new_thread(*given: Any) -> int:
        function, *args = given or (None,)
        if not _is_ordinary(function, args):
            return start(*given)
        name = str(getattr(function, "__qualname__", None) or type(function).__qualname__)
        started[name] = started.get(name, 0) + 1
        number = recorder.new_number()
        here.emit(ev.word(ev.THREAD_START, number) | recorder.site(1))
        return start(_RawThread(recorder, function, number, f"{name}-{started[name]}"), *args)

    _thread.start_new_thread = start_new_thread
    _thread.start_new = start_new_thread
    if hasattr(threading, "_start_new_thread"):
        threading._start_new_thread = start_new_thread


def _is_ordinary(function: Any, arguments: list[Any]) -> bool:
    """Whether this call can start a thread that `threading` does not know."""
    return (
        callable(function)
        and getattr(function, "__name__", "") != "_bootstrap"
        and list(map(type, arguments)) in ([tuple], [tuple, dict])
    )


class _RawThread:
    """What such a thread runs: the program's function, reported."""

    def __init__(self, recorder: Recorder, function: Any, number: int, name: str) -> None:
        self._recorder = recorder
        self._function = function
        self._number = number
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        recorder = self._recorder
        recorder.beginning[get_ident()] = self._number, self._name
        lane = recorder.here.lane
        lane.emit(ev.THREAD_BEGIN)
        try:
            self._function(*args, **kwargs)
        except SystemExit:
            _end(lane, "returned")
            raise
        except BaseException as error:
            self._keep_out_of_report(lane, f"raised {type(error).__name__}")
            raise
        _end(lane, "returned")

    def __repr__(self) -> str:
        return repr(self._function)

    def _keep_out_of_report(self, lane: Lane, reason: str) -> None:
        """The interpreter reports what ends such a thread next: then neither our frame nor this
        object in place of the function shows, and the thread ends after it."""
        hide_from_unraisablehook(
            lambda reported: self._function if reported is self else reported,
            lambda: _end(lane, reason),
        )


def _end(lane: Lane, reason: str) -> None:
    lane.emit(ev.THREAD_END)
    lane.reason = reason
    lane.settle()
    lane.closed = True
