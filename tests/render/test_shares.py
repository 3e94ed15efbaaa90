"""Columns against a brute-force reference, on random lanes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import State, Trace
from paraviz.trace.index import StateIndex
from paraviz.tui.render.shares import GLYPHS, NO_STATE, edges_of, lane_columns
from paraviz.tui.render.viewport import Viewport
from tests.traces import Event, lane, trace

TURNS = (ev.SLEEP_BEGIN, ev.SLEEP_END, ev.LOCK_WAIT, ev.LOCK_ACQUIRED)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """A few lanes that run, sleep and wait at random."""
    lanes = []
    for number in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, 4_000))
        end = start + draw(st.integers(0, 9_000))
        times = sorted(draw(st.lists(st.integers(start, max(start, end)), max_size=12)))
        events: list[Event] = [(at, draw(st.sampled_from(TURNS)), 0, 0) for at in times]
        lanes.append(lane(f"w{number}", events, start_ns=start, end_ns=end))
    return trace(lanes, gil=False)


def state_at(shown: Trace, index: int, at_ns: int) -> State:
    one = shown.lanes[index]
    if not one.start_ns <= at_ns < one.end_ns:
        return State.NOT_ALIVE
    return State(int(one.states.states[np.searchsorted(one.states.starts, at_ns, "right") - 1]))


@given(shown=traces(), start=st.integers(0, 6_000), span=st.integers(200, 9_000))
def test_columns_say_what_a_count_of_every_moment_says(shown: Trace, start: int, span: int) -> None:
    columns = 20
    view = Viewport(start, start + span, 0, 20_000, 20_000, least_ns=1)
    edges = edges_of(view, columns)
    drawn = lane_columns(StateIndex(shown.lanes), edges, range(len(shown.lanes)))
    for index, lane_drawn in enumerate(drawn):
        for column in range(columns):
            moments = range(int(edges[column]), int(edges[column + 1]))
            states = [state_at(shown, index, at) for at in moments]
            ran = states.count(State.RUNNING)
            solid = int(lane_drawn.eighths[column])
            assert (solid > 0) == (ran > 0)
            assert (solid == 8) == (ran == len(states))
            assert abs(solid - 8 * ran / len(states)) <= 1
            glyph = GLYPHS[lane_drawn.glyphs[column]]
            if ran == 0:
                seen = {GLYPHS[state] for state in states if state is not State.NOT_ALIVE}
                assert glyph in seen or (glyph == " " and not seen)
            others: list[State] = [each for each in states if each is not State.RUNNING]
            if 0 < ran < len(states):
                most = max(others.count(state) for state in others)
                behind = int(lane_drawn.back[column])
                state = State.NOT_ALIVE if behind < 0 else State(behind)
                assert others.count(state) == most


def test_edges_are_where_the_viewport_says() -> None:
    view = Viewport(123, 98_765, 0, 10**6, 10**6)
    edges = edges_of(view, 77).tolist()
    assert edges == [view.time(column, 77) for column in range(78)]
    assert (edges[0], edges[-1]) == (123, 98_765)


def test_a_lane_without_events_and_without_a_life_is_blank() -> None:
    shown = trace([lane("w", [], start_ns=5, end_ns=5)])
    edges = edges_of(Viewport(0, 2_000, 0, 2_000, 2_000), 10)
    (drawn,) = lane_columns(StateIndex(shown.lanes), edges, [0])
    assert "".join(GLYPHS[number] for number in drawn.glyphs) == " " * 10


def test_no_lanes_no_columns() -> None:
    shown = trace([])
    edges = edges_of(Viewport(0, 2_000, 0, 2_000, 2_000), 10)
    assert lane_columns(StateIndex(shown.lanes), edges, []) == []


@given(shown=traces(), data=st.data())
def test_an_index_that_was_damaged_in_a_file_draws_something(
    shown: Trace, data: st.DataObject
) -> None:
    any_int64 = st.integers(-(1 << 63), (1 << 63) - 1)
    columns = {
        name: np.array(data.draw(st.lists(any_int64, min_size=len(c), max_size=len(c))), np.int64)
        for name, c in StateIndex(shown.lanes).columns().items()
    }
    index = StateIndex.from_columns(shown.lanes, columns)
    edges = np.sort(data.draw(st.lists(st.integers(0, 10_000), min_size=2, max_size=9)))
    for drawn in lane_columns(index, edges, range(len(shown.lanes))):
        assert drawn.glyphs.min() >= 0
        assert drawn.glyphs.max() < len(GLYPHS)
        assert set(drawn.fore.tolist()) <= set(State)
        assert set(drawn.back.tolist()) <= {NO_STATE, *State}


def test_a_column_is_never_more_than_full() -> None:
    kinds = [ev.SLEEP_BEGIN, ev.SLEEP_END] * 8
    shown = trace([lane("w", [(at + 1, kind, 0, 0) for at, kind in enumerate(kinds)], end_ns=30)])
    columns = StateIndex(shown.lanes).columns()
    # It ran for 4 ns up to 7 ns; eight times what is between comes close to the end of an int64.
    columns["index_sums"][len(State) - 1] = 4 + (1 << 60) - 1
    index = StateIndex.from_columns(shown.lanes, columns)
    (drawn,) = lane_columns(index, np.array([7, 8]), [0])
    assert drawn.eighths.tolist() == [8]
