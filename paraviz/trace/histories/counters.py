"""Numbers over time: what was recorded as such, and what follows from the events.

The depth of a queue is what was put minus what was got, the value of a shared variable is what was
last written. Both count from where the recording begins to know of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.histories.shared_memory import shown_value
from paraviz.trace.kinds import lanes_with, of_kinds
from paraviz.trace.model import Counter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Trace

NUMBERS = frozenset("bBhHiIlLqQdf")
"""Types of shared values that can be drawn."""


def counters(trace: Trace) -> tuple[Counter, ...]:
    """All numbers of a trace: recorded counters, then queues, then shared values."""
    return (*trace.counters, *queue_depths(trace), *shared_values(trace))


_COUNTED = (ev.PUT, ev.GET, ev.MEMORY_WRITE)


def is_counted(lane: Lane) -> NDArray[np.bool_]:
    """bool[n]: which of a lane's events change a number."""
    return of_kinds(lane.kinds, _COUNTED)


def queue_depths(trace: Trace) -> tuple[Counter, ...]:
    """How much lies in each queue that was put into or got from, in the order of the objects."""
    objects, times, kinds, _ = _events(trace, (ev.PUT, ev.GET))
    result = []
    at = {fork.pid: fork.at_ns for fork in trace.forks}
    known: dict[int, Counter] = {}
    for index, rows in _by_object(objects, times):
        thing = trace.objects[index]
        depth = np.cumsum(np.where(kinds[rows] == ev.PUT, 1, -1))
        if thing.copy_of in known:
            depth += _depth_at(known[thing.copy_of], at.get(thing.pid, 0))
        # A get can be stamped before the put that it follows: what is taken out was in there.
        depth -= min(0, int(depth.min()))
        known[index] = Counter(thing.name, times[rows], depth.astype(np.float64))
        result.append(known[index])
    return tuple(result)


def _depth_at(queue: Counter, at_ns: int) -> int:
    row = int(np.searchsorted(queue.times, at_ns, "right")) - 1
    return int(queue.values[row]) if row >= 0 else 0


def shared_values(trace: Trace) -> tuple[Counter, ...]:
    """The value of each shared variable that was written more than once."""
    objects, times, _, values = _events(trace, (ev.MEMORY_WRITE,))
    result = []
    for index, rows in _by_object(objects, times):
        shared = trace.objects[index]
        if len(rows) < 2 or shared.typecode not in NUMBERS:
            continue
        told = values[rows]
        if shared.typecode in "df":
            numbers = told.view(np.float64)
        elif shared.typecode in "LQ":
            numbers = np.array([shown_value(v, shared.typecode) for v in told.tolist()], np.float64)
        else:
            numbers = told.astype(np.float64)
        result.append(Counter(shared.name, times[rows], numbers))
    return tuple(result)


def _events(
    trace: Trace, wanted: tuple[int, ...]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Object, time, kind and value of all events of some kinds, lane by lane."""
    objects = [np.empty(0, np.int32)]
    times = [np.empty(0, np.int64)]
    kinds = [np.empty(0, np.uint8)]
    values = [np.empty(0, np.int64)]
    for _, lane in lanes_with(trace.lanes, wanted):
        rows = np.flatnonzero(of_kinds(lane.kinds, wanted) & (lane.objects >= 0))
        objects.append(lane.objects[rows])
        times.append(lane.times[rows])
        kinds.append(lane.kinds[rows])
        values.append(lane.values[rows])
    return (
        np.concatenate(objects),
        np.concatenate(times),
        np.concatenate(kinds),
        np.concatenate(values),
    )


def _by_object(
    objects: NDArray[np.int32], times: NDArray[np.int64]
) -> list[tuple[int, NDArray[np.int64]]]:
    """The rows of each object in the order of their times."""
    order = np.lexsort((times, objects))
    if not len(order):
        return []
    parts = np.split(order, np.flatnonzero(np.diff(objects[order])) + 1)
    return [(int(objects[part[0]]), part) for part in parts]
