"""Chains through event loops: of a program of today, and in frozen recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.formats import load
from paraviz.trace.causality.edges import Edges
from paraviz.trace.causality.wait_chain import chain, circle
from paraviz.trace.histories.locks import lock_histories
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.waiting import edges_at
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from paraviz.trace import Trace

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module", params=["frozen", "of today"])
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Of a program whose threads and tasks wait for each other."""
    if request.param == "frozen":
        return load(DATA / "loop_links.pviz")
    outcome, recorded = run_recorded(tmp_path_factory.mktemp("run"), "loop_links.py")
    assert outcome.code == 0 and not recorded.notices
    return recorded


@pytest.fixture(scope="module")
def hanging() -> TraceView:
    """Of two tasks that wait for each other's lock for ever."""
    view = TraceView.of(load(DATA / "loop_hang.pviz"))
    len(view.edges)
    return view


def lane_of(trace: Trace, name: str) -> int:
    return next(i for i, each in enumerate(trace.lanes) if each.name.split(" · ")[0] == name)


def waiting(trace: Trace, name: str, kind: int, about: str) -> tuple[int, int]:
    """A worker, and a moment in its wait for something."""
    index = lane_of(trace, name)
    lane = trace.lanes[index]
    rows = np.flatnonzero(lane.kinds == kind).tolist()
    row = next(
        row for row in rows if not about or trace.objects[int(lane.objects[row])].name == about
    )
    until = lane.times[row + 1] if row + 1 < len(lane.times) else lane.end_ns
    return index, (int(lane.times[row]) + int(until)) // 2


def followed(trace: Trace, index: int, at_ns: int) -> list[tuple[str, str]]:
    steps = chain(trace, lock_histories(trace), Edges(trace), index, at_ns)
    return [(trace.lanes[step.lane_index].name.split(" · ")[0], step.why) for step in steps]


@pytest.mark.parametrize(
    ("name", "kind", "about", "wanted"),
    [
        ("wanter", ev.COROUTINE_AWAIT, "Lock.acquire", [("holder", "lock")]),
        ("joiner", ev.COROUTINE_AWAIT, "wanter", [("wanter", "join"), ("holder", "lock")]),
        ("main", ev.COROUTINE_AWAIT, "run_in_executor", [("pool_0", "task")]),
        ("main", ev.COROUTINE_AWAIT, "TaskGroup", [("grouped", "join")]),
        ("main", ev.COROUTINE_AWAIT, "computer", [("computer", "join")]),
        ("asker", ev.RESULT_WAIT, "asked_for", [("asked_for", "join")]),
        ("turner", ev.COROUTINE_READY, "", [("computer", "turn")]),
    ],
)
def test_whom_a_task_or_its_asker_waits_for(
    trace: Trace, name: str, kind: int, about: str, wanted: list[tuple[str, str]]
) -> None:
    index, at = waiting(trace, name, kind, about)
    if name == "turner":
        computer = trace.lanes[lane_of(trace, "computer")]
        at = (computer.start_ns + computer.end_ns) // 2
    assert followed(trace, index, at) == wanted


def test_gather_waits_for_the_last_of_its_tasks(trace: Trace) -> None:
    index, at = waiting(trace, "main", ev.COROUTINE_AWAIT, "gather")
    assert followed(trace, index, at) in ([("second", "join")], [("first", "join")])


def test_a_thread_waits_in_its_loop_for_the_task_that_it_runs_for(trace: Trace) -> None:
    index, at = waiting(trace, "wanter", ev.COROUTINE_AWAIT, "Lock.acquire")
    ways = [("main", "join"), ("joiner", "join"), ("wanter", "join"), ("holder", "lock")]
    assert followed(trace, 0, at) == ways
    view = TraceView.of(trace)
    len(view.edges)
    told = " | ".join(row_text(row) for row in sentence(view, 0, at))
    assert "waits in its event loop" in told
    assert "until main · Task-1 is done · main · Task-1 ← joiner ← wanter ← holder awaits" in told
    told = " | ".join(row_text(row) for row in sentence(view, index, at))
    assert "held by holder for" in told and "which awaits sleep" in told


def test_a_thread_is_in_the_step_of_a_task(trace: Trace) -> None:
    computer = lane_of(trace, "computer")
    lane = trace.lanes[computer]
    at = (lane.start_ns + lane.end_ns) // 2
    assert followed(trace, 0, at)[:1] == [("computer", "step")]
    told = row_text(sentence(TraceView.of(trace), 0, at)[1])
    assert "in a step of computer" in told


def test_locks_of_asyncio_close_a_circle(hanging: TraceView) -> None:
    trace = hanging.trace
    at = trace.lanes[0].end_ns - 1_000_000
    index = lane_of(trace, "asker")
    steps = chain(trace, hanging.locks, hanging.edges, index, at)
    assert followed(trace, index, at) == [
        ("join", "join"),
        ("one", "join"),
        ("two", "lock"),
        ("one", "lock"),
    ]
    one, two = (lane_of(trace, name) for name in ("one", "two"))
    assert set(circle(index, steps)) == {one, two}
    told = row_text(sentence(hanging, one, at, edges=edges_at(hanging, one, at))[1])
    assert "held by two for" in told
    assert "deadlock: one waits for two, two waits for one" in told


def test_who_waits_for_what_its_own_loop_has_to_run_waits_for_itself() -> None:
    trace = load(DATA / "findings" / "own_loop.pviz")
    index, at = next(
        (index, int(lane.times[lane.kinds == ev.FOR_OWN_LOOP][-1]) + 1_000_000)
        for index, lane in enumerate(trace.lanes)
        if (lane.kinds == ev.FOR_OWN_LOOP).any()
    )
    steps = chain(trace, (), Edges(trace), index, at)
    assert [step.why for step in steps] == ["loop", "step"]
    assert set(circle(index, steps)) == {index, steps[0].lane_index}
