"""Reading Chrome traces that others made: VizTracer, PyTorch, Chrome, Dask, …

Each (pid, tid) that has spans or instants is a lane, which lives from its first to its last moment.
Its states are read off its spans, `X` and `B`/`E`: running inside any of them, blocked between
them, since nobody said what it did there. That is as much as such a trace tells: a function that
waits is "running" here. Async spans (`b`, `e`, `n`) belong to no thread's stack; they show only
that the lane lives. Counters, flows and the rest are counted and passed over, with a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from paraviz.errors import FormatError
from paraviz.formats.chrome_lanes import Key, LaneNames
from paraviz.formats.meta import LANE_LIMIT, TIME_LIMIT_NS
from paraviz.trace import Lane, Program, State, Trace
from paraviz.trace.intervals import union
from paraviz.trace.model import States, no_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.formats.chrome_scan import Document
    from paraviz.trace.model import Times


class ForeignEvent(msgspec.Struct, gc=False):
    """An event as loosely as tracers write it."""

    ph: str = ""
    pid: Key = None
    tid: Key = None
    ts: float | str | None = None
    dur: float | str | None = None
    name: msgspec.Raw = msgspec.Raw()
    args: msgspec.Raw = msgspec.Raw()


_COMPLETE, _BEGIN, _END, _INSTANT, _ASYNC = range(5)
_CODES = {"X": _COMPLETE, "B": _BEGIN, "E": _END, "i": _INSTANT, "I": _INSTANT} | dict.fromkeys(
    "bneSTpF", _ASYNC
)
"""The phases that make a lane live."""
_COUNTED = frozenset("Cst")
"""Counters and arrows, which are not shown."""
_FURTHEST_US = float(1 << 62) / 1e3
"""Beyond that a `ts` is no time: 146 years."""


def read_foreign(document: Document, name: str) -> Trace:
    """The trace in a document that paraviz did not write; `name` stands for the program's.

    Raises FormatError. Memory: a batch of decoded events and 25 bytes a span.
    """
    seen = _Seen()
    for batch in document.batches(ForeignEvent):
        seen.take(batch)
    rows = _Rows.of(seen)
    if not len(rows.ts):
        raise FormatError("no event in it belongs to a thread at a time")
    lanes, wall_ns = _lanes(rows, seen.names)
    return Trace(
        program=Program(name),
        lanes=tuple(lanes),
        wall_ns=wall_ns,
        exit_code=None,
        end_reason="ended",
        notices=tuple(_notices(document, seen)),
    )


@dataclass(slots=True)
class _Seen:
    """What came so far, in the order of the file."""

    names: LaneNames = field(default_factory=LaneNames)
    lane_of: dict[tuple[Key, Key], int] = field(default_factory=dict)
    lanes: list[NDArray[np.int32]] = field(default_factory=list)
    codes: list[NDArray[np.uint8]] = field(default_factory=list)
    ts: list[NDArray[np.float64]] = field(default_factory=list)
    dur: list[NDArray[np.float64]] = field(default_factory=list)
    timeless: int = 0
    others: dict[str, int] = field(default_factory=dict)
    instants: int = 0

    def take(self, batch: list[ForeignEvent]) -> None:
        """Add a batch."""
        timed = [event for event in batch if event.ph in _CODES and event.tid is not None]
        if len(timed) < len(batch):
            self._take_others(batch)
        codes = np.array([_CODES[event.ph] for event in timed], np.uint8)
        ts = _numbers([event.ts for event in timed])
        dur = _numbers([event.dur for event in timed])
        good = np.abs(ts) < _FURTHEST_US  # False for NaN
        dur[~(dur >= 0)] = 0
        good &= dur < _FURTHEST_US
        self.timeless += len(good) - int(good.sum())
        keys = [(event.pid, event.tid) for event, fine in zip(timed, good, strict=True) if fine]
        self.lanes.append(np.array(self._lane_numbers(keys), np.int32))
        self.codes.append(codes[good])
        self.ts.append(ts[good])
        self.dur.append(dur[good])
        self.instants += int((codes[good] == _INSTANT).sum())

    def _lane_numbers(self, keys: list[tuple[Key, Key]]) -> list[int]:
        known = self.lane_of
        for key in dict.fromkeys(keys):
            if key not in known:
                if len(known) >= LANE_LIMIT:
                    raise FormatError(f"it has more than {LANE_LIMIT:,} threads")
                known[key] = self.names.lane(*key)
        return [known[key] for key in keys]

    def _take_others(self, batch: list[ForeignEvent]) -> None:
        for event in batch:
            if event.ph == "M":
                self.names.take(event.pid, event.tid, event.name, event.args)
            elif event.ph in _COUNTED:
                self.others[event.ph] = self.others.get(event.ph, 0) + 1


def _numbers(values: list[float | str | None]) -> NDArray[np.float64]:
    """float64[n]: NaN for what is missing or no number."""
    try:
        return np.array(values, np.float64)
    except ValueError:
        return np.array([_number(value) for value in values], np.float64)


def _number(value: float | str | None) -> float:
    try:
        return float(value) if value is not None else np.nan
    except ValueError:
        return np.nan


@dataclass(slots=True)
class _Rows:
    """All rows that have a time, sorted by lane and time; of equal times in the file's order."""

    lanes: NDArray[np.int32]
    codes: NDArray[np.uint8]
    ts: Times
    """int64[n]: ns since the first."""
    dur: Times
    """int64[n]: ns, 0 but for complete spans."""

    @classmethod
    def of(cls, seen: _Seen) -> _Rows:
        lanes = np.concatenate([np.empty(0, np.int32), *seen.lanes])
        codes = np.concatenate([np.empty(0, np.uint8), *seen.codes])
        ts = np.concatenate([np.empty(0), *seen.ts])
        dur = np.concatenate([np.empty(0), *seen.dur])
        dur[codes != _COMPLETE] = 0
        ts -= ts.min(initial=np.inf)
        if len(ts) and float((ts + dur).max()) * 1e3 > TIME_LIMIT_NS:
            raise FormatError("its times are absurd: years lie between the first and the last")
        order = np.lexsort((ts, lanes))
        begins = np.rint(ts[order] * 1e3).astype(np.int64)
        ends = np.rint((ts + dur)[order] * 1e3).astype(np.int64)
        return cls(lanes[order], codes[order], begins, ends - begins)


