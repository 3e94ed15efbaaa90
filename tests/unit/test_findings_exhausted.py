"""Pools that wait for themselves, and threads that an exception ended."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from tests.traces import MS
from tests.unit.finding import found_in, kinds
from tests.unit.hanging import END, FUTURE, INNER, OUTER, Worker, hung


def nested(name: str, awaited: int = INNER) -> Worker:
    return name, "", [(5, ev.TASK_BEGIN, OUTER, 0), (10, ev.RESULT_WAIT, awaited, 0)]


ASKS: Worker = ("p main", "", [(6, ev.RESULT_WAIT, OUTER, 0)])


def test_a_pool_that_waits_for_itself() -> None:
    (finding,) = found_in(hung(ASKS, nested("t web_0"), nested("t web_1")))
    assert (finding.kind, finding.at_ns, finding.until_ns) == ("exhausted_pool", 10 * MS, END * MS)
    assert finding.told.english.endswith(
        "its 2 workers wait for tasks of the same pool, which cannot begin: web_0 waits for the"
        " result of inner(0), web_1 waits for the result of inner(0)"
    )
    assert kinds(hung(ASKS, nested("t web_0"))) == ["exhausted_pool"]


@pytest.mark.parametrize(
    "other",
    [
        ("t web_1", "", [(5, ev.TASK_BEGIN, INNER, 0)]),
        ("t web_1", "", [(5, ev.TASK_BEGIN, INNER, 0), (9, ev.TASK_END, INNER, 0)]),
        ("t db_0", "", [(5, ev.TASK_BEGIN, INNER, 0)]),
        ("p db", "", [(5, ev.TASK_BEGIN, INNER, 0)]),
        nested("t web_1", FUTURE),
        ("t web_1", "", [(5, ev.TASK_BEGIN, OUTER, 0), (1_850, ev.RESULT_WAIT, INNER, 0)]),
    ],
    ids=("at work", "idle", "of another pool", "of a process", "no task", "not for long"),
)
def test_a_pool_that_may_go_on(other: Worker) -> None:
    assert "exhausted_pool" not in kinds(hung(ASKS, nested("t web_0"), other))


def test_idle_workers_of_another_pool_are_no_help() -> None:
    idle: Worker = ("t db_0", "", [(5, ev.TASK_BEGIN, INNER, 0), (9, ev.TASK_END, INNER, 0)])
    assert kinds(hung(ASKS, nested("t web_0"), idle)) == ["exhausted_pool"]


def test_how_a_thread_came_to_its_end() -> None:
    main: Worker = ("p main", "", [])
    (finding,) = found_in(hung(main, ("t worker", "raised ValueError", [])))
    assert (finding.kind, finding.at_ns, finding.lane_index) == ("raised", 100 * MS, 1)
    assert finding.told.english == "worker was ended by ValueError"
    for how in ("returned", "raised SystemExit", "exit 1", "cut off at exit"):
        assert kinds(hung(main, ("t worker", how, []))) == []
    assert kinds(hung(main, ("a task", "raised ValueError", []))) == []
    assert kinds(hung(("p main", "raised ValueError", []))) == []
