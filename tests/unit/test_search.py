"""Search: against looking at everything one by one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, State, Trace
from paraviz.trace.model import SYSCALL_CAUSE, Spans, States, no_spans
from paraviz.trace.search import Matches, find, parse
from tests import traces
from tests.unit.looking import LENGTHS, Found, one_by_one
from tests.unit.strategies import edges, lanes

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

KINDS = (
    *(ev.WRITE, ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.GET_WAIT, ev.GET, ev.MARK, ev.SLEEP_BEGIN),
    *(ev.SPAN_BEGIN, ev.SPAN_END, ev.TASK_BEGIN, ev.TASK_END, ev.JOIN_BEGIN, ev.JOIN_END),
)
NAMES = ("ab", "Aa", "lock b", "x.py", "b")
TERMS = (
    *("a", "B", "ab", "x.py:1", '"lock b"', "f"),
    *("name:a", "lane:ab", "lane:A", "text:a", "text:AA", "at:x.py:2", "at:f", 'name:"lock b"'),
    *("kind:write", "kind:GOT", "kind:join", "kind:mark"),
)


@st.composite
def named_traces(draw: DrawFn) -> Trace:
    """Traces whose names, places and texts are alike."""
    made = []
    for lane in draw(st.lists(lanes(KINDS), max_size=3)):
        text = draw(st.text("aAb", min_size=len(lane.text), max_size=len(lane.text)))
        abouts = np.where(np.isin(lane.kinds, (ev.JOIN_BEGIN, ev.JOIN_END)), 0, lane.objects)
        objects = abouts.astype(np.int32)
        lane = replace(lane, name=draw(st.sampled_from(NAMES)), text=text, objects=objects)
        made.append(replace(lane, spans=no_spans()) if draw(st.booleans()) else lane)
    names = draw(st.lists(st.sampled_from(NAMES), min_size=3, max_size=3))
    trace = traces.trace(
        made, [SharedObject("Lock", name) for name in names], switch_interval_s=5e-9
    )
    sites = (Site("/lib/x.py", 1), Site("y/ax.py", 2, "C.fun"))
    return replace(trace, sites=sites, span_names=("Ab", "x.py:1"))


def terms() -> st.SearchStrategy[list[str]]:
    """One sort of length, or none, and words."""
    length = st.tuples(
        st.sampled_from(list(LENGTHS)), st.sampled_from([">", ">=", "<", "<="]), st.integers(0, 12)
    ).map(lambda parts: [f"{parts[0]}{parts[1]}{parts[2]}ns"])
    span = st.integers(0, 20).map(lambda ns: [f"span>={ns}ns"])
    words = st.lists(st.sampled_from(TERMS), max_size=3)
    nothing: list[str] = []
    sorts = st.just(nothing) | length | span
    return st.tuples(sorts, words).map(lambda both: both[0] + both[1]).filter(bool)


def found(trace: Trace, text: str) -> Found:
    result = find(trace, [lane.name for lane in trace.lanes], parse(text))
    assert result is not None and not result.is_cut
    return listed(result)


def listed(matches: Matches) -> Found:
    columns = matches.lanes, matches.starts, matches.ends
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(named_traces(), terms())
def test_it_finds_what_looking_at_everything_finds(trace: Trace, query: list[str]) -> None:
    result = found(trace, " ".join(query))
    assert sorted(result) == sorted(one_by_one(trace, query))
    assert [(start, lane) for lane, start, _ in result] == sorted(
        (start, lane) for lane, start, _ in result
    )


def test_waits_for_a_lock_by_its_name() -> None:
    ms = traces.MS
    trace = traces.trace(
        [
            traces.lane("a", [(0, ev.LOCK_WAIT, 0, 0), (3 * ms, ev.LOCK_ACQUIRED, 0, 0)], end_ns=9),
            traces.lane("b", [(0, ev.LOCK_WAIT, 1, 0)], end_ns=5 * ms),
            traces.lane("c", [(1, ev.LOCK_WAIT, 0, 0)], end_ns=1 * ms),
            traces.lane("d", [(5, ev.LOCK_WAIT, 0, 0)], end_ns=4 * ms),
        ],
        [SharedObject("Lock", "my_lock"), SharedObject("Lock", "other")],
        gil=False,
    )
    assert found(trace, "name:LOCK wait>1ms") == [(3, 5, 4 * ms)]
    assert found(trace, "wait > 1ms") == [(1, 0, 5 * ms), (3, 5, 4 * ms)]


def test_a_length_is_told_to_the_nanosecond() -> None:
    trace = traces.trace([traces.lane("a", [(4, ev.SLEEP_BEGIN, -1, 0)], end_ns=9)])
    assert found(trace, "blocked>=5ns") == found(trace, "blocked<=5ns") == [(0, 4, 9)]
    assert found(trace, "blocked>5ns") == found(trace, "blocked<5ns") == []


def test_while_a_worker_runs_what_it_does_counts() -> None:
    rows = [
        *((2, ev.MARK, 0, 0), (4, ev.SLEEP_BEGIN, -1, 0), (6, ev.SLEEP_END, -1, 0)),
        *((7, ev.SLEEP_BEGIN, -1, 0), (8, ev.SLEEP_END, -1, 0)),
    ]
    trace = traces.trace([traces.lane("a", rows, end_ns=9)], [SharedObject("", "here")])
    assert found(trace, "run>0ns here") == [(0, 0, 4)]
    assert found(trace, "run>0ns kind:sleep") == []
    assert found(trace, "run>0ns kind:awake") == [(0, 6, 7), (0, 8, 9)]


def test_a_span_that_begins_after_its_lanes_end_has_no_length() -> None:
    trace = traces.trace(
        [traces.lane("a", [(7, ev.SPAN_BEGIN, 0, 0)], end_ns=5)], [SharedObject("", "late")]
    )
    assert found(trace, "span>=0ns late") == [(0, 7, 7)]


def test_places_in_the_source() -> None:
    rows = [(at, ev.SLEEP_BEGIN, -1, 0) for at in range(3)]
    lane = replace(traces.lane("l", rows, end_ns=9), sites=np.array([0, 1, -1], np.int32))
    sites = (Site("/lib/me/work.py", 12, "Pool.run"), Site("/lib/me/other.py", 120))
    trace = replace(traces.trace([lane]), sites=sites)
    assert found(trace, "at:work.py") == found(trace, "work.py:12") == [(0, 0, 0)]
    assert found(trace, "at:pool.RUN") == [(0, 0, 0)]
    assert found(trace, "at::120") == [(0, 1, 1)]
    assert found(trace, "at:lib") == found(trace, "at:work.py:1") == []
    assert found(trace, "at:/me/") == [(0, 0, 0), (0, 1, 1)]


def test_who_is_started_is_found_by_name_and_a_label_alone_is_a_whole_life() -> None:
    trace = traces.printers(4)
    assert found(trace, "name:thread-a kind:start") == [(0, traces.MS // 2, traces.MS // 2)]
    life = trace.lanes[1]
    assert found(trace, "lane:thread-a") == [(1, life.start_ns, life.end_ns)]
    assert (1, life.start_ns, life.end_ns) in found(trace, "thread-a")
    assert [lane for lane, _, _ in found(trace, "lane:thread-a kind:write")] == [1] * 5


def test_spans_of_another_tool_are_found_by_name_and_by_length() -> None:
    starts, ends = np.array([0, 5, 20]), np.array([18, 9, 30])
    depths, names = np.array([0, 1, 0], np.uint16), np.array([0, 1, 0], np.int32)
    of_tool = Spans(starts, ends, depths, names)
    lanes = [replace(traces.lane(name, [], end_ns=40), spans=of_tool) for name in ("a", "b")]
    trace = replace(traces.trace(lanes), span_names=("load", "parse b"))
    assert found(trace, "LOAD lane:a") == [(0, 0, 18), (0, 20, 30)]
    assert found(trace, "span<18ns parse") == [(0, 5, 9), (1, 5, 9)]
    assert found(trace, "b") == [(1, 0, 40), (0, 5, 9), (1, 5, 9)]
    assert found(trace, "text:load") == []


def test_a_whole_label_is_meant_before_a_part_of_one() -> None:
    made = [traces.lane(name, [], end_ns=9) for name in ("worker-1", "worker-10")]
    assert found(traces.trace(made), "lane:worker-1") == [(0, 0, 9)]
    assert found(traces.trace(made), "lane:worker") == [(0, 0, 9), (1, 0, 9)]


def test_a_state_in_a_system_call_is_found_by_its_name() -> None:
    causes = np.array([-1, SYSCALL_CAUSE, SYSCALL_CAUSE - 232], np.int32)
    kinds = np.array([State.RUNNING, State.BLOCKED, State.BLOCKED], np.uint8)
    lane = replace(
        traces.lane("a", [], end_ns=90), states=States(np.array([0, 10, 20]), kinds, causes)
    )
    trace = replace(traces.trace([]), lanes=(lane,))
    assert found(trace, "epoll wait>5ns") == [(0, 20, 90)]
    assert found(trace, "name:read blocked>5ns") == [(0, 10, 20)]
    assert found(trace, "at:read blocked>5ns") == []


def test_a_text_lies_within_one_write_and_letters_that_fold_to_two_stay() -> None:
    rows = [(at, ev.WRITE, ev.STDOUT, size) for at, size in enumerate((1, 2, 3, 0, 6))]
    lane = traces.lane("l", rows, end_ns=9, text="aaaabbStraßerest aaa")
    trace = traces.trace([lane])
    assert found(trace, "text:aa") == [(0, 1, 1)]
    assert found(trace, "text:STRAß") == [(0, 4, 4)]
    assert found(trace, "text:ss") == found(trace, "text:rest") == []


def test_the_first_are_kept_where_there_are_too_many() -> None:
    rows = [[(at, ev.MARK, 0, 0) for at in range(lane, 90, 3)] for lane in range(3)]
    made = [traces.lane(str(index), events, end_ns=99) for index, events in enumerate(rows)]
    trace = traces.trace(made, [SharedObject("", "m")])
    result = find(trace, ("", "", ""), parse("kind:mark"), limit=10)
    assert result is not None
    assert listed(result) == [(at % 3, at, at) for at in range(10)]
    assert result.is_cut and result.total == 90


def test_it_asks_before_each_lane_whether_to_go_on() -> None:
    trace, asked = traces.printers(3), iter([False, False, True])
    assert find(trace, ("a", "b", "c"), parse("kind:write"), lambda: next(asked)) is None
    assert next(asked, None) is None


@given(
    st.lists(st.tuples(st.integers(-90, 90), st.integers(0, 2))).map(sorted),
    st.integers(-95, 95),
    st.none() | st.integers(0, 3),
    edges(),
)
def test_going_from_match_to_match(
    rows: list[tuple[int, int]], at: int, lane: int | None, view: list[int]
) -> None:
    table = np.array(rows, np.int64).reshape(-1, 2)
    matches = Matches(table[:, 1].astype(np.int32), table[:, 0], table[:, 0], len(rows))
    allowed = [row for row, (_, where) in enumerate(rows) if lane in (None, where)]
    later = [row for row in allowed if rows[row][0] > at]
    earlier = [row for row in allowed if rows[row][0] < at]
    assert matches.next_after(at, lane) == min(later, default=None)
    assert matches.previous_before(at, lane) == max(earlier, default=None)
    counts = [sum(a <= start < b for start, _ in rows) for a, b in itertools.pairwise(view)]
    assert matches.in_columns(np.array(view)).tolist() == counts


def test_one_lanes_match_is_found_far_away() -> None:
    count = 300_000
    where = np.zeros(count, np.int32)
    where[[5, count - 5]] = 1
    matches = Matches(where, np.arange(count), np.arange(count), count)
    assert matches.next_after(5, 1) == count - 5
    assert matches.previous_before(count - 5, 1) == 5


def test_times_too_far_apart_for_one_number_are_sorted_as_well() -> None:
    far = 1 << 61
    made = [
        traces.lane("a", [(far, ev.MARK, 0, 0)], end_ns=far),
        traces.lane("b", [(-far, ev.MARK, 0, 0), (far, ev.MARK, 0, 0)], end_ns=far),
    ]
    trace = traces.trace(made, [SharedObject("", "m")], gil=False)
    assert found(trace, "kind:mark") == [(1, -far, -far), (0, far, far), (1, far, far)]
