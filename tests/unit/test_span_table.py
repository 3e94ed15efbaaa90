"""The table of spans: counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.reports.info_json import told
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.analysis.span_table import SpanRow, own_times, span_table
from tests import traces
from tests.unit.test_chrome_foreign import event, loaded

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = [
    {**event("X", 0, dur=50), "name": "outer"},
    {**event("X", 10, dur=20), "name": "inner"},
    {**event("X", 15, dur=5), "name": "inner"},
    {**event("X", 80, 2, dur=60), "name": "outer"},
]


def test_spans_are_counted_by_name(tmp_path: Path) -> None:
    trace = loaded(tmp_path, EVENTS)
    assert span_table(trace) == [
        SpanRow("outer", 2, 110_000, 90_000, 60_000, 1, 80_000),
        SpanRow("inner", 2, 25_000, 20_000, 20_000, 0, 10_000),
    ]
    spans = told(trace)["spans"]
    assert isinstance(spans, list)
    assert spans[0] == {
        "name": "outer",
        "count": 2,
        "total_ns": 110_000,
        "self_ns": 90_000,
        "longest_ns": 60_000,
        "lane": 1,
        "at_ns": 80_000,
    }


def test_of_spans_that_do_not_nest_what_lies_in_both_counts(tmp_path: Path) -> None:
    trace = loaded(tmp_path, [event("X", 0, dur=10), event("X", 5, dur=10), event("X", 8, dur=10)])
    assert own_times(trace.lanes[0].spans).tolist() == [5_000, 3_000, 10_000]


def test_a_trace_without_spans_has_none() -> None:
    assert span_table(traces.printers()) == []


def test_another_tools_trace_is_told_without_cpus(tmp_path: Path) -> None:
    text = summary_text(loaded(tmp_path, EVENTS))
    assert "CPU" not in text
    assert "GIL" not in text
    assert (
        "outer                             2         110 µs        90.0 µs        60.0 µs" in text
    )
