"""Progress: what is done, of how many where somebody said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.analysis.progress import progress
from paraviz.trace import SharedObject
from tests import traces

if TYPE_CHECKING:
    from paraviz.trace import Trace


def told(trace: Trace) -> str:
    found = progress(trace)
    return found.told if found else ""


def pool(*names: str, begun: list[int], ended: list[int], waited: list[int]) -> Trace:
    """One worker that began and ended tasks, and who waits for results, by the rows of `names`."""
    worker = [(1, ev.TASK_WAIT, -1, 0)]
    worker += [(2 + at, ev.TASK_BEGIN, row, 0) for at, row in enumerate(begun)]
    worker += [(20 + at, ev.TASK_END, row, 0) for at, row in enumerate(ended)]
    main = [(2 + at, ev.RESULT_WAIT, row, 0) for at, row in enumerate(waited)]
    lanes = [traces.lane("main", main, end_ns=99), traces.lane("worker", worker, end_ns=99)]
    return traces.trace(lanes, [SharedObject("task", name) for name in names])


def test_of_a_map_the_calls_count_not_the_chunks() -> None:
    names = "fib × 10", "fib × 7", "fib × 3"
    assert told(pool(*names, begun=[1, 2], ended=[1], waited=[0])) == "7 of 10 tasks done"
    assert told(pool(*names, begun=[1, 2], ended=[1, 2], waited=[0])) == "10 of 10 tasks done"


def test_who_waits_twice_waits_for_one_map_unless_more_has_begun() -> None:
    names = "fib × 4", "fib × 3"
    assert told(pool(*names, begun=[1], ended=[1], waited=[0, 0])) == "3 of 4 tasks done"
    assert told(pool(*names, begun=[1, 1], ended=[1], waited=[0, 0])) == "3 of 8 tasks done"


def test_where_nobody_said_how_many_come_only_those_done_are_told() -> None:
    alone = pool("fib(3)", "any task", begun=[0, 0], ended=[0], waited=[1, 0])
    assert told(alone) == "1 task done"
    beside = pool("fib × 4", "g(1)", begun=[1], ended=[1], waited=[0])
    assert told(beside) == "1 task done"
    waiting = pool("fib(3)", begun=[], ended=[], waited=[])
    assert told(waiting) == "0 tasks done"


@pytest.mark.parametrize(("kind", "noun"), [("process", "processes"), ("thread", "threads")])
def test_without_tasks_the_workers_that_ended_count(kind: str, noun: str) -> None:
    main = traces.lane("main", [], end_ns=99, kind="process", end_reason="")
    ended, lives = (
        traces.lane("w", [], end_ns=99, kind=kind, end_reason=why)  # type: ignore[arg-type]
        for why in ("returned", "")
    )
    assert told(traces.trace([main, ended, lives])) == f"1 of 2 {noun} ended"
    feeder = traces.lane("QueueFeederThread", [], end_ns=99)
    assert told(traces.trace([main, ended, lives, feeder])).endswith(
        ("1 of 2 processes ended", "2 of 3 threads ended")
    )


def test_a_program_of_one_thread_has_no_progress() -> None:
    assert progress(traces.trace([traces.lane("main", [], end_ns=9)])) is None
    assert progress(traces.trace([])) is None
