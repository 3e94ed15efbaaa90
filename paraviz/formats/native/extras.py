"""What a trace may have beside its lanes' events and states: named spans, counters, who was on
which CPU, and the index of its states. Each is a few columns more, and no recording needs them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from paraviz.formats.checks import (
    ascending,
    check_offsets,
    check_times,
    damaged,
    joined,
    offsets_of,
    require,
)
from paraviz.formats.native.names import Names, name_columns
from paraviz.text.translation import _
from paraviz.trace.index import StateIndex
from paraviz.trace.model import Counter, Cpu, Flows, Spans

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from paraviz.formats.native.meta import Meta
    from paraviz.trace import Trace

    Columns = dict[str, NDArray[Any]]

INDEX_FROM = 100_000
"""States from which on it is quicker to read the index than to make it."""

_SPANS: dict[str, np.dtype[Any]] = {
    "span_starts": np.dtype("<i8"),
    "span_ends": np.dtype("<i8"),
    "span_depths": np.dtype("<u2"),
    "span_names": np.dtype("<i4"),
    "span_offsets": np.dtype("<i8"),
    "name_text": np.dtype("u1"),
    "name_offsets": np.dtype("<i8"),
}
_COUNTERS: dict[str, np.dtype[Any]] = {
    "counter_times": np.dtype("<i8"),
    "counter_values": np.dtype("<f8"),
    "counter_offsets": np.dtype("<i8"),
}
_CPUS: dict[str, np.dtype[Any]] = {
    "cpu_starts": np.dtype("<i8"),
    "cpu_ends": np.dtype("<i8"),
    "cpu_lanes": np.dtype("<i4"),
    "cpu_offsets": np.dtype("<i8"),
}
FLOWS: dict[str, np.dtype[Any]] = {
    "flow_from_lanes": np.dtype("<i4"),
    "flow_from_ns": np.dtype("<i8"),
    "flow_to_lanes": np.dtype("<i4"),
    "flow_to_ns": np.dtype("<i8"),
}
"""The columns of `trace.Flows`."""
_INDEX: dict[str, np.dtype[Any]] = {"index_firsts": np.dtype("<i8"), "index_sums": np.dtype("<i8")}
EXTRAS = _SPANS | _COUNTERS | _CPUS | FLOWS | _INDEX
"""All of these columns, and their types."""


def extra_columns(trace: Trace) -> Columns:
    """The columns of what the trace has of these."""
    columns: Columns = {}
    if any(len(lane.spans) for lane in trace.lanes):
        columns |= _span_columns(trace)
    if trace.counters:
        columns["counter_times"] = joined([each.times for each in trace.counters], np.int64)
        columns["counter_values"] = joined([each.values for each in trace.counters], np.float64)
        columns["counter_offsets"] = offsets_of([len(each.times) for each in trace.counters])
    if trace.cpus:
        columns["cpu_starts"] = joined([each.starts for each in trace.cpus], np.int64)
        columns["cpu_ends"] = joined([each.ends for each in trace.cpus], np.int64)
        columns["cpu_lanes"] = joined([each.lanes for each in trace.cpus], np.int32)
        columns["cpu_offsets"] = offsets_of([len(each.starts) for each in trace.cpus])
    if trace.flows is not None:
        flows = trace.flows
        parts = (flows.from_lanes, flows.from_ns, flows.to_lanes, flows.to_ns)
        columns |= {
            name: np.asarray(part, dtype)
            for (name, dtype), part in zip(FLOWS.items(), parts, strict=True)
        }
    if sum(len(lane.states) for lane in trace.lanes) >= INDEX_FROM:
        columns |= StateIndex(trace.lanes).columns()
    return columns


def _span_columns(trace: Trace) -> Columns:
    spans = [lane.spans for lane in trace.lanes]
    text, name_offsets = name_columns(trace.span_names)
    return {
        "span_starts": joined([each.starts for each in spans], np.int64),
        "span_ends": joined([each.ends for each in spans], np.int64),
        "span_depths": joined([each.depths for each in spans], np.uint16),
        "span_names": joined([each.names for each in spans], np.int32),
        "span_offsets": offsets_of([len(each) for each in spans]),
        "name_text": text,
        "name_offsets": name_offsets,
    }


def with_extras(
    trace: Trace, meta: Meta, column: Callable[[str, np.dtype[Any]], NDArray[Any] | None]
) -> Trace:
    """The trace with what there is of these; `column` gives a stored column, or None.

    Raises FormatError unless everything holds that the rest of paraviz relies on.
    """

    def stored(dtypes: dict[str, np.dtype[Any]]) -> Columns | None:
        found = {name: column(name, dtype) for name, dtype in dtypes.items()}
        there = {name: values for name, values in found.items() if values is not None}
        some = _("of {names} only some are there").format(names=", ".join(dtypes))
        require(len(there) in (0, len(dtypes)), some)
        return there or None

    if (spans := stored(_SPANS)) is not None:
        trace = _with_spans(trace, spans)
    if meta.counters:
        trace = replace(trace, counters=_counters(meta, stored(_COUNTERS)))
    if meta.cpus:
        trace = replace(trace, cpus=_cpus(meta, stored(_CPUS)))
    if (flows := stored(FLOWS)) is not None:
        trace = replace(trace, flows=_flows(meta, flows))
    if (index := stored(_INDEX)) is not None:
        trace = replace(trace, stored_index=index)
    return trace


def _with_spans(trace: Trace, columns: Columns) -> Trace:
    check_offsets("name_offsets", columns["name_offsets"], None, columns["name_text"])
    offsets = columns["span_offsets"]
    starts, ends, depths, names = (columns[name] for name in list(_SPANS)[:4])
    check_offsets("span_offsets", offsets, len(trace.lanes), starts, ends, depths, names)
    check_times("span_starts", starts)
    check_times("span_ends", ends)
    require(ascending(starts, offsets), _("the spans of a lane are out of order"))
    require(bool((ends >= starts).all()), _("a span ends before it begins"))
    known = len(columns["name_offsets"]) - 1
    require(
        int(names.min(initial=0)) >= 0 and int(names.max(initial=-1)) < known,
        _("a span has a name that is not there"),
    )
    rows = [slice(*pair) for pair in pairwise(offsets.tolist())]
    lanes = [
        replace(lane, spans=Spans(starts[own], ends[own], depths[own], names[own]))
        for lane, own in zip(trace.lanes, rows, strict=True)
    ]
    span_names = Names(columns["name_text"], columns["name_offsets"])
    return replace(trace, lanes=tuple(lanes), span_names=span_names)


def _counters(meta: Meta, columns: Columns | None) -> tuple[Counter, ...]:
    require(columns is not None, _("its counters are missing"))
    assert columns is not None
    times, values, offsets = (columns[name] for name in _COUNTERS)
    check_offsets("counter_offsets", offsets, len(meta.counters), times, values)
    check_times("counter_times", times)
    require(ascending(times, offsets), _("the times of a counter are out of order"))
    require(bool(np.isfinite(values).all()), _("a counter has a value that is no number"))
    rows = [slice(*pair) for pair in pairwise(offsets.tolist())]
    return tuple(
        Counter(name, times[own], values[own])
        for name, own in zip(meta.counters, rows, strict=True)
    )


def _flows(meta: Meta, columns: Columns) -> Flows:
    from_lanes, from_ns, to_lanes, to_ns = (columns[name] for name in FLOWS)
    for times in (from_ns, to_ns):
        check_times("flow_ns", times)
    for lanes in (from_lanes, to_lanes):
        require(
            int(lanes.min(initial=0)) >= 0 and int(lanes.max(initial=-1)) < len(meta.lanes),
            _("an arrow leads to a lane that is not there"),
        )
    require(
        len(from_lanes) == len(from_ns) == len(to_lanes) == len(to_ns),
        _("a column of {name} has a wrong length").format(name="flow_ns"),
    )
    return Flows(from_lanes, from_ns, to_lanes, to_ns)


def flow_columns(columns: Sequence[Sequence[int]]) -> Columns:
    """The columns of flows from as many sequences of numbers, or none. Raises FormatError."""
    require(len(columns) in (0, len(FLOWS)), _("its arrows are missing"))
    known = zip(FLOWS.items(), columns, strict=False)
    try:
        return {name: np.array(column, dtype) for (name, dtype), column in known}
    except OverflowError as error:
        raise damaged(_("an arrow leads to a lane that is not there")) from error


def _cpus(meta: Meta, columns: Columns | None) -> tuple[Cpu, ...]:
    require(columns is not None, _("its CPUs are missing"))
    assert columns is not None
    starts, ends, lanes, offsets = (columns[name] for name in _CPUS)
    check_offsets("cpu_offsets", offsets, len(meta.cpus), starts, ends, lanes)
    check_times("cpu_starts", starts)
    check_times("cpu_ends", ends)
    require(ascending(starts, offsets), _("the times of a CPU are out of order"))
    require(bool((ends >= starts).all()), _("a thread leaves a CPU before it comes"))
    require(
        int(lanes.min(initial=0)) >= -1 and int(lanes.max(initial=-1)) < len(meta.lanes),
        _("a CPU runs a lane that is not there"),
    )
    rows = [slice(*pair) for pair in pairwise(offsets.tolist())]
    return tuple(
        Cpu(number, starts[own], ends[own], lanes[own])
        for number, own in zip(meta.cpus, rows, strict=True)
    )
