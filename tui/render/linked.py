"""What links a thread, its event loop and the tasks in it, in inked words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.text.translation import N_, _
from paraviz.trace import State
from paraviz.trace.causality.event_loops import holding_since, in_step_of
from paraviz.trace.causality.wait_chain import waits_for

from .doing import doing, lane_name
from .inks import PLAIN, QUIET, Row, worded
from .spans import span_at
from .times import time_text

if TYPE_CHECKING:
    from paraviz.trace.causality.wait_step import Step

    from .spans import Span
    from .view import TraceView

_OF_A_LOOP = {
    "join": N_("until {worker} is done"),
    "one": N_("{worker} is its only task"),
    "next": N_("{worker} is the first to go on, at {time}"),
}
_OF_A_RESULT = {
    "join": N_("{worker} makes it"),
    "task": N_("{worker} is at it"),
    "begins": N_("{worker} begins it at {time}"),
    "loop": N_("which its own event loop, in {worker}, would have to run"),
}
_OF_AN_AWAIT = {
    "join": N_("{worker} is not done"),
    "one": N_("{worker} is not done"),
    "task": N_("{worker} is at it"),
    "begins": N_("{worker} begins it at {time}"),
}
_OF_A_TURN = {"turn": N_("the loop is at {worker}")}
_BY_KIND = {
    ev.RESULT_WAIT: _OF_A_RESULT,
    ev.COROUTINE_AWAIT: _OF_AN_AWAIT,
    ev.COROUTINE_READY: _OF_A_TURN,
    ev.WAIT_BEGIN: _OF_A_LOOP,
}


def links(view: TraceView, span: Span, at_ns: int) -> Row:
    """Whose step a thread is in, or whom it waits for that an event loop runs."""
    trace = view.trace
    task = in_step_of(trace, span.lane_index, at_ns)
    if task >= 0:
        row = worded(_("in a step of {worker}"), QUIET, worker=lane_name(view, task))
        is_told = span.state in (State.RUNNING, State.WAITING_CPU, State.WAITING_GIL)
        return row if is_told else row + _which(view, task, at_ns)
    lane = trace.lanes[span.lane_index]
    kind = int(lane.kinds[span.cause]) if span.cause >= 0 else -1
    if kind not in _BY_KIND:
        return []
    edges = view.edges if view.edges.are_known else None
    step = waits_for(trace, view.locks, edges, span.lane_index, at_ns)
    if step is None:
        return []
    if step.why == "lock":
        return _held(view, span, step, at_ns)
    words = _BY_KIND[kind].get(step.why)
    if words is None or not _is_linked(view, span, step):
        return []
    row = worded(
        _(words),
        QUIET,
        worker=lane_name(view, step.lane_index),
        time=(time_text(step.at_ns), PLAIN),
    )
    return row if step.why == "turn" else row + _which(view, step.lane_index, at_ns)


def _is_linked(view: TraceView, span: Span, step: Step) -> bool:
    """Whether a loop has to do with it: the task of an executor that a thread waits for is told by
    other words."""
    lanes = view.trace.lanes
    return "task" in (lanes[span.lane_index].kind, lanes[step.lane_index].kind) or (
        step.why == "loop"
    )


def _held(view: TraceView, span: Span, step: Step, at_ns: int) -> Row:
    """Which task has the lock of asyncio that one awaits."""
    lane = view.trace.lanes[span.lane_index]
    before = int(lane.objects[span.cause - 1]) if span.cause else -1
    _holder, since = holding_since(view.trace, before, at_ns)
    length, time = (time_text(at_ns - since), PLAIN), (time_text(since), PLAIN)
    if step.lane_index == span.lane_index:
        return worded(
            _("held by itself for {length} (since {time})"), QUIET, length=length, time=time
        )
    return worded(
        _("held by {worker} for {length} (since {time})"),
        QUIET,
        worker=lane_name(view, step.lane_index),
        length=length,
        time=time,
    ) + _which(view, step.lane_index, at_ns)


def _which(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """ ", which awaits sleep": what somebody does that waits for nobody else."""
    edges = view.edges if view.edges.are_known else None
    if waits_for(view.trace, view.locks, edges, lane_index, at_ns) is not None:
        return []
    lane = view.trace.lanes[lane_index]
    if not lane.start_ns <= at_ns < lane.end_ns or not np.size(lane.states.starts):
        return []
    span = span_at(view.trace, lane_index, at_ns)
    if span.cause == -1 and span.state is State.BLOCKED:
        return []
    return worded(_(", which {does}"), QUIET, does=doing(view, span))
