"""Results: waiting for what pools and executors are at.

Who waits does so in a condition or an event that the standard library makes for it. Those report,
by a class that is made from theirs, once they are about to block: a result that is there is no
wait, and what is raised by it has no frame of ours. Who sets it, while somebody waits, says so.
"""

from __future__ import annotations

import functools
import sys
import threading

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, LOKY
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.work.numbers import NUMBER, job_number, new_number, number_on
from paraviz.observe.probes.work.tasks import call_item, name_of, shown
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from paraviz.observe.recorder import Recorder

    Made = Callable[..., None]
    Reporting = tuple[type, type]
    """The classes of a condition and of an event that report."""

_NAME = "_paraviz_name"
_LOOP = "_paraviz_loop"
"""The attribute of a future's condition that tells which event loop is to run it, by identity."""
_WAITERS = {
    "_AsCompletedWaiter": "any task",
    "_FirstCompletedWaiter": "any task",
    "_AllCompletedWaiter": "all tasks",
}


def install(recorder: Recorder) -> None:
    """Wait for the program to import pools and executors."""
    reporting = _reporting(recorder)
    wait_for = recorder.after_import.when_imported
    for name, watch in (
        ("concurrent.futures._base", _watch_futures),
        ("concurrent.futures._base", _watch_calling_off),
        ("concurrent.futures.thread", _watch_thread_items),
        ("concurrent.futures.process", _watch_process_items),
        *((f"{package}.process_executor", _watch_process_items) for package in LOKY),
        *((f"{package}.pool", _watch_pools) for package in COPIES),
    ):
        wait_for(name, functools.partial(watch, recorder, reporting))


@needs(
    "concurrent.futures._base.Future.__init__: _condition Condition",
    "concurrent.futures._base.Future.result: _condition wait",
    "concurrent.futures._base._Waiter.__init__: event Event",
    "concurrent.futures._base.wait: event",
)
def _watch_futures(recorder: Recorder, reporting: Reporting, module: Any) -> None:
    condition, event = reporting
    future = module.Future
    _after_making(recorder, future, lambda made: _report(made._condition, condition))
    _after_making(recorder, module._Waiter, functools.partial(_waiter_made, event))


@needs("concurrent.futures._base.Future.cancel(self): _state RUNNING")
def _watch_calling_off(recorder: Recorder, _: Reporting, module: Any) -> None:
    """Calling off a task that a worker is at does nothing, and says so by what it returns."""
    future: Any = module.Future
    cancel, here = future.cancel, recorder.here

    @functools.wraps(cancel)
    def observed(self: Any) -> Any:
        done = cancel(self)
        number = number_on(self._condition)
        if not done and number and self._state == "RUNNING":
            name = recorder.named("task", getattr(self._condition, _NAME, "a task"))
            about = name << ev.KIND_BITS | recorder.site(1)
            here.emit_value(ev.TASK_UNSTOPPED | about, number)
        return done

    future.cancel = observed


@needs("concurrent.futures.thread._WorkItem.__init__: future")
def _watch_thread_items(recorder: Recorder, _: Reporting, module: Any) -> None:
    made = functools.partial(_item_made, recorder, _thread_item)
    _after_making(recorder, module._WorkItem, made)


@needs("concurrent.futures.process._WorkItem.__init__: future fn args")
def _watch_process_items(recorder: Recorder, _: Reporting, module: Any) -> None:
    made = functools.partial(_item_made, recorder, call_item)
    _after_making(recorder, module._WorkItem, made)


@needs(
    "multiprocessing.pool.ApplyResult.__init__: _event Event _job",
    "multiprocessing.pool.ApplyResult.wait: _event wait",
    "multiprocessing.pool.IMapIterator.__init__: _cond Condition _job",
    "multiprocessing.pool.IMapIterator.next: _cond wait",
)
def _watch_pools(recorder: Recorder, reporting: Reporting, module: Any) -> None:
    condition, event = reporting
    made = functools.partial(_job_made, recorder, module)
    _after_making(recorder, module.ApplyResult, functools.partial(made, event, "_event"))
    _after_making(recorder, module.IMapIterator, functools.partial(made, condition, "_cond"))


def _after_making(recorder: Recorder, kind: Any, made: Made) -> None:
    """Call `made` with each instance of a class of the standard library's."""
    init = kind.__init__

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        try:
            made(self)
        except Exception as error:
            what = type(self).__name__
            recorder.notice(f"a {what} is not observed: {type(error).__name__}: {error}")

    kind.__init__ = __init__


