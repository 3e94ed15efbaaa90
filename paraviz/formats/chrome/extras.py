"""Named spans, counters and CPUs in the Chrome traces that paraviz writes, and back from there.

A span is a pair `B`, `E`, right after each other in the file and in the order of the lane's spans.
A counter is a row of `C`, its number as `tid`; those that follow from events have none, and are
there for viewers. A CPU is a thread of a process of its own, with an `X` for each stretch.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np

from paraviz.formats.checks import damaged, offsets_of
from paraviz.formats.native.meta import Ref, shown
from paraviz.formats.native.names import name_columns
from paraviz.text.translation import _
from paraviz.trace.histories.counters import counters
from paraviz.trace.histories.spans import nested_spans, span_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from paraviz.trace import Trace
    from paraviz.trace.model import Spans

Depth = Annotated[int, msgspec.Meta(ge=0, le=(1 << 16) - 1)]
DERIVED = -1
"""The `tid` of counters that follow from the events."""


class SpanArgs(msgspec.Struct, gc=False):
    """`args` of a span."""

    span: Ref
    """The row of its name."""
    depth: Depth


class LaneArgs(msgspec.Struct, gc=False):
    """`args` of a span that follows from the events."""

    worker: str
    """The lane's name."""


class Local(msgspec.Struct, gc=False):
    """The number of an async span within its process: viewers then show it there."""

    local: int


class CounterArgs(msgspec.Struct, gc=False):
    """`args` of a counter."""

    number: float


class CpuArgs(msgspec.Struct, gc=False):
    """`args` of a stretch on a CPU."""

    lane: Ref
    cpu: Ref
    """The row of the CPU."""


class ExtraEvent(msgspec.Struct, omit_defaults=True, gc=False):
    """An event of one of these."""

    ph: str
    name: str
    pid: int
    tid: int
    ts: float
    dur: float | None = None
    cat: str = ""
    args: SpanArgs | LaneArgs | CounterArgs | CpuArgs | None = None
    id2: Local | None = None


def extra_events(
    trace: Trace, tids: Sequence[int], base_ns: int, numbers: Iterator[int]
) -> Iterator[ExtraEvent]:
    """The spans, the counters and the CPUs of a trace; `ts` counts from `base_ns`."""
    for row, tid in enumerate(tids):
        yield from _spans(trace, row, tid, base_ns, numbers)
    pid = trace.lanes[0].pid if trace.lanes else 0
    for row, counter in enumerate(counters(trace)):
        name, tid = shown(counter.name), row if row < len(trace.counters) else DERIVED
        stamps = _us(counter.times, base_ns)
        for ts, value in zip(stamps, counter.values.tolist(), strict=True):
            yield ExtraEvent("C", name, pid, tid, ts, args=CounterArgs(value))
    yield from _on_cpus(trace, base_ns)


def _spans(
    trace: Trace, row: int, tid: int, base_ns: int, numbers: Iterator[int]
) -> Iterator[ExtraEvent]:
    """The spans of a lane. Only those that nest can stand on its thread; others, and those that
    follow from the events and so do not fit its states, are async."""
    lane, spans = trace.lanes[row], nested_spans(trace, row)
    recorded = len(lane.spans) > 0
    on_thread = recorded and _nest(spans)
    names = {name: shown(span_name(trace, name)) for name in set(spans.names.tolist())}
    begins, ends = _us(spans.starts, base_ns), _us(spans.ends, base_ns)
    known = zip(spans.names.tolist(), spans.depths.tolist(), strict=True)
    for begin, end, (name, depth) in zip(begins, ends, known, strict=True):
        args = SpanArgs(name, depth) if recorded else LaneArgs(shown(lane.name))
        told, who = names[name], (lane.pid, tid)
        if on_thread:
            yield ExtraEvent("B", told, *who, begin, cat="span", args=args)
            yield ExtraEvent("E", "", *who, end)
        else:
            same = Local(next(numbers))
            yield ExtraEvent("b", told, *who, begin, cat="span", args=args, id2=same)
            yield ExtraEvent("e", told, *who, end, cat="span", args=args, id2=same)


