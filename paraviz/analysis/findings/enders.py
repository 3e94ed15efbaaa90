"""Who could end a wait: those that have done before what ends one of its kind, and who could make
others that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.waits import JOINS
from paraviz.trace.kinds import of_kinds

if TYPE_CHECKING:
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Lane, Trace

_ENDS = {
    ev.LOCK_WAIT: (ev.LOCK_ACQUIRED, ev.LOCK_RELEASED),
    ev.WAIT_BEGIN: (ev.SET, ev.NOTIFY, ev.GET),
    ev.PUT_WAIT: (ev.GET,),
    ev.GET_WAIT: (ev.PUT,),
    ev.SEND_WAIT: (ev.RECEIVE,),
    ev.RECEIVE_WAIT: (ev.SEND,),
    ev.RESULT_WAIT: (ev.RESULT_SET,),
}
"""For what begins a wait what others have done with the same thing who can end it."""
_STARTS = (ev.THREAD_START, ev.PROCESS_START)
_AT_WORK = (ev.TASK_BEGIN, ev.TASK_WAIT)
_TICK = (ev.SLEEP_BEGIN, ev.WAIT_LIMIT)
_TICKS = 3
"""So often at least it comes back to where it was."""


def enders(trace: Trace, wait: Waiting) -> set[int] | None:
    """The lanes that have done what ends such a wait, whether they live or not; None where that is
    not known. The one that waits is none of them."""
    if wait.kind in JOINS:
        return {wait.object_index}
    kinds = _ENDS.get(wait.kind)
    if kinds is None:
        return None
    thing = trace.objects[wait.object_index]
    other = thing.peer if wait.kind in (ev.SEND_WAIT, ev.RECEIVE_WAIT) else wait.object_index
    if other < 0 or ("." in thing.kind and not thing.kind.startswith("multiprocessing.")):
        return None
    if wait.kind == ev.WAIT_BEGIN and thing.kind.endswith("Barrier"):
        kinds = (*kinds, ev.WAIT_BEGIN)
    found = {
        index
        for index, lane in enumerate(trace.lanes)
        if (of_kinds(lane.kinds, kinds) & (lane.objects == other)).any()
    }
    return found - {wait.lane_index}


def makers(trace: Trace, lanes: set[int]) -> set[int]:
    """The lanes that started some of these, and so could start others like them."""
    return {
        index
        for index, lane in enumerate(trace.lanes)
        if np.isin(lane.objects[of_kinds(lane.kinds, _STARTS)], list(lanes)).any()
    }


def ticks(lane: Lane, since_ns: int, at_ns: int) -> bool:
    """Whether a lane does the same again and again in a stretch, with a sleep or a wait with a time
    limit in between, and nothing else: what it has not done in all that time it does not do."""
    first, last = np.searchsorted(lane.times, (since_ns, at_ns)).tolist()
    waits = np.flatnonzero(np.isin(lane.kinds[first:last], _TICK)) + first
    if len(waits) <= _TICKS or of_kinds(lane.kinds, _AT_WORK).any():
        return False
    rounds = [
        tuple(
            zip(
                *(c[one:other].tolist() for c in (lane.kinds, lane.objects, lane.sites)),
                strict=True,
            )
        )
        for one, other in zip(waits[:-1].tolist(), waits[1:].tolist(), strict=True)
    ]
    return len({_without_writes(each) for each in rounds}) == 1


def _without_writes(events: tuple[tuple[int, int, int], ...]) -> tuple[tuple[int, int, int], ...]:
    """What it writes may be more or less."""
    return tuple(event for event in events if event[0] != ev.WRITE)
