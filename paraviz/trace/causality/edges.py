"""Edges: what one worker did that made another go on, for arrows between lanes.

A message goes from its sender to its receiver, a start to the first event of the lane that was
started, a join from the end of the lane that was waited for. A wait for a lock goes back to the
last release before the acquisition, one for an event to the first `set` after the wait began, and
one for a condition to the last `notify` before it ended; a release, a `set` or a `notify` from
before the wait is none. A wait for room in a queue goes back to the get that made it, the result of
a task to the task's end, and what a task of asyncio awaits to the step that made it ready
(`handoffs`).

An edge has the stamps of its events as they are. That of a process's start is taken after it, so
that the child's first event may be before it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.causality.handoffs import results, steps
from paraviz.trace.causality.messages import messages
from paraviz.trace.causality.wakeups import EdgeColumns, events_of, wakes
from paraviz.trace.model import Refs, Times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Trace

EdgeKind = Literal["message", "start", "join", "wake", "flow"]
EDGES_LIMIT = 64
"""Edges in one answer."""

EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)
_STARTS = (ev.THREAD_START, ev.PROCESS_START, ev.COROUTINE_CREATE)
_JOINS = (ev.JOIN_END, ev.PROCESS_JOIN_END)


class Edge(Struct, frozen=True):
    """From what a worker did to what another could then do."""

    kind: EdgeKind
    """Why."""
    from_lane: int
    """Whose doing."""
    from_ns: int
    """When."""
    to_lane: int
    """Who went on, another lane."""
    to_ns: int
    """When."""
    object: int
    """The row of `Trace.objects` it is about: the lock, the queue, …; -1 for a start or a join."""


class Edges:
    """The edges of a trace. They are found when first asked for, once."""

    def __init__(self, trace: Trace, part: Trace | None = None) -> None:
        """`part`: the same lanes with a part of their events, where only what is in it counts."""
        self._trace = trace
        self._part = trace if part is None else part

    def __len__(self) -> int:
        return len(self._found.table.from_ns)

    @property
    def are_known(self) -> bool:
        """Whether they were found already: asking for them takes no time then."""
        return "_found" in self.__dict__

    @property
    def table(self) -> tuple[NDArray[np.uint8], EdgeColumns]:
        """All of them, by lane and moment where they leave: the place of each one's kind among the
        names of `EdgeKind`, and the other fields."""
        return self._found.kinds, self._found.table

    def at(self, lane: int, row: int) -> tuple[Edge, ...]:
        """The edges that leave or reach a lane at the moment of one of its events."""
        at_ns = int(self._trace.lanes[lane].times[row])
        return self.touching(lane, at_ns, at_ns)

    def touching(self, lane: int, start_ns: int, end_ns: int) -> tuple[Edge, ...]:
        """The edges that leave or reach a lane in [start_ns, end_ns], by when they do: at most the
        first `EDGES_LIMIT`. The end belongs to it, as a wait ends when its edge arrives."""
        found = self._found
        leaving = _within(found.left, found.table.from_ns, lane, start_ns, end_ns)
        reaching = _within(found.reached, found.to_ns, lane, start_ns, end_ns)
        edges = [(edge.from_ns, edge) for edge in map(found.edge, leaving)]
        edges += [(edge.to_ns, edge) for edge in map(found.edge, found.by_end[reaching].tolist())]
        edges.sort(key=lambda each: each[0])
        return tuple(edge for _, edge in edges[:EDGES_LIMIT])

    @cached_property
    def _found(self) -> _Found:
        return _Found(self._part)


class _Found:
    """All edges of a trace, sorted twice: by where they leave and by where they reach."""

    def __init__(self, trace: Trace) -> None:
        woken = (*wakes(trace), results(trace), steps(trace))
        parts = (_messages(trace), _starts(trace), _joins(trace), *woken, _flows(trace))
        table = EdgeColumns(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        of_kind = np.array([0, 1, 2, *[3] * len(woken), 4], np.uint8)
        kinds = np.repeat(of_kind, [len(part.from_ns) for part in parts])
        order = np.lexsort((table.from_ns, table.from_lanes))
        order = order[(table.from_lanes != table.to_lanes)[order]]
        self.kinds = kinds[order]
        self.table = table = EdgeColumns(*(column[order] for column in table))
        self.by_end = np.lexsort((table.to_ns, table.to_lanes))
        """The rows by the lane that they reach, and when."""
        self.to_ns = table.to_ns[self.by_end]
        """When, in that order."""
        lanes = np.arange(len(trace.lanes) + 1)
        self.left = np.searchsorted(table.from_lanes, lanes)
        """Where the rows of each lane begin."""
        self.reached = np.searchsorted(table.to_lanes[self.by_end], lanes)
        """And those in `by_end`."""

    def edge(self, row: int) -> Edge:
        """One of them."""
        kind = EDGE_KINDS[self.kinds[row]]
        return Edge(kind, *(int(column[row]) for column in self.table))


def _within(bounds: NDArray[np.intp], times: Times, lane: int, start_ns: int, end_ns: int) -> range:
    """The first rows of a lane in [start_ns, end_ns]; `times` are sorted within each lane."""
    first, last = int(bounds[lane]), int(bounds[lane + 1])
    begin = first + int(np.searchsorted(times[first:last], start_ns, "left"))
    end = first + int(np.searchsorted(times[first:last], end_ns, "right"))
    return range(begin, min(end, begin + EDGES_LIMIT))


def _flows(trace: Trace) -> EdgeColumns:
    no_lanes, never = np.empty(0, np.int32), np.empty(0, np.int64)
    flows = trace.flows
    if flows is None:
        return EdgeColumns(no_lanes, never, no_lanes, never, no_lanes)
    about = np.full(len(flows), -1, np.int32)
    return EdgeColumns(flows.from_lanes, flows.from_ns, flows.to_lanes, flows.to_ns, about)


def _messages(trace: Trace) -> EdgeColumns:
    found = messages(trace)
    times = [lane.times for lane in trace.lanes]
    objects = [lane.objects for lane in trace.lanes]
    return EdgeColumns(
        found.senders,
        _of_rows(times, found.senders, found.sent),
        found.receivers,
        _of_rows(times, found.receivers, found.received),
        _of_rows(objects, found.senders, found.sent).astype(np.int32),
    )


def _starts(trace: Trace) -> EdgeColumns:
    events = events_of(trace.lanes, _STARTS)
    firsts = [lane.times[0] if len(lane.times) else lane.start_ns for lane in trace.lanes]
    begun = np.array(firsts, np.int64)[events.objects]
    nothing = np.full(len(begun), -1, np.int32)
    return EdgeColumns(events.lanes, events.times, events.objects, begun, nothing)


def _joins(trace: Trace) -> EdgeColumns:
    """One that gave up before the lane had ended is none."""
    events = events_of(trace.lanes, _JOINS)
    ended = np.array([lane.end_ns for lane in trace.lanes], np.int64)[events.objects]
    good = ended <= events.times
    events, ended = events.at(good), ended[good]
    nothing = np.full(len(ended), -1, np.int32)
    return EdgeColumns(events.objects, ended, events.lanes, events.times, nothing)


def _of_rows(columns: Sequence[Times | Refs], owners: Refs, rows: Refs) -> Times:
    """int64[n]: what stands in the rows of each owner's column."""
    order = np.argsort(owners, kind="stable")
    bounds = np.searchsorted(owners[order], np.arange(len(columns) + 1))
    result = np.empty(len(rows), np.int64)
    for owner in np.flatnonzero(np.diff(bounds)).tolist():
        places = order[bounds[owner] : bounds[owner + 1]]
        result[places] = columns[owner][rows[places]]
    return result
