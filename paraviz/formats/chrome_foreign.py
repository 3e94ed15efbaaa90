"""Reading Chrome traces that others made: VizTracer, PyTorch, Chrome, Dask, …

Each (pid, tid) that has spans or instants is a lane, which lives from its first to its last moment.
Its spans, `X` and `B`/`E`, stand in it by name, and its states are read off them: running inside
any, blocked between them, since nobody said what it did there. That is as much as such a trace
tells: a function that waits is "running" here. Async spans (`b`, `e`) belong to no thread's stack;
they are a lane's own where it has no others, as with tracers of tasks. Counters (`C`) become
counters; flows and the rest are counted and passed over, with a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.errors import FormatError
from paraviz.formats.chrome_seen import (
    BEGIN,
    COMPLETE,
    END,
    OPEN,
    Columns,
    ForeignEvent,
    Seen,
)
from paraviz.formats.chrome_spans import Loose, nested, paired, paired_by_key
from paraviz.formats.meta import TIME_LIMIT_NS
from paraviz.trace import Lane, Program, State, Trace
from paraviz.trace.intervals import union
from paraviz.trace.model import States, no_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.formats.chrome_lanes import LaneName, LaneNames
    from paraviz.formats.chrome_scan import Document
    from paraviz.trace.model import Refs, Spans, Times


def collected(document: Document) -> Seen:
    """All events of a document. Raises FormatError."""
    seen = Seen()
    for batch in document.batches(ForeignEvent):
        seen.take(batch)
    return seen


def foreign_trace(seen: Seen, document: Document, name: str) -> Trace:
    """The trace of all events of a document. Raises FormatError."""
    columns = seen.columns()
    if not len(columns.ts):
        raise FormatError("no event in it belongs to a thread at a time")
    base_us = min(float(columns.ts.min()), seen.counted.first_us)
    np.subtract(columns.ts, base_us, out=columns.ts)
    last_us = max(float((columns.ts + columns.dur).max()), seen.counted.last_us - base_us)
    if last_us * 1e3 > TIME_LIMIT_NS:
        raise FormatError("its times are absurd: years lie between the first and the last")
    asynchronous, hidden = _asynchronous(columns)
    lanes = tuple(_lanes(_by_lane(columns, len(seen.lane_names)), seen.lane_names, asynchronous))
    return Trace(
        program=Program(name),
        lanes=lanes,
        span_names=tuple(seen.span_names.texts),
        counters=tuple(seen.counted.counters(base_us)),
        wall_ns=round(last_us * 1e3),
        exit_code=None,
        end_reason="ended",
        notices=tuple(_notices(document, seen, hidden)),
    )


def _asynchronous(columns: Columns) -> tuple[dict[int, Loose], int]:
    """The async spans by the lane they begin in, where that has no others; how many were left
    out."""
    if not len(columns.keys):
        return {}, 0
    rows = np.flatnonzero(columns.is_async)
    ts = np.rint(columns.ts[rows] * 1e3).astype(np.int64)
    order = np.argsort(ts, kind="stable")
    ts, rows = ts[order], rows[order]
    opened, ends = paired_by_key(columns.codes[rows] == OPEN, ts, columns.keys[order])
    lanes = columns.lanes[rows[opened]]
    taken = np.isin(lanes, np.unique(columns.lanes[columns.codes <= END]))
    names = columns.names[rows[opened]]
    order = np.argsort(lanes, kind="stable")
    order = order[~taken[order]]
    cuts = np.flatnonzero(np.diff(lanes[order])) + 1
    pieces = np.split(order, cuts) if len(order) else []
    by_lane = {
        int(lanes[mine[0]]): Loose(ts[opened[mine]], ends[mine], names[mine]) for mine in pieces
    }
    return by_lane, int(np.count_nonzero(taken))


class _Rows(Struct, frozen=True):
    """The events of lanes, those of a lane together, each lane's in the order of the file."""

    lanes: NDArray[np.int32]
    codes: NDArray[np.uint8]
    names: Refs
    starts: Times
    """int64[n]: ns since the first moment of the trace."""
    ends: Times
    """int64[n]: ns; the start for all but complete spans."""

    def of(self, own: slice) -> _Rows:
        """Some of them."""
        return _Rows(
            self.lanes[own], self.codes[own], self.names[own], self.starts[own], self.ends[own]
        )


