"""Deadlocks: circles of workers, each of which waits for a lock that the next one holds.

The graph of who waits for whom (Holt, *Some Deadlock Properties of Computer Systems*, 1972): a
circle closes only when somebody begins to wait, and lasts until the first in it does not any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.locks import LockHistory
    from paraviz.trace.model import Lane, Times, Trace

WAITS_LIMIT = 20_000
"""Waits of workers that hold a lock that are looked at; the last ones, since whoever hangs now is
among them."""


class Deadlock(Struct, frozen=True):
    """A circle of workers that wait for each other."""

    start_ns: int
    """When it closed."""
    end_ns: int
    """When somebody gave up, or the end of what is known."""
    lanes: tuple[int, ...]
    """The workers, each waiting for the next one, the last for the first."""
    objects: tuple[int, ...]
    """The lock that each of them waits for, as rows of `Trace.objects`."""


def deadlocks(trace: Trace, locks: Sequence[LockHistory]) -> list[Deadlock]:
    """Every circle, by its begin. `locks`: as `lock_histories` gives them.

    Semaphores close no circle: anybody inside may let the next one in.
    """
    by_object = {
        lock.object_index: lock
        for lock in locks
        if not trace.objects[lock.object_index].kind.endswith("Semaphore")
    }
    waits = _Waits(locks, len(trace.lanes))
    found: dict[tuple[int, frozenset[int]], Deadlock] = {}
    for at, lane in _nested_waits(trace.lanes)[-WAITS_LIMIT:]:
        circle = _circle(lane, at, by_object, waits)
        if circle is not None:
            found.setdefault((circle.end_ns, frozenset(circle.lanes)), circle)
    return sorted(found.values(), key=lambda one: one.start_ns)


def deadlock_at(found: Sequence[Deadlock], at_ns: int) -> Deadlock | None:
    """The circle that there is at a moment, if any."""
    return next((one for one in found if one.start_ns <= at_ns < one.end_ns), None)


def _nested_waits(lanes: Sequence[Lane]) -> list[tuple[int, int]]:
    """Time and lane of each wait of a worker that holds something, by time: none of the others can
    close a circle."""
    result = []
    for index, lane in enumerate(lanes):
        got, gave = lane.kinds == ev.LOCK_ACQUIRED, lane.kinds == ev.LOCK_RELEASED
        held = np.cumsum(got.astype(np.int64) - gave)
        rows = np.flatnonzero((lane.kinds == ev.LOCK_WAIT) & (held > 0))
        result += [(at, index) for at in lane.times[rows].tolist()]
    return sorted(result)


class _Waits:
    """What each lane waited for, and from when to when."""

    def __init__(self, locks: Sequence[LockHistory], lane_count: int) -> None:
        starts = np.concatenate([np.empty(0, np.int64), *(lock.wait_starts for lock in locks)])
        ends = np.concatenate([np.empty(0, np.int64), *(lock.wait_ends for lock in locks)])
        lanes = np.concatenate([np.empty(0, np.int32), *(lock.waiters for lock in locks)])
        objects = np.repeat(
            np.array([lock.object_index for lock in locks], np.int64),
            [len(lock.wait_starts) for lock in locks],
        )
        order = np.lexsort((starts, lanes))
        self._starts, self._ends, self._objects = starts[order], ends[order], objects[order]
        self._edges: Times = np.searchsorted(lanes[order], np.arange(lane_count + 1))

    def of(self, lane: int, at: int) -> tuple[int, int, int] | None:
        """Begin, end and object of the lane's wait at a moment, or None."""
        first, last = self._edges[lane], self._edges[lane + 1]
        row = int(first + np.searchsorted(self._starts[first:last], at, "right")) - 1
        if row < first or self._ends[row] <= at:
            return None
        return int(self._starts[row]), int(self._ends[row]), int(self._objects[row])


def _circle(first: int, at: int, locks: dict[int, LockHistory], waits: _Waits) -> Deadlock | None:
    """The circle that a lane is part of at a moment, if it is."""
    lane, lanes, objects, ends = first, [], [], []
    while True:
        wait = waits.of(lane, at)
        if wait is None or lane in lanes:
            return None
        _, end, wanted = wait
        lanes.append(lane)
        objects.append(wanted)
        ends.append(end)
        lane = _holder(locks[wanted], at) if wanted in locks else -1
        if lane == first:
            return Deadlock(at, min(ends), tuple(lanes), tuple(objects))
        if lane < 0:
            return None


def _holder(lock: LockHistory, at: int) -> int:
    """Who holds a lock at a moment, or -1. Only one can, so that it is the last to have got it."""
    row = int(np.searchsorted(lock.hold_starts, at, "right")) - 1
    return int(lock.holders[row]) if row >= 0 and lock.hold_ends[row] > at else -1
