"""What is asked of runs on other Pythons can be found wanting."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from paraviz.formats import load
from tools.short import SCENARIOS, faults_of

RECORDINGS = Path(__file__).parents[2] / "scenarios" / "recordings"


@pytest.mark.parametrize("name", ["hello_process", "fib_pool", "ping_pong"])
def test_a_good_run(name: str) -> None:
    assert faults_of(load(RECORDINGS / f"{name}.pviz"), SCENARIOS[name][0]) == []


def test_processes_that_nobody_heard_lost_events_and_notices() -> None:
    trace = load(RECORDINGS / "fib_pool.pviz")
    assert faults_of(trace, 6) == ["5 of 6 processes speak"]
    alone = replace(trace, lanes=trace.lanes[:1])
    assert any("not seen" in fault for fault in faults_of(alone, 1))
    assert faults_of(replace(trace, notices=("no probe",)), 5) == ["no probe"]
