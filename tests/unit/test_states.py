"""States: a partition of each life, and what events say of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import Lane, State
from paraviz.trace.causality.brackets import interrupted
from paraviz.trace.states.from_events import TURN_LIMIT, with_states
from paraviz.trace.states.partition import own_states, state_totals
from tests import traces
from tests.unit.strategies import lanes, state_at

if TYPE_CHECKING:
    from collections.abc import Sequence


def derived(
    rows: Sequence[Sequence[traces.Event]], *, end_ns: int, interval_ns: int = 0, gil: bool = True
) -> list[Lane]:
    made = [traces.lane(f"t{i}", events, end_ns=end_ns) for i, events in enumerate(rows)]
    return with_states(made, gil=gil, switch_interval_s=interval_ns / 1e9)


def spelled(lane: Lane) -> str:
    """A letter a ns: R, G, L, B."""
    letters = {State.RUNNING: "R", State.WAITING_GIL: "G", State.WAITING_LOCK: "L"}
    return "".join(letters.get(state_at(lane, at), "B") for at in range(lane.start_ns, lane.end_ns))


@given(st.lists(lanes(), max_size=4), st.booleans(), st.sampled_from([0, 3, 5_000_000]))
def test_states_partition_each_life(made: list[Lane], gil: bool, interval_ns: int) -> None:
    for lane in with_states(made, gil=gil, switch_interval_s=interval_ns / 1e9):
        starts, states = lane.states.starts, lane.states.states
        assert sum(state_totals(lane).values()) == lane.end_ns - lane.start_ns
        if lane.end_ns == lane.start_ns:
            assert not len(starts)
            continue
        assert starts[0] == lane.start_ns
        assert starts[-1] < lane.end_ns
        assert (np.diff(starts) > 0).all()
        assert set(states.tolist()) <= set(State) - {State.NOT_ALIVE}
        assert ((lane.states.causes >= -1) & (lane.states.causes < len(lane.times))).all()


@given(lanes())
def test_own_states_are_what_the_last_event_says(lane: Lane) -> None:
    assume(interrupted(lane) is None)
    after = {
        ev.LOCK_WAIT: State.WAITING_LOCK,
        ev.JOIN_BEGIN: State.BLOCKED,
        ev.SLEEP_BEGIN: State.BLOCKED,
        ev.READ_BEGIN: State.BLOCKED,
        ev.WAIT_BEGIN: State.BLOCKED,
        ev.PUT_WAIT: State.BLOCKED,
        ev.GET_WAIT: State.BLOCKED,
        ev.PROCESS_JOIN_BEGIN: State.BLOCKED,
        ev.TASK_WAIT: State.BLOCKED,
        ev.SEND_WAIT: State.BLOCKED,
        ev.RECEIVE_WAIT: State.BLOCKED,
        ev.RESULT_WAIT: State.BLOCKED,
        ev.COROUTINE_AWAIT: State.BLOCKED,
        ev.COROUTINE_READY: State.BLOCKED,
    }
    unchanged = {
        *(ev.WRITE, ev.LOCK_RELEASED, ev.THREAD_START, ev.THREAD_END, ev.PROGRAM_END),
        *(ev.NOTIFY, ev.SET, ev.CLEAR, ev.PUT, ev.GET, *ev.MARK_KINDS),
        *(ev.PROCESS_START, ev.TASK_END, ev.COROUTINE_CREATE, ev.COROUTINE_END),
        *(ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE),
        # What is told of something else, or of what is to come.
        *(kind for kind in ev.KIND_NAMES if kind >= ev.IMPORTED_BY),
    }
    # A thread of an executor does not say that it waits for a task.
    silent = lane.kind == "thread" and ev.TASK_WAIT not in lane.kinds
    (seen,) = with_states([lane], gil=False, switch_interval_s=0)
    for at in range(lane.start_ns, lane.end_ns):
        so_far = lane.kinds[lane.times <= at].tolist()
        kinds = [kind for kind in so_far if kind not in unchanged]
        expected = after.get(kinds[-1], State.RUNNING) if kinds else State.RUNNING
        if silent and so_far[-1:] == [ev.TASK_END]:
            expected = State.BLOCKED
        assert state_at(seen, at) == expected


@pytest.mark.parametrize(
    ("begin", "end", "state"),
    [
        (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, State.WAITING_LOCK),
        (ev.LOCK_WAIT, ev.LOCK_ABANDONED, State.WAITING_LOCK),
        (ev.JOIN_BEGIN, ev.JOIN_END, State.BLOCKED),
        (ev.SLEEP_BEGIN, ev.SLEEP_END, State.BLOCKED),
        (ev.READ_BEGIN, ev.READ_END, State.BLOCKED),
        (ev.WAIT_BEGIN, ev.WAIT_END, State.BLOCKED),
        (ev.WAIT_BEGIN, ev.WAIT_ABANDONED, State.BLOCKED),
        (ev.PUT_WAIT, ev.WAIT_END, State.BLOCKED),
        (ev.GET_WAIT, ev.WAIT_ABANDONED, State.BLOCKED),
        (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END, State.BLOCKED),
        (ev.TASK_WAIT, ev.TASK_BEGIN, State.BLOCKED),
    ],
)
def test_a_wait_lasts_from_its_begin_to_its_end(begin: int, end: int, state: State) -> None:
    lane = traces.lane("t", [(3, begin, 0, 0), (7, end, 0, 0)], end_ns=10)
    states = own_states(lane)
    assert states.starts.tolist() == [0, 3, 7]
    assert states.states.tolist() == [State.RUNNING, state, State.RUNNING]
    assert states.causes.tolist() == [-1, 0, 1]


def test_two_sleeps_in_a_row_stay_two() -> None:
    events = [(2, ev.SLEEP_BEGIN, -1, 0), (5, ev.SLEEP_BEGIN, -1, 0)]
    states = own_states(traces.lane("t", events, end_ns=8))
    assert states.starts.tolist() == [0, 2, 5]
    assert states.causes.tolist() == [-1, 0, 1]


def writes(*times: int) -> list[traces.Event]:
    return [(at, ev.WRITE, ev.STDOUT, 0) for at in times]


def test_the_stretch_up_to_an_event_is_the_turn_of_its_thread() -> None:
    a, b = derived([writes(2, 4, 9), writes(6, 7)], end_ns=14, interval_ns=1)
    assert spelled(a) == "RRRRGGGRRRRRRR"
    assert spelled(b) == "RRGGRRRGGRRRRR"


def test_a_stretch_longer_than_the_limit_is_nobodys() -> None:
    a, b = derived([writes(2, 8), writes()], end_ns=10, interval_ns=1)
    assert spelled(a) == spelled(b) == "R" * 10
    a, b = derived([writes(2, 7), writes()], end_ns=10, interval_ns=1)
    assert spelled(a) == "R" * 10
    assert spelled(b) == "RRGGGGGRRR"


def test_the_turns_of_different_others_join() -> None:
    a, b, c = derived([writes(2), writes(4, 7), writes(14)], end_ns=15, interval_ns=1)
    assert spelled(c) == "RRGGGGGRRRRRRRR"
    assert spelled(a) == "RRGGGGGRRRRRRRR"
    assert spelled(b) == "R" * 15


def test_the_stretch_up_to_the_end_of_a_wait_is_the_turn_of_who_was_seen_before() -> None:
    rests = [(1, ev.SLEEP_BEGIN, -1, 0), (5, ev.SLEEP_END, -1, 0), (7, ev.WRITE, ev.STDOUT, 0)]
    a, b, c = derived([rests, writes(3), writes()], end_ns=8, interval_ns=1)
    assert spelled(a) == "RBBBBRRR"
    assert spelled(b) == "RRRRRGGR"
    assert spelled(c) == "RGGGGGGR"


def test_between_the_begin_of_a_wait_and_the_end_of_one_nothing_is_claimed() -> None:
    rests = [(1, ev.SLEEP_BEGIN, -1, 0), (4, ev.SLEEP_END, -1, 0), (6, ev.WRITE, ev.STDOUT, 0)]
    a, b = derived([rests, writes()], end_ns=8, interval_ns=1)
    assert spelled(a) == "RBBBRRRR"
    assert spelled(b) == "RRRRGGRR"


def test_a_thread_that_waits_for_a_lock_does_not_wait_for_the_gil() -> None:
    waiting = [(1, ev.LOCK_WAIT, 0, 0), (5, ev.LOCK_ACQUIRED, 0, 0)]
    _, b = derived([writes(0, 2, 3, 4, 7, 8), waiting], end_ns=10, interval_ns=1)
    assert spelled(b) == "RLLLLGGGRR"


def test_without_a_gil_and_across_processes_nobody_waits_for_it() -> None:
    a, b = derived([writes(2, 4, 6), writes()], end_ns=8, interval_ns=3, gil=False)
    assert spelled(a) == spelled(b) == "R" * 8
    apart = [
        traces.lane("a", writes(2, 4, 6), end_ns=8, pid=1),
        traces.lane("b", writes(), end_ns=8, pid=2),
    ]
    for lane in with_states(apart, gil=True, switch_interval_s=3e-9):
        assert spelled(lane) == "R" * 8


def begins_wait(lane: Lane, row: int) -> bool:
    """Whether the event in that row begins a wait, or ends the thread."""
    begins = (
        *(ev.JOIN_BEGIN, ev.SLEEP_BEGIN, ev.READ_BEGIN, ev.LOCK_WAIT, ev.THREAD_END),
        *(ev.WAIT_BEGIN, ev.PUT_WAIT, ev.GET_WAIT, ev.PROCESS_JOIN_BEGIN, ev.TASK_WAIT),
        ev.RESULT_WAIT,
    )
    return lane.kinds[row] in begins


def ends_wait(lane: Lane, row: int) -> bool:
    """Whether the event in that row ends a wait."""
    kind = lane.kinds[row]
    if kind == ev.LOCK_ACQUIRED:
        return row > 0 and lane.kinds[row - 1] == ev.LOCK_WAIT
    if kind == ev.TASK_BEGIN:
        return row > 0 and lane.kinds[row - 1] == ev.TASK_WAIT
    return kind in (
        *(ev.JOIN_END, ev.SLEEP_END, ev.READ_END, ev.LOCK_ABANDONED, ev.THREAD_BEGIN),
        *(ev.WAIT_END, ev.WAIT_ABANDONED, ev.PROCESS_JOIN_END, ev.TASK_NONE),
        ev.RESULT,
    )


threads = lanes().filter(lambda lane: lane.kind != "task")


@given(st.lists(threads, min_size=2, max_size=4), st.sampled_from([0, 1, 2, 4]))
def test_gil_waits_are_as_defined(made: list[Lane], interval_ns: int) -> None:
    """Against the definition: every two neighbouring sightings, one after the other."""
    before = with_states(made, gil=False, switch_interval_s=0)
    after = with_states(made, gil=True, switch_interval_s=interval_ns / 1e9)
    for lane, seen in zip(before, after, strict=True):
        sightings = sorted(
            (
                (int(at), place, row)
                for place, other in enumerate(before)
                if other.pid == lane.pid
                for row, at in enumerate(other.times)
            ),
            key=lambda sighting: sighting[0],
        )
        own = before.index(lane)
        gaps = [
            range(left, right)
            for (left, one, earlier), (right, other, row) in itertools.pairwise(sightings)
            if right - left <= TURN_LIMIT * interval_ns
            and own != (one if ends_wait(before[other], row) else other)
            and not (ends_wait(before[other], row) and begins_wait(before[one], earlier))
        ]
        for at in range(lane.start_ns, lane.end_ns):
            expected = state_at(lane, at)
            if expected is State.RUNNING and any(at in gap for gap in gaps):
                expected = State.WAITING_GIL
            assert state_at(seen, at) is expected
