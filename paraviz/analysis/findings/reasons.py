"""Why those wait in vain who are stuck: what the trace tells beside who waits for what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.findings.waits import Waiting
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Trace

NAMED = 3
"""Reasons, and workers of one, that are told."""
_NUMBER = re.compile(r"\d+")


def reasons(trace: Trace, waits: Sequence[Waiting]) -> tuple[Phrase, ...]:
    """Why the waits are in vain, as far as that is known, for each thing that is waited for."""
    by_thing: dict[int, list[Waiting]] = {}
    for wait in waits:
        if wait.kind in (ev.WAIT_BEGIN, ev.GET_WAIT) and wait.object_index >= 0:
            by_thing.setdefault(wait.object_index, []).append(wait)
    found: list[Phrase] = []
    for thing, own in by_thing.items():
        kind = trace.objects[thing].kind.rpartition(".")[2]
        if kind == "Condition":
            found += _missed(trace, thing, own)
        elif kind == "Barrier":
            found += _short(trace, thing, own)
        elif own[0].kind == ev.GET_WAIT:
            found += _kept(trace, thing, own) or _left(trace, thing, own)
    return tuple(found[:NAMED])


def _begun(trace: Trace, wait: Waiting) -> int:
    """When a wait began, by its event."""
    lane = trace.lanes[wait.lane_index]
    rows = np.flatnonzero((lane.kinds == wait.kind) & (lane.objects == wait.object_index))
    return int(lane.times[rows[-1]]) if len(rows) else wait.since_ns


def _missed(trace: Trace, thing: int, waits: list[Waiting]) -> list[Phrase]:
    """The last notify came before the waits, and nothing is remembered."""
    begun, first = min((_begun(trace, wait), wait.lane_index) for wait in waits)
    notified = [
        (int(lane.times[row]), index, int(lane.sites[row]))
        for index, lane in enumerate(trace.lanes)
        for row in np.flatnonzero((lane.kinds == ev.NOTIFY) & (lane.objects == thing))[-1:].tolist()
    ]
    if not notified or max(notified)[0] >= begun:
        return []
    at, other, site = max(notified)
    return [
        phrase(
            "the last notify of `{thing}` came {before} before {worker} waited, from {other} at"
            " {place}, and nothing is remembered",
            thing=trace.objects[thing].name,
            before=duration(begun - at),
            worker=lane_label(trace.lanes, first),
            other=lane_label(trace.lanes, other),
            place=place(trace, site) or "?",
        )
    ]


def _short(trace: Trace, thing: int, waits: list[Waiting]) -> list[Phrase]:
    """Workers of the same name ended without coming to the barrier."""
    stems = {_NUMBER.sub("", trace.lanes[wait.lane_index].name) for wait in waits}
    absent = [
        lane_label(trace.lanes, index)
        for index, lane in enumerate(trace.lanes)
        if _NUMBER.sub("", lane.name) in stems
        and lane.end_ns < trace.lanes[waits[0].lane_index].end_ns
        and not (of_kinds(lane.kinds, (ev.WAIT_BEGIN, ev.NOTIFY)) & (lane.objects == thing)).any()
    ]
    if not absent:
        return []
    return [
        phrase(
            "`{thing}` needs more than the {count:,} that waits there, and {absent} ended without"
            " coming to it",
            "`{thing}` needs more than the {count:,} that wait there, and {absent} ended without"
            " coming to it",
            count=len(waits),
            thing=trace.objects[thing].name,
            absent=", ".join(absent[:NAMED]) + (", …" if len(absent) > NAMED else ""),
        )
    ]


def _kept(trace: Trace, thing: int, waits: list[Waiting]) -> list[Phrase]:
    """Each waits for a second item and has put back none."""
    for wait in waits:
        lane = trace.lanes[wait.lane_index]
        about = lane.objects == thing
        gets = np.flatnonzero(about & (lane.kinds == ev.GET))
        puts = int(np.count_nonzero(about & (lane.kinds == ev.PUT)))
        # Who takes one after the other in the same line keeps none.
        if len(gets) <= puts or wait.site < 0 or int(lane.sites[gets[-1]]) in (-1, wait.site):
            return []
    first = trace.lanes[waits[0].lane_index]
    got = int(first.sites[(first.objects == thing) & (first.kinds == ev.GET)][-1])
    return [
        phrase(
            "each that waits has taken one of `{thing}` at {place}, puts none back, and wants"
            " another one at {then}",
            thing=trace.objects[thing].name,
            place=place(trace, got),
            then=place(trace, waits[0].site),
        )
    ]


def _left(trace: Trace, thing: int, waits: list[Waiting]) -> list[Phrase]:
    """Some that took from the queue have ended, and nobody is left to put."""
    takers, putters = [], []
    for index, lane in enumerate(trace.lanes):
        about = lane.objects == thing
        if (about & of_kinds(lane.kinds, (ev.GET, ev.GET_WAIT))).any():
            takers.append(index)
        if (about & (lane.kinds == ev.PUT)).any():
            putters.append(lane_label(trace.lanes, index))
    ended = len(takers) - len(waits)
    if not putters or ended <= 0:
        return []
    return [
        phrase(
            "{ended:,} of {all:,} that take from `{thing}` ended, the other {count:,} waits for an"
            " item that {putters} did not put",
            "{ended:,} of {all:,} that take from `{thing}` ended, the other {count:,} wait for"
            " items that {putters} did not put",
            count=len(waits),
            ended=ended,
            all=len(takers),
            thing=trace.objects[thing].name,
            putters=", ".join(putters[:NAMED]),
        )
    ]
