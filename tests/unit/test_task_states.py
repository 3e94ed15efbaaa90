"""States of tasks and of their threads, by hand and by a slow but plain model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane
from paraviz.trace.causality.brackets import interrupted
from paraviz.trace.model import States
from paraviz.trace.states.of_tasks import with_task_states
from paraviz.trace.states.partition import State
from tests import traces

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKED, RUNNING, GIL = State.BLOCKED, State.RUNNING, State.WAITING_GIL


def task(name: str, events: Sequence[tuple[int, int]], end_ns: int, start_ns: int = 0) -> Lane:
    made = [(time, kind, -1, 0) for time, kind in events]
    return traces.lane(name, made, start_ns=start_ns, end_ns=end_ns, tid=7, kind="task")


def spans(lane: Lane) -> list[tuple[int, State, int]]:
    """(begin, state, cause) of each of a lane's states."""
    own = lane.states
    columns = (own.starts.tolist(), own.states.tolist(), own.causes.tolist())
    return [(start, State(state), cause) for start, state, cause in zip(*columns, strict=True)]


def derived(lanes: Sequence[Lane], gil: bool = False) -> list[Lane]:
    return list(traces.trace(lanes, gil=gil).lanes)


def test_between_its_steps_a_task_is_blocked_while_its_thread_runs() -> None:
    thread = traces.lane("thread", [], end_ns=100, tid=7)
    events = [
        (10, ev.COROUTINE_READY),
        (20, ev.COROUTINE_RUN),
        (30, ev.COROUTINE_AWAIT),
        (60, ev.COROUTINE_READY),
        (70, ev.COROUTINE_RUN),
        (80, ev.COROUTINE_END),
    ]
    host, one = derived([thread, task("task", events, 80, start_ns=5)])
    assert spans(host) == [(0, RUNNING, -1)]
    assert spans(one) == [
        (5, BLOCKED, 0),
        (20, RUNNING, -1),
        (30, BLOCKED, 2),
        (60, BLOCKED, 3),
        (70, RUNNING, -1),
    ]


def test_what_blocks_a_task_in_a_step_blocks_its_thread() -> None:
    thread = traces.lane("thread", [(5, ev.MARK, -1, 0)], end_ns=100, tid=7)
    events = [
        (10, ev.COROUTINE_RUN),
        (20, ev.SLEEP_BEGIN),
        (40, ev.SLEEP_END),
        (50, ev.COROUTINE_AWAIT),
    ]
    host, one = derived([thread, task("task", events, 90)])
    assert spans(host) == [(0, RUNNING, -1), (20, BLOCKED, -1), (40, RUNNING, -1)]
    blocked = [(start, cause) for start, state, cause in spans(one) if state == BLOCKED]
    assert blocked == [(20, 1), (50, 3)]


def test_the_threads_wait_for_the_gil_is_its_tasks() -> None:
    thread = traces.lane("thread", [], end_ns=100, tid=7)
    running = task("task", [(0, ev.COROUTINE_RUN), (90, ev.COROUTINE_END)], 90)
    patient = task("patient", [(0, ev.COROUTINE_READY)], 90)
    other = traces.lane("other", [(20, ev.MARK, -1, 0), (60, ev.MARK, -1, 0)], end_ns=100, tid=8)
    host, one, two, _ = derived([thread, running, patient, other], gil=True)
    assert (20, GIL) in [(start, state) for start, state, _ in spans(host)]
    assert (20, GIL) in [(start, state) for start, state, _ in spans(one)]
    assert {state for _, state, _ in spans(two)} == {BLOCKED}


def test_a_task_belongs_to_the_thread_that_had_its_number_then() -> None:
    first = traces.lane("first", [], end_ns=40, tid=7)
    second = traces.lane("second", [], start_ns=50, end_ns=100, tid=7)
    events = [(60, ev.COROUTINE_RUN), (70, ev.SLEEP_BEGIN), (80, ev.SLEEP_END)]
    one, two, _ = derived([first, second, task("task", events, 90, start_ns=55)])
    assert [state for _, state, _ in spans(one)] == [RUNNING]
    assert [state for _, state, _ in spans(two)] == [RUNNING, BLOCKED, RUNNING]


def test_without_a_thread_its_own_events_count() -> None:
    (one,) = derived([task("task", [(10, ev.COROUTINE_AWAIT)], 20)])
    assert [state for _, state, _ in spans(one)] == [RUNNING, BLOCKED]


def test_causes_that_are_no_rows_stay() -> None:
    thread = traces.lane("thread", [], end_ns=100, tid=7)
    one = task("task", [(10, ev.COROUTINE_RUN), (20, ev.COROUTINE_AWAIT)], 90)
    given_states = States(
        np.array([0, 12]), np.array([RUNNING, BLOCKED], np.uint8), np.array([-1, -5], np.int32)
    )
    host, seen = with_task_states(
        [thread, one], lambda views: [replace(views[0], states=given_states), views[1]]
    )
    assert spans(host)[1] == (12, BLOCKED, -5)
    assert spans(seen)[1:] == [(12, BLOCKED, -5), (20, BLOCKED, 1)]


KINDS = st.sampled_from(
    [ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.SLEEP_BEGIN, ev.SLEEP_END]
)


@given(
    st.lists(
        st.tuples(st.integers(0, 39), KINDS), max_size=12, unique_by=lambda event: event[0]
    ).map(sorted),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([RUNNING, BLOCKED, GIL])), max_size=8),
)
def test_at_each_moment_it_is_the_threads_state_or_its_own(
    events: list[tuple[int, int]], changes: list[tuple[int, State]]
) -> None:
    thread = traces.lane("thread", [], end_ns=40, tid=7)
    one = task("task", events, 40)
    # No task awaits in the middle of a sleep of its thread.
    assume(interrupted(one) is None)
    starts = sorted({0, *(time for time, _ in changes if time < 40)})
    states = [dict(changes).get(start, RUNNING) for start in starts]
    columns = States(
        np.array(starts), np.array(states, np.uint8), np.full(len(starts), -1, np.int32)
    )
    seen = with_task_states(
        [thread, one], lambda views: [replace(views[0], states=columns), views[1]]
    )[1]
    between = (ev.COROUTINE_AWAIT, ev.COROUTINE_READY)
    for moment in range(40):
        # Before its first event it is what that says, if that is no step's.
        last = [kind for time, kind in events if time <= moment] or [
            kind for _, kind in events[:1] if kind in between
        ]
        expected = states[np.searchsorted(starts, moment, "right") - 1]
        if last and last[-1] in between:
            expected = BLOCKED
        at = int(np.searchsorted(seen.states.starts, moment, "right")) - 1
        assert seen.states.states[at] == expected, moment
