"""The index: exact against counting ns by ns."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paraviz.trace import Lane, State
from paraviz.trace.index import StateIndex, events_in_columns
from paraviz.trace.inferred import with_states
from tests import traces
from tests.unit.strategies import edges, lanes, state_at


@given(st.lists(lanes(), max_size=4), edges(), st.data())
def test_the_index_equals_counting(made: list[Lane], view: list[int], data: st.DataObject) -> None:
    derived = with_states(made, gil=True, switch_interval_s=5e-9)
    first = data.draw(st.integers(0, len(derived)))
    last = data.draw(st.integers(first, len(derived)))
    found = StateIndex(derived).time_in_states(np.array(view), first, last)
    assert found.shape == (len(State), last - first, len(view) - 1)
    for row, lane in enumerate(derived[first:last]):
        for column, (begin, end) in enumerate(itertools.pairwise(view)):
            counted = [0] * len(State)
            for at in range(begin, end):
                counted[state_at(lane, at)] += 1
            assert found[:, row, column].tolist() == counted


def test_lanes_without_states_between_others_count_nothing() -> None:
    made = [
        traces.lane("a", [], end_ns=10),
        traces.lane("never", [], start_ns=5, end_ns=5),
        traces.lane("b", [], start_ns=4, end_ns=8),
    ]
    index = StateIndex(with_states(made, gil=True, switch_interval_s=0.005))
    found = index.time_in_states(np.array([0, 5, 10]))
    assert found[State.RUNNING].tolist() == [[5, 5], [0, 0], [1, 3]]
    assert found[State.NOT_ALIVE].tolist() == [[0, 0], [5, 5], [4, 2]]


def test_many_long_lives_do_not_overflow() -> None:
    year = 365 * 86_400 * 10**9
    made = [traces.lane(f"t{i}", [], start_ns=i, end_ns=year) for i in range(200)]
    index = StateIndex(with_states(made, gil=False, switch_interval_s=0))
    found = index.time_in_states(np.array([0, year]), 199, 200)
    assert found[State.RUNNING].tolist() == [[year - 199]]


@given(lanes(), edges())
def test_events_fall_into_their_columns(lane: Lane, view: list[int]) -> None:
    rows = events_in_columns(lane, np.array(view))
    for column, (begin, end) in enumerate(itertools.pairwise(view)):
        inside = lane.times[rows[column] : rows[column + 1]]
        assert inside.tolist() == [at for at in lane.times.tolist() if begin <= at < end]
