"""What interrupts a wait is nested in it, and the wait goes on until its own end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from paraviz import events as ev
from paraviz.analysis.findings.waits import waiting_at
from paraviz.trace import SharedObject, State
from paraviz.trace.causality.brackets import (
    _BEGINS,
    _ENDS,
    end_of_wait,
    interrupted,
    waits_in,
    whole_wait,
)
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.wait_chain import waits_for
from paraviz.trace.causality.wait_step import Step
from paraviz.trace.histories.locks import lock_histories
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.view import TraceView
from tests.traces import MS, lane, trace
from tests.unit.finding import GAVE, GOT, UP, WAITS
from tests.unit.strategies import lanes

if TYPE_CHECKING:
    from paraviz.trace import Lane, Trace
    from tests.traces import Event

WORK, STATS, INBOX = range(3)
THINGS = [SharedObject("Lock", "work"), SharedObject("Lock", "stats"), SharedObject("Queue", "in")]
HANDLER: list[Event] = [(20, GOT, STATS, 0), (21, GAVE, STATS, 0)]
SLEEPS: list[Event] = [(21, ev.SLEEP_BEGIN, -1, 0), (41, ev.SLEEP_END, -1, 0)]
SLOW: list[Event] = [(20, GOT, STATS, 0), *SLEEPS, (42, GAVE, STATS, 0)]
END = 100


def made(*workers: list[Event]) -> Trace:
    rows = [
        lane("ab"[at], [(when * MS, *rest) for when, *rest in events], end_ns=END * MS)  # type: ignore[misc]
        for at, events in enumerate(workers)
    ]
    return trace(rows, THINGS, gil=False)


def states(shown: Lane) -> list[tuple[int, State, int]]:
    """Begin in ms, state, and the event that it is for."""
    its = shown.states
    columns = its.starts.tolist(), its.states.tolist(), its.causes.tolist()
    return [(at // MS, State(state), cause) for at, state, cause in zip(*columns, strict=True)]


BRACKETS: list[tuple[int, int, int, State]] = [
    (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, WORK, State.WAITING_LOCK),
    (ev.LOCK_WAIT, ev.LOCK_ABANDONED, WORK, State.WAITING_LOCK),
    (ev.WAIT_BEGIN, ev.WAIT_END, WORK, State.BLOCKED),
    (ev.GET_WAIT, ev.WAIT_END, INBOX, State.BLOCKED),
    (ev.PUT_WAIT, ev.WAIT_ABANDONED, INBOX, State.BLOCKED),
    (ev.JOIN_BEGIN, ev.JOIN_END, 1, State.BLOCKED),
    (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END, 1, State.BLOCKED),
    (ev.SLEEP_BEGIN, ev.SLEEP_END, -1, State.BLOCKED),
    (ev.READ_BEGIN, ev.READ_END, -1, State.BLOCKED),
    (ev.RECEIVE_WAIT, ev.RECEIVE, INBOX, State.BLOCKED),
    (ev.RESULT_WAIT, ev.RESULT, INBOX, State.BLOCKED),
]


@pytest.mark.parametrize(("begin", "end", "thing", "state"), BRACKETS)
def test_a_wait_goes_on_after_a_handler(begin: int, end: int, thing: int, state: State) -> None:
    waiter = made([(10, begin, thing, 0), *HANDLER, (60, end, thing, 0)], []).lanes[0]
    told = states(waiter)
    assert told[1:] == [
        (10, state, 0), (20, State.RUNNING, 1), (21, state, 0), (60, State.RUNNING, 3)
    ]  # fmt: skip
    rows = [row for row, (_, known, cause) in enumerate(told) if known is state and cause == 0]
    assert [whole_wait(waiter, row) for row in rows] == [(10 * MS, 60 * MS)] * 2


@pytest.mark.parametrize(("begin", "end", "thing", "state"), BRACKETS[2:])
def test_so_does_one_that_never_ends(begin: int, end: int, thing: int, state: State) -> None:
    shown = made([(10, begin, thing, 0), *HANDLER], [])
    assert states(shown.lanes[0])[-1] == (21, state, 0)
    found = waiting_at(shown, 0, 90 * MS)
    assert found is not None and found.kind == begin and end != begin


def test_a_handler_that_waits_itself() -> None:
    told = states(made([(10, WAITS, WORK, 0), *SLOW, (60, GOT, WORK, 0)]).lanes[0])
    assert [(at, state) for at, state, _ in told[1:]] == [
        (10, State.WAITING_LOCK),
        (20, State.RUNNING),
        (21, State.BLOCKED),
        (41, State.RUNNING),
        (42, State.WAITING_LOCK),
        (60, State.RUNNING),
    ]


def test_handlers_far_apart_are_two() -> None:
    later: list[Event] = [(50, GOT, STATS, 0), (51, GAVE, STATS, 0)]
    told = states(made([(10, WAITS, WORK, 0), *HANDLER, *later, (60, GOT, WORK, 0)]).lanes[0])
    assert (21, State.WAITING_LOCK, 0) in told and (51, State.WAITING_LOCK, 0) in told


def test_an_interrupt_that_is_raised_ends_the_wait_for_good() -> None:
    """The handler's wait has no end of its own: the one around it is over."""
    raised: list[Event] = [(10, WAITS, WORK, 0), (20, ev.SLEEP_BEGIN, -1, 0), (30, UP, WORK, 0)]
    told = states(made([*raised, (40, GOT, STATS, 0)]).lanes[0])
    assert told[-1][:2] == (30, State.RUNNING)
    (lock, _) = lock_histories(made([*raised, (40, GOT, STATS, 0)]))
    assert lock.wait_ends.tolist() == [30 * MS]


