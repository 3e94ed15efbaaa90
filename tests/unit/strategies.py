"""Random traces for properties, and when two traces are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, Program, SharedObject, Site, State, Trace
from paraviz.trace.model import Bookmark, Counter, Cpu, Spans, States
from paraviz.trace.states.from_events import with_states
from tests import traces

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

LONGEST = 60
"""ns: short, so that random times often meet."""

any_text = st.text(st.characters(codec=None), max_size=8)
"""Lone surrogates and NUL included."""


@st.composite
def lanes(draw: DrawFn, kinds: tuple[int, ...] = tuple(ev.KIND_NAMES), objects: int = 3) -> Lane:
    """A lane of random events, some of them outside its life."""
    start, end = sorted(draw(st.tuples(*[st.integers(-LONGEST, LONGEST)] * 2)))
    times = sorted(draw(st.lists(st.integers(start - 5, end + 5), max_size=20)))
    rows: list[traces.Event] = []
    written = 0
    for at in times:
        kind = draw(st.sampled_from(kinds))
        obj, value = -1, 0
        if kind == ev.WRITE:
            obj, value = draw(st.integers(1, 3)), draw(st.integers(0, 3))
            written += value
        elif kind in ev.kinds_about(ev.AN_OBJECT):
            obj = draw(st.integers(-1, objects - 1))
        rows.append((at, kind, obj, value))
    text = draw(st.text(st.characters(codec=None), min_size=written, max_size=written + 2))
    lane = traces.lane(
        draw(any_text),
        rows,
        start_ns=start,
        end_ns=end,
        text=text,
        pid=draw(st.integers(100, 102)),
        tid=draw(st.integers(0, 3)),
        kind=draw(st.sampled_from(["process", "thread", "task"])),
    )
    sites = draw(st.lists(st.integers(-1, 1), min_size=len(rows), max_size=len(rows)))
    return replace(lane, sites=np.array(sites, np.int32), spans=draw(some_spans()))


@st.composite
def some_spans(draw: DrawFn) -> Spans:
    """Spans with one of two names; they need not nest."""
    moments = st.tuples(st.integers(-LONGEST, LONGEST), st.integers(0, 9))
    rows = sorted(draw(st.lists(moments, max_size=4)), key=lambda row: (row[0], -row[1]))
    starts, lengths = np.array(rows, np.int64).reshape(-1, 2).T
    names = draw(st.lists(st.integers(0, 1), min_size=len(rows), max_size=len(rows)))
    depths = np.arange(len(rows), dtype=np.uint16)
    return Spans(starts.copy(), starts + lengths, depths, np.array(names, np.int32))


@st.composite
def whole_traces(draw: DrawFn) -> Trace:
    """A finished trace with something in every field."""
    gil, interval = draw(st.booleans()), draw(st.sampled_from([0.0, 3e-9, 0.005]))
    derived = with_states(draw(st.lists(lanes(), max_size=4)), gil=gil, switch_interval_s=interval)
    argv = tuple(draw(st.lists(any_text, max_size=2)))
    spanned = any(len(lane.spans) for lane in derived)
    return Trace(
        program=Program(draw(any_text), argv, draw(any_text), draw(any_text), ("deadlock",)),
        lanes=tuple(derived),
        objects=(
            SharedObject("Lock", draw(any_text)),
            SharedObject("Connection", draw(any_text), draw(st.integers(-1, 1)), 2),
            SharedObject("Array", draw(any_text), typecode="d"),
        ),
        sites=(Site(draw(any_text), 1), Site(draw(any_text), 7, draw(any_text))),
        span_names=tuple(draw(st.lists(any_text, min_size=2, max_size=2))) if spanned else (),
        counters=(
            Counter(draw(any_text), np.array([-3, 5, 5]), np.array([0.5, -1e9, 3.0])),
            Counter("none", np.empty(0, np.int64), np.empty(0)),
        ),
        cpus=(Cpu(3, np.array([1, 7]), np.array([4, 9]), np.array([-1, -1], np.int32)),),
        wall_ns=draw(st.integers(0, 1 << 50)),
        cpu_ns=draw(st.integers(0, 1 << 60)),
        context_switches=draw(st.integers(0, 1 << 40)),
        exit_code=draw(st.none() | st.integers(-64, 255)),
        end_reason=draw(any_text),
        clock=draw(st.sampled_from(["monotonic", "logical"])),
        truth=draw(st.sampled_from(["kernel", "inferred"])),
        python=draw(any_text),
        gil=gil,
        switch_interval_s=interval,
        emit_ns=draw(st.floats(0, 1e6)),
        costs=draw(st.sampled_from([(), (("lock", 900.0), ("usual", 1.5e3))])),
        sent_ns=draw(st.integers(0, 1 << 50)),
        read_ns=draw(st.integers(0, 1 << 50)),
        usable_cpus=draw(st.integers(0, 1 << 10)),
        recorded_at=draw(any_text),
        notices=tuple(draw(st.lists(any_text, max_size=2))),
        bookmarks=tuple(
            Bookmark(at, draw(any_text))
            for at in sorted(draw(st.sets(st.integers(-9, LONGEST), max_size=2)))
        ),
    )


def edges() -> SearchStrategy[list[int]]:
    """Columns of a view: edges outside the trace and columns of no width included."""
    return st.lists(st.integers(-LONGEST - 20, LONGEST + 20), min_size=2, max_size=9).map(sorted)


def assert_same(left: Trace, right: Trace) -> None:
    """Every field of every part is equal, and every column of the same type."""
    without = replace(left, lanes=(), live=False)
    for field in Trace.__struct_fields__:
        if field in ("counters", "cpus"):
            ours, theirs = getattr(without, field), getattr(right, field)
            for one, other in zip(ours, theirs, strict=True):
                _assert_same_fields(one, other)
        elif field == "flows" and left.flows is not None and right.flows is not None:
            _assert_same_fields(left.flows, right.flows)
        elif field != "lanes":
            assert getattr(without, field) == getattr(right, field), field
    assert len(left.lanes) == len(right.lanes)
    for one, other in zip(left.lanes, right.lanes, strict=True):
        _assert_same_fields(one, other)


def _assert_same_fields(one: Struct, other: Struct) -> None:
    for field in one.__struct_fields__:
        ours, theirs = getattr(one, field), getattr(other, field)
        if isinstance(ours, States | Spans):
            _assert_same_fields(ours, theirs)
        elif isinstance(ours, np.ndarray):
            assert ours.dtype == theirs.dtype, field
            assert ours.tolist() == theirs.tolist(), field
        else:
            assert ours == theirs, field


def state_at(lane: Lane, at_ns: int) -> State:
    """The state of a lane at a moment, read off one by one."""
    if not lane.start_ns <= at_ns < lane.end_ns:
        return State.NOT_ALIVE
    states = lane.states
    begun = [i for i in range(len(states)) if states.starts[i] <= at_ns]
    return State(int(states.states[begun[-1]])) if begun else State.NOT_ALIVE
