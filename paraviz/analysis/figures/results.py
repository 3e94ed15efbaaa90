"""Who made a result that somebody waited for: the task that ended last while the wait lasted.

A result is named after what was asked for, a task after the part of it that a worker was given:
`fib × 100` comes in parts like `fib × 7`. So of the tasks that bear the very name of the result the
last one is meant, else the last one of the same function; for results without a name, any. Those
that have numbers are known better, see `figures.carried`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.analysis.figures.waits import JumpColumns, waits_of
from paraviz.distinct import distinct
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Refs, SharedObject, Times, Trace

_NAMELESS = frozenset({"a task", "any task", "all tasks"})
"""What results are called that no single task makes, or that nobody knows better."""


class _TaskEnds(NamedTuple):
    """The ends of all tasks, by time."""

    times: Times
    lanes: Refs
    objects: Refs


class _Waits(NamedTuple):
    """Waits for results that were met."""

    begins: Times
    ends: Times
    objects: Refs
    lanes: Refs


def handed_results(trace: Trace) -> JumpColumns:
    """The results that were waited for, as far as a task is known that may have made them."""
    waits, ends = _waits(trace), _task_ends(trace)
    row = np.full(len(waits.begins), -1)
    if len(row) and len(ends.times):
        for names in _names(trace.objects, waits.objects, ends.objects):
            found = _last(ends, names[ends.objects], waits, names[waits.objects])
            row = np.where(row < 0, found, row)
    good = row >= 0
    good[good] = ends.lanes[row[good]] != waits.lanes[good]
    row = row[good]
    return JumpColumns(ends.times[row], waits.lanes[good], ends.lanes[row])


def _waits(trace: Trace) -> _Waits:
    none = np.empty(0, np.int64)
    parts = [_Waits(none, none, none.astype(np.int32), none.astype(np.int32))]
    for index, lane in enumerate(trace.lanes):
        waits = waits_of(_unnumbered(lane), ev.RESULT_WAIT, ev.RESULT)
        parts.append(_Waits(*waits, np.full(len(waits.begins), index, np.int32)))
    return _Waits(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _unnumbered(lane: Lane) -> Lane:
    """Only with the events that have no value, if it has waits for results that do."""
    has_number = (lane.values > 0) & (lane.kinds == ev.RESULT_WAIT)
    if not has_number.any():
        return lane
    rows = lane.values == 0
    columns = {name: getattr(lane, name)[rows] for name in ("times", "kinds", "objects")}
    return replace(lane, **columns)


def _task_ends(trace: Trace) -> _TaskEnds:
    none = np.empty(0, np.int64)
    parts = [_TaskEnds(none, none.astype(np.int32), none.astype(np.int32))]
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.kinds == ev.TASK_END) & (lane.objects >= 0))
        whose = np.full(len(rows), index, np.int32)
        parts.append(_TaskEnds(lane.times[rows], whose, lane.objects[rows]))
    ends = _TaskEnds(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    order = np.argsort(ends.times, kind="stable")
    return _TaskEnds(ends.times[order], ends.lanes[order], ends.objects[order])


def _names(
    objects: Sequence[SharedObject], results: Refs, tasks: Refs
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """int64[len(objects)], three times: numbers that a result shares with the tasks that bear its
    name, that are of its function, or that may be anybody's; -1 for what shares none."""
    exact, function, any_task = (np.full(len(objects), -1) for _ in range(3))
    numbers: dict[str, int] = {}
    for row in np.union1d(results, tasks).tolist():
        name = objects[row].name
        head = name.partition(MANY)[0].partition("(")[0]
        exact[row] = numbers.setdefault(name, len(numbers))
        function[row] = numbers.setdefault(head, len(numbers))
    any_task[tasks] = len(numbers)
    nameless = [row for row in distinct(results).tolist() if objects[row].name in _NAMELESS]
    any_task[nameless] = len(numbers)
    return exact, function, any_task


def _last(
    ends: _TaskEnds, names: NDArray[np.int64], waits: _Waits, wanted: NDArray[np.int64]
) -> NDArray[np.intp]:
    """intp[n]: for each wait the last task's end within it of the name that is wanted, or -1."""
    rows = np.arange(len(names))
    # Sorts by name, then by time.
    keys = names * (len(names) + 1) + rows
    order = np.argsort(keys)
    until = np.searchsorted(ends.times, waits.ends, "right")
    place = np.searchsorted(keys[order], wanted * (len(names) + 1) + until) - 1
    found = order[place]
    good = (place >= 0) & (wanted >= 0) & (names[found] == wanted)
    good &= ends.times[found] >= waits.begins
    return np.where(good, found, -1)
