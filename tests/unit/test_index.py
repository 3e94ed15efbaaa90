"""The index: exact against counting ns by ns."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz.trace import Lane, State
from paraviz.trace.index import StateIndex, blocks, state_index
from paraviz.trace.index.together import Together
from paraviz.trace.model import States
from paraviz.trace.states.from_events import with_states
from tests import traces
from tests.unit.strategies import edges, lanes, state_at

if TYPE_CHECKING:
    from paraviz.trace.model import Times


@pytest.fixture(autouse=True)
def _many_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done a part at a time has many parts, so that their seams are tested."""
    monkeypatch.setattr(blocks, "_CHUNK", blocks.BLOCK)
    monkeypatch.setattr(state_index, "_MOMENTS_AT_ONCE", 10)


def derived_of(made: list[Lane]) -> list[Lane]:
    return with_states(made, gil=True, switch_interval_s=5e-9)


def assert_same(one: StateIndex, other: StateIndex) -> None:
    ours, theirs = one.columns(), other.columns()
    assert {name: column.tolist() for name, column in ours.items()} == {
        name: column.tolist() for name, column in theirs.items()
    }


@given(st.lists(lanes(), max_size=4), edges(), st.data())
def test_the_index_equals_counting(made: list[Lane], view: list[int], data: st.DataObject) -> None:
    derived = derived_of(made)
    chosen = data.draw(st.permutations(range(len(derived))))
    chosen = chosen[: data.draw(st.integers(0, len(derived)))]
    found = StateIndex(derived).time_in_states(np.array(view), chosen)
    assert found.shape == (len(State), len(chosen), len(view) - 1)
    for row, lane in enumerate(derived[number] for number in chosen):
        for column, (begin, end) in enumerate(itertools.pairwise(view)):
            counted = [0] * len(State)
            for at in range(begin, end):
                counted[state_at(lane, at)] += 1
            assert found[:, row, column].tolist() == counted


@given(st.lists(lanes(), max_size=4), edges())
def test_lanes_added_up_are_the_sum_of_each(made: list[Lane], view: list[int]) -> None:
    index = StateIndex(derived_of(made))
    moments = np.array(view)
    apart = index.time_in_states(moments)
    added = Together(derived_of(made), range(len(made)))
    assert added.time_in_states(moments).tolist() == apart.sum(axis=1).tolist()
    begins = index.in_columns(np.array([view[0], view[0] + 1])).begins[:, 0]
    counted = np.bincount(begins, minlength=len(State))
    assert added.counts_at(view[0]).tolist() == counted.tolist()
    assert added.running_at(view[0]) == np.flatnonzero(begins == State.RUNNING).tolist()
    assert index.together(moments).tolist() == apart.sum(axis=1).tolist()


def test_many_lanes_are_added_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    index = StateIndex(derived_of([traces.lane(str(row), [], end_ns=10) for row in range(3)]))
    assert index.added_up() is None
    monkeypatch.setattr(state_index, "MANY", 2)
    assert index.added_up([0, 2]) is index.added_up([0, 2])
    monkeypatch.setattr(state_index, "_MOST_STATES", 0)
    assert index.added_up([0, 1, 2]) is None


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
    found = index.time_in_states(np.array([0, year]), [199])
    assert found[State.RUNNING].tolist() == [[year - 199]]


@given(st.lists(lanes(), max_size=4), edges())
def test_the_states_at_the_edges_are_those_read_off(made: list[Lane], view: list[int]) -> None:
    derived = derived_of(made)
    found = StateIndex(derived).in_columns(np.array(view))
    for lane, rows, begins, ends in zip(
        derived, found.rows.tolist(), found.begins, found.ends, strict=True
    ):
        assert begins.tolist() == [state_at(lane, at) for at in view[:-1]]
        assert ends.tolist() == [state_at(lane, at - 1) for at in view[1:]]
        assert rows == [row_at(lane, at) for at in view]


def row_at(lane: Lane, at_ns: int) -> int:
    starts = lane.states.starts.tolist()
    if not starts or at_ns < lane.start_ns:
        return -1
    return len(starts) if at_ns >= lane.end_ns else sum(start <= at_ns for start in starts) - 1


def as_it_was(lane: Lane, at_ns: int) -> Lane:
    """The lane when only this moment had been reached."""
    end = min(max(at_ns, lane.start_ns), lane.end_ns)
    seen = lane.times <= end
    return replace(
        lane,
        end_ns=end,
        **{name: getattr(lane, name)[seen] for name in ("times", "kinds", "objects", "values")},
        sites=lane.sites[seen],
    )


