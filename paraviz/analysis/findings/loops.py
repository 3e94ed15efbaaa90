"""Event loops that were kept from running: by a step of a task, or by a callback, that computes or
waits without giving the loop back.

It is none where nobody else was to go on meanwhile, nor where the thread itself could not go on:
for want of a CPU, or because another thread had the GIL. A step that waits for what its own loop
would have to run waits for itself; that is one whoever else is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.steps import Dues, long_ones, loops
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.steps import HeldUp, Long, Loop
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Trace

LONG_NS = 100_000_000
"""As asyncio's own debug mode has it."""
HELD_NS = 50_000_000
"""Whoever was to go on for that long is held up."""
OWN = 0.5
"""For this share of it the thread runs or is blocked, not without a CPU or the GIL."""
_BEFORE_WAITS = {
    ev.JOIN_BEGIN: N_("waited for the end of {thing} at {place}"),
    ev.PROCESS_JOIN_BEGIN: N_("waited for the end of {thing} at {place}"),
    ev.SLEEP_BEGIN: N_("slept at {place}"),
    ev.LOCK_WAIT: N_("waited for `{thing}` at {place}"),
    ev.WAIT_BEGIN: N_("waited for `{thing}` at {place}"),
    ev.PUT_WAIT: N_("waited for room in `{thing}` at {place}"),
    ev.GET_WAIT: N_("waited for an item of `{thing}` at {place}"),
    ev.SEND_WAIT: N_("waited for room in `{thing}` at {place}"),
    ev.RECEIVE_WAIT: N_("waited for a message from `{thing}` at {place}"),
    ev.RESULT_WAIT: N_("waited for the result of {thing} at {place}"),
    ev.READ_BEGIN: N_("waited for input at {place}"),
}
_FOR_ITSELF = N_("waited at {place} for {thing}, which its own loop would have to run")
_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)


class _Stood(Struct, frozen=True):
    """What a thread did meanwhile, and where."""

    told: Phrase
    site: int
    for_itself: bool = False


class _Blocked(Struct, frozen=True):
    """A loop that was kept."""

    by: Long
    held: HeldUp
    stood: _Stood


def loop_blocked(material: Material) -> list[Finding]:
    """Each task, callback and line that kept an event loop, however often."""
    result = []
    known = loops(material.trace)
    for number, loop in enumerate(known):
        material.pace(number / len(known))
        alike: dict[tuple[str, int], list[_Blocked]] = {}
        for each in _blocked(material, loop):
            name = each.by.callback or material.trace.lanes[each.by.lane].name.split(" · ")[0]
            alike.setdefault((name, each.stood.site), []).append(each)
        result += [_finding(material.trace, found) for found in alike.values()]
    return result


def _blocked(material: Material, loop: Loop) -> Iterator[_Blocked]:
    trace = material.trace
    dues: Dues | None = None
    for by in long_ones(trace, loop, LONG_NS):
        times = material.index.time_in_states(np.array([by.begin_ns, by.end_ns]), [by.lane])
        in_states = times[:, 0, 0]
        stands = int(in_states[[State.RUNNING, State.BLOCKED, State.WAITING_LOCK]].sum())
        if stands < max(LONG_NS, OWN * (by.end_ns - by.begin_ns)):
            continue
        dues = dues or Dues(trace, loop)
        held = dues.held_up(by, HELD_NS)
        runs = bool(in_states[State.RUNNING] >= in_states[State.BLOCKED])
        stood = _stood(trace, by, runs=runs)
        if held.tasks or held.callbacks or stood.for_itself:
            yield _Blocked(by, held, stood)


def _stood(trace: Trace, by: Long, *, runs: bool) -> _Stood:
    """What it did for the longest stretch without an event in between."""
    lane = trace.lanes[by.lane]
    first, last = by.row, int(np.searchsorted(lane.times, by.end_ns, "left"))
    edges = np.concatenate(([by.begin_ns], lane.times[first:last], [by.end_ns]))
    row = first - 1 + int(np.argmax(np.diff(edges)))
    kind = int(lane.kinds[row]) if row >= first else 0
    site = int(lane.sites[row]) if row >= first else -1
    if kind in _BEFORE_WAITS and site >= 0:
        own = row > 0 and lane.kinds[row - 1] == ev.FOR_OWN_LOOP and kind == ev.RESULT_WAIT
        words = _FOR_ITSELF if own else _BEFORE_WAITS[kind]
        thing = _thing(trace, kind, int(lane.objects[row]))
        return _Stood(phrase(words, thing=thing, place=place(trace, site)), site, own)
    return _between(trace, lane, row, by, runs=runs)


