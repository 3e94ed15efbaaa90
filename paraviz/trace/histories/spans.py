"""What a lane was in, by name: the spans that were recorded, or those that its events bracket.

Tasks of pools and the program's own spans begin and end in one lane like brackets; which end goes
with which begin follows from their depths alone, whole columns at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import Spans, no_spans

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

_BEGINS = (ev.TASK_BEGIN, ev.SPAN_BEGIN)
_ENDS = (ev.TASK_END, ev.SPAN_END)


def has_spans(lane: Lane) -> bool:
    """Whether any of a lane's events begins or ends a span."""
    return bool(of_kinds(lane.kinds, _BEGINS + _ENDS).any())


def nested_spans(trace: Trace, lane_index: int) -> Spans:
    """The spans of a lane; `span_name` knows their names."""
    lane = trace.lanes[lane_index]
    return lane.spans if len(lane.spans) else _bracketed(lane, len(trace.span_names))


def span_name(trace: Trace, number: int) -> str:
    """What a span of `nested_spans` is called: a number of `Trace.span_names` or, after those, of
    `Trace.objects`; "" for -1."""
    recorded = len(trace.span_names)
    if number < 0:
        return ""
    return trace.span_names[number] if number < recorded else trace.objects[number - recorded].name


def _bracketed(lane: Lane, offset: int) -> Spans:
    """Spans from the events of one lane. What never ends lasts to the lane's end; an end without a
    begin, as when a recording starts in the middle, is none."""
    begins, ends = of_kinds(lane.kinds, _BEGINS), of_kinds(lane.kinds, _ENDS)
    rows = np.flatnonzero(begins | ends)
    if not len(rows):
        return no_spans()
    opens = begins[rows]
    depth = np.cumsum(np.where(opens, 1, -1))
    # Ends that nothing began lower the ground on which all that follows stands.
    height = depth - np.minimum(np.minimum.accumulate(depth), 0)
    level = np.where(opens, height - 1, height)
    # Stable: at each level what follows a begin, in the order of time, is its end.
    order = np.argsort(level, kind="stable")
    opening = np.flatnonzero(opens[order])
    following = opening + 1
    inside = following < len(order)
    closed = np.zeros(len(opening), bool)
    closed[inside] = ~opens[order[following[inside]]]
    closed[inside] &= level[order[following[inside]]] == level[order[opening[inside]]]
    until = np.full(len(opening), lane.end_ns, np.int64)
    until[closed] = lane.times[rows[order[following[closed]]]]
    first = rows[order[opening]]
    by_start = np.argsort(first, kind="stable")
    first = first[by_start]
    starts, objects = lane.times[first], lane.objects[first]
    return Spans(
        starts,
        # A lane's last events may be stamped after its end.
        np.maximum(until[by_start], starts),
        level[order[opening]][by_start].astype(np.uint16),
        np.where(objects >= 0, objects + offset, -1).astype(np.int32),
    )
