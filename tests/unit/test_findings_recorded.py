"""Findings in frozen recordings of programs that have a fault, and of near twins that have not;
and in a few of those programs, run here and now."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.trace import Trace
from paraviz.trace.findings import Finding, findings
from paraviz.trace.index import index_of
from tests.data.findings.record import SIZE_LIMIT
from tests.observe.running import run_recorded

DATA = Path(__file__).parents[1] / "data" / "findings"

FAULTS = {
    "convoy": ("lock_convoy", "convoy at `lock`"),
    "daemon": ("lock_lost", "saver was cut off at the end of its process while it held `lock`"),
    "deadlock": ("deadlock", "deadlock of 2 workers"),
    "gil": ("gil_bound", "2 threads of process"),
    "idle": ("idle_workers", "2 workers of a pool of 3 were idle while others worked (tasks: 1,"),
    "killed": ("killed", "holder was killed by SIGKILL and held"),
    "lost_updates": ("lost_updates", "overwritten unseen by Process-"),
    "unbalanced": ("unbalanced_pool", "unbalanced pool: ForkPoolWorker-"),
}
"""What is found in which program, and what its sentence has in it."""
AT_ANY_TIME = ("daemon", "deadlock", "killed", "lost_updates")
"""Those that find their fault whatever else the machine is doing."""


def found_in(trace: Trace) -> tuple[Finding, ...]:
    return findings(trace, index_of(trace))


@pytest.mark.parametrize("name", FAULTS)
def test_a_program_with_a_fault(name: str) -> None:
    trace = load(DATA / f"{name}.pviz")
    (finding,) = found_in(trace)
    kind, words = FAULTS[name]
    assert finding.kind == kind
    assert words in finding.told.english
    lane = trace.lanes[finding.lane_index]
    assert lane.start_ns <= finding.at_ns <= finding.until_ns <= trace.end_ns
    assert finding.at_ns <= lane.end_ns


@pytest.mark.parametrize("name", FAULTS)
def test_its_near_twin_without(name: str) -> None:
    assert found_in(load(DATA / f"{name}_twin.pviz")) == ()


def test_they_are_small() -> None:
    sizes = {path.stem: path.stat().st_size for path in DATA.glob("*.pviz")}
    assert sizes.keys() == {f"{name}{end}" for name in FAULTS for end in ("", "_twin")}
    assert max(sizes.values()) <= SIZE_LIMIT


def test_each_leads_to_what_it_is_about() -> None:
    about = {"convoy": "lock", "daemon": "lock"}
    for name, thing in about.items():
        trace = load(DATA / f"{name}.pviz")
        (finding,) = found_in(trace)
        assert trace.objects[finding.object_index].name == thing


@pytest.mark.parametrize("name", AT_ANY_TIME)
def test_a_program_run_now(name: str, tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, f"findings_{name}.py")
    assert [each.kind for each in found_in(trace)] == [FAULTS[name][0]]


@pytest.mark.parametrize("name", AT_ANY_TIME)
def test_a_twin_run_now(name: str, tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, f"findings_{name}.py", "twin")
    assert found_in(trace) == ()
