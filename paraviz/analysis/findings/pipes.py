"""Full pipes: somebody waits for room in a pipe, and whoever has its other end waits for him.

Two ways are proven. A thread waits for a child process to end, or for room in a pipe that the child
reads, and the child, or one below it, waits for room in a pipe that the thread's own process has
the other end of, and was not once woken: so nobody reads it (`session.standing`). And two workers
send by the two ends of one pipe of `multiprocessing`, and neither receives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.waits import alive_at, last_look_ns, told_where, waiting_at
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Stand, Trace

LASTED_NS = 500_000_000
"""Whoever sends waits for at least as long."""
_RECEIVES = (ev.RECEIVE_WAIT, ev.RECEIVE)


def pipes_full(material: Material) -> list[Finding]:
    """Each pair that waits for each other by full pipes."""
    trace = material.trace
    last = {stand.lane_index: stand for stand in trace.stands}
    stuffed = [_of_child(trace, stand) for stand in last.values() if stand.is_stuffed]
    return [*stuffed, *_both_send(trace)]


def _of_child(trace: Trace, stand: Stand) -> Finding:
    lane = trace.lanes[stand.lane_index]
    row = int(np.searchsorted(lane.states.starts, stand.at_ns, "right")) - 1
    since = int(lane.states.starts[row]) if trace.truth == "kernel" else stand.at_ns
    words = N_(
        "pipe full for {length}: {worker} waits {where} for `{child}` to end,"
        " which waits for room in a pipe that nobody reads"
    )
    if stand.what != "child":
        words = N_(
            "pipes full for {length}: {worker} waits {where} for room in a pipe"
            " that `{child}` reads, which itself waits for room in one that nobody reads"
        )
    until = max(stand.until_ns, stand.at_ns)
    return Finding(
        kind="pipe_full",
        severity="fault",
        told=phrase(
            words,
            length=duration(until - since),
            worker=lane_label(trace.lanes, stand.lane_index),
            where=told_where(trace, stand),
            child=stand.thing,
        ),
        at_ns=since,
        until_ns=until,
        lane_index=stand.lane_index,
        cost_ns=2 * (until - since),
        proof=(("workers", 2), ("lasted_ns", until - since)),
    )


def _both_send(trace: Trace) -> list[Finding]:
    at = last_look_ns(trace)
    if at is None:
        return []
    waits = [waiting_at(trace, index, at) for index in alive_at(trace, at)]
    sends = {
        wait.object_index: wait
        for wait in waits
        if wait is not None and wait.kind == ev.SEND_WAIT and wait.object_index >= 0
    }
    found = []
    for end, wait in sends.items():
        other = sends.get(trace.objects[end].peer)
        if other is not None and end < other.object_index and not _is_read(trace, wait, other):
            found.append(_finding(trace, wait, other, at))
    return [each for each in found if each.until_ns - each.at_ns >= LASTED_NS]


def _is_read(trace: Trace, one: Waiting, other: Waiting) -> bool:
    """Whether anybody else takes what comes out at either end."""
    ends, own = (one.object_index, other.object_index), (one.lane_index, other.lane_index)
    since = max(one.since_ns, other.since_ns)
    for index, lane in enumerate(trace.lanes):
        if index not in own and lane.end_ns > since:
            takes = of_kinds(lane.kinds, _RECEIVES) & np.isin(lane.objects, ends)
            if takes.any():
                return True
    return False


def _finding(trace: Trace, one: Waiting, other: Waiting, at: int) -> Finding:
    first, then = sorted((one, other), key=lambda wait: wait.since_ns)
    since, until = then.since_ns, min(trace.lanes[each.lane_index].end_ns for each in (one, other))
    return Finding(
        kind="pipe_full",
        severity="fault",
        told=phrase(
            "both send and nobody receives for {length}: {first} waits for room in `{end}` at"
            " {place}, {other} for room in `{other_end}` at {other_place}",
            length=duration(until - since),
            first=lane_label(trace.lanes, first.lane_index),
            end=trace.objects[first.object_index].name,
            place=place(trace, first.site),
            other=lane_label(trace.lanes, then.lane_index),
            other_end=trace.objects[then.object_index].name,
            other_place=place(trace, then.site),
        ),
        at_ns=since,
        until_ns=until,
        lane_index=then.lane_index,
        object_index=then.object_index,
        cost_ns=2 * (until - since),
        proof=(("workers", 2), ("lasted_ns", until - since), ("looked_at_ns", at)),
    )
