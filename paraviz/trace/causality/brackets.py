"""Waits as brackets: which event of a lane ends which wait, and what lies within a wait.

Nothing of a worker's own lies within its wait but what interrupts it: a signal's handler, a
finalizer, a function that is called at exit. What those do is nested in the wait, which goes on
until its own end. Every probe reports the end of a wait in a `finally`: a wait that has none still
lasts, save where the worker was seen to go on for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev

if TYPE_CHECKING:
    from paraviz.trace.model import Kinds, Lane, Refs

Rows = NDArray[np.intp]

_LOCK, _JOIN, _PROCESS, _SLEEP, _READ, _THING, _RESULT, _TASK = range(1, 9)
_BEGINS = {
    ev.LOCK_WAIT: _LOCK,
    ev.JOIN_BEGIN: _JOIN,
    ev.PROCESS_JOIN_BEGIN: _PROCESS,
    ev.SLEEP_BEGIN: _SLEEP,
    ev.READ_BEGIN: _READ,
    ev.WAIT_BEGIN: _THING,
    ev.GET_WAIT: _THING,
    ev.PUT_WAIT: _THING,
    ev.SEND_WAIT: _THING,
    ev.RECEIVE_WAIT: _THING,
    ev.RESULT_WAIT: _RESULT,
    ev.TASK_WAIT: _TASK,
}
_ENDS = {
    ev.LOCK_ACQUIRED: _LOCK,
    ev.LOCK_ABANDONED: _LOCK,
    ev.JOIN_END: _JOIN,
    ev.PROCESS_JOIN_END: _PROCESS,
    ev.SLEEP_END: _SLEEP,
    ev.READ_END: _READ,
    ev.WAIT_END: _THING,
    ev.WAIT_ABANDONED: _THING,
    ev.RECEIVE: _THING,
    ev.GET: _THING,
    ev.RESULT: _RESULT,
    ev.TASK_BEGIN: _TASK,
    ev.TASK_NONE: _TASK,
}
_BEGIN_OF, _END_OF = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
for _kind, _group in _BEGINS.items():
    _BEGIN_OF[_kind] = _group
for _kind, _group in _ENDS.items():
    _END_OF[_kind] = _group
_GOES_ON = np.zeros(256, bool)
"""What no handler does: whoever does it is in no wait any more."""
_GOES_ON[
    [
        *(ev.THREAD_BEGIN, ev.THREAD_END, ev.PROGRAM_END, ev.TASK_BEGIN, ev.TASK_END),
        *(ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END),
    ]
] = True
_FIRST, _MOST = 1 << 4, 1 << 16
"""Events looked at together: at first, and at most."""


class Waits(NamedTuple):
    """The waits of a lane, as columns of n rows, by their begins."""

    begins: Rows
    """The rows of the lane's events that begin them."""
    ends: Rows
    """The rows of those that end them, -1 where none does."""


def begins_wait(kind: int) -> bool:
    """Whether an event of this kind begins a wait."""
    return bool(_BEGIN_OF[kind])


def waits_in(kinds: Kinds, objects: Refs) -> Waits:
    """All waits of a lane; of those about the same thing the last to begin is the first to end."""
    rows = np.flatnonzero(_BEGIN_OF[kinds] | _END_OF[kinds])
    if not len(rows):
        return Waits(rows, rows)
    groups = np.maximum(_BEGIN_OF[kinds[rows]], _END_OF[kinds[rows]]).astype(np.int64)
    # The end of a task tells of the task, its wait of none yet.
    about = np.where(groups == _TASK, 0, objects[rows].astype(np.int64) + 1)
    keys = about * 16 + groups
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    opens = _BEGIN_OF[kinds[rows]] > 0
    known = _matched(keys, opens)
    rows, keys, opens = rows[known], keys[known], opens[known]
    depths = np.cumsum(np.where(opens, 1, -1)) + ~opens
    # A key's rows stand together: how deep those before have gone is the same for all of them.
    order = np.lexsort((depths, keys))
    rows, keys, depths, opens = rows[order], keys[order], depths[order], opens[order]
    ends = np.full(len(rows), -1, np.intp)
    met = opens[:-1] & ~opens[1:] & (keys[:-1] == keys[1:]) & (depths[:-1] == depths[1:])
    ends[:-1][met] = rows[1:][met]
    begins, ends = rows[opens], ends[opens]
    order = np.argsort(begins, kind="stable")
    return Waits(begins[order], ends[order])


def open_waits(kinds: Kinds, objects: Refs) -> Rows:
    """intp[k]: the rows of events that begin waits without an end."""
    begins = np.flatnonzero(_BEGIN_OF[kinds])
    # Most waits end with the next event.
    after = np.minimum(begins + 1, len(kinds) - 1)
    ended = _BEGIN_OF[kinds[begins]] == _END_OF[kinds[after]]
    ended &= (objects[begins] == objects[after]) | (_BEGIN_OF[kinds[begins]] == _TASK)
    if ended.all():
        return begins[:0]
    first = begins[np.argmin(ended)]
    rows = np.flatnonzero(_BEGIN_OF[kinds[first:]] | _END_OF[kinds[first:]]) + first
    groups = np.maximum(_BEGIN_OF[kinds[rows]], _END_OF[kinds[rows]]).astype(np.int64)
    about = np.where(groups == _TASK, 0, objects[rows].astype(np.int64) + 1)
    result: NDArray[np.intp] = rows[still_open(about * 16 + groups, _BEGIN_OF[kinds[rows]] > 0)]
    return result


