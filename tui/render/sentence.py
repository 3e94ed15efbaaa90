"""The sentence at the cursor: what a worker does, since when, until when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace import State
from paraviz.trace.states import state_totals

from .characters import NEWLINE, one_cell
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, name_ink
from .spans import Span, runners_at, span_at
from .times import time_text

if TYPE_CHECKING:
    from paraviz.trace import Lane

    from .view import TraceView

_STATE_VERBS = {
    State.RUNNING: "runs",
    State.WAITING_CPU: "waits for a CPU",
    State.WAITING_GIL: "waits for the GIL",
    State.WAITING_LOCK: "waits for",
    State.BLOCKED: "is blocked",
}
_ENDS_WELL = frozenset({"", "returned", "ended"})


def sentence(
    view: TraceView, lane_index: int, at_ns: int | None, span: Span | None = None
) -> tuple[Row, Row]:
    """Two rows: what is so, and its circumstances.

    With a `span` they tell of it as a whole, with `at_ns` of the moment, else of the lane's life.
    """
    if not view.trace.lanes:
        return [("Waiting for the program to begin …", QUIET)], []
    if span is not None:
        return _of_span(view, span)
    if at_ns is not None:
        return _of_moment(view, lane_index, at_ns)
    return _of_life(view, lane_index)


def _of_moment(view: TraceView, lane_index: int, at_ns: int) -> tuple[Row, Row]:
    trace = view.trace
    span = span_at(trace, lane_index, at_ns)
    if span.state is State.NOT_ALIVE:
        return _of_nothing(view, span), []
    head = [_name(view, lane_index), (" ", PLAIN), *_doing(view, span)]
    head += [(" since ", QUIET), (time_text(span.start_ns), PLAIN)]
    lane = trace.lanes[lane_index]
    return head, _facts(
        _event(view, lane_index, at_ns),
        _blame(view, span, at_ns),
        _outcome(lane, span, live=trace.live),
    )


def _of_span(view: TraceView, span: Span) -> tuple[Row, Row]:
    if span.state is State.NOT_ALIVE:
        return _of_nothing(view, span), []
    head = [_name(view, span.lane_index), (" ", PLAIN), *_doing(view, span)]
    head += [
        (" for ", QUIET),
        (time_text(span.end_ns - span.start_ns), Ink(mood="bold")),
        (", from ", QUIET),
        (time_text(span.start_ns), PLAIN),
        (" to ", QUIET),
        (time_text(span.end_ns), PLAIN),
    ]
    lane = view.trace.lanes[span.lane_index]
    wrote = _writes(lane, view, span) if span.state is State.RUNNING else []
    return head, _facts(_blame(view, span, span.start_ns), wrote)


def _of_life(view: TraceView, lane_index: int) -> tuple[Row, Row]:
    lane = view.trace.lanes[lane_index]
    life = lane.end_ns - lane.start_ns
    head: Row = [_name(view, lane_index), (" lived ", QUIET), (time_text(life), PLAIN)]
    for state, total in state_totals(lane).items():
        if total:
            verb = "waits for a lock" if state is State.WAITING_LOCK else _STATE_VERBS[state]
            head += [
                (" · ", QUIET),
                (f"{verb} ", Ink(STATE_TONES[state])),
                (_percent(total, life), PLAIN),
            ]
    if lane.end_reason not in _ENDS_WELL:
        head += [(" · ", QUIET), (f"its end: {lane.end_reason}", Ink("error"))]
    return head, [("← → move a cursor through the run; ↑ ↓ choose the worker", QUIET)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if 100 * part >= whole else "< 1 %"


def _of_nothing(view: TraceView, span: Span) -> Row:
    lane = view.trace.lanes[span.lane_index]
    name = _name(view, span.lane_index)
    if span.end_ns <= lane.start_ns:
        return [name, (" has not begun; it begins at ", QUIET), (time_text(lane.start_ns), PLAIN)]
    if not lane.end_reason:
        return [name, (" is not known of after ", QUIET), (time_text(lane.end_ns), PLAIN)]
    row: Row = [name, (" has ended at ", QUIET), (time_text(lane.end_ns), PLAIN)]
    ink = QUIET if lane.end_reason in _ENDS_WELL else Ink("error")
    return [*row, (f" ({lane.end_reason})", ink)]


def _name(view: TraceView, lane_index: int) -> Piece:
    return view.labels[lane_index], name_ink(lane_index)


_BLOCKED_ON = {
    ev.WAIT_BEGIN: "waits for ",
    ev.GET_WAIT: "waits for an item from ",
    ev.PUT_WAIT: "waits for room in ",
}


def _doing(view: TraceView, span: Span) -> Row:
    """The verb, and what for."""
    ink = Ink(STATE_TONES[span.state], mood="bold")
    lane = view.trace.lanes[span.lane_index]
    kind = int(lane.kinds[span.cause]) if span.cause >= 0 else -1
    if kind in (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN):
        joined = int(lane.objects[span.cause])
        if 0 <= joined < len(view.labels):
            return [("waits for ", ink), _name(view, joined), (" to end (join)", QUIET)]
        return [("waits for a worker to end (join)", ink)]
    if kind == ev.TASK_WAIT:
        return [("waits for a task", ink)]
    if kind == ev.TASK_BEGIN and span.state is State.RUNNING:
        task = int(lane.objects[span.cause])
        name = view.trace.objects[task].name if task >= 0 else "a task"
        return [("runs ", ink), (name, Ink(mood="bold"))]
    if kind in _BLOCKED_ON and lane.objects[span.cause] >= 0:
        name = view.trace.objects[int(lane.objects[span.cause])].name
        return [(_BLOCKED_ON[kind], ink), (name, Ink(mood="bold"))]
    if kind == ev.SLEEP_BEGIN:
        return [("sleeps", ink)]
    if kind == ev.READ_BEGIN:
        return [("waits for input", ink)]
    if span.state is State.WAITING_LOCK:
        lock = _lock_of(view, span)
        name = view.locks[lock].name if lock is not None else "a lock"
        return [("waits for ", ink), (name, Ink(mood="bold"))]
    return [(_STATE_VERBS[span.state], ink)]


def _event(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """What happens in the lane at the very moment."""
    lane = view.trace.lanes[lane_index]
    row = int(np.searchsorted(lane.times, at_ns, "left"))
    if row >= len(lane.times) or lane.times[row] != at_ns:
        return []
    kind = int(lane.kinds[row])
    if kind == ev.WRITE:
        # Only writes have values, so that those before a row tell where its text ends.
        end = int(lane.values[: row + 1].sum())
        text = lane.text[end - int(lane.values[row]) : end]
        quoted = one_cell(text[:40]) + ("…" if len(text) > 40 else "")
        return [(f"writes {quoted}" if text.strip() else f"writes {NEWLINE}", Ink(mood="bold"))]
    return [(f"here: {ev.KIND_NAMES.get(kind, 'an event')}", PLAIN)]


def _blame(view: TraceView, span: Span, at_ns: int) -> Row:
    """Who keeps the worker from running."""
    if span.state is State.WAITING_LOCK:
        lock = _lock_of(view, span)
        holder = view.locks[lock].holder_at(at_ns) if lock is not None else -1
        if lock is not None and holder >= 0:
            held = view.locks[lock]
            since = held.hold_starts[np.searchsorted(held.hold_starts, at_ns, "right") - 1]
            who = [("held by ", QUIET), _name(view, holder), (" since ", QUIET)]
            return [*who, (time_text(int(since)), PLAIN)]
    if span.state is State.WAITING_GIL:
        runners = runners_at(view.trace, span.lane_index, at_ns)
        if len(runners) == 1:
            return [("held by ", QUIET), _name(view, runners[0])]
    return []


def _outcome(lane: Lane, span: Span, *, live: bool) -> Row:
    """What comes after the span."""
    if span.end_ns >= lane.end_ns:
        if live or not lane.end_reason:
            return [("still so", QUIET)]
        if span.state is State.RUNNING:
            return [("ends at ", QUIET), (time_text(lane.end_ns), PLAIN)]
        return [("until its end at ", QUIET), (time_text(lane.end_ns), PLAIN)]
    words = {State.RUNNING: "until ", State.WAITING_LOCK: "gets it at "}
    words[State.WAITING_GIL] = words[State.WAITING_CPU] = "runs again at "
    verb = words.get(span.state, "goes on at ")
    length = f" (after {time_text(span.end_ns - span.start_ns)})"
    return [(verb, QUIET), (time_text(span.end_ns), PLAIN), (length, QUIET)]


def _writes(lane: Lane, view: TraceView, span: Span) -> Row:
    """How much was written during a span."""
    marks = view.marks[span.lane_index]
    first, last = np.searchsorted(marks.times, (span.start_ns, span.end_ns)).tolist()
    if last <= first:
        return []
    begin, end = int(marks.text_starts[first]), int(marks.text_ends[last - 1])
    if end <= begin:
        return []
    text = lane.text[begin : min(end, begin + 60)]
    return [("writes ", QUIET), (one_cell(text) + ("…" if end > begin + 60 else ""), PLAIN)]


def _lock_of(view: TraceView, span: Span) -> int | None:
    """The row of `view.locks` that a wait is for."""
    if span.cause < 0:
        return None
    wanted = int(view.trace.lanes[span.lane_index].objects[span.cause])
    for row, lock in enumerate(view.locks):
        if lock.object_index == wanted:
            return row
    return None


def _facts(*facts: Row) -> Row:
    """What there is of these, with dots between."""
    row: Row = []
    for fact in filter(None, facts):
        row += [(" · ", QUIET), *fact] if row else fact
    return row
