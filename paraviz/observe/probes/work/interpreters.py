"""Subinterpreters: which thread is in which one, with what; waiting at the queues between them.

A thread takes its lane along into another interpreter, but none of our probes: what the code there
does, and the threads that it starts, is not seen, and a notice says so. All ways into one lead
through a few functions of C, whether `concurrent.interpreters`, an executor or the program calls
them: from begin to end of such a call a lane is in a stretch that is called after it.
"""

from __future__ import annotations

import functools
import time
from types import SimpleNamespace

from paraviz import events as ev
from paraviz.observe.frames import frame_at, is_programs
from paraviz.observe.probes.work.tasks import name_of, shown
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

_WAYS_IN = ("exec", "call", "run_string", "run_func")
_OF_EXECUTOR = "concurrent.futures.interpreter"
_NUMBER = "_paraviz"
_NOT_SEEN = (
    "what code in subinterpreters does, and the threads that it starts, is not seen: only who is "
    "in one, and for how long"
)


def install(recorder: Recorder) -> None:
    """Wait for the program to import what makes subinterpreters, by its name of now or of old."""
    wait_for = recorder.after_import.when_imported
    for name in ("_interpreters", "_xxsubinterpreters"):
        wait_for(name, functools.partial(_watch_ways_in, recorder))
    wait_for("concurrent.interpreters._queues", functools.partial(_watch_queues, recorder))


def _watch_ways_in(recorder: Recorder, module: Any) -> None:
    for name in _WAYS_IN:
        if hasattr(module, name):
            setattr(module, name, _entering(recorder, getattr(module, name)))


def _entering(recorder: Recorder, enter: Any) -> Any:
    here, site = recorder.here, recorder.site

    @functools.wraps(enter)
    def observed_enter(*args: Any, **kwargs: Any) -> Any:
        recorder.notice(_NOT_SEEN)
        number = recorder.named("span", _told(args, kwargs)) << ev.KIND_BITS | site(1)
        here.emit(ev.SPAN_BEGIN | number)
        try:
            return enter(*args, **kwargs)
        finally:
            here.emit(ev.SPAN_END | number)

    return observed_enter


def _told(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`fib(30) in interpreter 1`; an executor's call is a task already, and has its name."""
    which = args[0] if args else kwargs.get("id", "")
    interpreter = f"interpreter {int(which)}" if str(which).isdecimal() else "an interpreter"
    what, given = (*args[1:3], None, None)[:2]
    if getattr(what, "__module__", "") == _OF_EXECUTOR:
        return interpreter
    if not callable(what):
        return f"code in {interpreter}"
    if isinstance(given, tuple | list):
        return f"{shown(what, given)} in {interpreter}"
    return f"{name_of(what)}() in {interpreter}"


@needs(
    "concurrent.interpreters._queues.Queue.get: sleep",
    "concurrent.interpreters._queues.Queue.put: sleep",
    "concurrent.interpreters._queues.create",
)
def _watch_queues(recorder: Recorder, module: Any) -> None:
    """Who waits at such a queue looks again and again: that is no sleeping."""
    sleep = getattr(time.sleep, "__wrapped__", time.sleep)
    module.time = SimpleNamespace(**{**vars(time), "sleep": sleep})
    kind, create = module.Queue, module.create

    @functools.wraps(create)
    def observed_create(*args: Any, **kwargs: Any) -> Any:
        made = create(*args, **kwargs)
        maker = frame_at(1)
        if is_programs(maker.f_code.co_filename):
            _number(recorder, made, file=maker.f_code.co_filename, line=maker.f_lineno)
        return made

    module.create = observed_create
    kind.get = _waiting(recorder, kind.get, kind.empty, 0)
    kind.put = _waiting(recorder, kind.put, kind.full, 1)


def _number(recorder: Recorder, queue: Any, **place: Any) -> int:
    """The shifted number of a queue, given when it is made or first waited at."""
    number: int = vars(queue).get(_NUMBER, 0)
    if not number:
        number = recorder.new_object(kind="interpreters.Queue", **place) << ev.KIND_BITS
        setattr(queue, _NUMBER, number)
    return number


def _waiting(recorder: Recorder, plain: Any, has_to: Callable[[Any], bool], at: int) -> Any:
    """A method in place of `plain`, which waits where `has_to` says so, unless its argument
    `block`, the one at `at`, is false."""
    here, site = recorder.here, recorder.site

    @functools.wraps(plain)
    def observed(self: Any, *args: Any, **kwargs: Any) -> Any:
        block = args[at] if len(args) > at else kwargs.get("block", True)
        if not block or not has_to(self):
            return plain(self, *args, **kwargs)
        number = _number(recorder, self) | site(1)
        end = ev.WAIT_ABANDONED
        here.emit(ev.WAIT_BEGIN | number)
        try:
            result = plain(self, *args, **kwargs)
            end = ev.WAIT_END
        finally:
            here.emit(end | number)
        return result

    return observed
