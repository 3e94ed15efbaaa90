"""Futures under control: to ask one, and to set it, is one step each.

What waits for several at once looks at all of them in one step.
"""

from __future__ import annotations

from concurrent.futures import _base

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.locks import NoLock
from paraviz.schedule.inside.names import born, stable_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_CANCELS = "<futures>", 0
"""Stands in `KNOWN.tried` for: somebody cancels futures, or asks whether they run."""
_NOTIFIED = "CANCELLED_AND_NOTIFIED"
_DONE = ("CANCELLED", _NOTIFIED, "FINISHED")
_init = _base.Future.__init__


class Future:
    """Stands for one of them, as an object of operations."""

    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self) -> None:
        born(self)


class _NoCondition(NoLock):
    """Nobody waits on it: to wait for a future is a step of its own."""

    def notify_all(self) -> None:
        """Nobody."""

    notify = notify_all


def _made(self: Any) -> None:
    _init(self)
    self._condition = _NoCondition()
    self._schedule_cell = Future()


def _step(
    self: Any,
    kind: str,
    what: str,
    ready: Callable[[], bool] | None = None,
    limit_s: float | None = None,
) -> None:
    engine = running()
    if engine is not None and not engine.is_over:
        engine.stop((kind, self._schedule_cell, None, what), ready, limit_s)


def _starting_matters() -> None:
    if _CANCELS not in KNOWN.tried:
        KNOWN.tried.add(_CANCELS)
        KNOWN.grew = True


def _cancel(self: Any) -> bool:
    _starting_matters()
    _step(self, "W", "cancel a future")
    if self._state in ("RUNNING", "FINISHED"):
        return False
    if self._state not in _DONE:
        self._state = "CANCELLED"
        self._invoke_callbacks()
    return True


def _cancelled(self: Any) -> bool:
    _starting_matters()
    _step(self, "R", "is the future cancelled?")
    return self._state in _DONE[:2]


def _is_running(self: Any) -> bool:
    _starting_matters()
    _step(self, "R", "does the future run?")
    return bool(self._state == "RUNNING")


def _is_done(self: Any) -> bool:
    _step(self, "R", "is the future done?")
    return self._state in _DONE


def _add_done_callback(self: Any, function: Any) -> None:
    _step(self, "W", "add a callback to a future")
    if self._state not in _DONE:
        self._done_callbacks.append(function)
        return
    try:
        function(self)
    except Exception:
        _base.LOGGER.exception("exception calling callback for %r", self)


def _wait(self: Any, timeout: float | None) -> None:
    limit_s = None if timeout is None else max(timeout, 0)
    _step(self, "R", "wait for a future", lambda: self._state in _DONE, limit_s)
    if self._state in _DONE[:2]:
        raise _base.CancelledError
    if self._state != "FINISHED":
        raise _base.TimeoutError


def _result(self: Any, timeout: float | None = None) -> Any:
    try:
        _wait(self, timeout)
        if self._exception:
            raise self._exception
        return self._result
    finally:
        # No circle of the exception and this frame.
        self = None


def _exception(self: Any, timeout: float | None = None) -> Any:
    _wait(self, timeout)
    return self._exception


def _begin(self: Any) -> bool:
    """`set_running_or_notify_cancel`: a step only where somebody can tell."""
    if _CANCELS in KNOWN.tried:
        _step(self, "W", "begin a future's work")
    if self._state == "CANCELLED":
        self._state = _NOTIFIED
        for waiter in list(self._waiters):
            waiter.add_cancelled(self)
        return False
    if self._state == "PENDING":
        self._state = "RUNNING"
        return True
    _base.LOGGER.critical("Future %s in unexpected state: %s", id(self), self._state)
    raise RuntimeError("Future in unexpected state")


def _set(self: Any, result: Any, exception: Any) -> None:
    _step(self, "W", "end a future")
    if self._state in _DONE:
        raise _base.InvalidStateError(f"{self._state}: {self!r}")
    self._result, self._exception = result, exception
    self._state = "FINISHED"
    for waiter in list(self._waiters):
        if exception is None:
            waiter.add_result(self)
        else:
            waiter.add_exception(self)
    self._invoke_callbacks()


def _set_result(self: Any, result: Any) -> None:
    _set(self, result, None)


def _set_exception(self: Any, exception: Any) -> None:
    _set(self, None, exception)


class _All:
    """In place of holding the locks of several: one step that looks at all of them."""

    def __init__(self, futures: Any) -> None:
        self.futures = sorted(futures, key=hash)

    def __enter__(self) -> None:
        engine = running()
        if engine is None or engine.is_over:
            return
        for index, future in enumerate(self.futures):
            operation = ("R", future._schedule_cell, None, "look at futures")
            if index:
                engine.note(operation)
            else:
                engine.stop(operation)
        if engine.running is not None:
            engine.running.no_switch += 1

    def __exit__(self, *_error: object) -> None:
        engine = running()
        if engine is not None and engine.running is not None and engine.running.no_switch:
            engine.running.no_switch -= 1


def install() -> None:
    """Once, before the program is loaded. Futures are told apart, and ordered, by numbers that are
    the same in every execution."""
    kind: Any = _base.Future
    kind.__hash__ = stable_hash
    kind.__init__ = _made
    for name, function in (
        ("cancel", _cancel),
        ("cancelled", _cancelled),
        ("running", _is_running),
        ("done", _is_done),
        ("add_done_callback", _add_done_callback),
        ("result", _result),
        ("exception", _exception),
        ("set_running_or_notify_cancel", _begin),
        ("set_result", _set_result),
        ("set_exception", _set_exception),
    ):
        setattr(kind, name, function)
    base: Any = _base
    base._AcquireFutures = _All
