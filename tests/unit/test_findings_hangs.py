"""Runs that were stopped because they hang: who was killed before, and the end in which nobody
runs; the edges of the rules, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import State
from paraviz.trace.causality.brackets import interrupted
from paraviz.trace.model import SYSCALL_CAUSE, States
from tests.traces import MS
from tests.unit.finding import GOT, WAITS, found_in, kinds
from tests.unit.hanging import (
    AWAITED,
    END,
    EVENT,
    FUTURE,
    GROUP,
    IN,
    INNER,
    LOCK,
    LOOP,
    MAIN,
    OPEN,
    OUT,
    QUEUE,
    STOPPED,
    Worker,
    hung,
    waits,
)


def test_who_was_killed_before_the_run_was_stopped() -> None:
    dead: Worker = ("p holder", "killed by SIGKILL", [(1, GOT, LOCK, 0)])
    made = hung(("p main", "", []), dead, waits(WAITS, LOCK, "p other", 50))
    (finding,) = found_in(made)
    assert (finding.kind, finding.at_ns, finding.lane_index) == ("killed", 100 * MS, 1)
    assert finding.cost_ns == (END - 100) * MS


@pytest.mark.parametrize(
    ("main_ended", "victim_ms", "told"),
    [
        (STOPPED, 1_800, True),
        (STOPPED, 1_950, False),
        # It took its leave, and may have ended the others for that.
        ("returned", 1_800, False),
        ("returned", 800, True),
    ],
)
def test_who_is_ended_with_the_run_was_not_killed(
    main_ended: str, victim_ms: int, told: bool
) -> None:
    made = hung(("p main", "", []), ("p worker", "killed by SIGKILL", []))
    main, worker = made.lanes
    lanes = (replace(main, end_reason=main_ended), replace(worker, end_ns=victim_ms * MS))
    assert (kinds(replace(made, lanes=lanes)) == ["killed"]) == told


def test_the_program_itself_is_not_told_of_where_it_was_stopped() -> None:
    assert kinds(hung(("p main", "killed by SIGKILL", []))) == []


@pytest.mark.parametrize(
    ("kind", "thing", "words"),
    [
        (WAITS, LOCK, "worker waits for `lock`"),
        (ev.WAIT_BEGIN, EVENT, "worker waits for `ready`"),
        (ev.GET_WAIT, QUEUE, "worker waits for an item of `q`"),
        (ev.PUT_WAIT, QUEUE, "worker waits for room in `q`"),
        (ev.RECEIVE_WAIT, IN, "worker waits for a message from `receiver`"),
        (ev.SEND_WAIT, OUT, "worker waits for room in `sender`"),
        (ev.RESULT_WAIT, FUTURE, "worker waits for the result of a task"),
    ],
)
def test_nobody_runs_any_more(kind: int, thing: int, words: str) -> None:
    (finding,) = found_in(hung(MAIN, waits(kind, thing)))
    assert (finding.kind, finding.lane_index) == ("stuck", 1)
    assert (finding.at_ns, finding.until_ns) == (10 * MS, END * MS)
    assert finding.told.english == (
        f"nobody has run since 10.0 ms, for 1.99 s: {words}, main waits for the end of worker"
    )


@pytest.mark.parametrize(
    "other",
    [
        ("t other", "", []),
        ("t other", "", [(10, ev.SLEEP_BEGIN, -1, 0)]),
        ("t other", "", [(10, ev.READ_BEGIN, -1, 0)]),
        ("t other", "", [(10, ev.RECEIVE_WAIT, OPEN, 0)]),
        ("t other", "", [(10, ev.GET_WAIT, -1, 0)]),
        ("t other", "", [(1_600, ev.GET_WAIT, QUEUE, 0)]),
        ("a other", "", [(10, ev.COROUTINE_AWAIT, INNER, 0)]),
    ],
    ids=("runs", "sleeps", "reads", "listens", "unknown", "ran till now", "awaits something"),
)
def test_one_that_may_go_on_keeps_it_silent(other: Worker) -> None:
    assert kinds(hung(MAIN, waits(ev.GET_WAIT, QUEUE))) == ["stuck"]
    assert kinds(hung(MAIN, waits(ev.GET_WAIT, QUEUE), other)) == []


def test_helpers_of_the_standard_library_wait_for_other_threads() -> None:
    """They say nothing; what they wait for is told by the system call."""
    made = hung(MAIN, waits(ev.GET_WAIT, QUEUE), ("t feeder", "", []))
    *others, feeder = made.lanes
    for number, told in ((202, True), (0, False), (7, False), (232, False)):
        cause = np.full(len(feeder.states), SYSCALL_CAUSE - number, np.int32)
        blocked = np.full(len(feeder.states), State.BLOCKED, np.uint8)
        states = replace(feeder.states, states=blocked, causes=cause)
        lanes = (*others, replace(feeder, states=states))
        assert (kinds(replace(made, lanes=lanes)) == ["stuck"]) == told


def test_a_program_that_takes_its_leave_runs() -> None:
    made = hung(MAIN, waits(ev.GET_WAIT, QUEUE))
    main, worker = made.lanes
    assert kinds(replace(made, lanes=(replace(main, end_reason="exit 3"), worker))) == []


def test_who_waits_for_work_is_not_named() -> None:
    idle = waits(ev.TASK_WAIT, -1, "p idle")
    (finding,) = found_in(hung(MAIN, waits(ev.GET_WAIT, QUEUE), idle))
    assert "idle" not in finding.told.english
    assert kinds(hung(idle)) == []


def test_a_run_that_ended_was_not_stuck() -> None:
    assert kinds(hung(MAIN, waits(ev.GET_WAIT, QUEUE), how="ended")) == []


def test_a_run_that_lives_is_looked_at_now() -> None:
    made = replace(hung(MAIN, waits(ev.GET_WAIT, QUEUE), how=""), live=True)
    assert kinds(made) == ["stuck"]


@pytest.mark.parametrize("limit_ns", [0, 5 * 10**9])
def test_a_wait_that_has_a_limit(limit_ns: int) -> None:
    """Whatever its line says: only the call tells."""
    limited: Worker = (
        "t worker",
        "",
        [(10, ev.WAIT_LIMIT, -1, limit_ns), (10, ev.GET_WAIT, QUEUE, 0)],
    )
    line = "q.get(timeout=5)"
    assert kinds(hung(MAIN, waits(ev.GET_WAIT, QUEUE), source=line)) == ["stuck"]
    assert kinds(hung(MAIN, limited)) == []


def test_a_recording_that_does_not_tell_limits() -> None:
    made = hung(MAIN, waits(ev.GET_WAIT, QUEUE))
    main, worker = made.lanes
    old = replace(main, values=main.values * 0)
    assert kinds(replace(made, lanes=(old, worker))) == []


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGKILL"])
def test_one_that_a_signal_ended(signal: str) -> None:
    made = hung(MAIN, waits(ev.GET_WAIT, QUEUE), how=f"killed by {signal}")
    assert "stuck" in kinds(made)


def test_one_that_ctrl_c_ended() -> None:
    """Threads that are no daemons outlive what the main thread was at."""
    at = END - 500
    ended = [(at, ev.JOIN_END, 1, 0), (at + 1, ev.PROGRAM_END, -1, 0)]
    main: Worker = ("p main", "", [*MAIN[2], *ended, (at + 2, ev.JOIN_BEGIN, 1, 0)])
    made = hung(main, waits(ev.GET_WAIT, QUEUE), how="killed by SIGINT")
    first, *others = made.lanes
    first = replace(first, end_reason="raised KeyboardInterrupt")
    assert kinds(replace(made, lanes=(first, *others))) == ["stuck"]
    first = replace(first, end_reason="raised ValueError")
    assert kinds(replace(made, lanes=(first, *others))) == []


def test_a_main_thread_may_wait_for_a_signal() -> None:
    listens = ("p main", "", [(5, ev.WAIT_BEGIN, EVENT, 0)])
    assert kinds(hung(listens)) == []
    assert kinds(hung(listens, waits(ev.GET_WAIT, QUEUE))) == []
    assert kinds(hung(listens, waits(ev.GET_WAIT, QUEUE), how="killed by SIGTERM")) == []
    failed: Worker = ("t worker", "raised ValueError", [])
    assert kinds(hung(listens, failed)) == ["stuck", "raised"]


def test_tasks_that_await_one_another() -> None:
    loop = ("p main", "", [(5, ev.WAIT_BEGIN, LOOP, 0)])
    main: Worker = ("a main", "", [(1, ev.COROUTINE_RUN, -1, 0), (2, ev.COROUTINE_AWAIT, GROUP, 0)])
    waiter: Worker = (
        "a waiter",
        "",
        [(3, ev.COROUTINE_RUN, -1, 0), (4, ev.COROUTINE_AWAIT, AWAITED, 0)],
    )
    (finding,) = found_in(hung(loop, main, waiter))
    words = "nobody has run since 5.00 ms, for 2.00 s: waiter awaits Event.wait, main "
    assert finding.told.english.startswith(words)
    # The event that a main task waits for may be set by a signal.
    assert kinds(hung(loop, waiter)) == []


def test_what_a_circle_tells_is_not_told_twice() -> None:
    one: Worker = ("t one", "", [(5, GOT, LOCK, 0), (10, WAITS, LOCK, 0)])
    assert kinds(hung(MAIN, one)) == ["deadlock"]


def test_what_a_lost_lock_tells_is_not_told_twice() -> None:
    dead: Worker = ("t dier", "returned", [(5, GOT, LOCK, 0)])
    (finding,) = found_in(
        hung(("p main", "", [(5, ev.JOIN_BEGIN, 2, 0)]), dead, waits(WAITS, LOCK))
    )
    assert (finding.kind, finding.at_ns, finding.until_ns) == ("lock_lost", 100 * MS, END * MS)
    assert finding.told.english == (
        "dier ended while it held `lock`: others waited 1.90 s for it in vain"
    )
    dead = ("t dier", "raised ValueError", dead[2])
    (finding,) = found_in(
        hung(("p main", "", [(5, ev.JOIN_BEGIN, 2, 0)]), dead, waits(WAITS, LOCK))
    )
    assert finding.kind == "lock_lost"
    assert finding.told.english.startswith("dier was ended by ValueError while it held `lock`:")


steps = st.lists(
    st.tuples(
        st.integers(0, 1_900),
        st.sampled_from(
            [ev.GET_WAIT, ev.PUT_WAIT, ev.WAIT_END, ev.GET, ev.PUT, ev.SLEEP_BEGIN, ev.SLEEP_END]
        ),
    ),
    max_size=8,
).map(sorted)


@given(st.lists(steps, min_size=1, max_size=3), st.booleans())
def test_it_tells_no_time_in_which_anybody_ran(
    workers: list[list[tuple[int, int]]], stopped: bool
) -> None:
    told: list[Worker] = [
        (f"t w{row}", "", [(at, kind, QUEUE, 0) for at, kind in rows])
        for row, rows in enumerate(workers)
    ]
    made = hung(
        ("p main", "", [(0, ev.JOIN_BEGIN, 1, 0)]), *told, how=STOPPED if stopped else "ended"
    )
    # What interrupts a wait is over by then.
    assume(all(interrupted(each) is None for each in made.lanes))
    for finding in found_in(made):
        assert finding.kind == "stuck" and stopped
        if not finding.told.english.startswith("nobody"):
            continue
        for each in made.lanes:
            states: States = each.states
            last = int(states.starts[-1])
            assert last <= finding.at_ns and each.kinds[-1] not in (ev.SLEEP_BEGIN, ev.GET)
            assert states.causes[-1] == len(each.times) - 1
