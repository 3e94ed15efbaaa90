"""Recording from within: `paraviz.start`, `stop` and `recording`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import paraviz
from paraviz.trace import Trace
from paraviz.trace.states.partition import State

_PROGRAM = Path(__file__).parent / "programs" / "within.py"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("within")
    done = subprocess.run(
        [sys.executable, str(_PROGRAM), str(folder)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert not done.returncode, done.stderr
    assert not done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def first(run: tuple[Path, str]) -> Trace:
    return paraviz.read(run[0] / "first.pviz")


def _names(trace: Trace) -> list[str]:
    return [lane.name for lane in trace.lanes]


def test_threads_new_and_old_and_processes_have_lanes(first: Trace) -> None:
    names = _names(first)
    assert names[:2] == ["MainThread", "old"]
    assert {"new-0", "new-1"} <= set(names)
    assert any(lane.pid != first.lanes[0].pid for lane in first.lanes)
    assert all(lane.start_ns >= -1_000_000 for lane in first.lanes)


def test_who_sleeps_all_the_while_does_not_run(first: Trace) -> None:
    old = first.lanes[1]
    ends = [*old.states.starts[1:].tolist(), old.end_ns]
    ran = sum(
        end - start
        for start, end, state in zip(old.states.starts, ends, old.states.states, strict=True)
        if state == State.RUNNING
    )
    assert first.is_inferred or ran < (old.end_ns - old.start_ns) / 2


def test_locks_made_from_then_on_are_named(first: Trace) -> None:
    assert "lock" in {each.name for each in first.objects}


def test_it_ends_as_what_goes_on(first: Trace) -> None:
    assert first.end_reason == "stopped being recorded"
    assert first.exit_code is None
    assert {lane.end_reason for lane in first.lanes if lane.name == "old"} == {
        "stopped being recorded"
    }


def test_every_function_is_the_originals_again(run: tuple[Path, str]) -> None:
    assert "replaced while recording: yes" in run[1]
    assert "left: []" in run[1]


def test_one_after_the_other(run: tuple[Path, str]) -> None:
    second = paraviz.read(run[0] / "second.pviz")
    assert {"old", "later"} <= set(_names(second))
    assert "new-0" not in _names(second)
    # A lock of the first recording is still known by its name.
    assert "lock" in {each.name for each in second.objects}


def test_what_is_raised_passes_through_and_nested_is_one_error(run: tuple[Path, str]) -> None:
    assert "passed through: 1/0" in run[1]
    assert "nested: a recording is under way already: " in run[1]
    assert "not under way: no recording is under way" in run[1]


def test_begun_by_another_thread_and_never_ended(run: tuple[Path, str]) -> None:
    third = paraviz.read(run[0] / "third.pviz")
    assert third.lanes[0].name == "MainThread"
    assert third.lanes[0].kind == "process"
    assert "beginner" in _names(third)


def test_one_that_is_killed_has_its_recording(tmp_path: Path) -> None:
    target = tmp_path / "killed.pviz"
    code = (
        f"import paraviz, os, time; paraviz.start({str(target)!r})\n"
        "time.sleep(0.5); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == -9
    _until_there(target)
    assert paraviz.read(target).lanes[0].name == "MainThread"


def _until_there(path: Path) -> None:
    import time

    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(path)
