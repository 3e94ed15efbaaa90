"""What waiting for results leaves in a recording."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.trace import State
from tests.observe.running import PROGRAMS, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

PROGRAM = "results.py"


@pytest.fixture(scope="module", params=multiprocessing.get_all_start_methods())
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder: Path = tmp_path_factory.mktemp("results")
    return run_recorded(folder, PROGRAM, request.param)[1]


def waits(trace: Trace, kind: int) -> list[tuple[str, str]]:
    """What the main thread waits for, and the text of the line that does."""
    lines = (PROGRAMS / PROGRAM).read_text().splitlines()
    main = trace.lanes[0]
    return [
        (
            trace.objects[main.objects[row]].name,
            lines[trace.sites[main.sites[row]].line - 1].strip(),
        )
        for row in range(len(main.times))
        if main.kinds[row] == kind
    ]


def test_waits_for_results_in_threads(trace: Trace) -> None:
    # What is there is no wait: of three ways to ask for it one waits.
    assert waits(trace, ev.RESULT_WAIT)[:4] == [
        ("double(1)", "first.result(timeout=0.001)"),
        ("all tasks", "print(concurrent.futures.wait([first], timeout=0.001).done)"),
        ("double(1)", "print(first.result(), first.result(), first.exception())"),
        (
            "any task",
            "print([one.result() for one in concurrent.futures.as_completed([second])])",
        ),
    ]


def test_waits_for_results_of_processes(trace: Trace) -> None:
    begun = waits(trace, ev.RESULT_WAIT)
    assert [line for _, line in begun].count("print(later.get(), later.get())") == 3
    names = {name for name, _ in begun}
    assert {"double(21)", "double × 3", "double(4)", "double × 2", "double(…)"} <= names
    assert "a task" not in names


def test_every_wait_ends(trace: Trace) -> None:
    assert waits(trace, ev.RESULT_WAIT) == waits(trace, ev.RESULT)
    assert trace.dropped == 0 and not trace.notices


def test_who_waits_is_blocked(trace: Trace) -> None:
    main = trace.lanes[0]
    row = main.kinds.tolist().index(ev.RESULT_WAIT)
    # Whoever was woken may wait for a CPU before it goes on: nobody asks for how long.
    starts, states = main.states.starts, main.states.states
    meanwhile = (starts >= main.times[row]) & (starts < main.times[row + 1])
    assert (meanwhile & (states == State.BLOCKED) & (main.states.causes == row)).any()
    assert not (meanwhile & (states == State.WAITING_LOCK)).any()