def _report(inner: Any, kind: type, name: str = "", number: int = 0) -> None:
    """Let the condition or the event inside something report, with name and number of that."""
    if type(inner) in kind.__bases__:
        inner.__class__ = kind
        if name:
            setattr(inner, _NAME, name)
        if number:
            setattr(inner, NUMBER, number)


def _waiter_made(event: type, waiter: Any) -> None:
    _report(waiter.event, event, _WAITERS.get(type(waiter).__name__, ""))


def _item_made(recorder: Recorder, name_of_item: Callable[[Any], str], item: Any) -> None:
    """Somebody hands a task in."""
    name, number = name_of_item(item), new_number(recorder)
    setattr(item.future, NUMBER, number)
    condition = item.future._condition
    setattr(condition, _NAME, name)
    setattr(condition, NUMBER, number)
    _tell_handed_in(recorder, name, number)


def _tell_handed_in(recorder: Recorder, name: str, number: int) -> None:
    about = recorder.named("task", name) << ev.KIND_BITS | recorder.site(1)
    recorder.here.emit_value(ev.TASK_SUBMIT | about, number)


def _thread_item(item: Any) -> str:
    # 3.14 keeps function and arguments as one `task`.
    function, arguments, _ = getattr(item, "task", None) or (item.fn, item.args, item.kwargs)
    return shown(function, arguments)


def _job_made(recorder: Recorder, pool: Any, reporting: type, inner: str, made: Any) -> None:
    """Somebody hands a pool what makes one task or many."""
    name, number = _asked_for(pool), job_number(recorder.pid, made._job)
    _report(getattr(made, inner), reporting, name, number)
    _tell_handed_in(recorder, name or "a task", number)


def _asked_for(pool: Any) -> str:
    """What the method of a pool that is making a result was asked to do."""
    # Above: the callback, `__init__`, and who calls that.
    frame: FrameType | None = frame_at(3)
    length = None
    while frame is not None and frame.f_code.co_filename == pool.__file__:
        known = frame.f_locals
        length = known.get("length", length)
        if "func" in known:
            function = known["func"]
            if length is not None:
                return f"{name_of(function)} × {length}"
            return shown(function, known.get("args", (...,)))
        frame = frame.f_back
    return ""


def of_loop(future: Any, name: str, loop: Any, number: int) -> None:
    """A future of `concurrent.futures` is the result, of that number, of a coroutine that a loop is
    to run."""
    setattr(future._condition, _NAME, name)
    setattr(future._condition, NUMBER, number)
    setattr(future._condition, _LOOP, id(loop))


def _is_own_loop(waits_in: Any) -> bool:
    """Whether the event loop of this very thread has to run what it is about to wait for."""
    loop = getattr(waits_in, _LOOP, None)
    return loop is not None and id(sys.modules["asyncio.events"]._get_running_loop()) == loop


def _reporting(recorder: Recorder) -> Reporting:
    """The classes of a condition and of an event in which somebody waits for a result."""
    here, site = recorder.here, recorder.site

    def observed(wait: Any, self: Any, timeout: float | None) -> Any:
        if recorder.green():
            return wait(self, timeout)
        name = getattr(self, _NAME, "a task")
        number = number_on(self)
        if not number:
            number = new_number(recorder)
            setattr(self, NUMBER, number)
        about = recorder.named("task", name) << ev.KIND_BITS | site(1)
        if _is_own_loop(self):
            here.emit(ev.FOR_OWN_LOOP | about)
        tell_limit(here, timeout)
        here.emit_value(ev.RESULT_WAIT | about, number)
        try:
            return wait(self, timeout)
        finally:
            here.emit_value(ev.RESULT | about, number)

    def tell_waiters(self: Any, condition: Any) -> None:
        """Who waits is let go on by this thread."""
        number = number_on(self)
        if number and condition._waiters:
            name = recorder.named("task", getattr(self, _NAME, "a task"))
            here.emit_value(ev.word(ev.RESULT_SET, name), number)

    class Condition(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            wait: Any = threading.Condition.wait
            if timeout is None or timeout > 0:
                wait = functools.partial(observed, wait)
            return bool(wait(self, timeout))

        def notify(self, n: int = 1) -> None:
            tell_waiters(self, self)
            super().notify(n)

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            wait: Any = threading.Event.wait
            if not self.is_set() and (timeout is None or timeout > 0):
                wait = functools.partial(observed, wait)
            return bool(wait(self, timeout))

        def set(self) -> None:
            condition: Any = self
            tell_waiters(self, condition._cond)
            super().set()

    for kind, original in ((Condition, threading.Condition), (Event, threading.Event)):
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(kind, name, getattr(original, name))
    return Condition, Event