@given(st.lists(lanes(), max_size=4), st.data())
def test_an_index_that_grew_equals_one_made_afresh(made: list[Lane], data: st.DataObject) -> None:
    moments = sorted(data.draw(st.lists(st.integers(-70, 70), max_size=4)))
    index = StateIndex(derived_of(data.draw(st.permutations(made))))
    for at in moments:
        known = data.draw(st.permutations(made))[: data.draw(st.integers(0, len(made)))]
        now = derived_of([as_it_was(lane, at) for lane in known])
        index = index.grown(now)
        assert_same(index, StateIndex(now))
        view = np.arange(-70, 71, 7)
        assert index.time_in_states(view).tolist() == StateIndex(now).time_in_states(view).tolist()


def long_lane(rows: int, revised: int = 0) -> Lane:
    """A lane that runs and waits in turns; the last `revised` rows are one state later."""
    states = np.arange(rows) % 2 + 1
    states[rows - revised :] += 2
    lane = traces.lane("long", [], end_ns=10 * rows)
    return replace(
        lane,
        states=States(
            10 * np.arange(rows), states.astype(np.uint8), np.full(rows, -1, dtype=np.int32)
        ),
    )


@pytest.mark.parametrize(
    ("rows", "revised", "kept"), [(1000, 0, 125), (1003, 0, 125), (990, 3, 124), (990, 30, 120)]
)
def test_what_did_not_change_is_not_summed_again(
    rows: int, revised: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = StateIndex([long_lane(1000)])
    summed: list[int] = []
    really = blocks._sum

    def spy(states: States, sums: Times, first: int) -> None:
        summed.append(first)
        really(states, sums, first)

    monkeypatch.setattr(blocks, "_sum", spy)
    now = [long_lane(rows, revised)]
    grown = before.grown(now)
    assert all(first >= kept for first in summed)
    assert_same(grown, StateIndex(now))


def test_the_states_around_every_edge_of_a_long_lane_are_those_of_its_rows() -> None:
    lane = long_lane(37, revised=9)
    view = np.arange(-1, 372)
    found = StateIndex([lane]).in_columns(view)
    assert found.rows[0].tolist() == [row_at(lane, at) for at in view.tolist()]
    assert found.begins[0].tolist() == [state_at(lane, at) for at in view[:-1].tolist()]
    assert found.ends[0].tolist() == found.begins[0].tolist()


def test_the_sums_of_a_long_lane_are_those_of_its_rows() -> None:
    lane = long_lane(1003, revised=501)
    found = StateIndex([lane]).time_in_states(np.arange(0, 10_031, 10))[:, 0]
    assert found.argmax(axis=0).tolist() == lane.states.states.tolist()
    assert found.max(axis=0).tolist() == [10] * 1003


@given(st.lists(lanes(), max_size=4), edges())
def test_an_index_comes_back_from_its_columns(made: list[Lane], view: list[int]) -> None:
    derived = derived_of(made)
    index = StateIndex(derived)
    columns = index.columns()
    assert all(column.ndim == 1 and column.dtype == np.int64 for column in columns.values())
    back = StateIndex.from_columns(derived, columns)
    at = np.array(view)
    assert back.time_in_states(at).tolist() == index.time_in_states(at).tolist()
    assert back.nbytes == index.nbytes == sum(column.nbytes for column in columns.values())


def test_an_index_from_columns_copies_nothing() -> None:
    lane = long_lane(100)
    columns = StateIndex([lane]).columns()
    for column in columns.values():
        column.flags.writeable = False
    back = StateIndex.from_columns([lane], columns)
    assert np.shares_memory(back._blocks[0].firsts, columns["index_firsts"])
    assert np.shares_memory(back._blocks[0].sums, columns["index_sums"])
    assert_same(back.grown([long_lane(200)]), StateIndex([long_lane(200)]))


@pytest.mark.parametrize("name", ["index_firsts", "index_sums"])
@pytest.mark.parametrize("rows", [-1, 1, 5])
def test_columns_of_a_wrong_length_are_refused(name: str, rows: int) -> None:
    lane = long_lane(100)
    columns = StateIndex([lane]).columns()
    columns[name] = np.resize(columns[name], len(columns[name]) + rows)
    with pytest.raises(ValueError, match="does not fit"):
        StateIndex.from_columns([lane], columns)


ANY_INT64 = st.integers(-(1 << 63), (1 << 63) - 1)


@given(st.lists(lanes(), max_size=3), edges(), st.data())
def test_damaged_columns_make_wrong_answers_and_no_errors(
    made: list[Lane], view: list[int], data: st.DataObject
) -> None:
    derived = derived_of(made)
    columns = {
        name: np.array(
            data.draw(st.lists(ANY_INT64, min_size=len(column), max_size=len(column))), np.int64
        )
        for name, column in StateIndex(derived).columns().items()
    }
    index = StateIndex.from_columns(derived, columns)
    found = index.in_columns(np.array(view))
    for lane, rows in zip(derived, found.rows, strict=True):
        assert rows.min() >= -1
        assert rows.max() <= len(lane.states)
    assert set(np.unique(found.begins)) | set(np.unique(found.ends)) <= set(State)
