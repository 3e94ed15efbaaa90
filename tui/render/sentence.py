"""The sentence at the cursor: what a worker does, since when, until when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.text.endings import ending
from paraviz.text.translation import N_, _, percent
from paraviz.trace import State

from .characters import one_cell
from .doing import at_place, doing, happening, lane_name, last_seen, state_verb
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, joined, worded
from .inside import inside
from .linked import links
from .spans import Span, interrupts, whole_at, whole_of
from .times import time_text
from .waiting import beyond, blame, relief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.point import Point
    from paraviz.trace import Lane
    from paraviz.trace.causality.edges import Edge

    from .view import TraceView

_STATES_AT_ONCE = 3
_ENDS_WELL = frozenset({"", "returned", "ended"})
_KILLED = "killed by"
_ENDED_FROM_OUTSIDE = (_KILLED, "stopped")
"""How the reasons of such ends begin."""
_SENT_EVERY_NS = 200_000_000
"""A worker sends what happened at least so often."""
_GOES_ON = N_("goes on at {time} (after {length})")
_OUTCOMES = {
    State.RUNNING: N_("until {time} (after {length})"),
    State.WAITING_LOCK: N_("gets it at {time} (after {length})"),
    State.WAITING_GIL: N_("runs again at {time} (after {length})"),
    State.WAITING_CPU: N_("runs again at {time} (after {length})"),
}
"""What comes after a span, where that is not said by `_GOES_ON`."""


def sentence(
    view: TraceView,
    lane_index: int,
    at_ns: int | None,
    span: Span | None = None,
    edges: Sequence[Edge] = (),
    point: Point | None = None,
) -> tuple[Row, Row]:
    """Two rows: what is so, and its circumstances.

    With a `span` they tell of it as a whole, with `at_ns` of the moment, else of the lane's life.
    `edges` are those that touch the span there; `point` is told elsewhere and not told here.
    """
    if not view.trace.lanes:
        return [(_("Waiting for the program to begin …"), QUIET)], []
    if span is not None:
        return _of_span(view, span, edges)
    if at_ns is not None:
        return _of_moment(view, lane_index, at_ns, edges)
    return _of_life(view, lane_index, point)


def _of_moment(
    view: TraceView, lane_index: int, at_ns: int, edges: Sequence[Edge]
) -> tuple[Row, Row]:
    trace = view.trace
    span = whole_at(trace, lane_index, at_ns)
    if span.state is State.NOT_ALIVE:
        return _of_nothing(view, span), []
    head = worded(
        _("{worker} {does}, for {length} so far (since {time})"),
        QUIET,
        worker=lane_name(view, lane_index),
        does=[*doing(view, span), *_guessed(view, span)],
        length=(time_text(at_ns - span.start_ns), Ink(mood="bold")),
        time=_time(span.start_ns),
    )
    head += at_place(view, span) or last_seen(view, lane_index, at_ns)
    lane = trace.lanes[lane_index]
    return head, _facts(
        inside(view, lane_index, at_ns) if len(lane.spans) else [],
        happening(view, lane_index, at_ns),
        blame(view, span, at_ns),
        links(view, span, at_ns),
        relief(view, span, edges),
        beyond(view, lane_index, at_ns),
        _in_the_middle(view, span),
        _outcome(lane, span, live=trace.live),
        _lost_with_it(lane, at_ns),
        _without_probes(lane),
    )


def _guessed(view: TraceView, span: Span) -> Row:
    """ " (inferred)", where neither an event of the worker nor the operating system says that it
    does so."""
    sure = span.cause != -1 and span.state is not State.RUNNING
    return [] if sure or not view.trace.is_inferred else [(" " + _("(inferred)"), QUIET)]


def _in_the_middle(view: TraceView, span: Span) -> Row:
    """The wait that it interrupts: woken for nothing, or called by a signal or the like."""
    wait = interrupts(view.trace, span)
    if wait is None:
        return []
    words = _("in the middle: it {waits} since {time}")
    return worded(words, QUIET, waits=doing(view, wait), time=_time(wait.start_ns))


def _of_span(view: TraceView, span: Span, edges: Sequence[Edge]) -> tuple[Row, Row]:
    if span.state is State.NOT_ALIVE:
        return _of_nothing(view, span), []
    span = whole_of(view.trace, span)
    head = worded(
        _("{worker} {does} for {length}, from {start} to {end}"),
        QUIET,
        worker=lane_name(view, span.lane_index),
        does=[*doing(view, span), *_guessed(view, span)],
        length=(time_text(span.end_ns - span.start_ns), Ink(mood="bold")),
        start=_time(span.start_ns),
        end=_time(span.end_ns),
    )
    head += at_place(view, span)
    lane = view.trace.lanes[span.lane_index]
    wrote = _writes(lane, view, span) if span.state is State.RUNNING else []
    within = inside(view, span.lane_index, span.start_ns) if len(lane.spans) else []
    return head, _facts(within, blame(view, span, span.start_ns), relief(view, span, edges), wrote)


def _of_life(view: TraceView, lane_index: int, point: Point | None) -> tuple[Row, Row]:
    lane = view.trace.lanes[lane_index]
    life = lane.end_ns - lane.start_ns
    head = worded(
        _("{worker} lived {time}"), QUIET, worker=lane_name(view, lane_index), time=_time(life)
    )
    if lane.end_reason not in _ENDS_WELL:
        how = _("its end: {how}").format(how=ending(lane.end_reason))
        head += [(" · ", QUIET), (how, Ink("error"))]
    extent = np.array([lane.start_ns, lane.end_ns], np.int64)
    times = view.index.time_in_states(extent, [lane_index])[:, 0, 0]
    lived = [state for state in State if state is not State.NOT_ALIVE and times[state]]
    totals = {state: int(times[state]) for state in lived}
    # Where there are many, the least of them would push the last ones over the edge.
    least = life / 100 if len(totals) > _STATES_AT_ONCE else 0
    for state, total in totals.items():
        if total >= least:
            head += [
                (" · ", QUIET),
                (f"{state_verb(view.trace, state)} ", Ink(STATE_TONES[state])),
                (percent(total, life), PLAIN),
            ]
    return head, _without_probes(lane) or _claims(view, point) or [
        (_("← → move a cursor through the run; ↑ ↓ choose the worker"), QUIET)
    ]


def _without_probes(lane: Lane) -> Row:
    """That of this one only the system's view is known, and what it runs."""
    if lane.probes:
        return []
    words = _("no probes: only the system's view of it is known")
    line = [(f"  {one_cell(lane.command)}", PLAIN)] if lane.command else []
    return [(words, QUIET), *line]


