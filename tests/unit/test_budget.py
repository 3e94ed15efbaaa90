"""Inferred states within what can be: CPU time, CPUs, and who was idle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.kernel.spent import spent_of
from paraviz.trace import Lane, SharedObject, State
from paraviz.trace.states.budget import within_budget
from paraviz.trace.states.from_events import with_states
from paraviz.trace.states.late import with_late
from paraviz.trace.states.partition import partition, state_totals
from tests import traces
from tests.traces import Event
from tests.unit.strategies import state_at
from tests.unit.switching import LETTERS, MS

CODES = {letter: State(code) for code, letter in enumerate(LETTERS)}


def lane(letters: str, *, tid: int = 1, pid: int = 100, events: tuple[Event, ...] = ()) -> Lane:
    """A lane with a state a ms."""
    rows: list[Event] = [(at * MS, kind, obj, value) for at, kind, obj, value in events]
    made = traces.lane("t", rows, end_ns=len(letters) * MS, tid=tid, pid=pid)
    starts = np.arange(len(letters)) * MS
    states = np.array([CODES[letter] for letter in letters], np.uint8)
    causes = np.full(len(letters), -1, np.int32)
    return replace(made, states=partition(0, made.end_ns, starts, states, causes))


def spelled(made: Lane) -> str:
    middle = MS // 2
    return "".join(LETTERS[state_at(made, at + middle)] for at in range(0, made.end_ns, MS))


def bounded(
    *lanes: Lane,
    looks: tuple[tuple[float, int, float, float], ...] = (),
    used: tuple[float, ...] = (),
    cpus: int = 0,
    gil: bool = False,
) -> list[str]:
    """`looks`: (ms, thread, ms it ran, ms it waited for a CPU); `used`: ms."""
    spent = spent_of((int(at * MS), tid, int(ran * MS), int(w * MS)) for at, tid, ran, w in looks)
    budgets = [int(each * MS) for each in used] or [-1] * len(lanes)
    return [spelled(each) for each in within_budget(lanes, spent, budgets, cpus, gil=gil)]


def test_nothing_known_nothing_cut() -> None:
    assert bounded(lane("RRBBRR"), lane("RLGRRR", tid=2)) == ["RRBBRR", "RLGRRR"]


def test_no_longer_than_it_used_the_longest_silence_first() -> None:
    assert bounded(lane("RBRRRRRRBR"), used=(4,)) == ["RBRRBBBBBR"]
    assert bounded(lane("RBRRRRRRBR"), used=(0,)) == ["BBBBBBBBBB"]
    assert bounded(lane("RBRRRRRRBR"), used=(9,)) == ["RBRRRRRRBR"]


def test_between_two_looks_only_what_is_accounted() -> None:
    looks = (0, 1, 0, 0), (4, 1, 4, 0), (8, 1, 5, 0), (12, 1, 9, 0)
    assert bounded(lane("R" * 12), looks=looks) == ["RRRRRBBBRRRR"]


def test_what_it_waited_for_a_cpu_is_told() -> None:
    looks = (0, 1, 0, 0), (4, 1, 1, 3), (8, 1, 5, 3)
    assert bounded(lane("R" * 8), looks=looks) == ["RCCCRRRR"]
    # Who still waits is accounted it when it has got one.
    looks = (0, 1, 0, 0), (4, 1, 0, 0), (8, 1, 2, 6)
    assert bounded(lane("R" * 8), looks=looks) == ["CCCCRRCC"]


def test_accounts_lag_behind_a_thread_that_runs() -> None:
    looks = (0, 1, 0, 0), (4, 1, 2, 0), (8, 1, 7, 0), (12, 1, 12, 0)
    assert bounded(lane("R" * 12), looks=looks) == ["R" * 12]


def test_no_more_at_once_than_there_are_cpus() -> None:
    three = [lane("R" * 12, tid=tid, pid=tid) for tid in (1, 2, 3)]
    told = bounded(*three, cpus=2)
    assert [sum(column.count("R") for column in each) for each in zip(*told, strict=True)] == (
        [2] * 12
    )
    assert [each.count("R") for each in told] == [8, 8, 8]
    assert set("".join(told)) == {"R", "C"}


def test_threads_of_a_process_take_turns() -> None:
    looks = tuple((at, tid, ran, 0) for at, ran in ((0, 0), (12, 6)) for tid in (1, 2))
    both = lane("R" * 12), lane("R" * 12, tid=2)
    assert bounded(*both, looks=looks, gil=True) == ["R" * 6 + "G" * 6, "G" * 6 + "R" * 6]
    assert bounded(*both, looks=looks) == ["R" * 6 + "B" * 6, "B" * 6 + "R" * 6]
    # Who hardly ran at all was idle.
    looks = (0, 1, 0, 0), (12, 1, 12, 0), (0, 2, 0, 0), (12, 2, 0, 0)
    assert bounded(*both, looks=looks, gil=True) == ["R" * 12, "B" * 12]


def letters() -> st.SearchStrategy[str]:
    return st.text("RRRBGL", min_size=6, max_size=6)


@given(
    st.lists(st.tuples(letters(), st.integers(1, 2), st.integers(-1, 6)), min_size=1, max_size=5),
    st.integers(1, 3),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5), st.integers(0, 4)), max_size=9),
)
def test_it_never_exceeds_what_can_be(
    made: list[tuple[str, int, int]], cpus: int, gil: bool, looked: list[tuple[int, int, int]]
) -> None:
    lanes = [lane(text, tid=tid, pid=pid) for tid, (text, pid, _) in enumerate(made, 1)]
    rows, sums = [], dict.fromkeys(range(1, 6), (0, 0))
    for at, tid, more in sorted(looked):
        ran, waited = sums[tid]
        sums[tid] = ran + more, waited + more // 2
        rows.append((at * MS, tid, sums[tid][0] * MS, sums[tid][1] * MS))
    used = [each * MS if each >= 0 else -1 for _, _, each in made]
    told = within_budget(lanes, spent_of(rows), used, cpus, gil=gil)
    edges = np.unique(np.concatenate([each.states.starts for each in told]))
    for at in edges.tolist():
        assert sum(state_at(each, at) == State.RUNNING for each in told) <= cpus
    for before, after, budget in zip(lanes, told, used, strict=True):
        was, now = state_totals(before), state_totals(after)
        assert sum(now.values()) == after.end_ns
        assert now[State.RUNNING] <= was[State.RUNNING]
        # To a ns of each piece.
        assert budget < 0 or now[State.RUNNING] <= budget
        assert now[State.WAITING_LOCK] == was[State.WAITING_LOCK]


@pytest.mark.parametrize(("gil", "letter"), [(True, "G"), (False, "C")])
def test_who_goes_on_late_waited_for_the_gil_or_a_cpu(gil: bool, letter: str) -> None:
    events: tuple[Event, ...] = (
        (1, ev.SLEEP_BEGIN, -1, 3 * MS),
        (6, ev.SLEEP_END, -1, 0),
        (7, ev.LOCK_WAIT, 0, 0),
        (11, ev.LOCK_ACQUIRED, 0, 0),
    )
    own = lane("R" * 12, events=events)
    other = lane("R" * 12, tid=2, events=((9, ev.LOCK_RELEASED, 0, 0),))
    (told, _) = with_states(
        [own, other],
        gil=False,
        switch_interval_s=0.005,
        bound=lambda lanes: with_late(lanes, [SharedObject("Lock", "l")], spent_of(), gil=gil),
    )
    assert spelled(told) == "RBBB" + 2 * letter + "RLL" + 2 * letter + "R"
    # Who was accounted that much, waited for a CPU.
    spent = spent_of([(0, 1, 0, 0), (13 * MS, 1, 0, 4 * MS)])
    (told, _) = with_late([told, other], [SharedObject("Lock", "l")], spent, gil=gil)
    assert set(spelled(told)) <= set("RBLC" + letter)


def test_between_its_tasks_a_thread_of_an_executor_is_idle() -> None:
    events: tuple[Event, ...] = (
        (1, ev.TASK_BEGIN, 0, 0),
        (3, ev.TASK_END, 0, 0),
        (6, ev.TASK_BEGIN, 0, 0),
        (8, ev.TASK_END, 0, 0),
    )
    (told,) = with_states([lane("R" * 10, events=events)], gil=True, switch_interval_s=0.005)
    assert spelled(told) == "RRRBBBRRBB"
