"""States: what they are, and partitions of a lane's life into them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.causality.brackets import begins_wait, interrupted, within
from paraviz.trace.model import States, no_states

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.causality.brackets import Waits
    from paraviz.trace.model import Kinds, Lane, Refs, Times


class State(IntEnum):
    """What a worker is doing over a span. The numbers are stored in recordings."""

    NOT_ALIVE = 0
    RUNNING = 1
    WAITING_CPU = 2
    WAITING_GIL = 3
    WAITING_LOCK = 4
    BLOCKED = 5

    @property
    def label(self) -> str:
        """As a person reads it."""
        return _LABELS[self]


_LABELS = {
    State.NOT_ALIVE: "not alive",
    State.RUNNING: "running",
    State.WAITING_CPU: "waiting for a CPU",
    State.WAITING_GIL: "waiting for the GIL",
    State.WAITING_LOCK: "waiting for a lock",
    State.BLOCKED: "blocked",
}

HANDLER_NS = 10_000_000
"""What interrupts a wait and does nothing that is seen for longer is taken to be over."""
_PIECE = 1 << 18
_CARRY = 255
_AFTER = np.full(256, _CARRY, np.uint8)
"""The state that begins with an event of each kind; `_CARRY` for events that change none."""
for _kind, _state in {
    ev.THREAD_BEGIN: State.RUNNING,
    ev.PROGRAM_BEGIN: State.RUNNING,
    ev.JOIN_BEGIN: State.BLOCKED,
    ev.JOIN_END: State.RUNNING,
    ev.LOCK_WAIT: State.WAITING_LOCK,
    ev.LOCK_ACQUIRED: State.RUNNING,
    ev.LOCK_ABANDONED: State.RUNNING,
    ev.SLEEP_BEGIN: State.BLOCKED,
    ev.SLEEP_END: State.RUNNING,
    ev.READ_BEGIN: State.BLOCKED,
    ev.READ_END: State.RUNNING,
    ev.WAIT_BEGIN: State.BLOCKED,
    ev.WAIT_END: State.RUNNING,
    ev.WAIT_ABANDONED: State.RUNNING,
    ev.PUT_WAIT: State.BLOCKED,
    ev.GET_WAIT: State.BLOCKED,
    ev.SEND_WAIT: State.BLOCKED,
    ev.SEND: State.RUNNING,
    ev.RECEIVE_WAIT: State.BLOCKED,
    ev.RECEIVE: State.RUNNING,
    ev.RESULT_WAIT: State.BLOCKED,
    ev.RESULT: State.RUNNING,
    ev.COROUTINE_RUN: State.RUNNING,
    ev.COROUTINE_AWAIT: State.BLOCKED,
    ev.COROUTINE_READY: State.BLOCKED,
    ev.PROCESS_JOIN_BEGIN: State.BLOCKED,
    ev.PROCESS_JOIN_END: State.RUNNING,
    ev.TASK_WAIT: State.BLOCKED,
    ev.TASK_BEGIN: State.RUNNING,
    ev.TASK_NONE: State.RUNNING,
}.items():
    _AFTER[_kind] = _state


def partition(start_ns: int, end_ns: int, starts: Times, states: Kinds, causes: Refs) -> States:
    """Clean a sequence of state changes into a partition of [start_ns, end_ns).

    `starts` (int64[n]) must not decrease. Changes outside the life are clamped into it, changes of
    no length vanish, neighbours with equal state and cause become one.
    """
    if end_ns <= start_ns:
        return no_states()
    starts = np.clip(np.concatenate(([start_ns], starts)), start_ns, end_ns)
    states = np.concatenate((np.array([State.RUNNING], np.uint8), states))
    causes = np.concatenate((np.array([-1], np.int32), causes))
    lasting = np.diff(starts, append=end_ns) > 0
    starts, states, causes = starts[lasting], states[lasting], causes[lasting]
    fresh = np.ones(len(starts), bool)
    fresh[1:] = (states[1:] != states[:-1]) | (
        (causes[1:] != causes[:-1]) & (states[1:] != State.RUNNING)
    )
    return States(starts[fresh], states[fresh], causes[fresh])


def own_states(lane: Lane) -> States:
    """What a worker's own events say."""
    after = _AFTER[lane.kinds]
    waits = interrupted(lane)
    if waits is not None:
        causes = np.arange(len(after), dtype=np.int32)
        _nest(lane, waits, after, causes)
        rows = np.flatnonzero(after != _CARRY)
        causes = causes[rows]
    else:
        rows = _changes(lane, after)
        causes = rows.astype(np.int32)
    return partition(lane.start_ns, lane.end_ns, lane.times[rows], after[rows], causes)