def test_whom_it_waits_for_after_the_handler_is_known() -> None:
    holder: list[Event] = [(5, GOT, WORK, 0), (60, GAVE, WORK, 0)]
    shown = made([(10, WAITS, WORK, 0), *HANDLER, (60, GOT, WORK, 0)], holder)
    assert waits_for(shown, lock_histories(shown), None, 0, 40 * MS) == Step(1, "lock")


def test_a_circle_with_a_wait_that_was_interrupted() -> None:
    one: list[Event] = [(1, GOT, STATS, 0), (10, WAITS, WORK, 0)]
    handler: list[Event] = [(20, WAITS, INBOX, 0), (21, GOT, INBOX, 0), (22, GAVE, INBOX, 0)]
    other: list[Event] = [(2, GOT, WORK, 0), (30, WAITS, STATS, 0)]
    shown = made([*one, *handler], other)
    (circle,) = deadlocks(shown, lock_histories(shown))
    assert set(circle.lanes) == {0, 1}


def test_a_lock_that_the_handler_waits_for_as_well() -> None:
    waits = [(10, WAITS, WORK, 0), (20, WAITS, WORK, 0), (30, GOT, WORK, 0), (31, GAVE, WORK, 0)]
    (lock,) = lock_histories(made([*waits, (40, GOT, WORK, 0)]))
    known = zip(lock.wait_starts.tolist(), lock.wait_ends.tolist(), strict=True)
    assert [(begin // MS, end // MS) for begin, end in known] == [(10, 40), (20, 30)]


def test_the_sentence_tells_of_the_whole_wait() -> None:
    holder: list[Event] = [(5, GOT, WORK, 0), (60, GAVE, WORK, 0)]
    view = TraceView.of(made([(10, WAITS, WORK, 0), *SLOW, (60, GOT, WORK, 0)], holder))
    for at in (15, 50):
        head, facts = sentence(view, 0, at * MS)
        assert row_text(head).startswith(f"a waits for work, for {at - 10} ms so far (since 10 ms)")
        assert row_text(facts).endswith("gets it at 60 ms (after 50 ms)")
    _, facts = sentence(view, 0, 30 * MS)
    assert "in the middle: it waits for work since 10 ms" in row_text(facts)


@given(lanes(tuple({*_BEGINS, *_ENDS, ev.WRITE}), objects=2))
def test_they_are_those_that_a_stack_for_each_thing_finds(shown: Lane) -> None:
    stacks: dict[tuple[int, int], list[int]] = {}
    ends: dict[int, int] = {}
    for row, (kind, thing) in enumerate(
        zip(shown.kinds.tolist(), shown.objects.tolist(), strict=True)
    ):
        group = _BEGINS.get(kind, _ENDS.get(kind, 0))
        about = stacks.setdefault((group, thing if kind not in _TASKS else 0), [])
        if kind in _BEGINS:
            ends[row] = -1
            about.append(row)
        elif kind in _ENDS and about:
            ends[about.pop()] = row
    begun, over = waits_in(shown.kinds, shown.objects)
    assert dict(zip(begun.tolist(), over.tolist(), strict=True)) == ends
    assert {row: end_of_wait(shown, row) for row in ends} == ends
    nested = interrupted(shown)
    if nested is not None:
        assert (nested.ends > nested.begins).all()


_TASKS = (ev.TASK_WAIT, ev.TASK_BEGIN, ev.TASK_NONE)
