"""What an event loop calls that is no step of a task: timers, and callbacks of all kinds.

There may be very many, so that only those are reported which come late, or take long: by them, and
by steps, others are held up.
"""

from __future__ import annotations

import functools
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.frames import is_programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

LATE_S = 0.02
"""A timer that is due for longer is late. (A loop wakes up within a few ms.)"""
LONG_NS = 50_000_000
"""A callback that takes as long is reported."""


def caller(recorder: Recorder, run: Any, timer: Any) -> Callable[[Any, Any], Any]:
    """A function that runs a handle whose callback is no step. `run`: `Handle._run`; `timer`: the
    class of those that are to run at some time."""
    here, now = recorder.here, perf_counter_ns

    def call(handle: Any, callback: Any) -> Any:
        late_ns = 0
        if type(handle) is timer:
            late_s = handle._loop.time() - handle._when
            if late_s > LATE_S:
                here.late_ns = late_ns = int(late_s * 1e9)
        began = now()
        try:
            return run(handle)
        finally:
            took = now() - began
            if took > LONG_NS or late_ns:
                _report(recorder, callback, late_ns, took)

    return call


def _report(recorder: Recorder, callback: Any, late_ns: int, took_ns: int) -> None:
    """What is worth a word of a callback that is over. A task that it made ready has said itself
    that it is late."""
    here = recorder.here
    untold, here.late_ns = here.late_ns, 0
    function = _function(callback)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    is_own = code is not None and is_programs(code.co_filename)
    number = _name_of(recorder, function)
    if untold and is_own:
        here.emit_value(ev.CALLBACK_LATE | number, late_ns + took_ns)
    if took_ns > LONG_NS:
        here.emit_value(ev.CALLBACK_LONG | number, took_ns)


def tell_unwoken(recorder: Recorder, callback: Any) -> None:
    """Another thread wants a loop to call something, and does not wake it for that."""
    word = ev.CALLBACK_UNWOKEN | _name_of(recorder, _function(callback))
    recorder.here.emit(word | recorder.site(2))


def _function(callback: Any) -> Any:
    function = getattr(callback, "__wrapped__", callback)
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _name_of(recorder: Recorder, function: Any) -> int:
    """Its name, shifted to where a word has its object."""
    name = str(getattr(function, "__qualname__", type(function).__name__))
    return recorder.named("task", name.rpartition("<locals>.")[2]) << ev.KIND_BITS
