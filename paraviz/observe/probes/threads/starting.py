"""Threads: begin, end and why; start and join, by whom."""

from __future__ import annotations

import functools
import sys
import threading
from _thread import get_ident

from paraviz import events as ev
from paraviz.observe.frames import clean, hide_from_unraisablehook
from paraviz.observe.limits import tell_limit
from paraviz.observe.raising import is_fault, word_of
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_WAITED_FOR = 1_000
"""Threads that the interpreter waits for at its end which are told; the first one is what it joins,
as far as its events say."""
_NUMBER = "_paraviz_lane"
"""The attribute of a Thread that holds the number of its lane."""


def install(recorder: Recorder) -> None:
    """Replace what every `threading.Thread`, subclassed or not, goes through."""
    _watch_life(recorder)
    _watch_start(recorder)
    _watch_join(recorder)
    _watch_exceptions(recorder)
    _watch_shutdown(recorder)


def number_of_lane(recorder: Recorder, thread: threading.Thread) -> int:
    """The number of a thread's lane, given when it is first needed."""
    attributes = vars(thread)
    if _NUMBER not in attributes:
        attributes[_NUMBER] = 0 if thread is threading.main_thread() else recorder.new_number()
    number: int = attributes[_NUMBER]
    return number


@needs("threading.Thread._bootstrap_inner(self)", "threading.Thread._bootstrap: _bootstrap_inner")
def _watch_life(recorder: Recorder) -> None:
    here, run = recorder.here, threading.Thread._bootstrap_inner  # type: ignore[attr-defined]

    @functools.wraps(run)
    def _bootstrap_inner(self: threading.Thread) -> None:
        number, this_thread = number_of_lane(recorder, self), get_ident()
        recorder.beginning[this_thread] = number, self.name
        lane = here.lane
        if recorder.green() or lane.number != number:
            # It is not the system's: what it does happens in the lane of another.
            recorder.beginning.pop(this_thread, None)
            recorder.green.noticed()
            run(self)
            return
        lane.emit(ev.THREAD_BEGIN)
        try:
            run(self)
        finally:
            lane.emit(ev.THREAD_END)
            lane.name = self.name
            lane.reason = lane.reason or "returned"
            lane.settle()
            lane.closed = True

    threading.Thread._bootstrap_inner = _bootstrap_inner  # type: ignore[attr-defined]


@needs("threading.Thread.start(self)")
def _watch_start(recorder: Recorder) -> None:
    here, site, start = recorder.here, recorder.site, threading.Thread.start

    @functools.wraps(start)
    def observed_start(self: threading.Thread) -> None:
        if not recorder.green():
            here.emit(ev.word(ev.THREAD_START, number_of_lane(recorder, self)) | site(1))
        start(self)

    threading.Thread.start = observed_start  # type: ignore[method-assign]


@needs("threading.Thread.join(self, timeout)")
def _watch_join(recorder: Recorder) -> None:
    here, site, join = recorder.here, recorder.site, threading.Thread.join

    @functools.wraps(join)
    def observed_join(self: threading.Thread, timeout: float | None = None) -> None:
        if recorder.green():
            join(self, timeout)
            return
        number, line = number_of_lane(recorder, self), site(1)
        tell_limit(here, timeout)
        here.emit(ev.word(ev.JOIN_BEGIN, number) | line)
        try:
            join(self, timeout)
        finally:
            here.emit(ev.word(ev.JOIN_END, number) | line)

    threading.Thread.join = observed_join  # type: ignore[method-assign]


@needs(
    "threading._make_invoke_excepthook()",
    "threading.Thread._bootstrap_inner: _invoke_excepthook",
)
def _watch_exceptions(recorder: Recorder) -> None:
    """Note which exception ends a thread, and keep our frames out of the report of it."""
    make: Any = threading._make_invoke_excepthook  # type: ignore[attr-defined]

    @functools.wraps(make)
    def _make_invoke_excepthook() -> Any:
        invoke = make()

        def invoke_excepthook(thread: threading.Thread) -> None:
            error = sys.exception()
            if error is not None:
                clean(error)
                if not recorder.green():
                    recorder.here.lane.reason = f"raised {type(error).__name__}"
                    if is_fault(error):
                        recorder.here.emit(word_of(recorder, error, error.__traceback__))
            invoke(thread)

        return invoke_excepthook

    threading._make_invoke_excepthook = _make_invoke_excepthook  # type: ignore[attr-defined]


@needs("threading._shutdown()", "threading.enumerate()")
def _watch_shutdown(recorder: Recorder) -> None:
    """The interpreter's own join: at its end the main thread waits for all the others."""
    here, shutdown = recorder.here, threading._shutdown  # type: ignore[attr-defined]

    @functools.wraps(shutdown)
    def _shutdown() -> None:
        if recorder.green():
            shutdown()
            return
        waiting = [
            thread
            for thread in threading.enumerate()
            if not thread.daemon and thread is not threading.current_thread()
        ]
        number = number_of_lane(recorder, waiting[0]) if waiting else 0
        for thread in waiting[:_WAITED_FOR]:
            here.emit(ev.word(ev.EXIT_WAIT, number_of_lane(recorder, thread)))
        if waiting:
            here.emit(ev.word(ev.JOIN_BEGIN, number))
        try:
            shutdown()
        except BaseException:
            # Nobody is left to catch it.
            hide_from_unraisablehook()
            raise
        finally:
            if waiting:
                here.emit(ev.word(ev.JOIN_END, number))

    threading._shutdown = _shutdown  # type: ignore[attr-defined]
