"""All that a machine is told of a trace: what it holds, its figures, what is found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.trace.figures import Material, as_json, figures
from paraviz.trace.findings import findings
from paraviz.trace.index import index_of
from paraviz.trace.labels import place
from paraviz.trace.summary import summary

if TYPE_CHECKING:
    from paraviz.trace.findings import Finding
    from paraviz.trace.model import Stand, Trace


def told(trace: Trace) -> dict[str, object]:
    """The summary with `figures` of the whole run and `findings`, in English and ns."""
    index, material = index_of(trace), Material(trace)
    whole = figures(trace, index, trace.start_ns, trace.end_ns, material=material)
    return {
        **summary(trace, material),
        "stands": [_stand(trace, each) for each in trace.stands],
        "figures": as_json(whole) if whole is not None else {},
        "findings": [_finding(trace, each) for each in findings(trace, index, material=material)],
    }


def _stand(trace: Trace, stand: Stand) -> dict[str, object]:
    """Where a silent thread was seen."""
    return {
        "lane": stand.lane_index,
        "at_ns": stand.at_ns,
        "until_ns": stand.until_ns,
        "line": place(trace, stand.site) or None,
        "function": stand.function,
        "what": stand.what,
        "thing": stand.thing,
        "other": stand.other if stand.other >= 0 else None,
    }


def _finding(trace: Trace, finding: Finding) -> dict[str, object]:
    lane, known = finding.lane_index, finding.object_index
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "text": finding.told.english,
        "at_ns": finding.at_ns,
        "until_ns": finding.until_ns,
        "lane": lane,
        "object": trace.objects[known].name if known >= 0 else None,
        "cost_ns": finding.cost_ns,
        "proof": dict(finding.proof),
        "more": finding.more,
    }
