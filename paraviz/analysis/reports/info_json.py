"""All that a machine is told of a trace: what it holds, its figures, what is found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.costs import costs
from paraviz.analysis.figures import Material, as_json, figures
from paraviz.analysis.findings import findings
from paraviz.analysis.point import point
from paraviz.analysis.reports.summary_json import summary
from paraviz.analysis.span_table import span_table
from paraviz.trace.index import index_of
from paraviz.trace.labels import place

if TYPE_CHECKING:
    from paraviz.analysis.costs import Cost
    from paraviz.analysis.findings import Finding
    from paraviz.analysis.point import Point
    from paraviz.analysis.span_table import SpanRow
    from paraviz.trace.model import Stand, Trace


SPANS_LIMIT = 1_000
"""Names of spans that are told of, those with the most time."""


def told(trace: Trace) -> dict[str, object]:
    """The summary with `figures` of the whole run, `findings` and `spans`, in English and ns."""
    index, material = index_of(trace), Material(trace)
    whole = figures(trace, index, trace.start_ns, trace.end_ns, material=material)
    found, dear = findings(trace, index, material=material), costs(trace, material)
    about = point(trace, found, dear)
    return {
        **summary(trace, material),
        "stands": [_stand(trace, each) for each in trace.stands],
        "figures": as_json(whole) if whole is not None else {},
        "findings": [_finding(trace, each) for each in found],
        "spans": [_span(row) for row in span_table(trace)[:SPANS_LIMIT]],
        "costs": [_cost(trace, each) for each in dear],
        "point": _point(about) if about is not None else None,
    }


def _span(row: SpanRow) -> dict[str, object]:
    """All spans of a name."""
    return {
        "name": row.name,
        "count": row.count,
        "total_ns": row.total_ns,
        "self_ns": row.self_ns,
        "longest_ns": row.longest_ns,
        "lane": row.lane_index,
        "at_ns": row.at_ns,
    }


def _cost(trace: Trace, cost: Cost) -> dict[str, object]:
    """Where time went."""
    known = cost.object_index
    return {
        "kind": cost.kind,
        "text": cost.told.english,
        "at_ns": cost.at_ns,
        "until_ns": cost.until_ns,
        "lane": cost.lane_index,
        "cost_ns": cost.cost_ns,
        "object": trace.objects[known].name if known >= 0 else None,
        "line": place(trace, cost.site) or None,
        "holder": cost.holder if cost.holder >= 0 else None,
        "victims": list(cost.victims),
    }


def _point(about: Point) -> dict[str, object]:
    """What the run shows, in one sentence."""
    return {
        "kind": about.kind,
        "text": about.told.english,
        "at_ns": about.at_ns if about.at_ns >= 0 else None,
        "lane": about.lane_index if about.lane_index >= 0 else None,
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
