"""Threads that keep their process from ending: the program is done, and the interpreter waits for
the threads that are no daemons, which only wait again and again for what nobody is left to do, or
sleep again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.enders import ticks
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.waits import NO_LIMIT, waiting_at
from paraviz.text.durations import duration
from paraviz.text.translation import N_, Phrase, phrase
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Trace

_OF_WAITS = (
    *(ev.WAIT_LIMIT, ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED, ev.GET_WAIT, ev.PUT_WAIT),
    *(ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED, ev.LOCK_RELEASED),
    *(ev.SLEEP_BEGIN, ev.SLEEP_END),
)


def outliving(trace: Trace, at_ns: int, lasted_ns: int) -> list[Finding]:
    """One for each thread of a process whose main thread has nothing else to do."""
    found = []
    for index, lane in enumerate(trace.lanes):
        if lane.kind != "process" or not lane.start_ns <= at_ns < lane.end_ns:
            continue
        since, kept_by = _kept_by(trace, index, at_ns)
        if not kept_by or at_ns - since < lasted_ns:
            continue
        alive = [
            other
            for other, one in enumerate(trace.lanes)
            if one.pid == lane.pid and one.kind != "task" and one.start_ns <= at_ns < one.end_ns
        ]
        waits = {other: _idles(trace, other, since, at_ns) for other in alive if other != index}
        if all(waits.values()):
            found += [
                _finding(trace, wait, since)
                for other, wait in waits.items()
                if wait and other in kept_by
            ]
    return found


def _kept_by(trace: Trace, index: int, at_ns: int) -> tuple[int, set[int]]:
    """Since when the interpreter of a process waits for threads before it ends, and for which that
    live; none where it does not."""
    lane = trace.lanes[index]
    rows = np.flatnonzero(lane.kinds == ev.EXIT_WAIT)
    if not len(rows) or rows[-1] + 1 >= len(lane.kinds):
        return 0, set()
    # It joins them without a word; only what threads of executors are joined for comes after.
    rest = lane.kinds[rows[-1] + 1 : np.searchsorted(lane.times, at_ns)]
    if (rest == ev.JOIN_END).sum() >= (rest == ev.JOIN_BEGIN).sum():
        return 0, set()
    alive = {
        int(other)
        for other in lane.objects[rows].tolist()
        if other >= 0 and trace.lanes[other].end_ns > at_ns
    }
    return int(lane.times[rows[0]]), alive


def _idles(trace: Trace, index: int, since_ns: int, at_ns: int) -> Waiting | None:
    """What a thread waits for at a moment, if it has done nothing but wait since another one, for
    no longer than a limit; or sleeps again and again."""
    lane, wait = trace.lanes[index], waiting_at(trace, index, at_ns)
    if wait is None:
        return None
    first, last = np.searchsorted(lane.times, (since_ns, at_ns)).tolist()
    if not np.isin(lane.kinds[first:last], _OF_WAITS).all():
        return None
    if wait.kind == ev.SLEEP_BEGIN:
        return wait if ticks(lane, since_ns, at_ns) else None
    if wait.limit_ns == NO_LIMIT or wait.object_index < 0:
        return None
    begun = lane.kinds[first:last] == wait.kind
    others = lane.objects[first:last][begun] != wait.object_index
    return None if others.any() else wait


def _finding(trace: Trace, wait: Waiting, since: int) -> Finding:
    until = trace.lanes[wait.lane_index].end_ns
    return Finding(
        kind="stuck",
        severity="fault",
        told=phrase(
            "the program was done at {time}, and {worker} keeps its process from ending, for"
            " {length}: {doing}",
            time=duration(since),
            worker=lane_label(trace.lanes, wait.lane_index),
            length=duration(until - since),
            doing=_doing(trace, wait),
        ),
        at_ns=since,
        until_ns=until,
        lane_index=wait.lane_index,
        cost_ns=until - since,
        proof=(("workers", 1), ("lasted_ns", until - since)),
    )


def _doing(trace: Trace, wait: Waiting) -> Phrase:
    line = place(trace, wait.site)
    if wait.kind == ev.SLEEP_BEGIN:
        words = N_("it sleeps again and again")
        return phrase(N_("at {line} it sleeps again and again") if line else words, line=line)
    words = N_(
        "it waits for `{thing}` again and again, {limit} at most, which nobody is left to end"
    )
    if line:
        words = N_(
            "at {line} it waits for `{thing}` again and again, {limit} at most, which nobody is"
            " left to end"
        )
    thing = trace.objects[wait.object_index].name
    return phrase(words, line=line, thing=thing, limit=duration(wait.limit_ns))
