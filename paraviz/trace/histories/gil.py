"""Who has the GIL, as far as the trace shows it.

A thread that runs may have let go of the GIL: whoever computes in C often does. So it is only said
to hold it where it was seen to run Python in that stretch: an event of its own lies in it, or it
waited for the GIL just before or after. Who is in another interpreter may have another GIL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

_INSIDE = " in interpreter "
"""So does what a thread does in a subinterpreter end, as the probe has it: with its number."""
_ON = (State.RUNNING, State.WAITING_CPU)


def gil_holder_at(trace: Trace, lane_index: int, at_ns: int) -> int:
    """The lane that holds the GIL which another one waits for at a moment: the only other thread of
    the process that runs, if it was seen to run Python; else -1."""
    pid = trace.lanes[lane_index].pid
    known = frozenset(row for row, each in enumerate(trace.objects) if _INSIDE in each.name)
    own = _interpreter_at(trace, lane_index, at_ns, known)
    running = [
        index
        for index, lane in enumerate(trace.lanes)
        if index != lane_index
        and lane.pid == pid
        and lane.kind != "task"
        and _state_at(lane, at_ns) is State.RUNNING
        and _interpreter_at(trace, index, at_ns, known) == own
    ]
    return running[0] if len(running) == 1 and _runs_python(trace, running[0], at_ns) else -1


def _interpreter_at(trace: Trace, index: int, at_ns: int, known: frozenset[int]) -> str:
    """The subinterpreter that a thread is in at a moment, "" for the main one. `known`: the spans
    that say so."""
    lane, inside = trace.lanes[index], []
    if not known:
        return ""
    until = int(np.searchsorted(lane.times, at_ns, "right"))
    rows = np.flatnonzero(np.isin(lane.kinds[:until], (ev.SPAN_BEGIN, ev.SPAN_END)))
    for row in rows.tolist():
        obj = int(lane.objects[row])
        if obj in known and lane.kinds[row] == ev.SPAN_BEGIN:
            inside.append(trace.objects[obj].name.partition(_INSIDE)[2])
        elif obj in known and inside:
            inside.pop()
    return inside[-1] if inside else ""


def _state_at(lane: Lane, at_ns: int) -> State:
    if not lane.start_ns <= at_ns < lane.end_ns or not len(lane.states):
        return State.NOT_ALIVE
    row = int(np.searchsorted(lane.states.starts, at_ns, "right")) - 1
    return State(int(lane.states.states[row]))


def _runs_python(trace: Trace, index: int, at_ns: int) -> bool:
    """Whether a thread that runs was seen to run Python in the stretch around a moment, in which it
    did nothing but run or wait for a CPU."""
    lane = trace.lanes[index]
    states, starts = lane.states.states, lane.states.starts
    row = int(np.searchsorted(starts, at_ns, "right")) - 1
    first, last = row, row
    while first > 0 and states[first - 1] in _ON:
        first -= 1
    while last + 1 < len(states) and states[last + 1] in _ON:
        last += 1
    around = [states[first - 1]] if first > 0 else []
    around += [states[last + 1]] if last + 1 < len(states) else []
    if State.WAITING_GIL in around:
        return True
    begin = int(starts[first])
    end = int(starts[last + 1]) if last + 1 < len(starts) else lane.end_ns
    return any(
        (other.times[np.searchsorted(other.times, begin) :][:1] <= end).any()
        for other in trace.lanes
        if (other.pid, other.tid) == (lane.pid, lane.tid)
    )
