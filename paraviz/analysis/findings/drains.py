"""Joined before drained: somebody joins a process that cannot end before somebody takes what it has
put, and nobody but himself, or his process, would.

A process that put items into a queue of `multiprocessing` ends once its feeder thread has written
them into the queue's pipe; one that sends ends once its message is written. The pipe is full: the
feeder, or whoever sends, has waited ever since, and nobody took anything meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Lane, Trace

LASTED_NS = 500_000_000
"""Both wait for at least as long."""
FEEDER = "QueueFeederThread"
"""What `multiprocessing` calls the thread that writes a queue's items into its pipe."""
_TAKES = (ev.GET_WAIT, ev.GET, ev.RECEIVE_WAIT, ev.RECEIVE)
_SENDS = (ev.SEND_WAIT, ev.PUT_WAIT)
_END_NS = 150_000_000
"""Who is ended with the run wakes for it."""
_PIPES = ("multiprocessing.Queue", "multiprocessing.JoinableQueue", "multiprocessing.SimpleQueue")


class _Wait(Struct, frozen=True):
    """A wait of a lane."""

    start_ns: int
    end_ns: int
    row: int
    """The event that began it."""


class _Stuffed(Struct, frozen=True):
    """A process that cannot end."""

    lane_index: int
    """Its main thread."""
    since_ns: int
    object_index: int
    """Where its items went."""
    items: int
    """How many of them nobody took."""


def joined_before_drained(material: Material) -> list[Finding]:
    """Each worker that joins such a process, once for each join."""
    trace = material.trace
    found = []
    for index, lane in enumerate(trace.lanes):
        material.pace(index / len(trace.lanes))
        for wait in _waits(lane, ev.PROCESS_JOIN_BEGIN):
            joined = int(lane.objects[wait.row])
            stuffed = _stuffed(trace, index, joined, wait) if joined >= 0 else None
            if stuffed is not None:
                found.append(_finding(trace, index, wait, stuffed))
    return found


def _waits(lane: Lane, kind: int) -> Iterator[_Wait]:
    """The waits of a kind that lasted."""
    ends = np.append(lane.times, max(lane.end_ns, int(lane.times[-1]) if len(lane.times) else 0))
    for row in np.flatnonzero(lane.kinds == kind).tolist():
        start, end = int(lane.times[row]), int(ends[row + 1])
        if end - start >= LASTED_NS:
            yield _Wait(start, end, row)


def _stuffed(trace: Trace, joiner: int, joined: int, wait: _Wait) -> _Stuffed | None:
    """Why the process that is joined does not end, if that is so."""
    lane = trace.lanes[joined]
    where = _by_feeder(trace, lane, wait) or _by_itself(lane, wait)
    if where is None:
        return None
    since, objects = where
    since = max(since, wait.start_ns)
    if min(wait.end_ns, lane.end_ns) - since < LASTED_NS:
        return None
    for thing in objects:
        kind = trace.objects[thing].kind
        ends = {thing, trace.objects[thing].peer} - {-1}
        if kind not in _PIPES and len(ends) < 2:
            continue
        if not _is_taken_by_others(trace, joiner, joined, ends, (since, wait.end_ns)):
            left = _left(trace, lane.pid, thing)
            if left:
                return _Stuffed(joined, since, thing, left)
    return None


def _by_feeder(trace: Trace, lane: Lane, wait: _Wait) -> tuple[int, list[int]] | None:
    """Since when a process waits for its feeder, and what it has put into; None where it does not,
    or the feeder has something to do."""
    for own in _waits(lane, ev.JOIN_BEGIN):
        feeder = int(lane.objects[own.row])
        if feeder < 0 or own.start_ns >= wait.end_ns or own.end_ns < wait.end_ns - _END_NS:
            continue
        thread = trace.lanes[feeder]
        if thread.name != FEEDER or thread.pid != lane.pid or _runs(thread, wait.end_ns - _END_NS):
            continue
        puts = [
            other.objects[other.kinds == ev.PUT] for other in trace.lanes if other.pid == lane.pid
        ]
        things = distinct(np.concatenate(puts))
        return own.start_ns, [
            thing for thing in things.tolist() if thing >= 0 and trace.objects[thing].kind in _PIPES
        ]
    return None


