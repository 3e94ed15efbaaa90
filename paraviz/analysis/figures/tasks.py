"""Tasks within a range: how long they took, and what they would take one after another.

The tasks of a run are those of its pools and executors. Where there are none, they are the
outermost spans of each lane, the program's own or recorded ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.analysis.figures.within import bounds_within, rows_within
from paraviz.distinct import distinct
from paraviz.trace.cancellation import Pace
from paraviz.trace.histories.spans import nested_spans, span_name
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Refs, Times, Trace

BINS = 64
_LEAST = np.left_shift(np.int64(1), np.arange(BINS - 1))
"""int64[BINS - 1]: the shortest length in each bin but the first."""


class Tasks(Struct, frozen=True, eq=False):
    """All tasks of a run, lane by lane, each lane's in the order of time."""

    lanes: Refs
    """int32[n]: whose."""
    starts: Times
    """int64[n]: when it began."""
    ends: Times
    """int64[n]: when it ended."""
    names: Refs
    """int32[n]: see `spans.span_name`."""


class TaskLengths(Struct, frozen=True, eq=False):
    """How long the tasks took that were under way in a range, each with its whole length."""

    count: int
    """How many."""
    median_ns: int
    """Half of them took no longer; 0 where there are none."""
    p95_ns: int
    """95 of 100 took no longer; 0 where there are none."""
    longest_ns: int
    """The longest one; 0 where there are none."""
    longest_lane: int
    """Whose that is, the first of several; -1 where there are none."""
    longest_start_ns: int
    """When that began."""
    longest_name: str
    """What that is called."""
    histogram: Times
    """int64[BINS]: how many took no time, then from 1 to below 2 ns, from 2 to below 4 ns, …"""
    own_ns: int
    """What they would take one after another: the time in the range for which they ran or were
    blocked. Waiting for a CPU, for the GIL or for a lock is left out: alone they had no need to."""


def tasks_of(trace: Trace, pace: Pace | None = None) -> Tasks:
    """The tasks of a trace. `pace` is told how far it is."""
    pace = pace or Pace()
    own = [bool((lane.kinds == ev.TASK_BEGIN).any()) for lane in trace.lanes]
    some = any(own)
    none = np.empty(0, np.int64)
    columns = [(none, none, none.astype(np.int32))]
    for index in range(len(trace.lanes)):
        pace(index / len(own))
        if own[index] or not some:
            spans = nested_spans(trace, index)
            outermost = spans.depths == 0
            columns.append((spans.starts[outermost], spans.ends[outermost], spans.names[outermost]))
        else:
            columns.append(columns[0])
    starts, ends, names = (np.concatenate(column) for column in zip(*columns, strict=True))
    counts = np.array([len(each[0]) for each in columns[1:]], np.intp)
    lanes = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Tasks(lanes, starts, ends, names)


def task_lengths(trace: Trace, tasks: Tasks, start_ns: int, end_ns: int, pace: Pace) -> TaskLengths:
    """How long those took that were under way in [start_ns, end_ns)."""
    inside = (tasks.starts < end_ns) & ((tasks.ends > start_ns) | (tasks.starts >= start_ns))
    rows = np.flatnonzero(inside)
    lengths = (tasks.ends - tasks.starts)[rows]
    whose = tasks.lanes[rows]
    own_ns = 0
    for lane in distinct(whose).tolist():
        pace(lane / len(trace.lanes))
        its = rows[np.searchsorted(whose, lane) : np.searchsorted(whose, lane, "right")]
        own = _own_time(trace.lanes[lane], start_ns, end_ns)
        own_ns += int((own.until(tasks.ends[its]) - own.until(tasks.starts[its])).sum())
    bins = np.bincount(np.searchsorted(_LEAST, lengths, "right"), minlength=BINS)
    longest = int(rows[lengths.argmax()]) if len(rows) else -1
    return TaskLengths(
        count=len(rows),
        median_ns=_ranked(lengths, 50),
        p95_ns=_ranked(lengths, 95),
        longest_ns=int(lengths.max(initial=0)),
        longest_lane=int(tasks.lanes[longest]) if len(rows) else -1,
        longest_start_ns=int(tasks.starts[longest]) if len(rows) else 0,
        longest_name=span_name(trace, int(tasks.names[longest])) if len(rows) else "",
        histogram=bins.astype(np.int64),
        own_ns=own_ns,
    )


def _ranked(lengths: Times, percent: int) -> int:
    """The shortest length that so many per cent do not exceed (the nearest rank)."""
    if not len(lengths):
        return 0
    rank = -(-len(lengths) * percent // 100) - 1
    return int(np.partition(lengths, rank)[rank])


class _OwnTime(Struct, frozen=True, eq=False):
    """For how long a lane ran or was blocked, as sums up to each of its states."""

    bounds: Times
    """int64[n + 1]: where the states begin, and the last one ends."""
    counts: NDArray[np.bool_]
    """bool[n]: whether it ran or was blocked."""
    sums: Times
    """int64[n]: ns for which it did before each."""

    def until(self, moments: Times) -> Times:
        """int64[k]: ns for which it did before each moment."""
        if not len(self.counts):
            return np.zeros(len(moments), np.int64)
        moments = np.clip(moments, self.bounds[0], self.bounds[-1])
        rows = np.minimum(self.bounds.searchsorted(moments, "right"), len(self.counts)) - 1
        result: Times = self.sums[rows] + (moments - self.bounds[rows]) * self.counts[rows]
        return result


def _own_time(lane: Lane, start_ns: int, end_ns: int) -> _OwnTime:
    rows = rows_within(lane, start_ns, end_ns)
    bounds = bounds_within(lane, rows, start_ns, end_ns)
    states = lane.states.states[rows]
    counts = (states == State.RUNNING) | (states == State.BLOCKED)
    spent = np.diff(bounds) * counts
    return _OwnTime(bounds, counts, np.cumsum(spent) - spent)
