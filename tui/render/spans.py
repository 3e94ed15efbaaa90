"""Spans and events of a lane around a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.kernel.syscalls import syscall_name
from paraviz.text.translation import N_, _
from paraviz.trace import State
from paraviz.trace.causality.brackets import begins_wait, whole_wait
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.trace.states.at_rest import stand_within

if TYPE_CHECKING:
    from paraviz.trace import Trace


_NEAR = 8
"""Stretches of a worker's states before and after one that may be of a wait around it."""


class Span(Struct, frozen=True):
    """A stretch of one state in a lane."""

    lane_index: int
    """Whose."""
    start_ns: int
    """Its begin."""
    end_ns: int
    """Its end, excluded."""
    state: State
    """What the worker did."""
    cause: int
    """The row of the lane's event that began it, or -1."""


def span_at(trace: Trace, lane_index: int, at_ns: int) -> Span:
    """The span a moment falls into; before or after the lane's life one of `NOT_ALIVE`."""
    lane = trace.lanes[lane_index]
    states = lane.states
    if not len(states) or at_ns < lane.start_ns:
        return Span(lane_index, min(at_ns, trace.start_ns), lane.start_ns, State.NOT_ALIVE, -1)
    if at_ns >= lane.end_ns:
        return Span(lane_index, lane.end_ns, max(at_ns, trace.end_ns), State.NOT_ALIVE, -1)
    row = int(np.searchsorted(states.starts, at_ns, "right")) - 1
    end = int(states.starts[row + 1]) if row + 1 < len(states) else lane.end_ns
    return Span(
        lane_index,
        int(states.starts[row]),
        end,
        State(int(states.states[row])),
        int(states.causes[row]),
    )


def whole_at(trace: Trace, lane_index: int, at_ns: int) -> Span:
    """As `span_at`, but of a wait the whole of it, whatever interrupts it."""
    span = span_at(trace, lane_index, at_ns)
    return span if span.state is State.NOT_ALIVE else whole_of(trace, span)


def whole_of(trace: Trace, span: Span) -> Span:
    """The whole wait that a span is a stretch of; any other span as it is."""
    lane = trace.lanes[span.lane_index]
    row = int(np.searchsorted(lane.states.starts, span.start_ns, "right")) - 1
    if row < 0 or span.state not in (State.WAITING_LOCK, State.BLOCKED):
        return span
    whole = whole_wait(lane, row) if lane.states.causes[row] == span.cause else None
    return span if whole is None else replace(span, start_ns=whole.start_ns, end_ns=whole.end_ns)


def interrupts(trace: Trace, span: Span) -> Span | None:
    """The wait in the middle of which a worker does something else, if it does."""
    lane = trace.lanes[span.lane_index]
    states = lane.states
    row = int(np.searchsorted(states.starts, span.start_ns, "right")) - 1
    before = slice(max(row - _NEAR, 0), max(row, 0))
    after = slice(row + 1, row + 1 + _NEAR)
    both = set(states.causes[before].tolist()) & set(states.causes[after].tolist())
    waits = [
        cause
        for cause in both
        if cause >= 0 and cause != span.cause and begins_wait(int(lane.kinds[cause]))
    ]
    if not waits or row < 0:
        return None
    cause = max(waits)
    place = row + 1 + states.causes[after].tolist().index(cause)
    return whole_at(trace, span.lane_index, int(states.starts[place]))


def cause_text(trace: Trace, labels: tuple[str, ...], span: Span) -> str:
    """What a blocked or waiting worker waits for, in few words: `join thread-a`."""
    if span.cause < 0 and span.state is State.BLOCKED:
        stand = stand_within(trace, span.lane_index, span.start_ns, span.end_ns)
        if stand is not None and stand.function:
            return stand.function
    if span.cause <= SYSCALL_CAUSE and span.state is State.BLOCKED:
        return syscall_name(SYSCALL_CAUSE - span.cause)
    if span.cause < 0:
        return ""
    lane = trace.lanes[span.lane_index]
    kind, obj = int(lane.kinds[span.cause]), int(lane.objects[span.cause])
    if kind in (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN):
        return f"join {labels[obj]}" if 0 <= obj < len(labels) else "join"
    if kind == ev.LOCK_WAIT:
        return trace.objects[obj].name if 0 <= obj < len(trace.objects) else _("lock")
    if kind in _NAMED_BY_OBJECT and 0 <= obj < len(trace.objects):
        return trace.objects[obj].name
    return _(_NAMED.get(kind, ""))


_NAMED_BY_OBJECT = (
    *(ev.WAIT_BEGIN, ev.GET_WAIT, ev.PUT_WAIT, ev.SEND_WAIT, ev.RECEIVE_WAIT),
    *(ev.RESULT_WAIT, ev.COROUTINE_AWAIT),
)
# `join`, `sleep` and `read` are what the program calls.
_NAMED = {
    ev.SLEEP_BEGIN: "sleep",
    ev.READ_BEGIN: "read",
    ev.TASK_WAIT: N_("no task"),
    ev.COROUTINE_READY: N_("ready"),
}
