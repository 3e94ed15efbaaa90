"""Edges: what one worker did that made another go on, for arrows between lanes.

A message goes from its sender to its receiver, a start to the first event of the lane that was
started, a join from the end of the lane that was waited for. A wait for a lock goes back to the
last release before the acquisition, one for an event to the first `set` after the wait began, and
one for a condition to the last `notify` before it ended; a release, a `set` or a `notify` from
before the wait is none.

An edge has the stamps of its events as they are. That of a process's start is taken after it, so
that the child's first event may be before it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.messages import messages
from paraviz.trace.model import Refs, Times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Trace

EdgeKind = Literal["message", "start", "join", "wake"]
EDGES_LIMIT = 64
"""Edges in one answer."""

_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)
_STARTS = (ev.THREAD_START, ev.PROCESS_START, ev.COROUTINE_CREATE)
_JOINS = (ev.JOIN_END, ev.PROCESS_JOIN_END)
_LOCK_WAITS = (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED)
_WAITS = (ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED)


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


class _Columns(NamedTuple):
    """Edges as columns of n rows."""

    from_lanes: Refs
    from_ns: Times
    to_lanes: Refs
    to_ns: Times
    objects: Refs


class _Events(NamedTuple):
    """Events of some kinds that are about something, lane by lane."""

    objects: Refs
    times: Times
    lanes: Refs
    kinds: NDArray[np.uint8]

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> _Events:
        """Some of them."""
        return _Events(self.objects[rows], self.times[rows], self.lanes[rows], self.kinds[rows])


class Edges:
    """The edges of a trace. They are found when first asked for, once."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __len__(self) -> int:
        return len(self._found.table.from_ns)

    @property
    def table(self) -> tuple[NDArray[np.uint8], _Columns]:
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
        return _Found(self._trace)


