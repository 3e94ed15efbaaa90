"""The sentence at the cursor: what a worker does, since when, until when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace import State
from paraviz.trace.deadlocks import deadlock_at
from paraviz.trace.states import state_totals

from .characters import one_cell
from .doing import STATE_VERBS, at_line, doing, happening, lane_name
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Row
from .spans import Span, runners_at, span_at
from .times import time_text

if TYPE_CHECKING:
    from paraviz.trace import Lane

    from .view import TraceView

_STATES_AT_ONCE = 3
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
    head = [lane_name(view, lane_index), (" ", PLAIN), *doing(view, span)]
    head += [(" since ", QUIET), (time_text(span.start_ns), PLAIN)]
    head += at_line(view, lane_index, span.cause)
    lane = trace.lanes[lane_index]
    return head, _facts(
        happening(view, lane_index, at_ns),
        _blame(view, span, at_ns),
        _outcome(lane, span, live=trace.live),
    )


def _of_span(view: TraceView, span: Span) -> tuple[Row, Row]:
    if span.state is State.NOT_ALIVE:
        return _of_nothing(view, span), []
    head = [lane_name(view, span.lane_index), (" ", PLAIN), *doing(view, span)]
    head += [
        (" for ", QUIET),
        (time_text(span.end_ns - span.start_ns), Ink(mood="bold")),
        (", from ", QUIET),
        (time_text(span.start_ns), PLAIN),
        (" to ", QUIET),
        (time_text(span.end_ns), PLAIN),
        *at_line(view, span.lane_index, span.cause),
    ]
    lane = view.trace.lanes[span.lane_index]
    wrote = _writes(lane, view, span) if span.state is State.RUNNING else []
    return head, _facts(_blame(view, span, span.start_ns), wrote)


def _of_life(view: TraceView, lane_index: int) -> tuple[Row, Row]:
    lane = view.trace.lanes[lane_index]
    life = lane.end_ns - lane.start_ns
    head: Row = [lane_name(view, lane_index), (" lived ", QUIET), (time_text(life), PLAIN)]
    totals = {state: total for state, total in state_totals(lane).items() if total}
    # Where there are many, the least of them would push the last ones over the edge.
    least = life / 100 if len(totals) > _STATES_AT_ONCE else 0
    for state, total in totals.items():
        if total >= least:
            verb = "waits for a lock" if state is State.WAITING_LOCK else STATE_VERBS[state]
            head += [
                (" · ", QUIET),
                (f"{verb} ", Ink(STATE_TONES[state])),
                (_percent(total, life), PLAIN),
            ]
    if lane.end_reason not in _ENDS_WELL:
        head += [(" · ", QUIET), (f"its end: {lane.end_reason}", Ink("error"))]
    return head, _claims(view) or [
        ("← → move a cursor through the run; ↑ ↓ choose the worker", QUIET)
    ]


def _claims(view: TraceView) -> Row:
    """What the run showed of what it is meant to."""
    return _facts(
        *(
            [
                ("✓ " if claim.holds else "", Ink("good" if claim.holds else "text")),
                (claim.text, PLAIN),
            ]
            for claim in view.claims
        )
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if 100 * part >= whole else "< 1 %"


def _of_nothing(view: TraceView, span: Span) -> Row:
    lane = view.trace.lanes[span.lane_index]
    name = lane_name(view, span.lane_index)
    if span.end_ns <= lane.start_ns:
        return [name, (" has not begun; it begins at ", QUIET), (time_text(lane.start_ns), PLAIN)]
    if not lane.end_reason:
        return [name, (" is not known of after ", QUIET), (time_text(lane.end_ns), PLAIN)]
    row: Row = [name, (" has ended at ", QUIET), (time_text(lane.end_ns), PLAIN)]
    ink = QUIET if lane.end_reason in _ENDS_WELL else Ink("error")
    return [*row, (f" ({lane.end_reason})", ink)]


def _blame(view: TraceView, span: Span, at_ns: int) -> Row:
    """Who keeps the worker from running."""
    if span.state is State.WAITING_LOCK:
        lock = _lock_of(view, span)
        holder = view.locks[lock].holder_at(at_ns) if lock is not None else -1
        if lock is not None and holder >= 0:
            held = view.locks[lock]
            since = held.hold_starts[np.searchsorted(held.hold_starts, at_ns, "right") - 1]
            who = [("held by ", QUIET), lane_name(view, holder), (" since ", QUIET)]
            return [*who, (time_text(int(since)), PLAIN), *_circle(view, span.lane_index, at_ns)]
    if span.state is State.WAITING_GIL:
        runners = runners_at(view.trace, span.lane_index, at_ns)
        if len(runners) == 1:
            return [("held by ", QUIET), lane_name(view, runners[0])]
    return []


def _circle(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """The rest of a deadlock that the worker is part of: who waits for whom, back to it."""
    found = deadlock_at(view.deadlocks, at_ns)
    if found is None or lane_index not in found.lanes:
        return []
    first = found.lanes.index(lane_index) + 1
    lanes = (*found.lanes[first:], *found.lanes[:first])
    objects = (*found.objects[first:], *found.objects[:first])
    row: Row = [(" · ", QUIET), ("deadlock", Ink("error", mood="bold"))]
    for lane, wanted in zip(lanes[:-1], objects[:-1], strict=True):
        row += [(": " if lane == lanes[0] else ", ", QUIET), lane_name(view, lane)]
        row += [(" waits for ", QUIET), (view.trace.objects[wanted].name, PLAIN)]
    return row


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