def _nest(spans: Spans) -> bool:
    """Whether each span ends within the one around it."""
    ends: dict[int, int] = {}
    for depth, end in zip(spans.depths.tolist(), spans.ends.tolist(), strict=True):
        if depth and ends.get(depth - 1, end - 1) < end:
            return False
        ends[depth] = end
    return True


def cpus_pid(trace: Trace) -> int:
    """The `pid` that the CPUs stand under: none of a lane's."""
    return max((lane.pid for lane in trace.lanes), default=0) + 1


def _on_cpus(trace: Trace, base_ns: int) -> Iterator[ExtraEvent]:
    labels = [shown(lane.name) for lane in trace.lanes]
    pid = cpus_pid(trace)
    for row, cpu in enumerate(trace.cpus):
        begins, ends = _us(cpu.starts, base_ns), _us(cpu.ends, base_ns)
        for begin, end, lane in zip(begins, ends, cpu.lanes.tolist(), strict=True):
            name = labels[lane] if lane >= 0 else "?"
            args = CpuArgs(lane, row)
            yield ExtraEvent("X", name, pid, cpu.number, begin, end - begin, "cpu", args)


def _us(times: NDArray[np.int64], base_ns: int) -> list[float]:
    return ((times - base_ns) / 1e3).tolist()  # type: ignore[no-any-return]


class Rows:
    """Numbers of some kind as they come, each row with the number of the thing it belongs to."""

    def __init__(self, *codes: str) -> None:
        """`codes`: the types of the columns, as in `array`."""
        self._of = array("q")
        self._columns: list[array[Any]] = [array(code) for code in codes]

    def put(self, of: int, *values: float) -> None:
        """Add a row."""
        self._of.append(of)
        for column, value in zip(self._columns, values, strict=True):
            column.append(value)

    def by_owner(self, count: int) -> tuple[NDArray[np.int64], list[NDArray[Any]]]:
        """Offsets of `count` things in the columns, and the columns sorted by them."""
        of = np.array(self._of, np.int64)
        if len(of) and not 0 <= int(of.min()) <= int(of.max()) < count:
            raise damaged(_("an event belongs to nothing"))
        order = np.argsort(of, kind="stable")
        columns = [np.array(column)[order] for column in self._columns]
        return offsets_of(np.bincount(of, minlength=count)), columns


class Extras:
    """What has been read of spans, counters and CPUs so far."""

    def __init__(self) -> None:
        self.begins = Rows("d", "i", "H")
        self.ends = Rows("d")
        self.counters = Rows("d", "d")
        self.cpus = Rows("d", "d", "i")

    def columns(
        self, base_ns: int, names: Sequence[str], lanes: int, counters: int, cpus: int
    ) -> dict[str, NDArray[Any]]:
        """The columns that `extras.with_extras` takes."""
        found: dict[str, NDArray[Any]] = {}
        offsets, (starts, rows, depths) = self.begins.by_owner(lanes)
        if len(starts):
            end_offsets, (ends,) = self.ends.by_owner(lanes)
            if not np.array_equal(offsets, end_offsets):
                raise damaged(_("a span has no end"))
            text, name_offsets = name_columns(names)
            found |= {"span_starts": _ns(starts, base_ns), "span_ends": _ns(ends, base_ns)}
            found |= {"span_names": rows, "span_depths": depths, "span_offsets": offsets}
            found |= {"name_text": text, "name_offsets": name_offsets}
        if counters:
            offsets, (times, values) = self.counters.by_owner(counters)
            found |= {"counter_times": _ns(times, base_ns), "counter_values": values}
            found |= {"counter_offsets": offsets}
        if cpus:
            offsets, (begins, lasting, on) = self.cpus.by_owner(cpus)
            found |= {"cpu_starts": _ns(begins, base_ns), "cpu_lanes": on}
            found |= {"cpu_ends": _ns(begins + lasting, base_ns), "cpu_offsets": offsets}
        return found


def _ns(us: NDArray[np.float64], base_ns: int) -> NDArray[np.int64]:
    stamps = us * 1e3
    if not (np.abs(stamps) < 1 << 60).all():
        raise damaged(_("it holds an absurd time"))
    return np.rint(stamps).astype(np.int64) + base_ns
