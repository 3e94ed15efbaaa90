"""Queues between threads that the program makes: put, get, waiting for room and for an item.

A `queue.Queue` notifies one of its conditions, under its mutex, right after an item went in, and
the other right after one came out. Those two conditions report: nothing of the queue itself is
replaced, and the order of events is the order of the items.
"""

from __future__ import annotations

import _thread
import threading
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.probes.threads.conditions import INSIDE, watch_making, watch_waits
from paraviz.observe.probes.threads.simple_queues import watch_simple_queues
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from paraviz.observe.recorder import Recorder


SITED = 1_000
"""So many puts and gets of each queue tell their line, which costs as much as the rest of them."""


def install(recorder: Recorder) -> None:
    """Wait for the program to import `queue`."""

    def imported(module: ModuleType) -> None:
        _watch_queues(recorder, module)
        watch_simple_queues(recorder, module)

    recorder.after_import.when_imported("queue", imported)


@needs(
    "queue.Queue.__init__: mutex not_empty not_full all_tasks_done Condition",
    "queue.Queue.put: not_empty not_full notify wait",
    "queue.Queue.get: not_empty not_full notify wait",
    "queue.Queue.join: all_tasks_done wait",
    "queue.Queue._get",
    "queue.LifoQueue._get",
)
def _watch_queues(recorder: Recorder, module: ModuleType) -> None:
    queue: Any = module.Queue
    stack: Any = module.LifoQueue
    reporting = _reporting_conditions(recorder)

    def made(self: Any, number: int) -> None:
        items = getattr(self, "queue", ())
        in_order = type(self)._get is queue._get
        numbers = (_ByYouth if type(self)._get is stack._get else _Numbers)(items)
        conditions = self.not_empty, self.not_full, self.all_tasks_done
        if any(type(condition) is not threading.Condition for condition in conditions):
            return
        end, abandoned = ev.WAIT_END | number, ev.WAIT_ABANDONED | number
        passing = core.Items(items) if in_order and core is not None else None
        for condition, begin in zip(
            conditions, (ev.GET_WAIT, ev.PUT_WAIT, ev.WAIT_BEGIN), strict=True
        ):
            watch_waits(recorder, condition, begin | number, end, abandoned)
        setattr(self.all_tasks_done, INSIDE, number)
        for condition, kind in ((self.not_empty, ev.PUT), (self.not_full, ev.GET)):
            condition.__class__ = reporting[kind, in_order]
            condition._word = kind | number
            condition._numbers = numbers
            if passing:
                condition._passing = core.Passing(
                    kind | number, passing, condition._waiters, condition._lock
                )

    watch_making(recorder, queue, made)


def _reporting_conditions(recorder: Recorder) -> dict[tuple[int, bool], type]:
    """The class of a queue's condition, by what it is notified of (PUT or GET) and whether what
    goes in first comes out first: that is the hot path."""
    here, site = recorder.here, recorder.site
    observed: Any = threading.Condition.notify
    notify = getattr(observed, "__wrapped__", observed)

    class Reporting(threading.Condition):
        _lock: Any
        _waiters: Any
        _word: int
        _numbers: Any

        def notify_all(self) -> None:
            """When the queue is shut down."""
            notify(self, len(self._waiters))

    class HasPut(Reporting):
        def notify(self, n: int = 1) -> None:
            here.emit_value(self._word | site(1), self._numbers.put())
            notify(self, n)

    class HasGot(Reporting):
        def notify(self, n: int = 1) -> None:
            here.emit_value(self._word | site(1), self._numbers.got())
            notify(self, n)

    class HasPutLast(Reporting):
        def notify(self, n: int = 1) -> None:
            numbers = self._numbers
            numbers.count = number = numbers.count + 1
            if number > SITED:
                here.extend((_now(), self._word, number, ev.EXTRA))
            else:
                here.emit_value(self._word | site(1), number)
            # Nobody to notify, and no complaint to make that the mutex is not held.
            if self._waiters or not self._lock.locked():
                notify(self, n)

    class HasGotFirst(Reporting):
        def notify(self, n: int = 1) -> None:
            numbers = self._numbers
            number = numbers.count - len(numbers.items)
            if number > SITED:
                here.extend((_now(), self._word, number, ev.EXTRA))
            else:
                here.emit_value(self._word | site(1), number)
            if self._waiters or not self._lock.locked():
                notify(self, n)

    if core is not None:
        for passing in (HasPutLast, HasGotFirst):
            core.watch_passing(passing, notify, type(_thread.allocate_lock()))
    for kind in (HasPut, HasGot, HasPutLast, HasGotFirst):
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(kind, name, getattr(threading.Condition, name))
    return {
        (ev.PUT, False): HasPut,
        (ev.GET, False): HasGot,
        (ev.PUT, True): HasPutLast,
        (ev.GET, True): HasGotFirst,
    }


class _Numbers:
    """The numbers of a queue's items, by which a get is known to belong to a put. First in, first
    out they are counted from the youngest, so that it does not matter what the program takes out
    by itself; where the order is not known, no get has a number."""

    __slots__ = ("count", "items")

    def __init__(self, items: Any) -> None:
        self.items = items
        self.count = 0

    def put(self) -> int:
        """The number of the item that has just been put, from 1."""
        self.count += 1
        return self.count

    def got(self) -> int:
        """The number of the item that has just been got, or 0."""
        return 0


class _ByYouth(_Numbers):
    """Last in, first out."""

    __slots__ = ("inside",)

    def __init__(self, items: Any) -> None:
        super().__init__(items)
        self.inside: list[int] = []

    def put(self) -> int:
        """The number of the item that has just been put, from 1."""
        self.count += 1
        del self.inside[len(self.items) - 1 :]
        self.inside.append(self.count)
        return self.count

    def got(self) -> int:
        """The number of the item that has just been got, or 0."""
        taken = self.inside[len(self.items) :]
        del self.inside[len(self.items) :]
        return taken[0] if taken else 0
