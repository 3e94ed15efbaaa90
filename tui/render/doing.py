"""What a worker does, in a few inked words, and the line of the program that it is at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.kernel.syscalls import syscall_name
from paraviz.text.translation import N_, _, ngettext
from paraviz.trace import State
from paraviz.trace.causality.event_loops import LOOP
from paraviz.trace.histories.shared_memory import shown_value
from paraviz.trace.labels import place as place_of
from paraviz.trace.labels import subject
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.trace.states.at_rest import stand_within

from .characters import NEWLINE, one_cell
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, name_ink, worded

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from paraviz.trace.model import Stand

    from .spans import Span
    from .view import TraceView

STATE_VERBS = {
    State.RUNNING: N_("runs"),
    State.WAITING_CPU: N_("waits for a CPU"),
    State.WAITING_GIL: N_("waits for the GIL"),
    State.WAITING_LOCK: N_("waits for a lock"),
    State.BLOCKED: N_("is blocked"),
}
_WAITS = {
    ev.TASK_WAIT: N_("waits for a task"),
    ev.SLEEP_BEGIN: N_("sleeps"),
    ev.READ_BEGIN: N_("waits for input"),
    ev.COROUTINE_READY: N_("is ready, waits for its turn"),
}
_WAITS_FOR = {
    ev.WAIT_BEGIN: N_("waits for {what}"),
    ev.GET_WAIT: N_("waits for an item from {what}"),
    ev.PUT_WAIT: N_("waits for room in {what}"),
    ev.SEND_WAIT: N_("waits for room in {what}"),
    ev.RECEIVE_WAIT: N_("waits for a message from {what}"),
    ev.RESULT_WAIT: N_("waits for the result of {what}"),
    ev.COROUTINE_AWAIT: N_("awaits {what}"),
}
_STANDS = {
    "import": N_("waits for the import of {thing} by {worker}"),
    "handler": N_("waits for the lock of the handler {thing}, which {worker} has"),
    "child": N_("waits in {function} for {thing} to end"),
    "pipe": N_("waits for room in a pipe that {thing} reads"),
}
"""What a look tells, by what is waited for."""
_OF_A_VALUE = (ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE)
_ABOUT_NOTHING = ev.kinds_about(ev.NOTHING)
_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
_QUOTED = 40
"""Characters of a text that are shown."""


def state_verb(trace: Trace, state: State) -> str:
    """What a worker in a state does, in the current language."""
    if trace.is_steered and state is State.WAITING_CPU:
        return _("waits for its turn")
    return _(STATE_VERBS[state])


def lane_name(view: TraceView, lane_index: int) -> Piece:
    """The name of a lane in its own colour."""
    return view.labels[lane_index].removeprefix("└ "), name_ink(lane_index)


def doing(view: TraceView, span: Span) -> Row:
    """The verb, and what for."""
    ink, what = Ink(STATE_TONES[span.state], mood="bold"), Ink(mood="bold")
    lane = view.trace.lanes[span.lane_index]
    kind = int(lane.kinds[span.cause]) if span.cause >= 0 else -1
    obj = int(lane.objects[span.cause]) if span.cause >= 0 else -1
    if stood := _standing(view, span, ink):
        return stood
    if span.cause <= SYSCALL_CAUSE and span.state is State.BLOCKED:
        call = syscall_name(SYSCALL_CAUSE - span.cause)
        return [(_("is blocked in {call}").format(call=call), ink)]
    if kind in _JOINS:
        if 0 <= obj < len(view.labels):
            return worded(
                _("waits for {worker}{until}"),
                ink,
                worker=lane_name(view, obj),
                until=(" " + _("to end (join)"), QUIET),
            )
        return [(_("waits for a worker to end (join)"), ink)]
    if kind in _WAITS:
        return [(_(_WAITS[kind]), ink)]
    if kind == ev.TASK_BEGIN and span.state is State.RUNNING:
        task = view.trace.objects[obj].name if obj >= 0 else _("a task")
        return worded(_("runs {task}"), ink, task=(task, what))
    if kind == ev.WAIT_BEGIN and obj >= 0 and view.trace.objects[obj].kind == LOOP:
        return [(_("waits in its event loop"), ink)]
    if kind in _WAITS_FOR and obj >= 0:
        return worded(_(_WAITS_FOR[kind]), ink, what=(view.trace.objects[obj].name, what))
    if span.state is State.WAITING_LOCK:
        name = view.trace.objects[obj].name if obj >= 0 else _("a lock")
        return worded(_("waits for {what}"), ink, what=(name, what))
    return [(state_verb(view.trace, span.state), ink)]


def _stand_in(view: TraceView, span: Span) -> Stand | None:
    """The look at a worker in a stretch that no event explains."""
    if span.cause >= 0 or span.state is not State.BLOCKED:
        return None
    return stand_within(view.trace, span.lane_index, span.start_ns, span.end_ns)


def _standing(view: TraceView, span: Span, ink: Ink) -> Row:
    """What a look at the worker tells of a wait that no event explains."""
    stand = _stand_in(view, span)
    if stand is None or not (stand.function or stand.what):
        return []
    words = _STANDS.get(stand.what, N_("waits in {function}"))
    if stand.what == "child" and stand.is_stuffed:
        words = N_("waits for {thing}, which waits for room in a pipe that nobody reads")
    return worded(
        _(words),
        ink,
        function=(stand.function, Ink(mood="bold")),
        thing=(stand.thing, Ink(mood="bold")),
        worker=lane_name(view, stand.other) if stand.other >= 0 else ("?", QUIET),
    )


def at_place(view: TraceView, span: Span) -> Row:
    """ " at work.py:12", the line that a stretch begins in or in which its worker was seen."""
    stand = _stand_in(view, span)
    if stand is None or stand.site < 0:
        return at_line(view, span.lane_index, span.cause)
    place = place_of(view.trace, stand.site), PLAIN
    return [(" ", QUIET), *worded(_("at {place}"), QUIET, place=place)]


def happening(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """What happens in the lane at the very moment, and in which line."""
    lane = view.trace.lanes[lane_index]
    row = int(np.searchsorted(lane.times, at_ns, "left"))
    if row >= len(lane.times) or lane.times[row] != at_ns:
        return []
    kind = int(lane.kinds[row])
    if kind != ev.WRITE:
        here = _here(view.trace, kind, int(lane.objects[row]))
        value = _value(view, lane_index, row) if kind in _OF_A_VALUE else ""
        return [(here + value, PLAIN), *at_line(view, lane_index, row)]
    text = _written(view, lane_index, row)
    quoted = one_cell(text[:_QUOTED]) + ("…" if len(text) > _QUOTED else "")
    words = _("logs {text}") if lane.objects[row] == ev.LOG else _("writes {text}")
    said = words.format(text=quoted if text.strip() else NEWLINE)
    return [(said, Ink(mood="bold")), *at_line(view, lane_index, row)]


def _written(view: TraceView, lane_index: int, row: int) -> str:
    """The text of one write."""
    lane, marks = view.trace.lanes[lane_index], view.marks[lane_index]
    mark = int(np.searchsorted(marks.times, lane.times[row], "left"))
    # What is no mark, such as the end of a line, takes a sum over all that was written before.
    if (
        mark < len(marks.times)
        and marks.times[mark] == lane.times[row]
        and (marks.kinds[mark] == ev.WRITE)
    ):
        return lane.text[int(marks.text_starts[mark]) : int(marks.text_ends[mark])]
    sizes = lane.values[: row + 1][lane.kinds[: row + 1] == ev.WRITE]
    end = int(sizes.sum())
    return lane.text[end - int(sizes[-1]) : end]


def _here(trace: Trace, kind: int, obj: int) -> str:
    """An event in a few words; each kind has a text of its own."""
    name = ev.KIND_NAMES[kind]
    if kind in _ABOUT_NOTHING:
        return _(f"here: {name}")
    return _(f"here: {name} {{what}}").format(what=subject(trace, kind, obj) or "…")


def _value(view: TraceView, lane_index: int, row: int) -> str:
    """What was read from shared memory or written to it."""
    lane = view.trace.lanes[lane_index]
    variable = view.trace.objects[int(lane.objects[row])]
    if not variable.typecode:
        elements = int(lane.values[row])
        told = ngettext("{count} element", "{count} elements", elements).format(count=elements)
        return f" ({told})"
    return f" = {shown_value(int(lane.values[row]), variable.typecode)}"


def at_line(view: TraceView, lane_index: int, row: int) -> Row:
    """ " at work.py:12", where the line that caused an event is known."""
    site = int(view.trace.lanes[lane_index].sites[row]) if row >= 0 else -1
    if site < 0:
        return []
    place = place_of(view.trace, site), PLAIN
    return [(" ", QUIET), *worded(_("at {place}"), QUIET, place=place)]


def last_seen(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """ ", last seen at work.py:12", where the worker has been in a line that is known."""
    site = view.lines.site_at(lane_index, at_ns)
    if site < 0:
        return []
    words, place = _("last seen at {place}"), place_of(view.trace, site)
    return [(", ", QUIET), *worded(words, QUIET, place=(place, PLAIN))]
