"""Queues under control: to put, and to get, is one step each."""

from __future__ import annotations

import queue
from collections import deque

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.names import born, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ShutDown: Any = getattr(queue, "ShutDown", None)


def _limit(timeout: float | None) -> float | None:
    if timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return timeout


def _is_shut(self: Any) -> bool:
    return _ShutDown is not None and bool(getattr(self, "is_shutdown", False))


def put(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
    """`Queue.put`."""
    engine = running()

    def has_room() -> bool:
        return not 0 < self.maxsize <= self._qsize() or _is_shut(self)

    if engine is not None:
        if block:
            operation = ("W", self, None, "put to " + kind_of(self))
            engine.stop(operation, has_room, _limit(timeout))
        else:
            engine.stop(("W", self, None, "put, without waiting, to " + kind_of(self)))
    if _is_shut(self):
        raise _ShutDown
    if engine is not None and not has_room():
        raise queue.Full
    _inside(engine, 1)
    try:
        self._put(item)
        self.unfinished_tasks += 1
    finally:
        _inside(engine, -1)


def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
    """`Queue.get`."""
    engine = running()

    def has_item() -> bool:
        return bool(self._qsize()) or _is_shut(self)

    if engine is not None:
        if block:
            operation = ("W", self, None, "get from " + kind_of(self))
            engine.stop(operation, has_item, _limit(timeout))
        else:
            engine.stop(("W", self, None, "get, without waiting, from " + kind_of(self)))
    if not self._qsize():
        if _is_shut(self):
            raise _ShutDown
        raise queue.Empty
    _inside(engine, 1)
    try:
        return self._get()
    finally:
        _inside(engine, -1)


def _inside(engine: Any, by: int) -> None:
    """A queue's own structure is one step, also where the program compares its items."""
    if engine is not None and engine.running is not None:
        engine.running.no_switch += by


def looks(what: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method that looks into a queue."""

    def method(self: Any) -> Any:
        engine = running()
        if engine is not None:
            engine.stop(("R", self, None, f"{what} {kind_of(self)}"))
        return function(self)

    return method


def task_done(self: Any) -> None:
    """`Queue.task_done`."""
    engine = running()
    if engine is not None:
        engine.stop(("W", self, None, "task done, " + kind_of(self)))
    if self.unfinished_tasks <= 0:
        raise ValueError("task_done() called too many times")
    self.unfinished_tasks -= 1


def join(self: Any) -> None:
    """`Queue.join`."""
    engine = running()
    if engine is not None:
        operation = ("R", self, None, "wait for all tasks of " + kind_of(self))
        engine.stop(operation, lambda: self.unfinished_tasks == 0)


def shutdown(self: Any, immediate: bool = False) -> None:
    """`Queue.shutdown`, from 3.13 on."""
    engine = running()
    if engine is not None:
        engine.stop(("W", self, None, "shut down " + kind_of(self)))
    self.is_shutdown = True
    if immediate:
        while self._qsize():
            self._get()
            if self.unfinished_tasks > 0:
                self.unfinished_tasks -= 1


class SimpleQueue:
    """`queue.SimpleQueue`."""

    maxsize = 0
    unfinished_tasks = 0
    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self) -> None:
        self.queue: deque[Any] = deque()
        born(self)

    def _qsize(self) -> int:
        return len(self.queue)

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def _get(self) -> Any:
        return self.queue.popleft()

    put = put
    get = get

    def put_nowait(self, item: Any) -> None:
        """Put it."""
        put(self, item)

    def get_nowait(self) -> Any:
        """Get one if there is one."""
        return get(self, False)

    qsize = looks("size of", lambda self: len(self.queue))
    empty = looks("is it empty?", lambda self: not self.queue)


def install() -> None:
    """Once, before the program is loaded."""
    kind: Any = queue.Queue
    kind.put, kind.get, kind.task_done, kind.join = put, get, task_done, join
    kind.qsize = looks("size of", lambda self: self._qsize())
    kind.empty = looks("is it empty?", lambda self: not self._qsize())
    kind.full = looks("is it full?", lambda self: 0 < self.maxsize <= self._qsize())
    if _ShutDown is not None:
        kind.shutdown = shutdown
    module: Any = queue
    module.SimpleQueue = module._PySimpleQueue = SimpleQueue
