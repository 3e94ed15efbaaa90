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

from paraviz.errors import FormatError
from paraviz.formats.checks import offsets_of
from paraviz.formats.meta import Ref, escape
from paraviz.formats.names import name_columns
from paraviz.trace.counters import counters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from paraviz.trace import Trace

Depth = Annotated[int, msgspec.Meta(ge=0, le=(1 << 16) - 1)]
DERIVED = -1
"""The `tid` of counters that follow from the events."""


class SpanArgs(msgspec.Struct, gc=False):
    """`args` of a span."""

    span: Ref
    """The row of its name."""
    depth: Depth


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
    args: SpanArgs | CounterArgs | CpuArgs | None = None


def extra_events(trace: Trace, tids: Sequence[int], base_ns: int) -> Iterator[ExtraEvent]:
    """The spans, the counters and the CPUs of a trace; `ts` counts from `base_ns`."""
    names = [escape(name) for name in trace.span_names]
    for lane, tid in zip(trace.lanes, tids, strict=True):
        begins, ends = _us(lane.spans.starts, base_ns), _us(lane.spans.ends, base_ns)
        known = zip(lane.spans.names.tolist(), lane.spans.depths.tolist(), strict=True)
        for begin, end, (name, depth) in zip(begins, ends, known, strict=True):
            args = SpanArgs(name, depth)
            yield ExtraEvent("B", names[name], lane.pid, tid, begin, cat="span", args=args)
            yield ExtraEvent("E", "", lane.pid, tid, end)
    pid = trace.lanes[0].pid if trace.lanes else 0
    for row, counter in enumerate(counters(trace)):
        name, tid = escape(counter.name), row if row < len(trace.counters) else DERIVED
        stamps = _us(counter.times, base_ns)
        for ts, value in zip(stamps, counter.values.tolist(), strict=True):
            yield ExtraEvent("C", name, pid, tid, ts, args=CounterArgs(value))
    yield from _on_cpus(trace, base_ns)


def cpus_pid(trace: Trace) -> int:
    """The `pid` that the CPUs stand under: none of a lane's."""
    return max((lane.pid for lane in trace.lanes), default=0) + 1


def _on_cpus(trace: Trace, base_ns: int) -> Iterator[ExtraEvent]:
    labels = [escape(lane.name) for lane in trace.lanes]
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
            raise FormatError("damaged: an event belongs to nothing")
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
                raise FormatError("damaged: a span has no end")
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
        raise FormatError("damaged: it holds an absurd time")
    return np.rint(stamps).astype(np.int64) + base_ns
