"""Whoever's wait is over goes on late, where states are inferred: from the moment what it waited
for was there, up to its next event, it was ready, and waited for a CPU or for the GIL.

Which of the two, the system's account of the thread tells: what it waited for a CPU. Where it tells
nothing, a thread that shares a GIL waited for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.accounts import Accounts
from paraviz.trace.states.on_cpu import OnAndOff
from paraviz.trace.states.partition import State, overlay, own_states
from paraviz.trace.states.woken import NEVER, woken_by_others

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.kernel.spent import Spent
    from paraviz.trace.model import Lane, SharedObject, States, Times

LATE_NS = 100_000
"""It takes up to that to go on."""


def with_late(
    lanes: Sequence[Lane], objects: Sequence[SharedObject], spent: Spent, *, gil: bool
) -> list[Lane]:
    """The lanes with what is late in their waits."""
    owns = [own_states(lane) for lane in lanes]
    waits = [_as_stretches(lane, own) for lane, own in zip(lanes, owns, strict=True)]
    over = woken_by_others(lanes, owns, waits, objects, {})
    accounts = Accounts(spent)
    result = []
    for lane, own, cpu, ended in zip(lanes, owns, waits, over, strict=True):
        moments = np.minimum(ended, _awake(lane, own))
        rows = np.flatnonzero((moments > cpu.starts) & (moments < cpu.ends - LATE_NS))
        begins, ends = moments[rows], cpu.ends[rows]
        its = _of_the_gil(begins, ends, accounts.of(lane)) & _shares_gil(lanes, lane, gil=gil)
        states = lane.states
        for state, chosen in ((State.WAITING_GIL, its), (State.WAITING_CPU, ~its)):
            states = overlay(states, lane.end_ns, begins[chosen], ends[chosen], state, _WAITS)
        result.append(replace(lane, states=states))
    return result


_WAITS = (State.BLOCKED, State.WAITING_LOCK)


def _as_stretches(lane: Lane, own: States) -> OnAndOff:
    waits = np.isin(own.states, _WAITS)
    doing = np.where(waits, State.BLOCKED, State.RUNNING).astype(np.uint8)
    return OnAndOff(own.starts, np.append(own.starts, lane.end_ns)[1:], doing)


def _awake(lane: Lane, own: States) -> Times:
    """int64[len(own)]: when a sleep was over that is known to last, or NEVER."""
    result = np.full(len(own), NEVER, np.int64)
    begun = own.causes
    rows = np.flatnonzero((own.states == State.BLOCKED) & (begun >= 0))
    rows = rows[(lane.kinds[begun[rows]] == ev.SLEEP_BEGIN) & (lane.values[begun[rows]] > 0)]
    result[rows] = own.starts[rows] + lane.values[begun[rows]]
    return result


def _of_the_gil(begins: Times, ends: Times, spent: Spent) -> NDArray[np.bool_]:
    """bool[n]: which of the late parts are not explained by what the thread waited for a CPU."""
    if len(spent) < 2:
        return np.ones(len(begins), bool)
    row = np.clip(np.searchsorted(spent.times, ends, "left"), 1, len(spent) - 1)
    # It is accounted when it gets one.
    waited = spent.waited[row] - spent.waited[row - 1]
    window = np.searchsorted(spent.times, ends, "left")
    late = np.bincount(window, ends - begins, len(spent) + 1)[window]
    result: NDArray[np.bool_] = waited < late / 2
    return result


def _shares_gil(lanes: Sequence[Lane], lane: Lane, *, gil: bool) -> bool:
    return gil and any(
        other is not lane
        and other.pid == lane.pid
        and other.kind != "task"
        and other.start_ns < lane.end_ns
        and other.end_ns > lane.start_ns
        for other in lanes
    )
