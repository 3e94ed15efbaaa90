"""Wakes: which release, `set`, `notify` or get of one worker ended a wait of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.kinds import lanes_with
from paraviz.trace.model import Refs, Times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Trace

_LOCK_WAITS = (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED)
_WAITS = (ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED)
_ROOM_WAITS = (ev.PUT_WAIT, ev.WAIT_END, ev.WAIT_ABANDONED)
_ITEM_WAITS = (ev.GET_WAIT, ev.WAIT_END, ev.WAIT_ABANDONED)
_IN_TURN = frozenset({"Queue", "LifoQueue", "PriorityQueue"})
"""Those of the module `queue`: each get lets on who has waited for room the longest, each put who
has waited for an item the longest."""


class EdgeColumns(NamedTuple):
    """Edges as columns of n rows."""

    from_lanes: Refs
    from_ns: Times
    to_lanes: Refs
    to_ns: Times
    objects: Refs


class Events(NamedTuple):
    """Events of some kinds that are about something, lane by lane."""

    objects: Refs
    times: Times
    lanes: Refs
    kinds: NDArray[np.uint8]

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Events:
        """Some of them."""
        return Events(self.objects[rows], self.times[rows], self.lanes[rows], self.kinds[rows])


class _Met(NamedTuple):
    """Waits that were met, as columns of n rows, by object and lane."""

    began: Times
    ends: Events


def events_of(lanes: Sequence[Lane], kinds: Sequence[int]) -> Events:
    """All events of some kinds that are about something."""
    no_refs = np.empty(0, np.int32)
    parts = [Events(no_refs, np.empty(0, np.int64), no_refs, np.empty(0, np.uint8))]
    wanted = np.zeros(256, bool)
    wanted[list(kinds)] = True
    for index, lane in lanes_with(lanes, kinds):
        rows = np.flatnonzero(wanted[lane.kinds] & (lane.objects >= 0))
        whose = np.full(len(rows), index, np.int32)
        parts.append(Events(lane.objects[rows], lane.times[rows], whose, lane.kinds[rows]))
    return Events(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def wakes(trace: Trace) -> tuple[EdgeColumns, ...]:
    """Those of locks, events, conditions, of queues without room, and of queues the items of which
    have no numbers."""
    lanes = trace.lanes
    return (
        _around_end(lanes, _LOCK_WAITS, ev.LOCK_RELEASED, is_first=False),
        _around_end(lanes, _WAITS, ev.SET, is_first=True),
        _around_end(lanes, _WAITS, ev.NOTIFY, is_first=False),
        _of_queues(trace, _ROOM_WAITS, ev.GET, np.ones(len(trace.objects), bool)),
        _of_queues(trace, _ITEM_WAITS, ev.PUT, _without_numbers(trace)),
    )


def _around_end(
    lanes: Sequence[Lane], waiting: tuple[int, int, int], waker: int, *, is_first: bool
) -> EdgeColumns:
    """From an event of kind `waker` to the end of a wait for the same object that it fell into, of
    several the first or the last. `waiting`: the kinds that begin, end and give up a wait."""
    began, woken = _met(events_of(lanes, waiting), waiting)
    wakers = _by_object(events_of(lanes, (waker,)))
    if is_first:
        rows = count_before(wakers, woken.objects, began, included=False)
    else:
        rows = count_before(wakers, woken.objects, woken.times, included=True) - 1
    return _joined(wakers, rows, began, woken)


def _of_queues(
    trace: Trace, waiting: tuple[int, int, int], waker: int, wanted: NDArray[np.bool_]
) -> EdgeColumns:
    """From a get to the end of a wait for room, or from a put to that of one for an item, for the
    queues that are `wanted`: the one whose turn it was, else the last if no other lane did any."""
    began, woken = _met(events_of(trace.lanes, waiting), waiting)
    order = np.lexsort((began, woken.objects))
    order = order[wanted[woken.objects[order]]]
    began, woken = began[order], woken.at(order)
    wakers = _by_object(events_of(trace.lanes, (waker,)))
    if not len(began) or not len(wakers.times):
        return _joined(wakers, np.full(len(began), -1), began, woken)
    first = count_before(wakers, woken.objects, began, included=False)
    last = count_before(wakers, woken.objects, woken.times, included=True) - 1
    in_turn = np.array([thing.kind in _IN_TURN for thing in trace.objects], bool)[woken.objects]
    turns = _turns(first, woken.objects)
    changes = np.cumsum(np.diff(wakers.lanes, prepend=wakers.lanes[:1]) != 0)
    least, most = np.minimum(first, len(changes) - 1), np.maximum(last, 0)
    is_one = changes[least] == changes[most]
    rows = np.where(in_turn & (turns <= last), turns, np.where(is_one & (first <= last), last, -1))
    return _joined(wakers, rows, began, woken)


def _without_numbers(trace: Trace) -> NDArray[np.bool_]:
    """bool[len(objects)]: the queues of which some get does not know its put."""
    result = np.zeros(len(trace.objects), bool)
    for lane in trace.lanes:
        rows = (lane.kinds == ev.GET) & (lane.values == 0) & (lane.objects >= 0)
        result[lane.objects[rows]] = True
    return result


def _turns(first: NDArray[np.intp], objects: Refs) -> NDArray[np.intp]:
    """intp[n]: which event lets each waiter on, if each lets one on and they go in the order in
    which they came: the first one since it came that is not taken by those before it. `first`: the
    first since it came; sorted by object and then by when they came."""
    rows = np.arange(len(first))
    ahead = first - rows
    # Each object's numbers are above those of the object before.
    step = int(np.ptp(ahead)) + 1
    above = np.cumsum(np.diff(objects, prepend=objects[:1]) != 0) * step
    return np.asarray(np.maximum.accumulate(ahead + above) - above + rows, np.intp)


def _met(events: Events, waiting: tuple[int, int, int]) -> _Met:
    """The waits that begin and end with nothing about the same object in between."""
    begin, end, _ = waiting
    # They come lane by lane, so that those of one lane stay together.
    events = events.at(np.argsort(events.objects, kind="stable"))
    same = (events.objects[1:] == events.objects[:-1]) & (events.lanes[1:] == events.lanes[:-1])
    same &= (events.kinds[1:] == end) & (events.kinds[:-1] == begin)
    before = np.flatnonzero(same)
    return _Met(events.times[before], events.at(before + 1))


def _by_object(events: Events) -> Events:
    """By object, then by time."""
    return events.at(np.lexsort((events.times, events.objects)))


def _joined(wakers: Events, rows: NDArray[np.intp], began: Times, woken: Events) -> EdgeColumns:
    """From the wakers in `rows` to the waits, where they fell into them."""
    known = np.flatnonzero((rows >= 0) & (rows < len(wakers.times)))
    woken, began, by = woken.at(known), began[known], wakers.at(rows[known])
    good = (by.objects == woken.objects) & (by.times >= began) & (by.times <= woken.times)
    woken, by = woken.at(good), by.at(good)
    return EdgeColumns(by.lanes, by.times, woken.lanes, woken.times, by.objects)


def count_before(
    events: Events, objects: Refs, times: Times, *, included: bool
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
