"""Deadlocks: circles of workers, each of which waits for a lock that the next one holds.

The graph of who waits for whom (Holt, *Some Deadlock Properties of Computer Systems*, 1972): a
circle closes only when somebody begins to wait, and lasts until the first in it does not any more.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.distinct import distinct
from paraviz.trace.cancellation import Pace
from paraviz.trace.grouping import by_number
from paraviz.trace.histories.lock_signals import is_owned
from paraviz.trace.kinds import lanes_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Lane, Refs, Times, Trace

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


def deadlocks(
    trace: Trace, locks: Sequence[LockHistory], pace: Pace | None = None
) -> list[Deadlock]:
    """Every circle, by its begin. `locks`: as `lock_histories` gives them. `pace` is told how far
    it is.

    Semaphores and signals close no circle: anybody may let the next one in. Nor does who waits for
    himself with a time limit.
    """
    pace = pace or Pace()
    at, lanes = _nested_waits(trace.lanes, pace)
    if not len(at):
        return []
    pace(0.5)
    graph = _Graph(trace, locks)
    pace(0.7)
    found: dict[tuple[int, frozenset[int]], Deadlock] = {}
    by_object = {lock.object_index: lock for lock in locks}
    for circle in _circles(at, lanes, graph, pace):
        # Who waits for what he took himself may as well wait for a signal.
        alone = len(circle.lanes) == 1
        if alone and not is_owned(trace, by_object[circle.objects[0]], circle.start_ns):
            continue
        # And whoever does so with a limit reckons with nobody coming.
        if alone and _has_limit(trace.lanes[circle.lanes[0]], circle.start_ns):
            continue
        found.setdefault((circle.end_ns, frozenset(circle.lanes)), circle)
    return sorted(found.values(), key=lambda one: one.start_ns)


def _has_limit(lane: Lane, at_ns: int) -> bool:
    """Whether the wait for a lock that begins at a moment has a time limit."""
    rows = np.flatnonzero((lane.times == at_ns) & (lane.kinds == ev.LOCK_WAIT))
    return bool(len(rows)) and int(rows[-1]) > 0 and lane.kinds[rows[-1] - 1] == ev.WAIT_LIMIT


def deadlock_at(found: Sequence[Deadlock], at_ns: int) -> Deadlock | None:
    """The circle that there is at a moment, if any."""
    return next((one for one in found if one.start_ns <= at_ns < one.end_ns), None)


def _nested_waits(lanes: Sequence[Lane], pace: Pace) -> tuple[Times, Times]:
    """int64[n] each: time and lane of the last waits of workers that hold something, by time: none
    of the others can close a circle."""
    times, whose = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for index, lane in lanes_with(lanes, (ev.LOCK_WAIT,)):
        pace(0.5 * index / len(lanes))
        got, gave = lane.kinds == ev.LOCK_ACQUIRED, lane.kinds == ev.LOCK_RELEASED
        held = np.cumsum(got.view(np.int8) - gave.view(np.int8), dtype=np.int64)
        # What it lets go of without having taken it says nothing of what it takes later.
        held -= np.minimum(np.minimum.accumulate(held), 0) if len(held) else 0
        rows = np.flatnonzero((lane.kinds == ev.LOCK_WAIT) & (held > 0))[-WAITS_LIMIT:]
        times.append(lane.times[rows])
        whose.append(np.full(len(rows), index))
    at, lane_indices = np.concatenate(times), np.concatenate(whose)
    order = np.argsort(at, kind="stable")[-WAITS_LIMIT:]
    return at[order], lane_indices[order]


class _Graph:
    """Who waits for what, and who holds it, at any moment."""

    def __init__(self, trace: Trace, locks: Sequence[LockHistory]) -> None:
        no_times, no_lanes = np.empty(0, np.int64), np.empty(0, np.int32)
        starts = np.concatenate([no_times, *(lock.wait_starts for lock in locks)])
        ends = np.concatenate([no_times, *(lock.wait_ends for lock in locks)])
        lanes = np.concatenate([no_lanes, *(lock.waiters for lock in locks)])
        objects = np.repeat(
            np.array([lock.object_index for lock in locks], np.int64),
            [len(lock.wait_starts) for lock in locks],
        )
        by_time = np.argsort(starts, kind="stable")
        order = by_time[by_number(lanes[by_time])]
        self._starts, self._ends, self._objects = starts[order], ends[order], objects[order]
        bounds = np.searchsorted(lanes[order], np.arange(len(trace.lanes) + 1))
        self._bounds: list[int] = bounds.tolist()
        self._around = _around(lanes[order], self._starts, self._ends)
        self._locks = {
            lock.object_index: lock
            for lock in locks
            if not (lock.is_signal or trace.objects[lock.object_index].kind.endswith("Semaphore"))
        }

    def waits(self, lanes: Times, at: Times) -> tuple[Times, Times]:
        """int64[n] each: end and object of each lane's wait at a moment; the object is -1 where it
        does not wait."""
        ends, objects = np.zeros(len(lanes), np.int64), np.full(len(lanes), -1)
        for lane, places in _alike(lanes):
            first, last = self._bounds[lane : lane + 2]
            rows = first + np.searchsorted(self._starts[first:last], at[places], "right") - 1
            begun = rows >= first
            places, rows = places[begun], rows[begun]
            # Once it is over, the wait that it interrupted goes on.
            while (inner := (self._ends[rows] <= at[places]) & (self._around[rows] >= 0)).any():
                rows = np.where(inner, self._around[rows], rows)
            lasting = self._ends[rows] > at[places]
            places, rows = places[lasting], rows[lasting]
            ends[places], objects[places] = self._ends[rows], self._objects[rows]
        return ends, objects

    def holders(self, objects: Times, at: Times) -> Times:
        """int64[n]: who holds each lock at a moment, or -1, as for what was copied locked. Only one
        can, so that it is the last to have got it."""
        result = np.full(len(objects), -1)
        for index, places in _alike(objects):
            lock = self._locks.get(index)
            if lock is not None:
                rows = np.searchsorted(lock.hold_starts, at[places], "right") - 1
                places, rows = places[rows >= 0], rows[rows >= 0]
                held = lock.hold_ends[rows] > at[places]
                result[places[held]] = lock.owners[rows[held]]
        return result


def _around(lanes: Refs, starts: Times, ends: Times) -> NDArray[np.intp]:
    """intp[n]: for each wait, by lane and begin, the one of its lane that it interrupts, or -1."""
    result = np.full(len(starts), -1, np.intp)
    within = np.flatnonzero((lanes[1:] == lanes[:-1]) & (starts[1:] < ends[:-1])) + 1
    for lane in distinct(lanes[within]).tolist():
        around: list[int] = []
        for row in range(*np.searchsorted(lanes, (lane, lane + 1)).tolist()):
            while around and ends[around[-1]] <= starts[row]:
                around.pop()
            result[row] = around[-1] if around else -1
            around.append(row)
    return result


def _alike(numbers: Times) -> Iterator[tuple[int, Times]]:
    """Each number that there is, none below 0, and its places."""
    order = by_number(numbers)
    edges = np.flatnonzero(np.diff(numbers[order], prepend=-1, append=-1)).tolist()
    for first, last in itertools.pairwise(edges):
        yield int(numbers[order[first]]), order[first:last]


def _circles(at: Times, first: Times, graph: _Graph, pace: Pace) -> list[Deadlock]:
    """The circles that lanes are part of at some moments, in the order of these; from all of them
    one step after the other, on to the holder of what is waited for."""
    found: list[tuple[int, Deadlock]] = []
    places = np.arange(len(at))
    # Of each way so far, by step: the lanes, the ends of their waits, what they wait for.
    way: list[tuple[Times, Times, Times]] = []
    lanes = first
    while len(places):
        pace(0.7)
        ends, objects = graph.waits(lanes, at[places])
        waiting = objects >= 0
        for earlier, *_ in way:
            waiting &= earlier != lanes
        way.append((lanes, ends, objects))
        places, way = places[waiting], _rows(way, waiting)
        lanes = graph.holders(way[-1][2], at[places])
        for row in np.flatnonzero(lanes == first[places]).tolist():
            whose, until, wanted = zip(*((a[row], b[row], c[row]) for a, b, c in way), strict=True)
            place = int(places[row])
            circle = Deadlock(
                int(at[place]), int(min(until)), tuple(map(int, whose)), tuple(map(int, wanted))
            )
            found.append((place, circle))
        going = (lanes >= 0) & (lanes != first[places])
        places, lanes, way = places[going], lanes[going], _rows(way, going)
    return [circle for _, circle in sorted(found, key=lambda each: each[0])]


def _rows(
    way: list[tuple[Times, Times, Times]], chosen: NDArray[np.bool_]
) -> list[tuple[Times, Times, Times]]:
    return [(lanes[chosen], ends[chosen], objects[chosen]) for lanes, ends, objects in way]
