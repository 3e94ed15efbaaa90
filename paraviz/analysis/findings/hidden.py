"""Deadlocks that a hidden lock closes: that of an import, or of a logging handler. No event tells
of those; a look at the thread that waits told who has it, `trace.at_rest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.waits import alive_at, last_look_ns, told_where, waiting_at
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.causality.wait_chain import chain, circle
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label
from paraviz.trace.states.at_rest import stand_within

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Stand, Trace

LASTED_NS = 200_000_000
"""A look tells of a moment; the circle lasts at least as long."""
_HIDDEN = {
    "import": N_("{worker} waits at {place} for the import of `{thing}` by {holder}"),
    "handler": N_(
        "{worker} waits {where} for the lock of the logging handler `{thing}`, which {holder} has"
    ),
}
_JOIN = N_("{worker} waits for the end of {holder} at {place}")
_LOCK = N_("{worker} waits for `{thing}` of {holder} at {place}")


def closed_by_hidden_locks(material: Material) -> list[Finding]:
    """Each circle with such a lock at the end of a run that was stopped, or now."""
    trace, at = material.trace, last_look_ns(material.trace)
    if at is None:
        return []
    found: dict[frozenset[int], Finding] = {}
    waits = {index: waiting_at(trace, index, at) for index in alive_at(trace, at)}
    for stand in trace.stands:
        if stand.what not in _HIDDEN or waits.get(stand.lane_index) is None:
            continue
        steps = chain(trace, material.known.locks, None, stand.lane_index, at)
        if any(step.why not in ("lock", "join") for step in steps):
            continue
        lanes = circle(stand.lane_index, steps)
        if stand.lane_index in lanes and frozenset(lanes) not in found:
            finding = _finding(trace, lanes, waits, at)
            if finding is not None:
                found[frozenset(lanes)] = finding
    return list(found.values())


def _finding(
    trace: Trace, lanes: tuple[int, ...], waits: dict[int, Waiting | None], at: int
) -> Finding | None:
    known = [wait for lane in lanes if (wait := waits.get(lane)) is not None]
    if len(known) < len(lanes):
        return None
    since = max(wait.since_ns for wait in known)
    until = min(trace.lanes[lane].end_ns for lane in lanes)
    if at - since < LASTED_NS:
        return None
    told = tuple(
        _told(trace, wait, holder, at)
        for wait, holder in zip(known, (*lanes[1:], lanes[0]), strict=True)
    )
    objects = [wait.object_index for wait in known if wait.kind == ev.LOCK_WAIT]
    return Finding(
        kind="deadlock",
        severity="fault",
        told=phrase(
            "deadlock of {count:,} worker for {length}: {circle}",
            "deadlock of {count:,} workers for {length}: {circle}",
            count=len(lanes),
            length=duration(until - since),
            circle=told,
        ),
        at_ns=since,
        until_ns=until,
        lane_index=lanes[0],
        object_index=objects[0] if objects else -1,
        cost_ns=(until - since) * len(lanes),
        proof=(("workers", len(lanes)), ("lasted_ns", until - since)),
    )


def _told(trace: Trace, wait: Waiting, holder: int, at: int) -> Phrase:
    stand = _stand_of(trace, wait, at)
    thing, words, site = "", _JOIN, wait.site
    if stand is not None:
        thing, words, site = stand.thing, _HIDDEN[stand.what], stand.site
    elif wait.kind == ev.LOCK_WAIT:
        thing, words = trace.objects[wait.object_index].name, _LOCK
    return phrase(
        words,
        worker=lane_label(trace.lanes, wait.lane_index),
        holder=lane_label(trace.lanes, holder),
        thing=thing,
        where=told_where(trace, stand) if stand is not None else "",
        place=place(trace, site),
    )


def _stand_of(trace: Trace, wait: Waiting, at: int) -> Stand | None:
    if wait.kind >= 0:
        return None
    found = stand_within(trace, wait.lane_index, wait.since_ns, at + 1)
    return found if found is not None and found.what in _HIDDEN else None