def _lanes(rows: _Rows, names: LaneNames) -> tuple[list[Lane], int]:
    """The lanes in their order, and the end of the last one."""
    edges = np.searchsorted(rows.lanes, np.arange(len(names) + 1))
    lanes = [
        _lane(names, number, rows, slice(int(edges[number]), int(edges[number + 1])))
        for number in names.order()
    ]
    return lanes, max(lane.end_ns for lane in lanes)


def _lane(names: LaneNames, number: int, rows: _Rows, own: slice) -> Lane:
    codes, ts, ends = rows.codes[own], rows.ts[own], rows.ts[own] + rows.dur[own]
    start_ns, end_ns = int(ts[0]), int(ends.max())
    complete = codes == _COMPLETE
    begun, ended = _paired(codes, ts, end_ns)
    begins = np.concatenate((ts[complete], begun))
    order = np.argsort(begins, kind="stable")
    covered = union(begins[order], np.concatenate((ends[complete], ended))[order])
    name = names.name(number)
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
        states=_states(start_ns, end_ns, *covered),
    )


def _paired(codes: NDArray[np.uint8], ts: Times, end_ns: int) -> tuple[Times, Times]:
    """The outermost `B`/`E` spans of a lane. An `E` without a `B` counts for nothing, a `B`
    without an `E` lasts to the lane's end."""
    rows = np.flatnonzero((codes == _BEGIN) | (codes == _END))
    steps = np.where(codes[rows] == _BEGIN, 1, -1)
    total = np.cumsum(steps)
    depth = total - np.minimum(np.minimum.accumulate(total), 0) if len(rows) else total
    before = np.concatenate(([0], depth[:-1])) if len(rows) else depth
    begins = ts[rows[(before == 0) & (depth > 0)]]
    ends = ts[rows[(before > 0) & (depth == 0)]]
    if len(ends) < len(begins):
        ends = np.append(ends, end_ns)
    return begins, ends


def _states(start_ns: int, end_ns: int, begins: Times, ends: Times) -> States:
    """Running in [begins[i], ends[i]), blocked in the rest of the life."""
    if end_ns <= start_ns:
        return no_states()
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


def _notices(document: Document, seen: _Seen) -> Iterator[str]:
    yield "made by another tool: running means inside a span, blocked means between spans"
    if document.cut_off:
        yield "the file is cut off; what came before is shown"
    if seen.timeless:
        yield f"{seen.timeless:,} events without a usable time were passed over"
    if document.skipped:
        yield f"{document.skipped:,} events with fields of a wrong type were passed over"
    kinds = {"instants": seen.instants, "counters": seen.others.get("C", 0)}
    kinds["arrows"] = sum(seen.others.get(phase, 0) for phase in "st")
    passed = [f"{count:,} {what}" for what, count in kinds.items() if count]
    if passed:
        yield f"not shown: {', '.join(passed)}"
