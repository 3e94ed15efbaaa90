"""How many workers ran at once, and how often they ceased to.

An asyncio task runs in a thread, which is the worker here.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.analysis.figures.within import bounds_within, rows_within
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.cancellation import Pace
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Lane, Times, Trace

COLUMNS = 100
"""Stretches that parallelism over time is told for."""
_ROWS = 1 << 20
"""Rows of states sorted together, about: enough to be quick, few enough to be called off soon."""


class Parallelism(Struct, frozen=True, eq=False):
    """How many workers ran at once."""

    average: float
    """Over the range; 0.0 for one of no length."""
    most: int
    """At any moment."""
    by_count: Times
    """int64[most + 1]: ns for which so many ran; they add up to the range."""
    edges: Times
    """int64[COLUMNS + 1]: the range in columns of equal width, to a ns."""
    over_time: NDArray[np.float64]
    """float64[COLUMNS]: the average in each column; 0.0 in one of no width."""


class Switches(Struct, frozen=True, eq=False):
    """How often workers ceased to run while they lived."""

    voluntary: Times
    """int64[L]: because they had to wait: for the GIL, for a lock, for anything else."""
    forced: Times
    """int64[L]: because another one got the CPU. Only the operating system's record tells."""


def workers(trace: Trace) -> list[int]:
    """The lanes that run by themselves and for the program: neither asyncio's tasks nor what
    libraries start for their own ends."""
    return [
        index for index, lane in enumerate(trace.lanes) if lane.kind != "task" and not lane.helper
    ]


def parallelism(
    trace: Trace, index: StateIndex, start_ns: int, end_ns: int, pace: Pace
) -> Parallelism:
    """How many workers ran at once in [start_ns, end_ns)."""
    own = workers(trace)
    by_count = _time_by_count([trace.lanes[lane] for lane in own], start_ns, end_ns, pace)
    edges = np.array(_cuts(start_ns, end_ns, COLUMNS), np.int64)
    ran = index.together(edges, own)[State.RUNNING]
    widths = np.diff(edges)
    return Parallelism(
        average=int(by_count @ np.arange(len(by_count))) / max(end_ns - start_ns, 1),
        most=len(by_count) - 1,
        by_count=by_count,
        edges=edges,
        over_time=np.divide(ran, widths, out=np.zeros(COLUMNS), where=widths > 0),
    )


def switches(trace: Trace, start_ns: int, end_ns: int, pace: Pace) -> Switches:
    """The context switches in [start_ns, end_ns), as the states have them. Tasks have none."""
    voluntary, forced = np.zeros((2, len(trace.lanes)), np.int64)
    own = workers(trace)
    for place, index in enumerate(own):
        pace(place / len(own))
        states = trace.lanes[index].states
        first, last = np.searchsorted(states.starts, (start_ns, end_ns)).tolist()
        # What a lane begins with follows nothing.
        first, last = max(first, 1), max(last, 1)
        after = states.states[first:last][states.states[first - 1 : last - 1] == State.RUNNING]
        forced[index] = np.count_nonzero(after == State.WAITING_CPU)
        voluntary[index] = np.count_nonzero(after > State.WAITING_CPU)
    return Switches(voluntary, forced)


def _time_by_count(lanes: Sequence[Lane], start_ns: int, end_ns: int, pace: Pace) -> Times:
    """int64[c]: ns during which so many of these lanes ran, window by window."""
    times = np.zeros(len(lanes) + 1, np.int64)
    rows = sum(slice_.stop - slice_.start for slice_ in _slices(lanes, start_ns, end_ns))
    cuts = _cuts(start_ns, end_ns, rows // _ROWS + 1)
    for place, (begin, end) in enumerate(itertools.pairwise(cuts)):
        pace(place / len(cuts))
        _add_window(times, lanes, begin, end)
    times[0] = end_ns - start_ns - times[1:].sum()
    return times[: int(np.flatnonzero(times).max(initial=0)) + 1]


def _add_window(times: Times, lanes: Sequence[Lane], start_ns: int, end_ns: int) -> None:
    """Sweep over the begins and ends of all stretches of running, in order.

    A moment and which of the two it is make one number, so that the plain sort will do, which is
    several times as fast as one that finds an order.
    """
    keys = [np.empty(0, np.int64)]
    for lane, rows in zip(lanes, _slices(lanes, start_ns, end_ns), strict=True):
        bounds = bounds_within(lane, rows, start_ns, end_ns) - start_ns << 1
        ran = np.flatnonzero(lane.states.states[rows] == State.RUNNING)
        keys += [bounds[ran] | 1, bounds[ran + 1]]
    moments = np.concatenate(keys)
    moments.sort()
    if len(moments):
        running = np.cumsum(((moments & 1) << 1) - 1)[:-1]
        moments >>= 1
        # Sums of whole numbers of ns below 2^53, 104 days, are exact in a double.
        spent = np.bincount(running, np.diff(moments), len(times))
        times += spent.astype(np.int64)


def _slices(lanes: Sequence[Lane], start_ns: int, end_ns: int) -> list[slice]:
    return [rows_within(lane, start_ns, end_ns) for lane in lanes]


def _cuts(start_ns: int, end_ns: int, count: int) -> list[int]:
    """The edges of so many columns of equal width."""
    return [start_ns + (end_ns - start_ns) * edge // count for edge in range(count + 1)]