def _by_itself(lane: Lane, wait: _Wait) -> tuple[int, list[int]] | None:
    """Since when a process's main thread waits to send, and by what."""
    for kind in _SENDS:
        for own in _waits(lane, kind):
            if own.start_ns < wait.end_ns and own.end_ns >= wait.end_ns - _END_NS:
                thing = int(lane.objects[own.row])
                return (own.start_ns, [thing]) if thing >= 0 else None
    return None


def _runs(lane: Lane, at_ns: int) -> bool:
    row = int(np.searchsorted(lane.states.starts, at_ns, "right")) - 1
    return row < 0 or lane.states.states[row] in (State.RUNNING, State.WAITING_CPU)


def _is_taken_by_others(
    trace: Trace, joiner: int, joined: int, ends: set[int], within: tuple[int, int]
) -> bool:
    """Whether somebody takes from there meanwhile, or others than the two processes ever do."""
    own = {trace.lanes[joiner].pid, trace.lanes[joined].pid}
    since, until = within
    for lane in trace.lanes:
        rows = np.flatnonzero(of_kinds(lane.kinds, _TAKES) & np.isin(lane.objects, list(ends)))
        times = lane.times[rows]
        meanwhile = ((times > since) & (times < until - _END_NS)).any()
        if meanwhile or (len(rows) and lane.pid not in own and lane.end_ns > since):
            return True
        waiting = rows[times <= since]
        is_last = len(waiting) and waiting[-1] == len(lane.times) - 1
        if is_last and lane.kinds[waiting[-1]] in (ev.GET_WAIT, ev.RECEIVE_WAIT):
            return True
    return False


def _left(trace: Trace, pid: int, thing: int) -> int:
    """How many items a process has put that nobody got; one that it sends is one."""
    put: list[int] = []
    got: set[int] = set()
    sends = 0
    for lane in trace.lanes:
        about = lane.objects == thing
        if lane.pid == pid:
            put += lane.values[about & (lane.kinds == ev.PUT)].tolist()
            sends += int(np.count_nonzero(about & of_kinds(lane.kinds, _SENDS)))
        got.update(lane.values[about & (lane.kinds == ev.GET)].tolist())
    return sum(number not in got for number in put) or min(sends, 1)


def _finding(trace: Trace, joiner: int, wait: _Wait, stuffed: _Stuffed) -> Finding:
    lane = trace.lanes[joiner]
    until = min(wait.end_ns, trace.lanes[stuffed.lane_index].end_ns)
    lasted = until - stuffed.since_ns
    return Finding(
        kind="join_before_drain",
        severity="fault",
        told=phrase(
            "joined before drained: {worker} has waited {length} at {place} for {process} to end,"
            " which waits until somebody takes its {count:,} item from `{thing}`: the pipe is full,"
            " take first, then join",
            "joined before drained: {worker} has waited {length} at {place} for {process} to end,"
            " which waits until somebody takes its {count:,} items from `{thing}`: the pipe is"
            " full, take first, then join",
            count=stuffed.items,
            worker=lane_label(trace.lanes, joiner),
            length=duration(lasted),
            place=place(trace, int(lane.sites[wait.row])),
            process=lane_label(trace.lanes, stuffed.lane_index),
            thing=trace.objects[stuffed.object_index].name,
        ),
        at_ns=stuffed.since_ns,
        until_ns=until,
        lane_index=joiner,
        object_index=stuffed.object_index,
        cost_ns=2 * lasted,
        proof=(("workers", 2), ("items", stuffed.items), ("lasted_ns", lasted)),
    )
