"""Jumps: where a critical path goes from one worker to the one that made it go on.

An edge (`trace.edges`) makes one if its worker had to wait for it: the worker that was joined ended
while it was being joined, the message was sent while it was being received. The edges of locks,
conditions and events are of waits anyway, and nobody lives before it is started. A result that was
waited for makes one as well (`figures.results`).

A worker that ended in the middle of a wait was ended by somebody, as those of a pool are: nobody
knows by whom, but whoever joined it is as good a guess as any. So the path stays there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.analysis.figures.carried import carried
from paraviz.analysis.figures.closing import closing
from paraviz.analysis.figures.helpers import told_to_end
from paraviz.analysis.figures.hosted import awaited_jobs, in_threads
from paraviz.analysis.figures.results import handed_results
from paraviz.analysis.figures.several import of_several
from paraviz.analysis.figures.waits import JumpColumns, Waits, receipts_of, waits_of
from paraviz.trace.causality.wakeups import EdgeColumns
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.cancellation import Pace
    from paraviz.trace.causality.edges import Edges
    from paraviz.trace.model import Lane, Refs, Times, Trace

_MESSAGE, _START, _JOIN = range(3)
"""The kinds of edges that are looked at more closely, as `Edges.table` numbers them."""
_JOINS = ((ev.JOIN_BEGIN, ev.JOIN_END), (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END))
"""What begins a wait for the end of a worker, and what ends it."""


class Jumps:
    """All jumps of a trace, by when they are made."""

    def __init__(self, trace: Trace, edges: Edges, pace: Pace) -> None:
        known = _along_edges(trace, edges)
        pace(0.6)
        parts = [
            known,
            handed_results(trace),
            carried(trace),
            told_to_end(trace),
            of_several(trace, _messages(edges)),
            awaited_jobs(trace),
            closing(trace),
        ]
        at, lanes, origins = in_threads(
            trace,
            JumpColumns(
                np.concatenate([part.at for part in parts]),
                np.concatenate([part.lanes for part in parts]),
                np.concatenate([part.origins for part in parts]),
            ),
        )
        order = np.argsort(at, kind="stable")
        self.at: Times = at[order]
        """int64[n], not decreasing: when who waits is let go on."""
        self.lanes: Refs = lanes[order]
        """int32[n]: who waits."""
        self.origins: Refs = origins[order]
        """int32[n]: who lets it go on."""
        self._by_lane = np.argsort(self.lanes, kind="stable")
        self._keys = self._key(self.lanes, np.arange(len(order)))[self._by_lane]
        # Each comes before the one it is told for, so that no way back is without an end.
        self._before = self._last(self.origins, np.arange(len(order))).tolist()

    def way_back(self, lane: int, start_ns: int, end_ns: int) -> NDArray[np.intp]:
        """The rows of the jumps on the way back from a lane at `end_ns`, the last one first: each
        time the last one of the lane that is before the one taken. None is at an end of the
        range."""
        until = np.searchsorted(self.at, np.array([end_ns]), "left")
        row = int(self._last(np.array([lane], np.int32), until)[0])
        least = int(np.searchsorted(self.at, start_ns, "right"))
        rows = []
        while row >= least:
            rows.append(row)
            row = self._before[row]
        return np.array(rows, np.intp)

    def _key(self, lanes: Refs, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Sorts by lane, then by row."""
        return lanes.astype(np.int64) * (len(self.at) + 1) + rows

    def _last(self, lanes: Refs, before: NDArray[np.intp]) -> NDArray[np.intp]:
        """intp[k]: the last row of each lane before a row, or -1."""
        if not len(self.at):
            return np.full(len(lanes), -1)
        places = np.searchsorted(self._keys, self._key(lanes, before)) - 1
        rows = self._by_lane[places]
        return np.where((places >= 0) & (self.lanes[rows] == lanes), rows, -1)


def _messages(edges: Edges) -> EdgeColumns:
    kinds, table = edges.table
    return EdgeColumns(*(column[kinds == _MESSAGE] for column in table))


def _along_edges(trace: Trace, edges: Edges) -> JumpColumns:
    """As columns of n rows."""
    kinds, table = edges.table
    births = np.array([lane.start_ns for lane in trace.lanes], np.int64)
    # A process's start is stamped when it is over.
    earliest = np.minimum(table.from_ns, births[table.to_lanes])
    at = np.where(kinds == _START, earliest, table.from_ns)
    good = (kinds != _MESSAGE) & (kinds != _JOIN)
    for kind in (_MESSAGE, _JOIN):
        rows = np.flatnonzero(kinds == kind)
        good[rows] = _had_to_wait(trace, kind, table.to_lanes[rows], at[rows], table.to_ns[rows])
    stuck = np.array([_ended_in_a_wait(lane) for lane in trace.lanes], bool)
    good &= (kinds != _JOIN) | ~stuck[table.from_lanes]
    return JumpColumns(at[good], table.to_lanes[good], table.from_lanes[good])


_IN_WAIT = (int(State.WAITING_LOCK), int(State.BLOCKED))


def _ended_in_a_wait(lane: Lane) -> bool:
    return len(lane.states) > 0 and int(lane.states.states[-1]) in _IN_WAIT


def _had_to_wait(
    trace: Trace, kind: int, lanes: Refs, let_go_on: Times, went_on: Times
) -> NDArray[np.bool_]:
    """bool[n]: whether each lane was waiting when it was let go on, of a wait that ended when it
    did."""
    result = np.zeros(len(lanes), bool)
    order = np.argsort(lanes, kind="stable")
    bounds = np.searchsorted(lanes[order], np.arange(len(trace.lanes) + 1))
    for lane in np.flatnonzero(np.diff(bounds)).tolist():
        rows = order[bounds[lane] : bounds[lane + 1]]
        for begins, ends, _ in _waits(trace.lanes[lane], kind):
            places = np.searchsorted(ends, went_on[rows])
            there = places < len(ends)
            there[there] = ends[places[there]] == went_on[rows][there]
            there[there] = begins[places[there]] <= let_go_on[rows][there]
            result[rows] |= there
    return result


def _waits(lane: Lane, kind: int) -> list[Waits]:
    if kind == _MESSAGE:
        return [receipts_of(lane)]
    return [waits_of(lane, begin, end) for begin, end in _JOINS]
