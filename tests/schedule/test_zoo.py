"""Faulty programs are found out, and correct ones are tried to the end, without a word of ours in
them."""

from __future__ import annotations

import pytest

from tests.schedule.exploring import CORRECT, FAULTY, PROGRAMS, explored

QUICK_FAULTY = (
    *("ab_ba", "class_attribute", "default_then_own", "double_checked", "event_timeout"),
    *("iterate_while_changed", "livelock", "lost_wakeup"),
    *("kept_result", "queue_empty_block", "reentry", "sleep_sync", "slots"),
)
QUICK_CORRECT = (
    *("condition_while", "daemon_heartbeat", "double_checked_right", "poll_with_sleep", "spin"),
    *(
        "asyncio_to_thread",
        "executor_jobs",
        "lock_as_signal",
        "sys_exit",
        "timeout_long",
        "try_lock",
    ),
)


def faulty(name: str) -> None:
    """Some schedule goes wrong, and it is told which."""
    path = PROGRAMS / "faulty" / f"{name}.py"
    found = explored(path, time_limit_s=10.0, distrusts_sleeps=True)
    faults = [outcome for outcome in found.outcomes if outcome.is_fault]
    assert found.exit_code == 1 and faults
    assert all(outcome.schedule.startswith("p1") for outcome in faults)


def correct(name: str) -> None:
    """None does, and all were tried."""
    found = explored(PROGRAMS / "correct" / f"{name}.py")
    assert [outcome for outcome in found.outcomes if outcome.is_fault] == []
    assert found.exhausted and found.exit_code == 0
    # At least one schedule is possible under a GIL.
    assert any(outcome.under_gil for outcome in found.outcomes)


@pytest.mark.parametrize("name", QUICK_FAULTY)
def test_a_fault_is_found(name: str) -> None:
    faulty(name)


@pytest.mark.parametrize("name", QUICK_CORRECT)
def test_what_is_correct_is_tried_to_the_end(name: str) -> None:
    correct(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*FAULTY} - {*QUICK_FAULTY}))
def test_every_fault_is_found(name: str) -> None:
    faulty(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*CORRECT} - {*QUICK_CORRECT}))
def test_all_that_is_correct_is_tried_to_the_end(name: str) -> None:
    correct(name)