def _by_lane(columns: Columns, lane_count: int) -> _Rows:
    """The rows of columns, the times of which are used up."""
    lanes, codes, names, ts, dur, _ = columns
    # NumPy sorts numbers of 16 bits, and no wider ones, in a time that is linear.
    narrow = lanes.astype(np.uint16) if lane_count <= 1 << 16 else lanes
    order = np.argsort(narrow, kind="stable")
    starts = _ns(ts)[order]
    return _Rows(lanes[order], codes[order], names[order], starts, starts + _ns(dur)[order])


def _ns(us: NDArray[np.float64]) -> Times:
    """µs as ns. What was given is overwritten."""
    us *= 1e3
    return np.rint(us, out=us).astype(np.int64)


def _lanes(rows: _Rows, names: LaneNames, asynchronous: dict[int, Loose]) -> Iterator[Lane]:
    """The lanes in their order; none without an event."""
    edges = np.searchsorted(rows.lanes, np.arange(len(names) + 1)).tolist()
    for number in names.order():
        own = slice(edges[number], edges[number + 1])
        if own.stop > own.start:
            yield _lane(names.name(number), rows.of(own), asynchronous.get(number))


def _lane(name: LaneName, rows: _Rows, asynchronous: Loose | None) -> Lane:
    start_ns, end_ns = int(rows.starts.min()), int(rows.ends.max())
    parts = []
    complete = rows.codes == COMPLETE
    if complete.all():
        parts.append(Loose(rows.starts, rows.ends, rows.names))
    elif complete.any():
        parts.append(Loose(rows.starts[complete], rows.ends[complete], rows.names[complete]))
    if ((rows.codes == BEGIN) | (rows.codes == END)).any():
        parts.append(_begun(rows, end_ns))
    if asynchronous:
        # They may have ended in another thread.
        parts.append(asynchronous._replace(ends=np.minimum(asynchronous.ends, end_ns)))
    spans = nested(parts)
    return Lane(
        name=name.name,
        pid=name.pid,
        tid=name.tid,
        kind="process" if name.is_main else "thread",
        start_ns=start_ns,
        end_ns=end_ns,
        end_reason="",
        times=np.empty(0, np.int64),
        kinds=np.empty(0, np.uint8),
        objects=np.empty(0, np.int32),
        values=np.empty(0, np.int64),
        sites=np.empty(0, np.int32),
        text="",
        emitted=0,
        states=_states(start_ns, end_ns, spans),
        spans=spans,
    )


def _begun(rows: _Rows, end_ns: int) -> Loose:
    """The spans of `B` and `E`."""
    chosen = np.flatnonzero((rows.codes == BEGIN) | (rows.codes == END))
    chosen = chosen[np.argsort(rows.starts[chosen], kind="stable")]
    return paired(rows.codes[chosen] == BEGIN, rows.starts[chosen], rows.names[chosen], end_ns)


def _states(start_ns: int, end_ns: int, spans: Spans) -> States:
    """Running in any span, blocked in the rest of the life."""
    if end_ns <= start_ns:
        return no_states()
    begins, ends = union(spans.starts, spans.ends)
    lasting = ends > begins
    begins, ends = begins[lasting], ends[lasting]
    starts = np.column_stack((begins, ends)).ravel()
    states = np.tile(np.array([State.RUNNING, State.BLOCKED], np.uint8), len(begins))
    if not len(starts) or starts[0] > start_ns:
        starts = np.concatenate(([start_ns], starts))
        states = np.concatenate((np.array([State.BLOCKED], np.uint8), states))
    inside = starts < end_ns
    starts, states = starts[inside], states[inside]
    return States(starts, states, np.full(len(starts), -1, np.int32))


def _notices(document: Document, seen: Seen, hidden: int) -> Iterator[str]:
    yield "made by another tool: running means inside a span, blocked means between spans"
    if document.cut_off:
        yield "the file is cut off; what came before is shown"
    if seen.timeless:
        yield f"{seen.timeless:,} events without a usable time were passed over"
    if document.skipped:
        yield f"{document.skipped:,} events with fields of a wrong type were passed over"
    kinds = {
        "instants": seen.tally["i"] + seen.tally["I"],
        "counters": seen.tally["C"],
        "arrows": seen.tally["s"] + seen.tally["t"],
        "async spans": hidden,
    }
    passed = [f"{count:,} {what}" for what, count in kinds.items() if count]
    if passed:
        yield f"not shown: {', '.join(passed)}"
