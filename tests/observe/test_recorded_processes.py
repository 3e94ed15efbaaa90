"""What programs of several processes leave in a recording."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace


@pytest.fixture(scope="module", params=multiprocessing.get_all_start_methods())
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder: Path = tmp_path_factory.mktemp("processes")
    return run_recorded(folder, "processes.py", request.param)[1]


def named(trace: Trace, name: str) -> Lane:
    (found,) = [lane for lane in trace.lanes if lane.name == name]
    return found


def objects(lane: Lane, kind: int) -> list[int]:
    return [int(obj) for obj in lane.objects[lane.kinds == kind]]


def test_every_process_has_a_lane_with_its_name(trace: Trace) -> None:
    mains = [lane for lane in trace.lanes if lane.kind == "process"]
    assert len({lane.pid for lane in mains}) == len(mains)
    names = [lane.name for lane in mains]
    assert names[0] == "MainThread"
    assert {"own-0", "own-1"} <= set(names)
    assert sum("PoolWorker-" in name for name in names) >= 2
    assert [name for name in names if name.endswith(":1")], "the nested one"
    assert trace.dropped == 0 and not trace.notices


def test_how_processes_end(trace: Trace) -> None:
    assert named(trace, "own-0").end_reason == "returned"
    assert named(trace, "own-1").end_reason == "exit 3"
    assert "killed by SIGTERM" in {lane.end_reason for lane in trace.lanes}
    assert all(lane.end_reason and lane.end_ns <= trace.end_ns for lane in trace.lanes)


def test_starts_and_joins_name_the_process(trace: Trace) -> None:
    main = trace.lanes[0]
    started = [trace.lanes[row].name for row in objects(main, ev.PROCESS_START) if row >= 0]
    joined = [trace.lanes[row].name for row in objects(main, ev.PROCESS_JOIN_END) if row >= 0]
    assert started[:2] == ["own-0", "own-1"]
    assert joined[:2] == ["own-0", "own-1"]


def test_tasks_are_named(trace: Trace) -> None:
    tasks = {
        trace.objects[row].name for lane in trace.lanes for row in objects(lane, ev.TASK_BEGIN)
    }
    assert {"fib × 2", "fib(10)", "fib × 3", "pow(2, …)", "int('no number')", "fib(5)"} <= tasks
    for lane in trace.lanes:
        kinds = [kind for kind in lane.kinds.tolist() if kind in (ev.TASK_BEGIN, ev.TASK_END)]
        assert kinds == [ev.TASK_BEGIN, ev.TASK_END] * (len(kinds) // 2)


def test_what_children_wrote_is_theirs(trace: Trace) -> None:
    assert named(trace, "own-1").text == "worker 1 own-1\n"