def _thing(trace: Trace, kind: int, obj: int) -> str:
    if obj < 0:
        return "…"
    return lane_label(trace.lanes, obj) if kind in _JOINS else trace.objects[obj].name


def _between(trace: Trace, lane: Lane, row: int, by: Long, *, runs: bool) -> _Stood:
    """Between the last line that is known before, and the next one."""
    sites = lane.sites
    before = next((int(sites[at]) for at in range(row, -1, -1) if sites[at] >= 0), -1)
    last = int(np.searchsorted(lane.times, by.end_ns, "right"))
    after = next((int(sites[at]) for at in range(row + 1, last) if sites[at] >= 0), -1)
    if by.callback or (before < 0 and after < 0):
        return _Stood(phrase("computed") if runs else phrase("was blocked"), -1)
    if before < 0:
        words = N_("computed before {after}") if runs else N_("was blocked before {after}")
    elif after < 0:
        words = N_("computed after {before}") if runs else N_("was blocked after {before}")
    else:
        words = N_("computed between {before} and {after}")
        if not runs:
            words = N_("was blocked between {before} and {after}")
    told = phrase(words, before=place(trace, before), after=place(trace, after))
    return _Stood(told, before if after < 0 else after)


def _finding(trace: Trace, found: Sequence[_Blocked]) -> Finding:
    """What one line of a task did to its loop."""
    worst = max(found, key=lambda each: (each.stood.for_itself, each.by.end_ns - each.by.begin_ns))
    by = worst.by
    lasted = sum(each.by.end_ns - each.by.begin_ns for each in found)
    cost = sum(each.held.cost_ns for each in found)
    count = max(each.held.tasks + each.held.callbacks for each in found)
    return Finding(
        kind="loop_blocked",
        severity="fault" if worst.stood.for_itself or by.is_open else "waste",
        told=_told(trace, worst, len(found), lasted, count),
        at_ns=by.begin_ns,
        until_ns=by.end_ns,
        lane_index=by.lane,
        cost_ns=cost,
        proof=(
            ("held_up", count),
            ("times", len(found)),
            ("lasted_ns", lasted),
            ("longest_ns", by.end_ns - by.begin_ns),
            ("waited_ns", cost),
        ),
    )


def _told(trace: Trace, worst: _Blocked, times: int, lasted: int, count: int) -> Phrase:
    by = worst.by
    worker: object = lane_label(trace.lanes, by.lane)
    if by.callback:
        worker = phrase("the callback `{name}`", name=by.callback)
    values: dict[str, Any] = {"worker": worker, "lasted": duration(lasted), "did": worst.stood.told}
    if not count and by.is_open:
        return phrase(
            "{worker} holds up its own event loop for {lasted}, to the end of the run: it {did}",
            **values,
        )
    if not count:
        return phrase("{worker} held up its own event loop for {lasted}: it {did}", **values)
    if times > 1:
        return phrase(
            "{worker} held up its event loop {times:,} times, {lasted} in all: it {did}; up to"
            " {count:,} other was to go on meanwhile",
            "{worker} held up its event loop {times:,} times, {lasted} in all: it {did}; up to"
            " {count:,} others were to go on meanwhile",
            count=count,
            times=times,
            **values,
        )
    if by.is_open:
        return phrase(
            "{worker} holds up its event loop for {lasted}, to the end of the run: it {did};"
            " {count:,} other cannot go on",
            "{worker} holds up its event loop for {lasted}, to the end of the run: it {did};"
            " {count:,} others cannot go on",
            count=count,
            **values,
        )
    return phrase(
        "{worker} held up its event loop for {lasted}: it {did}; {count:,} other was to go on"
        " meanwhile",
        "{worker} held up its event loop for {lasted}: it {did}; {count:,} others were to go on"
        " meanwhile",
        count=count,
        **values,
    )
