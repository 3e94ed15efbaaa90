"""Reading Chrome traces that others made: VizTracer, PyTorch, Chrome, Dask, …

Each (pid, tid) that has spans or instants is a lane, which lives from its first to its last moment.
Its spans, `X` and `B`/`E`, stand in it by name, and its states are read off them: running inside
any, blocked between them, since nobody said what it did there. That is as much as such a trace
tells: a function that waits is "running" here. Async spans (`b`, `e`) belong to no thread's stack;
they are a lane's own where it has no others, as with tracers of tasks, and else stand in a lane of
their own below it, as tasks do. Counters (`C`) become counters; instants, flows and the rest are
counted and passed over, with a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.distinct import distinct
from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.chrome.seen import (
    BEGIN,
    COMPLETE,
    END,
    INSTANT,
    OPEN,
    Columns,
    ForeignEvent,
    Seen,
)
from paraviz.formats.chrome.spans import Loose, nested, paired, paired_by_key
from paraviz.formats.gathered import states_by_spans
from paraviz.formats.native.meta import LANE_LIMIT, TIME_LIMIT_NS
from paraviz.text.notices import (
    ARROWS,
    COUNTERS,
    CUT_OFF,
    FOREIGN,
    INSTANTS,
    MISTYPED,
    NOT_SHOWN,
    SAMPLES,
    TIMELESS,
    counted,
)
from paraviz.text.translation import _, phrase
from paraviz.trace import Lane, Program, SharedObject, Trace
from paraviz.trace.model import Bookmark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.formats.chrome.lanes import LaneName, LaneNames
    from paraviz.formats.chrome.scan import Document
    from paraviz.trace.model import LaneKind, Refs, Spans, Times


def collected(document: Document) -> Seen:
    """All events of a document. Raises FormatError."""
    seen = Seen()
    for batch in document.batches(ForeignEvent, loose=True):
        seen.take(batch)
    if bytes(memoryview(document.samples)[:2]) != b"[]":
        from paraviz.formats.chrome.samples import on_top

        for pid, tid, at, lasted, name in on_top(document.samples, document.frames):
            whose = f"samples {tid}"
            seen.take([ForeignEvent(pid=pid, tid=whose, ts=at, ph="X", dur=lasted, name=name)])
    return seen


def foreign_trace(seen: Seen, document: Document, name: str) -> Trace:
    """The trace of all events of a document. Raises FormatError."""
    columns = seen.columns()
    is_empty = not len(columns.ts) and seen.counted.first_us == np.inf and not seen.moments
    if is_empty and document.skipped:
        raise damaged(document.why or _("it is cut off or not valid JSON"))
    if is_empty:
        raise FormatError(_("no event in it belongs to a thread at a time"))
    columns, base_us = _near_each_other(columns, seen)
    near = [at for at, _ in seen.moments if abs(at - base_us) <= TIME_LIMIT_NS / 1e3 / 2]
    base_us = min([base_us, *near]) if np.isfinite(base_us) else seen.moments[0][0]
    np.subtract(columns.ts, base_us, out=columns.ts)
    last_us = max(float((columns.ts + columns.dur).max(initial=0)), seen.counted.last_us - base_us)
    last_us = max([last_us, *(at - base_us for at in near)])
    if last_us * 1e3 > TIME_LIMIT_NS:
        raise FormatError(_("its times are absurd: years lie between the first and the last"))
    asynchronous = _asynchronous(columns, seen.lane_names.processes())
    columns = _without_apart(columns)
    if len(seen.lane_names) + len(asynchronous) > LANE_LIMIT:
        raise FormatError(_("it has more than {count:,} threads").format(count=LANE_LIMIT))
    wall_ns = int(_ns(np.array([last_us]))[0])
    marked, objects = _marked(columns, seen)
    rows = _by_lane(columns, len(seen.lane_names))
    places: dict[int, int] = {}
    lanes = tuple(_lanes(rows, seen.lane_names, asynchronous, objects, places))
    flows = seen.flows.flows(base_us, places)
    return Trace(
        program=Program(name),
        lanes=lanes,
        objects=marked,
        flows=flows,
        bookmarks=tuple(_bookmarks(seen, base_us, last_us)),
        span_names=tuple(seen.span_names.texts),
        counters=tuple(seen.counted.counters(base_us, seen.lane_names.process_names())),
        wall_ns=wall_ns,
        recorded_at=_moment(base_us),
        exit_code=None,
        end_reason="ended",
        notices=tuple(
            _notices(document, seen, sum(len(lane.times) for lane in lanes) + len(seen.moments))
        ),
    )


def _near_each_other(columns: Columns, seen: Seen) -> tuple[Columns, float]:
    """What lies within the times that a trace may have, and the first of them in µs.

    Some tracers give what has no time the time 0, and everything else that of the clock on the
    wall: what lies so far from the most is passed over, and counted.
    """
    first = float(columns.ts.min(initial=seen.counted.first_us))
    last = float(columns.ts.max(initial=-np.inf))
    if not len(columns.ts) or (max(last, seen.counted.last_us) - first) * 1e3 <= TIME_LIMIT_NS:
        return columns, first
    ordered = np.sort(columns.ts)
    cuts = np.flatnonzero(np.diff(ordered) > TIME_LIMIT_NS / 1e3 / 2) + 1
    # Of as many the later ones: they are no zeros.
    biggest = max(np.split(ordered, cuts), key=lambda part: (len(part), part[0]))
    first, last = float(biggest[0]), float(biggest[-1])
    near = (columns.ts >= first) & (columns.ts <= last)
    seen.timeless += len(near) - int(np.count_nonzero(near))
    within = TIME_LIMIT_NS / 1e3 / 2
    seen.timeless += seen.counted.keep(first - within, last + within)
    return columns.where(near), min(first, seen.counted.first_us)


_FIRST_US, _LAST_US = 6e14, 4e15
"""Times between are those of a clock on the wall, from 1989 to 2096."""


def _moment(base_us: float) -> str:
    """The first moment by the clock on the wall, in ISO 8601; "" where the times count from
    anything else."""
    if not _FIRST_US < base_us < _LAST_US:
        return ""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(base_us // 1e6, UTC).isoformat()


def _asynchronous(columns: Columns, processes: NDArray[np.int32]) -> dict[int, Loose]:
    """The async spans by the lane they begin in. `processes`: numbers for those of the lanes."""
    if not len(columns.keys):
        return {}
    rows = np.flatnonzero(columns.is_async)
    ts = _ns(columns.ts[rows])
    order = np.argsort(ts, kind="stable")
    ts, rows = ts[order], rows[order]
    opened, ends = paired_by_key(
        *(columns.codes[rows] == OPEN, ts, columns.keys[order]),
        *(columns.names[rows], processes[columns.lanes[rows]]),
    )
    lanes = columns.lanes[rows[opened]]
    names = columns.names[rows[opened]]
    order = np.argsort(lanes, kind="stable")
    cuts = np.flatnonzero(np.diff(lanes[order])) + 1
    pieces = np.split(order, cuts) if len(order) else []
    return {
        int(lanes[mine[0]]): Loose(ts[opened[mine]], ends[mine], names[mine]) for mine in pieces
    }


def _marked(columns: Columns, seen: Seen) -> tuple[tuple[SharedObject, ...], Refs]:
    """The instants' names as objects that events are about, and int32[n]: which of them each row of
    `span_names` is, -1 for none."""
    names = distinct(columns.names[columns.codes == INSTANT])
    objects = np.full(len(seen.span_names.texts), -1, np.int32)
    objects[names] = np.arange(len(names), dtype=np.int32)
    texts = seen.span_names.texts
    return tuple(SharedObject("mark", texts[name]) for name in names.tolist()), objects


def _bookmarks(seen: Seen, base_us: float, last_us: float) -> Iterator[Bookmark]:
    """The instants of the whole trace: moments that its maker wants to be found."""
    for at_us, name in seen.moments:
        if 0 <= at_us - base_us <= last_us:
            yield Bookmark(int(_ns(np.array([at_us - base_us]))[0]), name)


def _without_apart(columns: Columns) -> Columns:
    """Without the async events of lanes that have other spans: those may have begun long before
    their thread, and say nothing of its life."""
    if not (columns.codes > INSTANT).any():
        return columns
    own = distinct(columns.lanes[columns.codes <= END])
    return columns.where((columns.codes <= INSTANT) | ~np.isin(columns.lanes, own))


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


_EXACT_US = float(1 << 53) / 1e3
"""Up to there, 104 days, a double holds ns."""


def _ns(us: NDArray[np.float64]) -> Times:
    """µs as ns. What was given is overwritten."""
    if len(us) and float(us.max()) > _EXACT_US:
        whole = np.floor(us)
        us -= whole
        return whole.astype(np.int64) * 1_000 + np.rint(us * 1e3).astype(np.int64)
    us *= 1e3
    return np.rint(us, out=us).astype(np.int64)


def _lanes(
    rows: _Rows,
    names: LaneNames,
    asynchronous: dict[int, Loose],
    objects: Refs,
    places: dict[int, int],
) -> Iterator[Lane]:
    """The lanes in their order; none without an event. `objects`: what instants are about, by the
    rows of their names; `places` is told which of the lanes each number is."""
    edges = np.searchsorted(rows.lanes, np.arange(len(names) + 1)).tolist()
    told, count = names.names(), 0
    for number in names.order():
        name, spans = told[number], asynchronous.get(number)
        own = slice(edges[number], edges[number + 1])
        if own.stop > own.start:
            mine = rows.of(own)
            apart = spans is not None and bool((mine.codes <= END).any())
            places[number] = count
            count += 1 + bool(spans and apart)
            yield _thread(name, mine, None if apart else spans, objects)
            if spans and apart:
                yield _apart(name, spans)


def _thread(name: LaneName, rows: _Rows, asynchronous: Loose | None, objects: Refs) -> Lane:
    """The lane of a thread's events."""
    start_ns, end_ns = int(rows.starts.min()), int(rows.ends.max())
    if asynchronous:
        # They may have ended in another thread.
        end_ns = max(end_ns, int(asynchronous.ends.max()))
    parts = []
    complete = rows.codes == COMPLETE
    if complete.all():
        parts.append(Loose(rows.starts, rows.ends, rows.names))
    else:
        if complete.any():
            parts.append(Loose(rows.starts[complete], rows.ends[complete], rows.names[complete]))
        if ((rows.codes == BEGIN) | (rows.codes == END)).any():
            parts.append(_begun(rows, end_ns))
    if asynchronous:
        parts.append(asynchronous)
    kind: LaneKind = "process" if name.is_main else "thread"
    lane = _lane(name, kind, start_ns, end_ns, nested(parts))
    marks = np.flatnonzero(rows.codes == INSTANT)
    if not len(marks):
        return lane
    marks = marks[np.argsort(rows.starts[marks], kind="stable")]
    return replace(
        lane,
        times=rows.starts[marks],
        kinds=np.full(len(marks), ev.MARK, np.uint8),
        objects=objects[rows.names[marks]],
        values=np.zeros(len(marks), np.int64),
        sites=np.full(len(marks), -1, np.int32),
        emitted=len(marks),
    )


