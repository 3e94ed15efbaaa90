"""The named spans of a trace by name: how many, how long all together, of that by themselves, and
the longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace.histories.spans import nested_spans, span_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Spans, Times, Trace


class SpanRow(Struct, frozen=True):
    """All spans of one name."""

    name: str
    """Theirs."""
    count: int
    """How many there are."""
    total_ns: int
    """How long they lasted, all together; one within another of its name counts twice."""
    self_ns: int
    """For how long of that no other span was within them."""
    longest_ns: int
    """The longest."""
    lane_index: int
    """Whose that is."""
    at_ns: int
    """When that begins."""


def span_table(trace: Trace) -> list[SpanRow]:
    """By total time, the longest first."""
    none, no_refs = np.empty(0, np.int64), np.empty(0, np.int32)
    parts = [(no_refs, none, none, no_refs, none)]
    for row in range(len(trace.lanes)):
        spans = nested_spans(trace, row)
        if len(spans):
            whose = np.full(len(spans), row, np.int32)
            lengths = spans.ends - spans.starts
            parts.append((spans.names, lengths, own_times(spans), whose, spans.starts))
    names, lengths, own, lanes, starts = map(np.concatenate, zip(*parts, strict=True))
    if not len(names):
        return []
    # Of one name the longest stands last.
    order = np.lexsort((lengths, names))
    names = names[order]
    first = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
    last = np.append(first[1:], len(names)) - 1
    totals = np.add.reduceat(lengths[order], first)
    owns = np.add.reduceat(own[order], first)
    longest = order[last]
    rows = [
        SpanRow(span_name(trace, name), *rest)
        for name, *rest in zip(
            *(names[first].tolist(), (last - first + 1).tolist(), totals.tolist(), owns.tolist()),
            *(lengths[longest].tolist(), lanes[longest].tolist(), starts[longest].tolist()),
            strict=True,
        )
    ]
    return sorted(rows, key=lambda row: (-row.total_ns, row.name))


def own_times(spans: Spans) -> Times:
    """int64[k]: for how long of each span no other was right within it."""
    own = spans.ends - spans.starts
    depths = spans.depths
    for depth in range(1, int(depths.max(initial=0)) + 1):
        children, parents = np.flatnonzero(depths == depth), np.flatnonzero(depths == depth - 1)
        around = np.searchsorted(spans.starts[parents], spans.starts[children], "right") - 1
        some = around >= 0
        children, around = children[some], parents[around[some]]
        # Where spans overlap without nesting, only what lies in both counts.
        until = np.minimum(spans.ends[children], spans.ends[around])
        within = np.maximum(until - spans.starts[children], 0)
        np.subtract.at(own, around, within)
    result: NDArray[np.int64] = np.maximum(own, 0)
    return result
