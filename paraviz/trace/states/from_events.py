"""States inferred from events alone, where there is no kernel truth.

Two steps, both over whole columns: what each worker's own events say (waiting for a lock, blocked,
else running), then, on an interpreter with a GIL, what the *other* threads' events say: while it
was their turn, it was not this one's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.states.of_tasks import with_task_states
from paraviz.trace.states.partition import State, overlay, own_states

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.trace.model import Kinds, Lane, States

TURN_LIMIT = 5
"""Switch intervals: a longer stretch between two events is nobody's turn for certain."""


def with_states(
    lanes: Sequence[Lane],
    *,
    gil: bool,
    switch_interval_s: float,
    bound: Callable[[Sequence[Lane]], Sequence[Lane]] | None = None,
) -> list[Lane]:
    """The lanes with their states derived from events alone ("inferred" truth). `bound`: changes
    those of threads that cannot be; it gets a lane for each of `lanes`, an empty one for a task."""

    def derive(lanes: Sequence[Lane]) -> Sequence[Lane]:
        told = _threads_with_states(lanes, gil=gil, switch_interval_s=switch_interval_s)
        return bound(told) if bound is not None else told

    return with_task_states(lanes, derive)


def _threads_with_states(
    lanes: Sequence[Lane], *, gil: bool, switch_interval_s: float
) -> list[Lane]:
    own = [replace(lane, states=_with_idleness(lane, own_states(lane))) for lane in lanes]
    if not gil:
        return own
    result = list(own)
    for pid in {lane.pid for lane in own}:
        rows = [i for i, lane in enumerate(own) if lane.pid == pid]
        if len(rows) > 1:
            inferred = infer_gil_waits([own[i] for i in rows], int(switch_interval_s * 1e9))
            for i, lane in zip(rows, inferred, strict=True):
                result[i] = lane
    return result


def _with_idleness(lane: Lane, own: States) -> States:
    """The threads of an executor do not say that they wait for a task: between two they do."""
    if lane.kind != "thread" or (lane.kinds == ev.TASK_WAIT).any():
        return own
    rows = np.flatnonzero((lane.kinds == ev.TASK_BEGIN) | (lane.kinds == ev.TASK_END))
    rows = rows[lane.kinds[rows] == ev.TASK_END]
    until = np.append(lane.times, lane.end_ns)[rows + 1]
    return overlay(own, lane.end_ns, lane.times[rows], until, State.BLOCKED)


def infer_gil_waits(lanes: Sequence[Lane], switch_interval_ns: int) -> list[Lane]:
    """The threads of one process with a GIL, their running stretches split by whose turn it was.

    An event is a sighting: its thread held the GIL then. Of the stretch between two sightings in a
    row nothing is known but its ends; it is taken for the turn of the thread that ends it, whose
    work led up to that event, and all others that are not blocked wait. Where that event is the end
    of a wait its thread did nothing up to it: the turn is the thread's that was seen before.
    Nothing is claimed where that one began a wait itself, nor where the stretch is longer than
    `TURN_LIMIT` switch intervals: others may well have had turns unseen.

    All sightings in one order fall into chains of claimed stretches. A thread waits along every
    chain of its life, save in its own turns. So the cost is that of one sort, and what each
    thread's states change.
    """
    times = np.concatenate([lane.times for lane in lanes])
    order = np.argsort(times, kind="stable")
    times = times[order]
    owners = np.repeat(np.arange(len(lanes)), [len(lane.times) for lane in lanes])[order]
    after_wait = np.concatenate([_ends_wait(lane.kinds) for lane in lanes])[order]
    before_wait = np.concatenate([_IS_WAIT_BEGIN[lane.kinds] for lane in lanes])[order]
    turns = np.where(after_wait[1:], owners[:-1], owners[1:])
    far = np.diff(times) > TURN_LIMIT * switch_interval_ns
    broken = np.flatnonzero(far | (after_wait[1:] & before_wait[:-1]))
    by_thread = np.argsort(turns, kind="stable")
    own_turns = np.split(by_thread, np.searchsorted(turns[by_thread], np.arange(1, len(lanes))))
    firsts = np.concatenate(([0], broken + 1))
    lasts = np.concatenate((broken, [len(times) - 1]))
    linked = lasts > firsts
    firsts, lasts = firsts[linked], lasts[linked]
    if not len(firsts):
        return list(lanes)
    result = []
    for lane, own in zip(lanes, own_turns, strict=True):
        alive = slice(
            int(np.searchsorted(times[lasts], lane.start_ns, "right")),
            int(np.searchsorted(times[firsts], lane.end_ns, "left")),
        )
        # Sorted begins and sorted ends pair up: an own turn outside all chains adds an end just
        # before its begin, a pair that is empty.
        begins = np.sort(np.concatenate((firsts[alive], own + 1)), kind="stable")
        ends = np.sort(np.concatenate((lasts[alive], own)), kind="stable")
        lasting = begins < ends
        states = overlay(
            lane.states,
            lane.end_ns,
            times[begins[lasting]],
            times[ends[lasting]],
            State.WAITING_GIL,
        )
        result.append(replace(lane, states=states))
    return result


_WAIT_BEGINS = (
    ev.JOIN_BEGIN,
    ev.SLEEP_BEGIN,
    ev.READ_BEGIN,
    ev.LOCK_WAIT,
    ev.THREAD_END,
    ev.WAIT_BEGIN,
    ev.PUT_WAIT,
    ev.GET_WAIT,
    ev.PROCESS_JOIN_BEGIN,
    ev.TASK_WAIT,
    ev.RESULT_WAIT,
)
_WAIT_ENDS = (
    ev.JOIN_END,
    ev.SLEEP_END,
    ev.READ_END,
    ev.LOCK_ABANDONED,
    ev.THREAD_BEGIN,
    ev.WAIT_END,
    ev.WAIT_ABANDONED,
    ev.PROCESS_JOIN_END,
    ev.TASK_NONE,
    ev.RESULT,
)
_IS_WAIT_BEGIN, _IS_WAIT_END = np.zeros(256, bool), np.zeros(256, bool)
_IS_WAIT_BEGIN[list(_WAIT_BEGINS)] = True
_IS_WAIT_END[list(_WAIT_ENDS)] = True
_WAITED_FOR = ((ev.LOCK_ACQUIRED, ev.LOCK_WAIT), (ev.TASK_BEGIN, ev.TASK_WAIT))
"""Events that end a wait only where one went before: the event, what went before."""


def _ends_wait(kinds: Kinds) -> NDArray[np.bool_]:
    """Which of a lane's events end a wait, and so say nothing of the time before them."""
    result = _IS_WAIT_END[kinds]
    for end, begin in _WAITED_FOR:
        result[1:] |= (kinds[1:] == end) & (kinds[:-1] == begin)
    return result
