"""Updates of shared memory that were lost: of what, by whom, how many."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from paraviz.analysis.findings.finding import Finding
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.shared_memory import SharedHistory
    from paraviz.trace.model import Trace

NAMED = 4
"""Workers that are named: those that overwrote most."""


def lost_updates(material: Material) -> list[Finding]:
    """Each shared variable with lost updates, as `trace.memory` defines them; those with most
    first."""
    trace = material.trace
    found = [one for one in material.known.shared if one.lost_updates and one.overwrites]
    found.sort(key=lambda one: -one.lost_updates)
    return [_finding(trace, one) for one in found]


def _finding(trace: Trace, history: SharedHistory) -> Finding:
    first = history.overwrites[0]
    lane = trace.lanes[first.lane_index]
    return Finding(
        kind="lost_updates",
        severity="fault",
        told=phrase(
            "{lost:,} of {count:,} update of `{name}` lost: overwritten unseen by {who}",
            "{lost:,} of {count:,} updates of `{name}` lost: overwritten unseen by {who}",
            lost=history.lost_updates,
            count=history.writes,
            name=history.name,
            who=_who(trace, history),
        ),
        at_ns=int(lane.times[first.read_row]),
        until_ns=int(lane.times[first.write_row]),
        lane_index=first.lane_index,
        object_index=history.object_index,
        proof=(
            ("lost", history.lost_updates),
            ("written", history.writes),
            ("overwrites", len(history.overwrites)),
        ),
    )


def _who(trace: Trace, history: SharedHistory) -> tuple[object, ...]:
    by_lane = Counter(each.lane_index for each in history.overwrites)
    told = [
        phrase("{worker} ({times:,} ×)", worker=lane_label(trace.lanes, lane), times=times)
        for lane, times in by_lane.most_common(NAMED)
    ]
    return (*told, phrase("…")) if len(by_lane) > NAMED else tuple(told)