def still_open(keys: NDArray[np.int64], opens: NDArray[np.bool_]) -> Rows:
    """intp[k], sorted: which rows begin what no row of the same key ends."""
    order = np.argsort(keys, kind="stable")
    keys, opens = keys[order], opens[order]
    fresh = np.append([False], keys[1:] != keys[:-1])[: len(keys)]
    # Each key's walk lies above all those before it, so that one sweep finds what each falls to.
    walk = np.cumsum(np.where(opens, 1, -1)) + np.cumsum(fresh) * (2 * len(keys) + 2)
    lowest = np.minimum.accumulate(walk[::-1])[::-1]
    return np.sort(order[opens & (lowest == walk)])


def _matched(keys: NDArray[np.int64], opens: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows, by key, are no ends without a begin."""
    if not len(keys):
        return opens
    step = np.where(opens, 1, -1)
    walk = np.cumsum(step)
    fresh = np.append([True], keys[1:] != keys[:-1])
    base = np.repeat((walk - step)[fresh], np.diff(np.append(np.flatnonzero(fresh), len(keys))))
    # Each key's walk lies below all those before it, so that one sweep finds the lows of all.
    level = -np.cumsum(fresh) * (2 * len(keys) + 2)
    walk = walk - base + level
    low = np.minimum.accumulate(np.minimum(walk, level))
    before = np.append(level[:1], low[:-1])
    before = np.where(fresh, level, before)
    return opens | (low >= before)


def interrupted(lane: Lane) -> Waits | None:
    """The waits within which something else of the lane happened, an open one up to where the lane
    was seen to go on, or to its last event (the row after it). None where there are none, as in
    nearly all lanes."""
    kinds, objects = lane.kinds, lane.objects
    begins = np.flatnonzero(_BEGIN_OF[kinds])
    begins = begins[begins < len(kinds) - 1]
    after = begins + 1
    ended = _BEGIN_OF[kinds[begins]] == _END_OF[kinds[after]]
    ended &= (objects[begins] == objects[after]) | (_BEGIN_OF[kinds[begins]] == _TASK)
    if ended.all():
        return None
    waits = waits_in(kinds, objects)
    ends = waits.ends.copy()
    stops = np.append(np.flatnonzero(_GOES_ON[kinds]), len(kinds))
    open_ = np.flatnonzero(ends < 0)
    ends[open_] = stops[np.searchsorted(stops, waits.begins[open_], "right")]
    # Of a task's wait no end is told where an exception ended it.
    lost = (waits.ends < 0) & (_BEGIN_OF[kinds[waits.begins]] == _TASK)
    nested = (ends > waits.begins + 1) & ~lost
    return _one_in_another(waits.begins[nested], ends[nested]) if nested.any() else None


def _one_in_another(begins: Rows, ends: Rows) -> Waits:
    """The waits, none of which outlasts one that it is nested in."""
    around: list[int] = []
    ends = ends.copy()
    for row, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        while around and around[-1] <= begin:
            around.pop()
        if around:
            ends[row] = end = min(end, around[-1])
        around.append(end)
    return Waits(begins, ends)


def within(waits: Waits, count: int) -> tuple[Rows, Rows]:
    """intp[count] each: for each event of a lane the rows of the events that begin and end the
    innermost of its interrupted waits that it lies in, the begin included; -1 for none."""
    begins, ends = np.full(count, -1, np.intp), np.full(count, -1, np.intp)
    for begin, end in zip(waits.begins.tolist(), waits.ends.tolist(), strict=True):
        begins[begin:end] = begin
        ends[begin:end] = end
    return begins, ends


def end_of_wait(lane: Lane, begin: int) -> int:
    """The row of the event that ends the wait which one begins, or -1."""
    group = int(_BEGIN_OF[lane.kinds[begin]])
    depth, row, size = 1, begin + 1, _FIRST
    while row < len(lane.kinds):
        part = slice(row, row + size)
        kinds = lane.kinds[part]
        alike = (_BEGIN_OF[kinds] == group) | (_END_OF[kinds] == group)
        if group != _TASK:
            alike &= lane.objects[part] == lane.objects[begin]
        for place in np.flatnonzero(alike).tolist():
            depth += 1 if _BEGIN_OF[kinds[place]] else -1
            if not depth:
                return row + place
        row, size = row + size, min(4 * size, _MOST)
    return -1


class Whole(NamedTuple):
    """A wait from its begin to its end, whatever interrupts it."""

    start_ns: int
    """When its first stretch of waiting begins."""
    end_ns: int
    """When what was waited for was got, or the last stretch of waiting ends."""


def whole_wait(lane: Lane, row: int) -> Whole | None:
    """The wait of which a state, by its row, is a stretch; None for one that is no wait."""
    states = lane.states
    cause = int(states.causes[row])
    if cause < 0 or not begins_wait(int(lane.kinds[cause])):
        return None
    over = end_of_wait(lane, cause)
    end_ns = int(lane.times[over]) if over >= 0 else lane.end_ns
    first = max(int(np.searchsorted(states.starts, lane.times[cause], "right")) - 1, 0)
    last = max(int(np.searchsorted(states.starts, end_ns, "left")), row + 1)
    rows = first + np.flatnonzero(states.causes[first:last] == cause)
    start, until = int(rows[0]), int(rows[-1]) + 1
    if over < 0 or lane.kinds[over] != ev.LOCK_ACQUIRED:
        end_ns = int(states.starts[until]) if until < len(states) else lane.end_ns
    return Whole(int(states.starts[start]), end_ns)
