"""Who has the GIL: only who was seen to run Python."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.kernel.records import IN, OUT
from paraviz.kernel.waits import GIL
from paraviz.trace import Lane, SharedObject, State
from paraviz.trace.histories.gil import gil_holder_at
from paraviz.trace.model import LaneKind, States
from tests import traces
from tests.traces import Event
from tests.unit.switching import MS, spelled

R, C, G, B = State.RUNNING, State.WAITING_CPU, State.WAITING_GIL, State.BLOCKED


def lane(
    states: list[State], events: tuple[int, ...] = (), *, tid: int, kind: LaneKind = "thread"
) -> Lane:
    """A lane with a state for each ms, and marks at these ms."""
    rows: list[Event] = [(at * MS, ev.MARK, 0, 0) for at in events]
    made = traces.lane("t", rows, end_ns=len(states) * MS, tid=tid, kind=kind)
    starts = np.arange(len(states)) * MS
    found = States(starts, np.array(states, np.uint8), np.full(len(states), -1, np.int32))
    return replace(made, states=found)


WAITS = [G] * 9


@pytest.mark.parametrize(
    ("states", "events", "holds"),
    [
        ([R] * 9, (), False),
        ([R] * 9, (1,), True),
        ([R] * 9, (8,), True),
        ([B, R, R, C, C, R, R, R, B], (), False),
        ([B, R, R, C, C, R, R, R, B], (0,), False),
        ([B, R, R, C, C, R, R, R, B], (2,), True),
        ([G, R, R, C, C, R, R, R, B], (), True),
        ([B, R, R, C, C, R, R, R, G], (), True),
        ([G, B, R, C, C, R, R, B, G], (), False),
    ],
)
def test_who_runs_holds_it_if_it_was_seen_to_run_python(
    states: list[State], events: tuple[int, ...], holds: bool
) -> None:
    shown = traces.trace([])
    shown = replace(shown, lanes=(lane(WAITS, tid=1), lane(states, events, tid=2)))
    assert gil_holder_at(shown, 0, 6 * MS) == (1 if holds else -1)
    # Of two that run it may be either.
    both = replace(shown, lanes=(*shown.lanes, lane([R] * 9, tid=3)))
    assert gil_holder_at(both, 0, 6 * MS) == -1
    assert gil_holder_at(replace(shown, lanes=shown.lanes[:1]), 0, 6 * MS) == -1


def test_who_is_in_another_interpreter_has_another_gil() -> None:
    code = (SharedObject("span", "code in interpreter 1"),)
    inside = replace(
        lane([R] * 9, (0, 5), tid=2),
        kinds=np.array([ev.SPAN_BEGIN, ev.WRITE], np.uint8),
        objects=np.array([0, 1], np.int32),
    )
    shown = replace(traces.trace([], code), lanes=(lane(WAITS, tid=1), inside))
    assert gil_holder_at(shown, 0, 6 * MS) == -1
    outside = replace(inside, objects=np.array([-1, 1], np.int32))
    assert gil_holder_at(replace(shown, lanes=(shown.lanes[0], outside)), 0, 6 * MS) == 1


def test_a_thread_runs_python_in_its_tasks() -> None:
    task = lane([R] * 9, (5,), tid=2, kind="task")
    shown = replace(traces.trace([]), lanes=(lane(WAITS, tid=1), lane([R] * 9, tid=2), task))
    assert gil_holder_at(shown, 0, 6 * MS) == 1


def test_one_may_sleep_with_it() -> None:
    """Where nobody else is active, looks tell; of those the nearest one at as long a stretch."""
    own = [(2, OUT), (7, IN), (8, OUT), (13, IN), (14, OUT), (15, IN), (16, OUT), (17, IN)]
    idle = [(1, OUT)]
    assert spelled([], own, idle)[2:] == "BBBBBRBBBBBRBRBRRR"
    assert spelled([], own, idle, looks=[(4, GIL)])[2:] == "GGGGGRGGGGGRBRBRRR"
    assert spelled([], own, idle, looks=[(4, GIL), (10, 0)])[2:] == "GGGGGRBBBBBRBRBRRR"
