"""States of asyncio's tasks and of the threads they run in, whatever the truth.

A thread does what its tasks do, one after the other: their events count as its own. A task has its
thread's states within its steps, and its own between them, where it waits or is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.kinds import of_kinds
from paraviz.trace.states.partition import own_states, partition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.trace.model import Lane, Refs, States

    Derive = Callable[[Sequence[Lane]], Sequence[Lane]]

_OF_COROUTINES = (
    ev.COROUTINE_CREATE,
    ev.COROUTINE_RUN,
    ev.COROUTINE_AWAIT,
    ev.COROUTINE_READY,
    ev.COROUTINE_END,
)
_BETWEEN_STEPS = (ev.COROUTINE_AWAIT, ev.COROUTINE_READY)


def with_task_states(lanes: Sequence[Lane], derive: Derive) -> list[Lane]:
    """The lanes with their states. `derive` finds those of threads: it gets a lane for each of
    `lanes`, in their order, with what its tasks did among its own, and an empty one for a task."""
    hosts = hosts_of_tasks(lanes)
    if not hosts:
        return list(derive(lanes))
    tasks: dict[int, list[int]] = {}
    for task, host in hosts.items():
        tasks.setdefault(host, []).append(task)
    joined = {host: _Joined(lanes, [host, *its]) for host, its in tasks.items()}
    views = [_hollow(lane) if index in hosts else lane for index, lane in enumerate(lanes)]
    for host, both in joined.items():
        views[host] = both.lane
    result = list(derive(views))
    for host, both in joined.items():
        states = result[host].states
        for index in tasks[host]:
            within = _within_steps(lanes[index], both.seen_by(index, states))
            result[index] = replace(lanes[index], states=within)
        result[host] = replace(lanes[host], states=both.seen_by(host, states))
    return result


def hosts_of_tasks(lanes: Sequence[Lane]) -> dict[int, int]:
    """The thread of each task, by their places. The number of a thread that ended may be another's
    later on."""
    threads: dict[tuple[int, int], list[int]] = {}
    for index, lane in enumerate(lanes):
        if lane.kind != "task" and lane.tid:
            threads.setdefault((lane.pid, lane.tid), []).append(index)
    result = {}
    for index, lane in enumerate(lanes):
        if lane.kind == "task":
            known = threads.get((lane.pid, lane.tid), [])
            earlier = [host for host in known if lanes[host].start_ns <= lane.start_ns]
            if earlier:
                result[index] = max(earlier, key=lambda host: lanes[host].start_ns)
    return result


def _hollow(task: Lane) -> Lane:
    """A lane without a life, in a task's place."""
    return replace(
        task,
        end_ns=task.start_ns,
        times=task.times[:0],
        kinds=task.kinds[:0],
        objects=task.objects[:0],
        values=task.values[:0],
        sites=task.sites[:0],
    )


class _Joined:
    """A thread with the events of its tasks."""

    def __init__(self, lanes: Sequence[Lane], members: Sequence[int]) -> None:
        """`members`: the places of the thread and of its tasks."""
        thread = members[0]
        kept = [
            np.arange(len(lanes[index].times))
            if index == thread
            else np.flatnonzero(~of_kinds(lanes[index].kinds, _OF_COROUTINES))
            for index in members
        ]
        pairs = [(lanes[index], rows) for index, rows in zip(members, kept, strict=True)]
        times = np.concatenate([lane.times[rows] for lane, rows in pairs])
        order = np.argsort(times, kind="stable")
        lane = replace(
            lanes[thread],
            times=times[order],
            kinds=np.concatenate([lane.kinds[rows] for lane, rows in pairs])[order],
            objects=np.concatenate([lane.objects[rows] for lane, rows in pairs])[order],
            values=np.concatenate([lane.values[rows] for lane, rows in pairs])[order],
            sites=np.concatenate([lane.sites[rows] for lane, rows in pairs])[order],
        )
        owners = np.repeat(np.array(members, np.int64), [len(rows) for rows in kept])[order]
        self.lane = lane
        """All of them in one lane."""
        self.owners: NDArray[np.int64] = owners
        """int64[n]: whose each of them is."""
        self.rows: Refs = np.concatenate(kept)[order].astype(np.int32)
        """int32[n]: its row there."""

    def seen_by(self, member: int, states: States) -> States:
        """The thread's states; a cause is a row of this member's, what another did is none of it.
        Below -1 a cause is no row."""
        causes = states.causes.copy()
        known = np.flatnonzero(causes >= 0)
        events = causes[known]
        causes[known] = np.where(self.owners[events] == member, self.rows[events], np.int32(-1))
        return replace(states, causes=causes)


def _within_steps(task: Lane, thread: States) -> States:
    """Its thread's states where a task makes a step, its own elsewhere."""
    own = _from_first_event(task, own_states(task))
    if not len(own) or not len(thread):
        return own
    between = np.isin(np.append(task.kinds, np.uint8(0))[own.causes], _BETWEEN_STEPS)
    ends = np.append(own.starts[1:], task.end_ns)
    first = np.searchsorted(thread.starts, own.starts[~between], "right")
    count = np.searchsorted(thread.starts, ends[~between], "left") - first
    rows = np.arange(count.sum()) + np.repeat(first - np.cumsum(count) + count, count)
    edges = np.sort(np.concatenate((own.starts, thread.starts[rows])))
    outer = np.searchsorted(own.starts, edges, "right") - 1
    inner = np.maximum(np.searchsorted(thread.starts, edges, "right") - 1, 0)
    free = between[outer]
    states = np.where(free, own.states[outer], thread.states[inner])
    causes = np.where(free, own.causes[outer], thread.causes[inner])
    return partition(task.start_ns, task.end_ns, edges, states, causes)


def _from_first_event(task: Lane, own: States) -> States:
    """A task that begins by being ready has made no step before that."""
    if len(own) < 2 or own.causes[0] >= 0 or task.kinds[0] not in _BETWEEN_STEPS:
        return own
    starts = np.concatenate((own.starts[:1], own.starts[2:]))
    return replace(own, starts=starts, states=own.states[1:], causes=own.causes[1:])
