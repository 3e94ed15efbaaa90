"""Who waits for what when a run that does not end by itself is looked at for the last time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.text.translation import N_, Phrase, phrase
from paraviz.trace.causality.brackets import begins_wait, end_of_wait
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Stand, Trace

DEATH_NS = 100_000_000
"""Whoever is ended with the run wakes for it: what is so this long before is looked at."""
_INTERRUPTED = f"raised {KeyboardInterrupt.__name__}"
_WAITS = (State.BLOCKED, State.WAITING_LOCK)
_WORDS = {
    ev.LOCK_WAIT: N_("{worker} waits for `{thing}`"),
    ev.WAIT_BEGIN: N_("{worker} waits for `{thing}`"),
    ev.PUT_WAIT: N_("{worker} waits for room in `{thing}`"),
    ev.GET_WAIT: N_("{worker} waits for an item of `{thing}`"),
    ev.SEND_WAIT: N_("{worker} waits for room in `{thing}`"),
    ev.RECEIVE_WAIT: N_("{worker} waits for a message from `{thing}`"),
    ev.JOIN_BEGIN: N_("{worker} waits for the end of {thing}"),
    ev.PROCESS_JOIN_BEGIN: N_("{worker} waits for the end of {thing}"),
    ev.RESULT_WAIT: N_("{worker} waits for the result of {thing}"),
    ev.TASK_WAIT: N_("{worker} waits for a task"),
    ev.COROUTINE_AWAIT: N_("{worker} awaits {thing}"),
}
"""What waits for other workers, in words."""
JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
NO_LIMIT = -1
NAMED = 6
"""Workers that are named; a list of more ends in an ellipsis."""


class Waiting(Struct, frozen=True):
    """A worker that waits."""

    lane_index: int
    """Who."""
    since_ns: int
    """Since when it has not run."""
    kind: int
    """The event that began it; of one that no event explains, its cause below 0."""
    object_index: int
    """What it waits for, as the kind has it, or -1."""
    site: int
    """The line of the program, or -1."""
    limit_ns: int = NO_LIMIT
    """How long it lasts at most; 0 where that is not known."""


def last_look_ns(trace: Trace) -> int | None:
    """The moment before a run was ended from outside, or now while it is live; None for one that
    ended by itself."""
    if not trace.lanes:
        return None
    main = trace.lanes[0]
    if trace.live:
        return main.end_ns - 1
    interrupted = _interrupted_at_exit_ns(trace)
    if interrupted is not None:
        return interrupted
    if main.end_reason == _INTERRUPTED:
        return _interrupted_ns(main)
    ended = trace.end_reason.startswith(("stopped", "killed by"))
    # One that takes its leave runs on for that.
    if not ended or main.end_reason != trace.end_reason:
        return None
    return main.end_ns - DEATH_NS


def _interrupted_at_exit_ns(trace: Trace) -> int | None:
    """The moment before Ctrl-C ended the interpreter's own wait for threads that live on."""
    main = trace.lanes[0]
    rows = np.flatnonzero(main.kinds == ev.EXIT_WAIT)
    if not len(rows):
        return None
    ends = np.flatnonzero(main.kinds[rows[-1] :] == ev.JOIN_END) + rows[-1]
    lives = [trace.lanes[other].end_ns for other in main.objects[rows].tolist() if other >= 0]
    # The last one is its own: executors join their threads before.
    if not len(ends) or max(lives, default=0) <= main.times[ends[-1]]:
        return None
    return int(main.times[ends[-1]]) - DEATH_NS


def _interrupted_ns(main: Lane) -> int | None:
    """The moment before Ctrl-C ended what the main thread waited for: whoever else it goes to may
    have waked a little earlier."""
    ends = main.times[main.kinds == ev.PROGRAM_END]
    until = int(ends[0]) if len(ends) else main.end_ns
    starts = main.states.starts
    lasted = np.diff(starts, append=main.end_ns)
    waited = np.isin(main.states.states, _WAITS) & (lasted > DEATH_NS) & (starts + lasted <= until)
    rows = np.flatnonzero(waited)
    return int(starts[rows[-1]] + lasted[rows[-1]]) - DEATH_NS if len(rows) else None


def alive_at(trace: Trace, at_ns: int) -> list[int]:
    """The lanes that live at a moment."""
    return [index for index, lane in enumerate(trace.lanes) if lane.start_ns <= at_ns < lane.end_ns]


def waiting_at(trace: Trace, index: int, at_ns: int) -> Waiting | None:
    """What a lane waits for at a moment; None if it waits for nothing but a CPU or the GIL."""
    lane = trace.lanes[index]
    row = int(np.searchsorted(lane.states.starts, at_ns, "right")) - 1
    if row < 0 or State(int(lane.states.states[row])) not in _WAITS:
        return None
    cause, since = int(lane.states.causes[row]), int(lane.states.starts[row])
    last = int(np.searchsorted(lane.times, at_ns, "right")) - 1
    over = end_of_wait(lane, cause) if cause >= 0 and begins_wait(int(lane.kinds[cause])) else 0
    lasts = over < 0 or over > last
    if last >= 0 and last != cause and lane.times[last] >= since and not lasts:
        # Whatever the state says, it did something in the meantime.
        return None
    if cause < 0:
        return Waiting(index, since, cause, -1, -1)
    kind, obj, site = (int(each[cause]) for each in (lane.kinds, lane.objects, lane.sites))
    return Waiting(index, since, kind, obj, site, limit_ns(lane, cause))


def limit_ns(lane: Lane, row: int) -> int:
    """How long the wait that an event begins lasts at most, `NO_LIMIT` for one that has none."""
    if row < 1 or lane.kinds[row - 1] != ev.WAIT_LIMIT:
        return NO_LIMIT
    return int(lane.values[row - 1])


def tells_limits(trace: Trace) -> bool:
    """Whether the waits of a trace that have a time limit are told apart."""
    lane = trace.lanes[0]
    return bool((lane.values[lane.kinds == ev.PROGRAM_BEGIN] >= ev.LIMITS_TOLD).any())


def told_waits(trace: Trace, waits: list[Waiting]) -> tuple[Phrase, ...]:
    """A few of them in words."""
    told = []
    for each in waits[:NAMED]:
        thing = each.object_index
        if thing >= 0:
            is_lane = each.kind in JOINS
            name = lane_label(trace.lanes, thing) if is_lane else trace.objects[thing].name
        worker = lane_label(trace.lanes, each.lane_index)
        told.append(phrase(_WORDS[each.kind], worker=worker, thing=name if thing >= 0 else ""))
    return (*told, phrase("…")) if len(waits) > NAMED else tuple(told)


def told_where(trace: Trace, stand: Stand) -> Phrase:
    """In which function a silent thread stands, and in which line of the program."""
    where = place(trace, stand.site)
    words = N_("in {function} at {place}") if where else N_("in {function}")
    return phrase(words, function=stand.function, place=where)


def is_for_others(each: Waiting) -> bool:
    """Whether it is known that the wait is for another worker, and for whom or what."""
    return each.kind == ev.TASK_WAIT or (each.kind in _WORDS and each.object_index >= 0)


def open_task(lane: Lane) -> int:
    """The name of the task that a lane is in when it was last heard of, or -1."""
    rows = np.flatnonzero(of_kinds(lane.kinds, (ev.TASK_BEGIN, ev.TASK_END)))
    if not len(rows) or lane.kinds[rows[-1]] == ev.TASK_END:
        return -1
    return int(lane.objects[rows[-1]])
