"""Whom a worker waits for: one step, and the whole chain until somebody runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from paraviz import events as ev
from paraviz.trace.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paraviz.trace.edges import Edge, Edges
    from paraviz.trace.locks import LockHistory
    from paraviz.trace.model import Lane, Trace

_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
MOST = 64
"""Steps of a chain: more would be a circle."""

SLACK_NS = 50_000
"""How far the stamps of the two sides of a hand-over may disagree."""

Why = Literal["lock", "gil", "join", "ends"]


class Step(NamedTuple):
    """Whom a worker waits for."""

    lane_index: int
    """The other worker."""
    why: Why
    """It holds the lock or the GIL, its end is waited for, or what it does later ends the wait."""


def waits_for(
    trace: Trace, locks: Sequence[LockHistory], edges: Edges | None, lane_index: int, at_ns: int
) -> Step | None:
    """Whom a lane waits for at a moment; None where it runs, is not alive, or nobody is known.

    `edges` may be None where they would take too long.
    """
    lane = trace.lanes[lane_index]
    row = _row_at(lane, at_ns)
    if row < 0:
        return None
    state, cause = State(int(lane.states.states[row])), int(lane.states.causes[row])
    if state is State.WAITING_GIL:
        return _gil(trace, lane_index, at_ns)
    if state in (State.RUNNING, State.WAITING_CPU, State.NOT_ALIVE) or cause < 0:
        return None
    obj, kind = int(lane.objects[cause]), int(lane.kinds[cause])
    if state is State.WAITING_LOCK:
        for lock in locks:
            if lock.object_index == obj:
                holder = lock.holder_at(at_ns)
                if holder >= 0 and holder != lane_index:
                    return Step(holder, "lock")
    if kind in _JOINS and 0 <= obj < len(trace.lanes) and obj != lane_index:
        # Once it has ended, what is still waited for is not known.
        return Step(obj, "join") if at_ns < trace.lanes[obj].end_ns else None
    return _who_ends(lane, edges, lane_index, row)


def chain(
    trace: Trace, locks: Sequence[LockHistory], edges: Edges | None, lane_index: int, at_ns: int
) -> list[Step]:
    """The steps from a lane until one runs, nobody is known, or one comes twice (a deadlock)."""
    steps: list[Step] = []
    seen = {lane_index}
    while len(steps) < MOST:
        step = waits_for(trace, locks, edges, lane_index, at_ns)
        if step is None:
            break
        steps.append(step)
        lane_index = step.lane_index
        if lane_index in seen:
            break
        seen.add(lane_index)
    return steps


def _row_at(lane: Lane, at_ns: int) -> int:
    if not lane.start_ns <= at_ns < lane.end_ns or not len(lane.states):
        return -1
    return int(np.searchsorted(lane.states.starts, at_ns, "right")) - 1


def _gil(trace: Trace, lane_index: int, at_ns: int) -> Step | None:
    """The only other thread of the process that runs."""
    pid = trace.lanes[lane_index].pid
    running = []
    for index, lane in enumerate(trace.lanes):
        if index != lane_index and lane.pid == pid and lane.kind != "task":
            row = _row_at(lane, at_ns)
            if row >= 0 and lane.states.states[row] == State.RUNNING:
                running.append(index)
    return Step(running[0], "gil") if len(running) == 1 else None


def _who_ends(lane: Lane, edges: Edges | None, lane_index: int, row: int) -> Step | None:
    """Whoever does what the wait is seen to end with."""
    if edges is None:
        return None
    states = lane.states
    start = int(states.starts[row])
    end = int(states.starts[row + 1]) if row + 1 < len(states) else lane.end_ns
    found = edges.touching(lane_index, start, told_by(lane, end) + 1)
    edge = ending_edge(found, lane_index, end)
    return Step(edge.from_lane, "ends") if edge is not None else None


def told_by(lane: Lane, end_ns: int) -> int:
    """When a lane can first have told of what ended a wait: it goes on at `end_ns`, but has to win
    a CPU and the GIL before its next event. What it got from a queue stands in the one after."""
    row = int(np.searchsorted(lane.times, end_ns, "left"))
    if row >= len(lane.times):
        return end_ns
    if lane.kinds[row : row + 2].tolist() == [ev.WAIT_END, ev.GET]:
        one, other = lane.objects[row : row + 2].tolist()
        row += one == other
    return int(lane.times[row])


def ending_edge(edges: Iterable[Edge], lane_index: int, end_ns: int) -> Edge | None:
    """The edge that a lane's wait ended with at `end_ns`, of those that touch it."""
    into = [
        edge
        for edge in edges
        if edge.to_lane == lane_index
        and edge.from_lane != lane_index
        and edge.from_ns <= end_ns + SLACK_NS
        and edge.to_ns >= end_ns - SLACK_NS
    ]
    return max(into, key=lambda edge: edge.from_ns) if into else None