def _apart(name: LaneName, asynchronous: Loose) -> Lane:
    """The lane of the async spans that began in a thread with others."""
    start_ns, end_ns = int(asynchronous.starts.min()), int(asynchronous.ends.max())
    name = replace(name, name=f"async {name.name}")
    return _lane(name, "task", start_ns, end_ns, nested([asynchronous]))


_NO_NUMBERS = np.empty(0, np.int64)
_NO_REFS = np.empty(0, np.int32)
_NO_KINDS = np.empty(0, np.uint8)


def _lane(name: LaneName, kind: LaneKind, start_ns: int, end_ns: int, spans: Spans) -> Lane:
    return Lane(
        name=name.name,
        pid=name.pid,
        tid=name.tid,
        kind=kind,
        start_ns=start_ns,
        end_ns=end_ns,
        end_reason="",
        times=_NO_NUMBERS,
        kinds=_NO_KINDS,
        objects=_NO_REFS,
        values=_NO_NUMBERS,
        sites=_NO_REFS,
        text="",
        emitted=0,
        states=states_by_spans(start_ns, end_ns, spans),
        spans=spans,
    )


def _begun(rows: _Rows, end_ns: int) -> Loose:
    """The spans of `B` and `E`."""
    chosen = np.flatnonzero((rows.codes == BEGIN) | (rows.codes == END))
    chosen = chosen[np.argsort(rows.starts[chosen], kind="stable")]
    return paired(rows.codes[chosen] == BEGIN, rows.starts[chosen], rows.names[chosen], end_ns)


def _notices(document: Document, seen: Seen, marked: int) -> Iterator[str]:
    """`marked`: how many instants are drawn."""
    yield FOREIGN.english
    if document.cut_off:
        yield CUT_OFF.english
    if seen.timeless:
        yield counted(TIMELESS, seen.timeless)
    if document.skipped:
        place = document.first_skipped
        yield phrase(MISTYPED.one, MISTYPED.many, count=document.skipped, place=place).english
    kinds = (
        (INSTANTS, sum(seen.tally[phase] for phase in "iIRn") - marked),
        (COUNTERS, seen.tally["C"]),
        (ARROWS, seen.flows.passed),
        (SAMPLES, seen.tally["P"]),
    )
    passed = [counted(what, count) for what, count in kinds if count]
    if passed:
        yield phrase(NOT_SHOWN.one, kinds=", ".join(passed)).english