class _Found:
    """All edges of a trace, sorted twice: by where they leave and by where they reach."""

    def __init__(self, trace: Trace) -> None:
        starts, joins = _starts(trace), _joins(trace)
        wakes = (
            _wakes(trace.lanes, _LOCK_WAITS, ev.LOCK_RELEASED, is_first=False),
            _wakes(trace.lanes, _WAITS, ev.SET, is_first=True),
            _wakes(trace.lanes, _WAITS, ev.NOTIFY, is_first=False),
        )
        parts = (_messages(trace), starts, joins, *wakes)
        table = _Columns(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        of_kind = np.array([0, 1, 2, 3, 3, 3], np.uint8)
        kinds = np.repeat(of_kind, [len(part.from_ns) for part in parts])
        order = np.lexsort((table.from_ns, table.from_lanes))
        order = order[(table.from_lanes != table.to_lanes)[order]]
        self.kinds = kinds[order]
        self.table = table = _Columns(*(column[order] for column in table))
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
        kind = _KINDS[self.kinds[row]]
        return Edge(kind, *(int(column[row]) for column in self.table))


def _within(bounds: NDArray[np.intp], times: Times, lane: int, start_ns: int, end_ns: int) -> range:
    """The first rows of a lane in [start_ns, end_ns]; `times` are sorted within each lane."""
    first, last = int(bounds[lane]), int(bounds[lane + 1])
    begin = first + int(np.searchsorted(times[first:last], start_ns, "left"))
    end = first + int(np.searchsorted(times[first:last], end_ns, "right"))
    return range(begin, min(end, begin + EDGES_LIMIT))


def _events(lanes: Sequence[Lane], kinds: Sequence[int]) -> _Events:
    no_refs = np.empty(0, np.int32)
    parts = [_Events(no_refs, np.empty(0, np.int64), no_refs, np.empty(0, np.uint8))]
    wanted = np.zeros(256, bool)
    wanted[list(kinds)] = True
    for index, lane in enumerate(lanes):
        rows = np.flatnonzero(wanted[lane.kinds] & (lane.objects >= 0))
        whose = np.full(len(rows), index, np.int32)
        parts.append(_Events(lane.objects[rows], lane.times[rows], whose, lane.kinds[rows]))
    return _Events(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _messages(trace: Trace) -> _Columns:
    found = messages(trace)
    times = [lane.times for lane in trace.lanes]
    objects = [lane.objects for lane in trace.lanes]
    return _Columns(
        found.senders,
        _of_rows(times, found.senders, found.sent),
        found.receivers,
        _of_rows(times, found.receivers, found.received),
        _of_rows(objects, found.senders, found.sent).astype(np.int32),
    )


def _starts(trace: Trace) -> _Columns:
    events = _events(trace.lanes, _STARTS)
    firsts = [lane.times[0] if len(lane.times) else lane.start_ns for lane in trace.lanes]
    begun = np.array(firsts, np.int64)[events.objects]
    nothing = np.full(len(begun), -1, np.int32)
    return _Columns(events.lanes, events.times, events.objects, begun, nothing)


def _joins(trace: Trace) -> _Columns:
    """One that gave up before the lane had ended is none."""
    events = _events(trace.lanes, _JOINS)
    ended = np.array([lane.end_ns for lane in trace.lanes], np.int64)[events.objects]
    good = ended <= events.times
    events, ended = events.at(good), ended[good]
    nothing = np.full(len(ended), -1, np.int32)
    return _Columns(events.objects, ended, events.lanes, events.times, nothing)


def _wakes(
    lanes: Sequence[Lane], waiting: tuple[int, int, int], waker: int, *, is_first: bool
) -> _Columns:
    """From an event of kind `waker` to the end of a wait for the same object that it fell into, of
    several the first or the last. `waiting`: the kinds that begin, end and give up a wait."""
    begin, end, _ = waiting
    events = _events(lanes, waiting)
    # They come lane by lane, so that those of one lane stay together.
    events = events.at(np.argsort(events.objects, kind="stable"))
    same = (events.objects[1:] == events.objects[:-1]) & (events.lanes[1:] == events.lanes[:-1])
    same &= (events.kinds[1:] == end) & (events.kinds[:-1] == begin)
    before = np.flatnonzero(same)
    began, woken = events.times[before], events.at(before + 1)
    wakers = _events(lanes, (waker,))
    wakers = wakers.at(np.lexsort((wakers.times, wakers.objects)))
    if is_first:
        rows = _count_before(wakers, woken.objects, began, included=False)
    else:
        rows = _count_before(wakers, woken.objects, woken.times, included=True) - 1
    known = np.flatnonzero((rows >= 0) & (rows < len(wakers.times)))
    woken, began, by = woken.at(known), began[known], wakers.at(rows[known])
    good = (by.objects == woken.objects) & (by.times >= began) & (by.times <= woken.times)
    woken, by = woken.at(good), by.at(good)
    return _Columns(by.lanes, by.times, woken.lanes, woken.times, by.objects)


def _count_before(
    events: _Events, objects: Refs, times: Times, *, included: bool
) -> NDArray[np.intp]:
    """int64[n]: how many of `events`, sorted by object and time, come before each moment of each
    object, or (`included`) at it."""
    asked = np.concatenate((np.zeros(len(events.times), bool), np.ones(len(times), bool)))
    keys = np.concatenate((events.times, times)), np.concatenate((events.objects, objects))
    order = np.lexsort((asked == included, *keys))
    counts = np.cumsum(~asked[order])
    result = np.empty(len(asked), np.intp)
    result[order] = counts
    return result[len(events.times) :]


def _of_rows(columns: Sequence[Times | Refs], owners: Refs, rows: Refs) -> Times:
    """int64[n]: what stands in the rows of each owner's column."""
    order = np.argsort(owners, kind="stable")
    bounds = np.searchsorted(owners[order], np.arange(len(columns) + 1))
    result = np.empty(len(rows), np.int64)
    for owner in np.flatnonzero(np.diff(bounds)).tolist():
        places = order[bounds[owner] : bounds[owner + 1]]
        result[places] = columns[owner][rows[places]]
    return result
