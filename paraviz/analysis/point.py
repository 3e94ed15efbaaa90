"""The point of a run: the one sentence that is read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.analysis.claims.running import claims
from paraviz.text.endings import ending_phrase
from paraviz.text.translation import Phrase, phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.inferences import inferred
from paraviz.trace.states.partition import State, state_totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.costs import Cost
    from paraviz.analysis.findings import Finding
    from paraviz.trace.model import Trace


class Point(Struct, frozen=True):
    """The one sentence that says what a run shows."""

    kind: str
    """A finding's kind, "claim", "ending", a cost's kind, "figures"."""
    told: Phrase
    mark: str
    """A sign before it: what it is said of."""
    at_ns: int = -1
    """Where it is, or -1."""
    lane_index: int = -1
    until_ns: int = -1
    """Where that ends, or -1."""


def point(trace: Trace, found: Sequence[Finding], dear: Sequence[Cost]) -> Point | None:
    """The gravest fault, else what the scenario shows, else what is wasteful, else how it failed,
    else what cost most, else how much ran; None where nothing is known of that."""
    first = found[0] if found else None
    if first is not None and first.severity == "fault":
        return _of_finding(first)
    for claim in claims(trace):
        return Point("claim", claim.phrase, claim.mark)
    if first is not None:
        return _of_finding(first)
    if trace.exit_code:
        return _failed(trace)
    for cost in dear:
        return Point(cost.kind, cost.told, "·", cost.at_ns, cost.lane_index, cost.until_ns)
    return _figures(trace)


def _of_finding(finding: Finding) -> Point:
    mark = "✗" if finding.severity == "fault" else "▲"
    place = (finding.at_ns, finding.lane_index, finding.until_ns)
    return Point(finding.kind, finding.told, mark, *place)


def _failed(trace: Trace) -> Point:
    """How the program failed, and where the first of its workers did."""
    told = phrase(
        "{program} {how}", program=trace.program.name, how=ending_phrase(trace.end_reason)
    )
    failed = [row for row, lane in enumerate(trace.lanes) if lane.end_reason.startswith("raised")]
    if not failed:
        return Point("ending", told, "✗")
    row = min(failed, key=lambda row: trace.lanes[row].end_ns)
    end = trace.lanes[row].end_ns
    worker, how = lane_label(trace.lanes, row), ending_phrase(trace.lanes[row].end_reason)
    told = phrase("{ended}: {worker} {how}", ended=told, worker=worker, how=how)
    return Point("ending", told, "✗", end - 1, row, end)


def _figures(trace: Trace) -> Point | None:
    """That nothing is found, and how much ran. Of a foreign trace and of a steered run neither a
    search for faults nor a length means that much."""
    if trace.is_foreign or trace.is_steered or not trace.lanes or trace.wall_ns <= 0:
        return None
    totals = [state_totals(lane) for lane in trace.lanes if lane.kind != "task"]
    share = sum(times[State.RUNNING] for times in totals) / trace.wall_ns
    if len(totals) > 1:
        ran = phrase(
            "{workers:,} workers, on average {average:.2f} on a CPU",
            workers=len(totals),
            average=share,
        )
    else:
        ran = phrase("one worker, on a CPU for {share:.0%} of the run", share=share)
    if trace.is_inferred:
        ran = inferred(ran)
    return Point("figures", phrase("nothing stands out; {ran}", ran=ran), "·")
