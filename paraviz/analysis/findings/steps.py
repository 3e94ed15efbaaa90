"""What event loops ran, one after the other: what took long, and who was to go on meanwhile.

A loop runs one step of a task, or one callback, at a time. Whoever else is ready, or whose timer is
due, is held up until it is over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.trace.states.of_tasks import hosts_of_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Times, Trace

_OF_STEPS = np.zeros(256, bool)
_OF_STEPS[[ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END]] = True
_FROM_OUTSIDE = re.compile(
    r"Stream|sock_|_connection\b|getaddrinfo|getnameinfo|run_in_executor|to_thread|start_tls"
)
"""What a task awaits that comes from outside of its loop: the loop hears of it when it looks."""
_SOON_NS = 10_000_000
"""What a loop hears of within this time after it was held up, without having rested, was there."""
_NEVER = np.iinfo(np.int64).max
_STAMPED_NS = 500_000
"""A callback is stamped a moment after it is over."""


class Loop(Struct, frozen=True):
    """An event loop."""

    host: int
    """The lane of its thread."""
    tasks: tuple[int, ...]
    """Those of its tasks."""


class Long(Struct, frozen=True):
    """What kept a loop for long."""

    lane: int
    """The task whose step it is, or the loop's thread."""
    callback: str
    """The name of a callback, "" of a step."""
    row: int
    """Of the lane's events, the first one after which it began."""
    begin_ns: int
    end_ns: int
    is_open: bool
    """Whether nobody saw it end."""


class HeldUp(Struct, frozen=True):
    """Who was held up by it."""

    tasks: int
    """How many tasks."""
    callbacks: int
    """How many timers of other functions."""
    cost_ns: int
    """How long, all together; of those that wait for what comes from outside it is not known."""


def loops(trace: Trace) -> list[Loop]:
    """Each thread that ran tasks of asyncio."""
    by_host: dict[int, list[int]] = {}
    for task, host in hosts_of_tasks(trace.lanes).items():
        by_host.setdefault(host, []).append(task)
    return [Loop(host, tuple(tasks)) for host, tasks in by_host.items()]


def long_ones(trace: Trace, loop: Loop, least_ns: int) -> Iterator[Long]:
    """What kept a loop for that long or longer."""
    for task in loop.tasks:
        lane = trace.lanes[task]
        rows = np.flatnonzero(_OF_STEPS[lane.kinds])
        kinds = lane.kinds[rows]
        # Another thread may call for a task while it makes a step.
        own = kinds != ev.COROUTINE_READY
        own[1:] |= kinds[:-1] == ev.COROUTINE_RUN
        rows, kinds = rows[own], kinds[own]
        begins = np.flatnonzero(kinds == ev.COROUTINE_RUN)
        ends = np.append(lane.times[rows], lane.end_ns)[begins + 1]
        for at in np.flatnonzero(ends - lane.times[rows[begins]] >= least_ns).tolist():
            first = int(rows[begins[at]])
            is_open = int(begins[at]) + 1 == len(rows)
            yield Long(task, "", first, int(lane.times[first]), int(ends[at]), is_open)
    lane = trace.lanes[loop.host]
    for row in np.flatnonzero(lane.kinds == ev.CALLBACK_LONG).tolist():
        if lane.values[row] >= least_ns and lane.objects[row] >= 0:
            name = trace.objects[int(lane.objects[row])].name
            end = int(lane.times[row])
            begin = end - int(lane.values[row])
            first = int(np.searchsorted(lane.times, begin - _STAMPED_NS))
            yield Long(loop.host, name, first, begin, end, False)


class Dues:
    """Who was to go on, and when, of all that a loop runs."""

    def __init__(self, trace: Trace, loop: Loop) -> None:
        self._trace = trace
        self._loop = loop
        host = trace.lanes[loop.host]
        self._rests = host.times[host.kinds == ev.WAIT_BEGIN]
        late = np.flatnonzero(host.kinds == ev.CALLBACK_LATE)
        self._late = host.times[late] - host.values[late], host.times[late]
        outside = [bool(_FROM_OUTSIDE.search(each.name)) for each in trace.objects]
        self._is_outside = np.array([*outside, False], bool)
        told = [self._of_task(trace.lanes[task]) for task in loop.tasks]
        self._owners = np.repeat(np.arange(len(told)), [len(since) for since, _, _ in told])
        self._since, self._until, self._awaited = (
            np.concatenate(columns) for columns in zip(*told, strict=True)
        )

    def _of_task(self, lane: Lane) -> tuple[Times, Times, Times]:
        """int64[n] each: from when on a task was to go on, when it did or its lane ended, and since
        when it had awaited what comes from outside, or `_NEVER`."""
        rows = np.flatnonzero(_OF_STEPS[lane.kinds])
        kinds, times = lane.kinds[rows], lane.times[rows]
        after = np.append(kinds[1:], np.uint8(ev.COROUTINE_RUN))
        ready = np.flatnonzero((kinds == ev.COROUTINE_READY) & (after == ev.COROUTINE_RUN))
        before = rows[np.maximum(ready - 1, 0)]
        awaits = (lane.kinds[before] == ev.COROUTINE_AWAIT) & (lane.values[rows[ready]] == 0)
        awaits &= self._is_outside[lane.objects[before]]
        since = times[ready] - lane.values[rows[ready]]
        until = np.append(times, lane.end_ns)[ready + 1]
        return since, until, np.where(awaits, lane.times[before], _NEVER)

    def held_up(self, by: Long, least_ns: int) -> HeldUp:
        """Those that this one held up for that long or longer."""
        tasks = self._loop.tasks
        lasted = _overlaps((self._since, self._until), by.begin_ns, by.end_ns)
        held = np.bincount(self._owners, lasted, len(tasks)).astype(np.int64)
        is_held = held >= least_ns
        cost = held[is_held].copy()
        # One that is never over holds up everybody.
        is_held |= self._came_meanwhile(by) | by.is_open
        for place, task in enumerate(tasks):
            is_held[place] &= self._is_other(task, by)
        late = _overlaps(self._late, by.begin_ns, by.end_ns)
        late = late[late >= least_ns]
        return HeldUp(int(is_held.sum()), len(late), int(cost.sum() + late.sum()))

    def _is_other(self, task: int, by: Long) -> bool:
        lane = self._trace.lanes[task]
        is_itself = task == by.lane and not by.callback
        return not is_itself and lane.start_ns < by.end_ns and lane.end_ns > by.begin_ns

    def _came_meanwhile(self, by: Long) -> NDArray[np.bool_]:
        """bool[tasks]: which of them awaited what comes from outside, and the loop heard of it as
        soon as it looked again."""
        until = by.end_ns + _SOON_NS
        rest = int(np.searchsorted(self._rests, by.end_ns))
        if rest < len(self._rests):
            until = min(until, int(self._rests[rest]))
        heard = (self._since >= by.end_ns) & (self._since < until)
        heard &= self._awaited < by.end_ns
        return np.bincount(self._owners[heard], minlength=len(self._loop.tasks)) > 0


def _overlaps(stretches: tuple[Times, Times], begin_ns: int, end_ns: int) -> Times:
    """int64[n]: how much of each stretch lies within."""
    since, until = stretches
    within: Times = np.maximum(np.minimum(until, end_ns) - np.maximum(since, begin_ns), 0)
    return within
