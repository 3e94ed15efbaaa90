"""Whom a worker waits for: one step, and the whole chain until somebody runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paraviz import events as ev
from paraviz.trace.causality.brackets import whole_wait
from paraviz.trace.causality.event_loops import (
    LOOP,
    at_number,
    awaited,
    in_step_of,
    loop_of,
    result_of,
    turn,
)
from paraviz.trace.causality.handoffs import runs_result
from paraviz.trace.causality.wait_step import Step
from paraviz.trace.histories.gil import gil_holder_at
from paraviz.trace.histories.lock_signals import is_owned
from paraviz.trace.kinds import of_kinds
from paraviz.trace.states.at_rest import stand_within
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paraviz.trace.causality.edges import Edge, Edges
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Lane, Trace

_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
_RECEIVES = (ev.RECEIVE_WAIT, ev.RECEIVE)
MOST = 64
"""Steps of a chain: more would be a circle."""

SLACK_NS = 50_000
"""How far the stamps of the two sides of a hand-over may disagree."""

_CLOSING = frozenset(("lock", "join", "step", "loop", "turn"))
"""Of whom else a worker waits for it is not certain that nobody but they can end that."""


class Holder(NamedTuple):
    """Who holds a lock or a permit of a semaphore."""

    lane_index: int
    """Who."""
    since_ns: int
    """Since when."""


def holders_at(lock: LockHistory, at_ns: int) -> list[Holder]:
    """All that hold a lock at a moment, in the order in which they got it: of a semaphore there
    may be several."""
    begun = int(np.searchsorted(lock.hold_starts, at_ns, "right"))
    lasting = np.flatnonzero(lock.hold_ends[:begun] > at_ns)
    return [Holder(int(lock.holders[row]), int(lock.hold_starts[row])) for row in lasting]


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
    if (task := in_step_of(trace, lane_index, at_ns)) >= 0:
        return Step(task, "step")
    state, cause = State(int(lane.states.states[row])), int(lane.states.causes[row])
    if state is State.WAITING_GIL:
        holder = gil_holder_at(trace, lane_index, at_ns)
        return Step(holder, "gil") if holder >= 0 else None
    if state is State.BLOCKED and cause < 0:
        return _stands(trace, lane_index, row)
    if state in (State.RUNNING, State.WAITING_CPU, State.NOT_ALIVE) or cause < 0:
        return None
    obj, kind = int(lane.objects[cause]), int(lane.kinds[cause])
    ends = _who_ends(lane, edges, lane_index, row)
    if state is State.WAITING_LOCK:
        return _lock(trace, locks, ends, lane_index, obj, at_ns)
    if kind in _JOINS and 0 <= obj < len(trace.lanes) and obj != lane_index:
        # Once it has ended, what is still waited for is not known.
        return Step(obj, "join") if at_ns < trace.lanes[obj].end_ns else None
    if kind == ev.COROUTINE_READY:
        return turn(trace, lane_index, at_ns)
    if kind == ev.COROUTINE_AWAIT:
        return awaited(trace, lane_index, cause, at_ns, ends)
    if kind == ev.WAIT_BEGIN and obj >= 0 and trace.objects[obj].kind == LOOP:
        return loop_of(trace, lane_index, at_ns)
    if kind == ev.RESULT_WAIT:
        made = result_of(trace, lane_index, cause, at_ns)
        ends = made or ends or at_number(trace, int(lane.values[cause]), at_ns)
    return ends or _who_will(trace, lane_index, kind, obj, at_ns)


def chain(
    trace: Trace, locks: Sequence[LockHistory], edges: Edges | None, lane_index: int, at_ns: int
) -> list[Step]:
    """The steps from a lane until one runs, nobody is known, or one comes twice (see `circle`)."""
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


def circle(lane_index: int, steps: Sequence[Step]) -> tuple[int, ...]:
    """The lanes of the deadlock that a chain from a lane runs into, each waiting for the next one;
    () where it runs into none. What is not held or joined might still be let go by others."""
    lanes = [lane_index, *(step.lane_index for step in steps)]
    first = lanes.index(lanes[-1])
    inside = steps[first:]
    if not inside or any(step.why not in _CLOSING for step in inside):
        return ()
    return tuple(lanes[first:-1])


def _row_at(lane: Lane, at_ns: int) -> int:
    if not lane.start_ns <= at_ns < lane.end_ns or not len(lane.states):
        return -1
    return int(np.searchsorted(lane.states.starts, at_ns, "right")) - 1


def _stands(trace: Trace, lane_index: int, row: int) -> Step | None:
    """Who has the lock of an import or of a logging handler, where a look told."""
    lane = trace.lanes[lane_index]
    start, end = (*lane.states.starts[row : row + 2].tolist(), lane.end_ns)[:2]
    stand = stand_within(trace, lane_index, start, end)
    if stand is None or stand.what not in ("import", "handler") or stand.other < 0:
        return None
    return Step(stand.other, "lock")


def _lock(
    trace: Trace,
    locks: Sequence[LockHistory],
    ends: Step | None,
    lane_index: int,
    obj: int,
    at_ns: int,
) -> Step | None:
    """Who holds a lock. Of a semaphore anybody may give a permit back: whoever does, or else the
    only one that has any. A signal comes from whoever gives it, and what was copied locked nobody
    lets go of."""
    lock = next((each for each in locks if each.object_index == obj), None)
    if lock is not None and (lock.is_signal or lock.is_copied_at(at_ns)):
        return ends
    holders = holders_at(lock, at_ns) if lock is not None else []
    others = {holder.lane_index for holder in holders} - {lane_index}
    if obj >= 0 and trace.objects[obj].kind.endswith("Semaphore"):
        return ends or (Step(others.pop(), "permit") if len(others) == 1 else None)
    if lock is None or not holders:
        return ends
    is_other = holders[-1].lane_index != lane_index
    return (
        Step(holders[-1].lane_index, "lock") if is_other or is_owned(trace, lock, at_ns) else ends
    )


def _who_will(trace: Trace, lane_index: int, kind: int, obj: int, at_ns: int) -> Step | None:
    """Who is the only one that can end a wait, though it is not seen to."""
    if obj < 0:
        return None
    if kind == ev.RESULT_WAIT:
        other = runs_result(trace, trace.objects[obj].name, at_ns)
        return Step(other, "task") if other not in (-1, lane_index) else None
    if kind == ev.SEND_WAIT and trace.objects[obj].peer >= 0:
        peer = trace.objects[obj].peer
        readers = [
            index
            for index, lane in enumerate(trace.lanes)
            if (of_kinds(lane.kinds, _RECEIVES) & (lane.objects == peer)).any()
        ]
        return Step(readers[0], "reads") if len(readers) == 1 else None
    return None


def _who_ends(lane: Lane, edges: Edges | None, lane_index: int, row: int) -> Step | None:
    """Whoever does what the wait is seen to end with."""
    if edges is None:
        return None
    states = lane.states
    start = int(states.starts[row])
    end = int(states.starts[row + 1]) if row + 1 < len(states) else lane.end_ns
    whole = whole_wait(lane, row)
    if whole is not None:
        start, end = whole
    found = edges.touching(lane_index, start, told_by(lane, end) + 1)
    edge = ending_edge(found, lane_index, end)
    return Step(edge.from_lane, "ends", edge.from_ns) if edge is not None else None


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
