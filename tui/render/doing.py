"""What a worker does, in a few inked words, and the line of the program that it is at."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace import State
from paraviz.trace.labels import event_label, state_label
from paraviz.trace.memory import shown_value
from paraviz.trace.model import SYSCALL_CAUSE

from .characters import NEWLINE, one_cell
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, name_ink

if TYPE_CHECKING:
    from .spans import Span
    from .view import TraceView

STATE_VERBS = {
    State.RUNNING: "runs",
    State.WAITING_CPU: "waits for a CPU",
    State.WAITING_GIL: "waits for the GIL",
    State.WAITING_LOCK: "waits for",
    State.BLOCKED: "is blocked",
}
_WAITS = {
    ev.TASK_WAIT: "waits for a task",
    ev.SLEEP_BEGIN: "sleeps",
    ev.READ_BEGIN: "waits for input",
    ev.COROUTINE_READY: "is ready, waits for its turn",
}
_WAITS_FOR = {
    ev.WAIT_BEGIN: "waits for ",
    ev.GET_WAIT: "waits for an item from ",
    ev.PUT_WAIT: "waits for room in ",
    ev.SEND_WAIT: "waits for room in ",
    ev.RECEIVE_WAIT: "waits for a message from ",
    ev.RESULT_WAIT: "waits for the result of ",
    ev.COROUTINE_AWAIT: "awaits ",
}
_OF_A_VALUE = (ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE)
_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
_QUOTED = 40
"""Characters of a text that are shown."""


def lane_name(view: TraceView, lane_index: int) -> Piece:
    """The name of a lane in its own colour."""
    return view.labels[lane_index], name_ink(lane_index)


def doing(view: TraceView, span: Span) -> Row:
    """The verb, and what for."""
    ink, what = Ink(STATE_TONES[span.state], mood="bold"), Ink(mood="bold")
    lane = view.trace.lanes[span.lane_index]
    kind = int(lane.kinds[span.cause]) if span.cause >= 0 else -1
    obj = int(lane.objects[span.cause]) if span.cause >= 0 else -1
    if span.cause <= SYSCALL_CAUSE and span.state is State.BLOCKED:
        label = state_label(view.trace, lane, span.state, span.cause)
        return [("is " + label.replace(": ", " "), ink)]
    if kind in _JOINS:
        if 0 <= obj < len(view.labels):
            return [("waits for ", ink), lane_name(view, obj), (" to end (join)", QUIET)]
        return [("waits for a worker to end (join)", ink)]
    if kind in _WAITS:
        return [(_WAITS[kind], ink)]
    if kind == ev.TASK_BEGIN and span.state is State.RUNNING:
        return [("runs ", ink), (view.trace.objects[obj].name if obj >= 0 else "a task", what)]
    if kind in _WAITS_FOR and obj >= 0:
        return [(_WAITS_FOR[kind], ink), (view.trace.objects[obj].name, what)]
    if span.state is State.WAITING_LOCK:
        name = view.trace.objects[obj].name if obj >= 0 else "a lock"
        return [("waits for ", ink), (name, what)]
    return [(STATE_VERBS[span.state], ink)]


def happening(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """What happens in the lane at the very moment, and in which line."""
    lane = view.trace.lanes[lane_index]
    row = int(np.searchsorted(lane.times, at_ns, "left"))
    if row >= len(lane.times) or lane.times[row] != at_ns:
        return []
    kind = int(lane.kinds[row])
    if kind != ev.WRITE:
        label = event_label(view.trace, kind, int(lane.objects[row]))
        value = _value(view, lane_index, row) if kind in _OF_A_VALUE else ""
        return [(f"here: {label}{value}", PLAIN), *at_line(view, lane_index, row)]
    sizes = lane.values[: row + 1][lane.kinds[: row + 1] == ev.WRITE]
    end = int(sizes.sum())
    text = lane.text[end - int(sizes[-1]) : end]
    quoted = one_cell(text[:_QUOTED]) + ("…" if len(text) > _QUOTED else "")
    verb = "logs" if lane.objects[row] == ev.LOG else "writes"
    said = f"{verb} {quoted}" if text.strip() else f"{verb} {NEWLINE}"
    return [(said, Ink(mood="bold")), *at_line(view, lane_index, row)]


def _value(view: TraceView, lane_index: int, row: int) -> str:
    """What was read from shared memory or written to it."""
    lane = view.trace.lanes[lane_index]
    variable = view.trace.objects[int(lane.objects[row])]
    if not variable.typecode:
        return f" ({lane.values[row]} elements)"
    return f" = {shown_value(int(lane.values[row]), variable.typecode)}"


def at_line(view: TraceView, lane_index: int, row: int) -> Row:
    """ " at work.py:12", where the line that caused an event is known."""
    site = int(view.trace.lanes[lane_index].sites[row]) if row >= 0 else -1
    if site < 0:
        return []
    place = view.trace.sites[site]
    return [(" at ", QUIET), (f"{PurePath(place.file).name}:{place.line}", PLAIN)]