def _claims(view: TraceView, point: Point | None) -> Row:
    """What the run showed of what it is meant to."""
    return _facts(
        *(
            [
                (f"{claim.mark} ", QUIET),
                (claim.told, PLAIN),
            ]
            for claim in view.claims
            if point is None or claim.phrase != point.told
        )
    )


def _of_nothing(view: TraceView, span: Span) -> Row:
    lane = view.trace.lanes[span.lane_index]
    name = lane_name(view, span.lane_index)
    if span.end_ns <= lane.start_ns:
        words, time = _("{worker} has not begun; it begins at {time}"), lane.start_ns
    elif not lane.end_reason:
        words, time = _("{worker} is not known of after {time}"), lane.end_ns
    else:
        words, time = _("{worker} has ended at {time} {how}"), lane.end_ns
    ink = QUIET if lane.end_reason in _ENDS_WELL else Ink("error")
    how = (f"({ending(lane.end_reason)})", ink)
    return worded(words, QUIET, worker=name, time=_time(time), how=how)


def _time(ns: int) -> Piece:
    return time_text(ns), PLAIN


def _outcome(lane: Lane, span: Span, *, live: bool) -> Row:
    """What comes after the span."""
    if span.end_ns >= lane.end_ns or _is_cut_off(lane, span):
        if live or not lane.end_reason:
            return [(_("still so"), QUIET)]
        words = _("ends at {time}") if span.state is State.RUNNING else _("until its end at {time}")
        return worded(words, QUIET, time=_time(lane.end_ns))
    words = _OUTCOMES.get(span.state, _GOES_ON)
    if span.state is State.WAITING_LOCK and _gives_up(lane, span):
        words = N_("gives up at {time} (after {length})")
    return worded(
        _(words),
        QUIET,
        time=_time(span.end_ns),
        length=(time_text(span.end_ns - span.start_ns), QUIET),
    )


def _is_cut_off(lane: Lane, span: Span) -> bool:
    """Whether a wait ended with its worker, not by what was waited for: the system woke it up to
    end it."""
    if span.state is State.RUNNING or not lane.end_reason.startswith(_ENDED_FROM_OUTSIDE):
        return False
    return not len(lane.times) or int(lane.times[-1]) < span.end_ns


def _lost_with_it(lane: Lane, at_ns: int) -> Row:
    """That what a killed worker did last is not all known: it had not sent it yet."""
    if not lane.end_reason.startswith(_KILLED) or not lane.probes:
        return []
    last = int(lane.times[-1]) if len(lane.times) else lane.start_ns
    since = max(last, lane.end_ns - _SENT_EVERY_NS)
    if at_ns <= since:
        return []
    length = (time_text(lane.end_ns - since), Ink(mood="bold"))
    return worded(_("what it did in its last {length} was lost with it"), QUIET, length=length)


def _gives_up(lane: Lane, span: Span) -> bool:
    """Whether a wait for a lock ends without it."""
    row = int(np.searchsorted(lane.times, span.end_ns, "left"))
    return row < len(lane.times) and bool(lane.kinds[row] == ev.LOCK_ABANDONED)


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
    shown = one_cell(text) + ("…" if end > begin + 60 else "")
    return worded(_("writes {text}"), QUIET, text=(shown, PLAIN))


def _facts(*facts: Row) -> Row:
    """What there is of these, with dots between."""
    return joined(facts, " · ")
