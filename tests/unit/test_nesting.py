"""Spans from brackets, against a stack."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, SharedObject
from paraviz.trace.histories.spans import nested_spans, span_name
from paraviz.trace.model import Spans
from tests.traces import Event, lane, trace

Span = tuple[int, int, int, int]
"""(start, end, depth, name)"""
OBJECTS = [SharedObject("mark", "load"), SharedObject("mark", "parse")]
BEGINS, ENDS = (ev.TASK_BEGIN, ev.SPAN_BEGIN), (ev.TASK_END, ev.SPAN_END)


def spans_of(shown: Lane) -> list[Span]:
    spans = nested_spans(trace([shown], OBJECTS, gil=False), 0)
    columns = (spans.starts, spans.ends, spans.depths, spans.names)
    assert [column.dtype.name for column in columns] == ["int64", "int64", "uint16", "int32"]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def by_stack(shown: Lane) -> list[Span]:
    """The same, bracket by bracket."""
    stack: list[tuple[int, int, int]] = []
    found: list[tuple[int, Span]] = []
    rows = zip(shown.times.tolist(), shown.kinds.tolist(), shown.objects.tolist(), strict=True)
    for row, (at, kind, obj) in enumerate(rows):
        if kind in BEGINS:
            stack.append((row, at, obj))
        elif kind in ENDS and stack:
            begin, start, name = stack.pop()
            found.append((begin, (start, at, len(stack), name)))
    for depth, (begin, start, name) in enumerate(stack):
        found.append((begin, (start, max(start, shown.end_ns), depth, name)))
    return [span for _, span in sorted(found)]


@st.composite
def bracketed(draw: st.DrawFn) -> Lane:
    """Begins and ends in any order, other events between, some after the lane's end."""
    times = sorted(draw(st.lists(st.integers(0, 60), max_size=24)))
    kinds = st.sampled_from([*BEGINS, *BEGINS, *ENDS, *ENDS, ev.WRITE, ev.TASK_WAIT])
    rows: list[Event] = []
    for at in times:
        kind = draw(kinds)
        obj = draw(st.integers(-1, 1)) if kind in BEGINS + ENDS else -1
        rows.append((at, kind, obj, 0))
    return lane("w", rows, end_ns=draw(st.integers(40, 70)))


@given(bracketed())
def test_brackets_are_matched_as_by_a_stack(shown: Lane) -> None:
    assert spans_of(shown) == by_stack(shown)


@given(bracketed())
def test_no_two_of_a_depth_overlap(shown: Lane) -> None:
    spans = spans_of(shown)
    for depth in {span[2] for span in spans}:
        mine = [span for span in spans if span[2] == depth]
        assert all(a[1] <= b[0] for a, b in pairwise(mine))


def test_what_never_ends_lasts_and_what_never_began_is_none() -> None:
    events: list[Event] = [
        (5, ev.TASK_END, 0, 0),
        (10, ev.TASK_BEGIN, 0, 0),
        (20, ev.SPAN_BEGIN, 1, 0),
        (30, ev.SPAN_END, 1, 0),
        (40, ev.SPAN_BEGIN, -1, 0),
    ]
    assert spans_of(lane("w", events, end_ns=50)) == [
        (10, 50, 0, 0),
        (20, 30, 1, 1),
        (40, 50, 1, -1),
    ]


def test_nothing_begun_is_nothing() -> None:
    assert spans_of(lane("w", [(5, ev.TASK_END, 0, 0)], end_ns=50)) == []
    assert spans_of(lane("w", [], end_ns=50)) == []


def test_recorded_spans_come_first_and_events_name_objects_after_them() -> None:
    one = np.array([1], np.int64)
    recorded = Spans(one, one + 8, np.zeros(1, np.uint16), np.zeros(1, np.int32))
    events: list[Event] = [(2, ev.SPAN_BEGIN, 1, 0), (3, ev.SPAN_END, 1, 0)]
    plain = lane("w", events, end_ns=50)
    both = trace([replace(plain, spans=recorded), plain], OBJECTS, gil=False)
    both = replace(both, span_names=("call",))
    assert nested_spans(both, 0) is recorded
    assert nested_spans(both, 1).names.tolist() == [2]
    assert [span_name(both, number) for number in (-1, 0, 1, 2)] == ["", "call", "load", "parse"]
