"""What waiting for conditions, events, barriers, semaphores and timers leaves in a recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz import events as ev
from paraviz.trace import Lane, State, Trace
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.labels import event_label, state_label
from paraviz.trace.states.partition import state_totals
from tests.observe.running import run_recorded

MOST_OF_THE_WAIT_NS = 40_000_000


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Of a program that waits in every way."""
    return run_recorded(tmp_path_factory.mktemp("run"), "waits.py")[1]


def lane_named(trace: Trace, name: str) -> Lane:
    return next(lane for lane in trace.lanes if lane.name == name)


def longest_state(trace: Trace, lane: Lane) -> str:
    """What the lane was doing most of the time, in words."""
    ends = [*lane.states.starts[1:].tolist(), lane.end_ns]
    lengths = [end - start for start, end in zip(lane.states.starts.tolist(), ends, strict=True)]
    row = lengths.index(max(lengths))
    return state_label(trace, lane, int(lane.states.states[row]), int(lane.states.causes[row]))


def happened(trace: Trace, lane: Lane) -> list[str]:
    """The lane's events, in words."""
    pairs = zip(lane.kinds.tolist(), lane.objects.tolist(), strict=True)
    return [event_label(trace, kind, obj) for kind, obj in pairs]


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("event", State.BLOCKED, "blocked: wait for `event`"),
        ("condition", State.BLOCKED, "blocked: wait for `condition`"),
        ("barrier", State.BLOCKED, "blocked: wait for `barrier`"),
        ("slots", State.WAITING_LOCK, "waiting for lock `slots`"),
        ("timeout", State.BLOCKED, "blocked: wait for `Event waits.py:18`"),
        ("timer", State.BLOCKED, "blocked: sleep"),
    ],
)
def test_a_wait_is_a_state_with_its_cause(
    trace: Trace, name: str, state: State, words: str
) -> None:
    lane = lane_named(trace, name)
    assert state_totals(lane)[state] > MOST_OF_THE_WAIT_NS
    assert longest_state(trace, lane) == words


def test_a_wait_for_a_condition_gives_its_lock_back(trace: Trace) -> None:
    assert happened(trace, lane_named(trace, "condition")) == [
        "begin",
        "acquire `condition`",
        "release `condition`",
        "wait for `condition`",
        "go on after `condition`",
        *(["wait `condition`"] if ev.LOCK_WAIT in lane_named(trace, "condition").kinds else []),
        "acquire `condition`",
        "release `condition`",
        "end",
    ]


def test_a_time_out_is_given_up(trace: Trace) -> None:
    gave_up = "give up waiting for `Event waits.py:18`"
    assert gave_up in happened(trace, lane_named(trace, "timeout"))


def test_who_lets_the_others_go_on(trace: Trace) -> None:
    told = happened(trace, trace.lanes[0])
    assert [text for text in told if "set" in text or "notify" in text or "clear" in text] == [
        "set `event`",
        "notify `condition`",
        "notify `barrier`",
        "clear `event`",
    ]
    assert "wait for `event`" not in told, "it was set already"
    assert "release `slots`" in told


def test_a_semaphore_has_several_holders(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "semaphores.py")
    slots = next(lock for lock in lock_histories(trace) if lock.name == "slots")
    assert trace.objects[slots.object_index].kind == "BoundedSemaphore"
    assert slots.acquisitions == 82
    moments = slots.hold_starts.tolist()
    held = [int(((slots.hold_starts <= at) & (at < slots.hold_ends)).sum()) for at in moments]
    assert max(held) == 2
    assert {name.name: name.kind for name in trace.objects}["done"] == "Semaphore"