def _changes(lane: Lane, after: Kinds) -> NDArray[np.intp]:
    """The rows of events that begin a state. Most find their worker running and leave it so: those
    are none. A piece at a time, so that they take no memory."""
    found, last = [np.empty(0, np.intp)], np.empty(0, np.intp)
    for first in range(0, len(after), _PIECE):
        rows = np.flatnonzero(after[first : first + _PIECE] != _CARRY) + first
        rows = np.concatenate((last, rows))
        goes_on = np.zeros(len(rows), bool)
        running = after[rows] == State.RUNNING
        goes_on[1:] = running[1:] & running[:-1]
        goes_on[1:] &= lane.times[rows[1:]] > lane.times[rows[:-1]]
        goes_on[: len(last)] = True
        found.append(rows[~goes_on])
        last = rows[-1:]
    return np.concatenate(found)


def _nest(lane: Lane, waits: Waits, after: Kinds, causes: Refs) -> None:
    """Let each wait go on after what interrupted it, in place: who does nothing more by itself for
    `HANDLER_NS`, nor holds a lock that it took there, is back in the wait."""
    begins, ends = within(waits, len(after))
    rows = np.flatnonzero((begins >= 0) & (begins != np.arange(len(after))))
    rows = rows[[not begins_wait(kind) for kind in lane.kinds[rows].tolist()]]
    around, until = begins[rows], ends[rows]
    got, gave = lane.kinds == ev.LOCK_ACQUIRED, lane.kinds == ev.LOCK_RELEASED
    held = np.cumsum(got.astype(np.int64) - gave)
    times = np.append(lane.times, np.iinfo(np.int64).max)
    soon = (times[rows + 1] - times[rows] <= HANDLER_NS) | (held[rows] > held[around])
    at_work = soon & (rows + 1 < until)
    after[rows] = np.where(at_work, np.uint8(State.RUNNING), _AFTER[lane.kinds[around]])
    causes[rows] = np.where(at_work, rows, around)


def overlay(
    base: States,
    end_ns: int,
    begins: Times,
    ends: Times,
    state: State,
    over: tuple[State, ...] = (State.RUNNING,),
) -> States:
    """`base` with its stretches of the states `over` inside [begins, ends) set to `state`.

    `begins`, `ends` (int64[k]): sorted, none overlapping the next.
    """
    if not len(begins) or not len(base):
        return base
    # A stable sort merges what is sorted already; `np.unique` would take five times as long, and
    # `partition` sees to edges that are there twice.
    edges = np.sort(np.concatenate((base.starts, begins, ends)), kind="stable")
    edges = edges[(edges >= base.starts[0]) & (edges < end_ns)]
    at = np.searchsorted(base.starts, edges, "right") - 1
    window = np.searchsorted(begins, edges, "right") - 1
    inside = (window >= 0) & (edges < ends[np.maximum(window, 0)])
    states = base.states[at]
    causes = base.causes[at]
    hit = inside & np.isin(states, over)
    states[hit] = state
    causes[hit] = -1
    return partition(int(base.starts[0]), end_ns, edges, states, causes)


_ALIVE = tuple(state for state in State if state is not State.NOT_ALIVE)


def state_totals(lane: Lane) -> dict[State, int]:
    """ns in each state; they add up to the lane's life."""
    lengths = np.diff(lane.states.starts, append=lane.end_ns)
    sums = np.bincount(lane.states.states, weights=lengths, minlength=len(State)).tolist()
    return {state: int(sums[state]) for state in _ALIVE}
