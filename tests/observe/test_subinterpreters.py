"""Subinterpreters: who is in which one, with what, as far as it can be seen from outside."""

from __future__ import annotations

import sys

import pytest

from paraviz import events as ev
from paraviz.trace import Trace
from tests.observe.running import run_recorded

newer = pytest.mark.skipif(sys.version_info < (3, 14), reason="interpreters are new in 3.14")


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    outcome, trace = run_recorded(tmp_path_factory.mktemp("trace"), "subinterpreters.py")
    assert outcome.code == 0, outcome.err
    return trace


def events_of(trace: Trace, lane: str, *kinds: int) -> list[tuple[int, str]]:
    (found,) = (each for each in trace.lanes if each.name == lane)
    rows = zip(found.kinds.tolist(), found.objects.tolist(), strict=True)
    return [(kind, trace.objects[known].name) for kind, known in rows if kind in kinds]


def stretches(trace: Trace, lane: str) -> list[str]:
    """What a lane was in; each begin has its end."""
    seen = events_of(trace, lane, ev.SPAN_BEGIN, ev.SPAN_END)
    assert [kind for kind, _ in seen[::2]] == [ev.SPAN_BEGIN] * (len(seen) // 2)
    assert [name for _, name in seen[::2]] == [name for _, name in seen[1::2]]
    return [name for _, name in seen[::2]]


def test_what_is_not_seen_is_said(trace: Trace) -> None:
    (notice,) = trace.notices
    assert notice.startswith("what code in subinterpreters does")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="the names of old")
def test_who_was_in_one(trace: Trace) -> None:
    assert stretches(trace, "MainThread") == ["code in interpreter 1"] * 2
    assert stretches(trace, "enters") == ["code in interpreter 1"]


@newer
def test_calls_are_called_after_what_they_call(trace: Trace) -> None:
    assert stretches(trace, "MainThread") == [
        "code in interpreter 1",
        "double(4) in interpreter 1",
        "fail() in interpreter 1",
    ]
    assert stretches(trace, "enters") == ["double(6) in interpreter 1"]


@newer
def test_tasks_of_an_executor_have_their_names(trace: Trace) -> None:
    lane = next(each.name for each in trace.lanes if each.name.startswith("InterpreterPool"))
    assert [name for _, name in events_of(trace, lane, ev.TASK_BEGIN)] == [
        *("double(1)", "double(2)", "double(3)", "fail()"),
    ]
    assert set(stretches(trace, lane)) == {"interpreter 3"}


@newer
def test_waiting_at_a_queue_is_no_sleeping(trace: Trace) -> None:
    kinds = ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED
    waits = events_of(trace, "MainThread", *kinds)
    # Whether it has to wait for the first is up to the other.
    assert {name for kind, name in waits if kind == ev.WAIT_END} <= {"ready"}
    assert [name for kind, name in waits if kind == ev.WAIT_ABANDONED] == ["queue", "full"]
    assert not events_of(trace, "MainThread", ev.SLEEP_BEGIN)
