"""What asyncio's tasks leave in a recording."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.trace import State
from tests.observe.running import PROGRAMS, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace

PROGRAM = "coroutine_lanes.py"


def record(factory: pytest.TempPathFactory, how: str) -> Trace:
    return run_recorded(factory.mktemp("coroutines"), PROGRAM, how)[1]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    return record(tmp_path_factory, "lanes")


def line(comment: str) -> int:
    """The number of the line that ends in a comment."""
    lines = (PROGRAMS / PROGRAM).read_text().splitlines()
    (found,) = [number for number, text in enumerate(lines, 1) if text.endswith(f"# {comment}")]
    return found


def named(trace: Trace, name: str) -> Lane:
    (found,) = [lane for lane in trace.lanes if lane.name.split(" · ")[0] == name]
    return found


def awaited(trace: Trace, lane: Lane) -> list[tuple[str, int]]:
    rows = [row for row, kind in enumerate(lane.kinds) if kind == ev.COROUTINE_AWAIT]
    return [
        (trace.objects[lane.objects[row]].name, trace.sites[lane.sites[row]].line) for row in rows
    ]


def test_every_task_has_a_lane_in_its_thread(trace: Trace) -> None:
    main = trace.lanes[0]
    ends = {
        lane.name.split(" · ")[0]: lane.end_reason for lane in trace.lanes if lane.kind == "task"
    }
    assert {
        "lanes": "returned",
        "give": "returned",
        "failing": "raised ValueError",
        "holder 1": "returned",
        "holder 2": "returned",
        "patient": "cancelled",
    }.items() <= ends.items()
    assert all(lane.tid == main.tid for lane in trace.lanes if lane.kind == "task")
    assert trace.dropped == 0 and not trace.notices


def test_a_default_name_tells_the_coroutine(trace: Trace) -> None:
    assert {"lanes · Task-1", "give · Task-2"} <= {lane.name for lane in trace.lanes}


def test_who_made_a_task_and_where(trace: Trace) -> None:
    lane = named(trace, "lanes")
    first = lane.kinds.tolist().index(ev.COROUTINE_CREATE)
    assert trace.lanes[lane.objects[first]].name == "give · Task-2"
    assert trace.sites[lane.sites[first]].line == line("create")
    main = trace.lanes[0]
    made = main.objects[main.kinds == ev.COROUTINE_CREATE]
    assert trace.lanes[made[0]].name == "lanes · Task-1"


def test_what_tasks_await_and_where(trace: Trace) -> None:
    assert awaited(trace, named(trace, "lanes")) == [
        ("Queue.get", line("get")),
        ("wait", line("wait")),
        ("holder 2", line("task")),
        ("gather", line("gather")),
        ("run_in_executor", line("executor")),
    ]
    assert awaited(trace, named(trace, "holder 2")) == [("Lock.acquire", line("lock"))]
    assert awaited(trace, named(trace, "patient")) == [("a future", line("future"))]


def test_a_step_is_between_run_and_what_suspends_it(trace: Trace) -> None:
    for lane in trace.lanes:
        if lane.kind != "task":
            continue
        steps = [
            int(kind)
            for kind in lane.kinds
            if kind in (ev.COROUTINE_READY, ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_END)
        ]
        assert steps[0] == ev.COROUTINE_READY and steps[-1] == ev.COROUTINE_END
        for before, after in itertools.pairwise(steps):
            assert (after == ev.COROUTINE_RUN) == (before == ev.COROUTINE_READY), lane.name


def test_who_makes_a_task_ready(trace: Trace) -> None:
    lane = named(trace, "lanes")
    after = lane.kinds.tolist().index(ev.COROUTINE_AWAIT) + 1
    assert lane.kinds[after] == ev.COROUTINE_READY
    assert trace.sites[lane.sites[after]].line == line("put")


def test_what_a_task_does_is_in_its_lane(trace: Trace) -> None:
    giver, main = named(trace, "give"), trace.lanes[0]
    assert giver.text == "given\n" and main.text == ""
    kinds = giver.kinds.tolist()
    assert kinds.count(ev.LOCK_ACQUIRED) == kinds.count(ev.SLEEP_BEGIN) == 1


def test_a_loop_with_nothing_to_do_waits(trace: Trace) -> None:
    main = trace.lanes[0]
    kinds = [int(kind) for kind in main.kinds if kind in (ev.WAIT_BEGIN, ev.WAIT_END)]
    assert kinds == [ev.WAIT_BEGIN, ev.WAIT_END] * (len(kinds) // 2) and kinds
    waited = main.objects[main.kinds == ev.WAIT_BEGIN]
    assert {trace.objects[row].name for row in waited} == {"event loop"}


def test_one_task_runs_at_a_time(trace: Trace) -> None:
    spans = []
    for lane in trace.lanes:
        if lane.kind == "task":
            ends = [*lane.states.starts[1:].tolist(), lane.end_ns]
            pairs = zip(lane.states.starts.tolist(), ends, lane.states.states, strict=True)
            spans += [(begin, end) for begin, end, state in pairs if state == State.RUNNING]
    spans.sort()
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(spans)) and spans


# It looks at a moment: another program on the CPUs just then would be seen.
@pytest.mark.alone
def test_asleep_in_a_step_the_task_and_its_thread_are_blocked(trace: Trace) -> None:
    giver, main = named(trace, "give"), trace.lanes[0]
    row = giver.kinds.tolist().index(ev.SLEEP_BEGIN)
    middle = (giver.times[row] + giver.times[row + 1]) // 2
    for lane, cause in ((giver, row), (main, -1)):
        at = lane.states.starts.searchsorted(middle, "right") - 1
        assert lane.states.states[at] == State.BLOCKED
        assert lane.states.causes[at] in (cause, -1)


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="new in 3.12")
def test_eager_tasks(tmp_path_factory: pytest.TempPathFactory) -> None:
    trace = record(tmp_path_factory, "eager")
    maker, at_once, late = (named(trace, name) for name in ("eager", "fail", "give"))
    assert at_once.end_reason == "raised ValueError"
    assert at_once.kinds.tolist() == [ev.COROUTINE_RUN, ev.RAISED, ev.COROUTINE_END]
    made = maker.kinds.tolist().index(ev.COROUTINE_CREATE)
    assert trace.lanes[maker.objects[made]] is at_once
    assert trace.sites[maker.sites[made]].line == line("at once")
    # While the new one runs, its maker does not.
    begin, end = maker.times[made + 1], maker.times[made + 2]
    assert maker.kinds[made + 1 : made + 3].tolist() == [ev.COROUTINE_READY, ev.COROUTINE_RUN]
    assert all(begin <= time <= end for time in at_once.times)
    assert awaited(trace, late)[0][0] == "sleep" and late.end_reason == "returned"
    assert late.text == "given\n" and not trace.notices


def test_there_are_not_more_lanes_than_one_can_look_at(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    trace = record(tmp_path_factory, "many")
    tasks = [lane for lane in trace.lanes if lane.kind == "task"]
    assert len(tasks) == 2_001 and tasks[-1].name == "further tasks"
    # The main one, those it makes, and two by which `asyncio.run` cleans up.
    assert (tasks[-1].kinds == ev.COROUTINE_END).sum() == 1 + 2_100 + 2 - 2_000
    assert [notice for notice in trace.notices if "2,000 tasks" in notice]
    assert trace.dropped == 0


def test_a_fork_within_a_step(tmp_path_factory: pytest.TempPathFactory) -> None:
    trace = record(tmp_path_factory, "forks")
    task, child = named(trace, "forks"), trace.lanes[-1]
    assert (task.text, task.end_reason) == ("0\n", "returned")
    assert (child.kind, child.text) == ("process", "in the child\n")
    assert child.pid != task.pid


def test_tasks_of_several_threads(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "coroutines.py", "end")
    threads = {lane.tid for lane in trace.lanes if lane.name.startswith("item_after · ")}
    assert len(threads) >= 3 and trace.dropped == 0
    assert not trace.notices
