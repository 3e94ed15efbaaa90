"""States from context switches: a partition of each life, and what each stretch is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.kernel.records import EXIT, IN, OUT, PREEMPTED, in_order
from paraviz.kernel.syscalls import FUTEX
from paraviz.kernel.waits import GIL, waits_of
from paraviz.trace import Lane, State
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.trace.states.activity import Activity
from paraviz.trace.states.from_kernel import context_switches, with_kernel_states
from paraviz.trace.states.partition import state_totals
from tests import traces
from tests.unit.strategies import LONGEST, lanes, state_at
from tests.unit.switching import BUSY, IDLE, LETTERS, MS, Row, columns, spelled

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def rows(pids: tuple[int, ...] = (100, 101)) -> SearchStrategy[list[Row]]:
    return st.lists(
        st.tuples(
            st.integers(-LONGEST - 9, LONGEST + 9),
            st.integers(0, 3),
            st.sampled_from(pids),
            st.integers(0, 1),
            st.sampled_from([IN, OUT, PREEMPTED, EXIT]),
        ),
        max_size=30,
    )


def looks() -> SearchStrategy[list[tuple[int, int, int]]]:
    at, reason = st.integers(-LONGEST - 9, LONGEST + 9), st.sampled_from([GIL, 0, FUTEX])
    return st.lists(st.tuples(at, st.integers(0, 3), reason), max_size=9).map(sorted)


@given(
    st.lists(lanes(), max_size=4),
    rows(),
    looks(),
    st.booleans(),
    st.sampled_from([0, 5e-9, 0.005]),
)
def test_states_partition_each_life(
    made: list[Lane],
    switches: list[Row],
    seen: list[tuple[int, int, int]],
    gil: bool,
    interval_s: float,
) -> None:
    sorted_switches, waits = in_order([columns(switches)]), waits_of(seen)
    for lane in with_kernel_states(
        made, sorted_switches, waits, gil=gil, switch_interval_s=interval_s
    ):
        starts, states = lane.states.starts, lane.states.states
        assert sum(state_totals(lane).values()) == lane.end_ns - lane.start_ns
        if lane.end_ns == lane.start_ns:
            assert not len(starts)
            continue
        assert starts[0] == lane.start_ns and starts[-1] < lane.end_ns
        assert (np.diff(starts) > 0).all()
        assert set(states.tolist()) <= set(State) - {State.NOT_ALIVE}
        assert gil or State.WAITING_GIL not in states
        causes = lane.states.causes
        assert (causes < len(lane.times)).all()
        assert (states[causes < -1] == State.BLOCKED).all()
        assert set(causes[causes < -1].tolist()) <= {SYSCALL_CAUSE, SYSCALL_CAUSE - FUTEX}


@given(lanes(), rows())
def test_on_a_cpu_is_what_the_kernel_says(lane: Lane, switches: list[Row]) -> None:
    ordered = in_order([columns(switches)])
    (seen,) = with_kernel_states([lane], ordered, gil=True, switch_interval_s=0.005)
    mine = [
        (time, kind)
        for time, tid, kind in zip(
            ordered.times.tolist(), ordered.tids.tolist(), ordered.kinds.tolist(), strict=True
        )
        if tid == lane.tid and lane.start_ns < time
    ]
    # A process that comes onto a CPU next, in its life, has waited for that since its fork.
    forked = lane.kind == "process" and mine[:1] and mine[0][0] < lane.end_ns
    at_first = PREEMPTED if forked and mine[0][1] == IN else IN
    for at in range(lane.start_ns, lane.end_ns):
        last = [kind for time, kind in mine if time <= at][-1:] or [at_first]
        state = state_at(seen, at)
        assert (state == State.RUNNING) == (last == [IN])
        if last == [PREEMPTED]:
            assert state == State.WAITING_CPU


@given(rows((100,)), st.lists(st.integers(-LONGEST - 20, LONGEST + 20), min_size=2, max_size=2))
def test_activity_ns_by_ns(switches: list[Row], edges: list[int]) -> None:
    ordered = in_order([columns(switches)])
    begin, end = sorted(edges)
    expected = 0
    for at in range(begin, end):
        active = False
        for tid in range(4):
            own = np.flatnonzero(ordered.tids == tid)
            past = own[ordered.times[own] <= at]
            if len(past):
                active |= int(ordered.kinds[past[-1]]) in (IN, PREEMPTED)
            elif len(own):
                active |= int(ordered.kinds[own[0]]) != IN
        expected += active
    (found,) = Activity(ordered).within(np.array([begin]), np.array([end]))
    # Before the first switch of all nothing is counted but what a thread brings along.
    assert found == expected


def test_no_switch_at_all_is_running() -> None:
    assert spelled([], []) == "R" * 20


def test_preempted_waits_for_a_cpu() -> None:
    assert spelled([], [(2, PREEMPTED), (5, IN)], end_ms=8) == "RRCCCRRR"


@pytest.mark.parametrize(
    ("other", "gil", "letters"),
    [
        (BUSY, True, "RRGGGRRR"),
        (BUSY, False, "RRBBBRRR"),
        (IDLE, True, "RRBBBRRR"),
        ([(0, PREEMPTED), (7, IN)], True, "RRGGGRRR"),
    ],
)
def test_a_wait_without_a_cause(other: list[tuple[int, int]], gil: bool, letters: str) -> None:
    assert spelled([], [(2, OUT), (5, IN)], other, end_ms=8, gil=gil) == letters


def test_nobody_waits_that_long_for_the_gil_without_asking_again() -> None:
    assert spelled([], [(2, OUT), (18, IN)], BUSY) == "RR" + "B" * 16 + "RR"


def test_a_lock_until_it_is_released_then_the_gil() -> None:
    events = [(1, ev.LOCK_WAIT, 0, 0), (12, ev.LOCK_ACQUIRED, 0, 0)]
    holder = [(0, ev.LOCK_ACQUIRED, 0, 0), (6, ev.LOCK_RELEASED, 0, 0)]
    own = [(1, OUT), (8, IN), (9, OUT), (11, IN)]
    assert spelled(events, own, BUSY, holder, end_ms=14) == "RLLLLLCCRGGRRR"
    # Released more than once: each release wakes somebody, the last one is the one that counts.
    holder += [(7, kind, 0, 0) for kind in (ev.LOCK_ACQUIRED, ev.LOCK_RELEASED)]
    holder += [(10, ev.LOCK_RELEASED, 0, 0)]
    assert spelled(events, own, BUSY, holder, end_ms=14) == "RLLLLLLCRLCRRR"
    # Another lock's release says nothing.
    foreign = [(6, ev.LOCK_RELEASED, 1, 0)]
    assert spelled(events, own, BUSY, foreign, end_ms=14) == "RLLLLLLLRLLRRR"


def test_a_wait_that_is_given_up_was_for_the_lock() -> None:
    events = [(1, ev.LOCK_WAIT, 0, 0), (5, ev.LOCK_ABANDONED, 0, 0)]
    holder = [(3, ev.LOCK_RELEASED, 0, 0)]
    assert spelled(events, [(1, OUT), (5, IN)], BUSY, holder, end_ms=7) == "RLLLLRR"


def test_asleep_then_waiting_for_the_gil() -> None:
    events = [(1, ev.SLEEP_BEGIN, -1, 0), (10, ev.SLEEP_END, -1, 0)]
    own = [(1, OUT), (5, IN), (6, OUT), (9, IN)]
    assert spelled(events, own, BUSY, end_ms=12) == "RBBBBRGGGRRR"
    assert spelled(events, own, IDLE, end_ms=12) == "RBBBBRBBBRRR"


def test_a_join_lasts_until_the_other_ends() -> None:
    made = [
        traces.lane("one", [(MS, ev.JOIN_BEGIN, 1, 0)], end_ns=12 * MS, tid=1),
        traces.lane("two", [], end_ns=6 * MS, tid=2),
    ]
    switches = columns(
        [
            (0, 3, 100, 1, IN),
            (1 * MS, 1, 100, 0, OUT),
            (7 * MS, 1, 100, 0, IN),
            (8 * MS, 1, 100, 0, OUT),
            (10 * MS, 1, 100, 0, IN),
        ]
    )
    lane = with_kernel_states(made, switches, gil=True, switch_interval_s=0.005)[0]
    letters = "".join(LETTERS[state_at(lane, at * MS)] for at in range(12))
    assert letters == "RBBBBBCRGGRR"
    assert lane.states.causes.tolist() == [-1, 0, -1, -1, -1, -1]


def test_whoever_had_the_number_before_is_another() -> None:
    made = [traces.lane("one", [], start_ns=5 * MS, end_ns=9 * MS, tid=1)]
    switches = columns([(1 * MS, 1, 100, 0, OUT), (4 * MS, 1, 100, 0, EXIT)])
    lane = with_kernel_states(made, switches, gil=True, switch_interval_s=0.005)[0]
    assert lane.states.states.tolist() == [State.RUNNING]


def test_context_switches_since_the_origin() -> None:
    switches = columns(
        [(-5, 1, 1, 0, OUT), (1, 1, 1, 0, IN), (2, 1, 1, 0, OUT), (3, 1, 1, 0, EXIT)]
    )
    assert context_switches(switches) == 1
