"""Who let a task of asyncio go on, and who made a result that was waited for."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, SharedObject, Trace
from paraviz.trace.causality.edges import Edge, Edges
from paraviz.trace.causality.wait_chain import waits_for
from paraviz.trace.causality.wait_step import Step
from tests.traces import MS, Event, lane, trace

NAMES = (
    *("f(1)", "f(2)", "f × 4", "f × 1", "f × 3", "f(…)", "any task", "all tasks", "g(1)"),
    *("Queue.get", "gather", "to_thread", "sleep"),
)
ONE, OTHER, FOUR, PART, REST, SOME, ANY, ALL, ELSE, GET, GATHER, THREAD, SLEEP = range(len(NAMES))
OBJECTS = [SharedObject("task", name) for name in NAMES]


def made(*workers: list[Event]) -> Trace:
    """Workers `a`, `b`, …; times in ms."""
    lanes = [
        lane(
            "abcd"[number], [(at * MS, kind, obj, 0) for at, kind, obj, _ in events], end_ns=99 * MS
        )
        for number, events in enumerate(workers)
    ]
    return trace(lanes, OBJECTS, gil=False)


def maker(wanted: int, *ends: tuple[int, int, int]) -> tuple[int, float] | None:
    """Who made the result that `a` waits for from 10 to 50 ms, and when; `ends`: which worker ended
    a task when, and which."""
    workers: list[list[Event]] = [[(10, ev.RESULT_WAIT, wanted, 0), (50, ev.RESULT, wanted, 0)]]
    for number in (1, 2):
        workers.append([(at, ev.TASK_END, task, 0) for who, at, task in ends if who == number])
    found = [edge for edge in Edges(made(*workers)).touching(0, 0, 99 * MS) if edge.to_lane == 0]
    assert len(found) <= 1
    assert all((edge.kind, edge.to_ns, edge.object) == ("wake", 50 * MS, wanted) for edge in found)
    return (found[0].from_lane, found[0].from_ns / MS) if found else None


@pytest.mark.parametrize(
    ("wanted", "ends", "expected"),
    [
        (ONE, [(1, 40, ONE)], (1, 40)),
        (ONE, [(1, 40, ONE), (2, 45, OTHER)], (1, 40)),
        (ONE, [(1, 45, ELSE)], None),
        (ONE, [(1, 9, ONE)], None),
        (ONE, [(1, 51, ONE)], None),
        (ONE, [(1, 20, ONE), (2, 45, ONE)], (2, 45)),
        (ONE, [(1, 44, ONE), (2, 45, ONE)], None),
        (ONE, [(1, 44, ONE), (1, 45, ONE)], (1, 45)),
        (FOUR, [(1, 44, PART), (2, 45, REST)], (2, 45)),
        (FOUR, [(1, 45, ELSE)], None),
        (SOME, [(1, 30, ONE), (2, 45, OTHER)], (2, 45)),
        (SOME, [(1, 45, ELSE)], None),
        (ANY, [(1, 45, ELSE)], (1, 45)),
        (ANY, [(1, 20, ONE), (2, 45, OTHER)], None),
        (ALL, [(1, 44, ONE), (2, 45, ELSE)], (2, 45)),
    ],
)
def test_whose_task_made_a_result(
    wanted: int, ends: list[tuple[int, int, int]], expected: tuple[int, float] | None
) -> None:
    assert maker(wanted, *ends) == expected


def test_who_is_at_the_task_while_its_end_is_not_known() -> None:
    main: list[Event] = [(10, ev.RESULT_WAIT, ONE, 0)]
    one: list[Event] = [(5, ev.TASK_BEGIN, ONE, 0), (30, ev.TASK_END, ONE, 0)]
    two: list[Event] = [(20, ev.TASK_BEGIN, ONE, 0)]
    shown = made(main, one, two)
    steps = [waits_for(shown, (), Edges(shown), 0, at * MS) for at in (15, 25, 35)]
    assert steps == [Step(1, "task"), None, Step(2, "task")]


def tasks(*lives: list[tuple[float, int, int, int]], children: tuple[int, ...] = ()) -> Trace:
    """A thread and its tasks `b`, `c`, …, each event with the row of its line (-1: not known); `b`
    makes the `children`."""
    host = lane("a", [], end_ns=99 * MS, tid=7)
    lanes: list[Lane] = [host]
    for number, events in enumerate(lives):
        rows: list[Event] = [(round(at * MS), kind, obj, 0) for at, kind, obj, _ in events]
        if number == 0:
            rows = [(0, ev.COROUTINE_CREATE, each, 0) for each in children] + rows
        one = lane("bcd"[number], rows, end_ns=99 * MS, kind="task", tid=7)
        sites = [0] * (len(rows) - len(events)) + [site for *_, site in events]
        lanes.append(replace(one, sites=np.array(sites, np.int32)))
    return trace(lanes, OBJECTS, gil=False)


def getting(ready_site: int = 0) -> list[tuple[float, int, int, int]]:
    return [
        (1, ev.COROUTINE_RUN, -1, -1),
        (2, ev.COROUTINE_AWAIT, GET, 0),
        (12, ev.COROUTINE_READY, -1, ready_site),
        (20, ev.COROUTINE_RUN, -1, -1),
        (22, ev.COROUTINE_END, -1, -1),
    ]


PUTTING = [
    (10.0, ev.COROUTINE_RUN, -1, -1),
    (14.0, ev.COROUTINE_AWAIT, SLEEP, 0),
    (30.0, ev.COROUTINE_READY, -1, -1),
]


def test_in_whose_step_a_task_became_ready() -> None:
    shown = tasks(getting(), PUTTING)
    wake = Edge("wake", 2, 12 * MS, 1, 12 * MS, GET)
    assert Edges(shown).touching(1, 1, 99 * MS) == (wake,)
    assert waits_for(shown, (), Edges(shown), 1, 5 * MS) == Step(2, "ends", 12 * MS)
    # Sleeping is over by itself.
    assert waits_for(shown, (), Edges(shown), 2, 20 * MS) is None


def test_what_no_task_said_or_was_said_outside_of_a_step_is_nobodys() -> None:
    assert len(Edges(tasks(getting(ready_site=-1), PUTTING))) == 0
    for shift in (3, -4):
        moved = [(at + shift, kind, obj, site) for at, kind, obj, site in PUTTING]
        assert len(Edges(tasks(getting(), moved))) == 0


def test_a_task_that_is_ready_waits_for_the_one_that_runs() -> None:
    shown = tasks(getting(), PUTTING)
    assert waits_for(shown, (), Edges(shown), 1, 13 * MS) == Step(2, "turn")
    # The thread itself is not done with something else.
    assert waits_for(shown, (), Edges(shown), 1, 15 * MS) == Step(0, "turn")


def gathering(*ends: float, children: tuple[int, ...] = (2, 3)) -> list[Edge]:
    """The edges to `b`, which gathers from 2 to 30 ms what ends then."""
    waiter = [
        (2.0, ev.COROUTINE_AWAIT, GATHER, 0),
        (30.0, ev.COROUTINE_READY, -1, -1),
    ]
    lives = [[(0.0, ev.COROUTINE_RUN, -1, -1), (end, ev.COROUTINE_END, -1, -1)] for end in ends]
    shown = tasks(waiter, *lives, children=children)
    return [each for each in Edges(shown).touching(1, 1, 99 * MS) if each.to_lane == 1]


def test_a_gather_ends_with_the_last_of_its_own() -> None:
    assert gathering(20, 25) == [Edge("wake", 3, 25 * MS, 1, 30 * MS, GATHER)]
    assert gathering(26, 25) == [Edge("wake", 2, 26 * MS, 1, 30 * MS, GATHER)]


def test_not_with_anothers_nor_while_one_lives_on() -> None:
    # The first, which ended last, was made by somebody else.
    assert gathering(26, 25, children=(3,)) == []
    assert gathering(20, 40) == []
    assert gathering(0.5, children=(2,)) == []


def test_what_a_thread_did_for_a_task() -> None:
    waiter = [(2.0, ev.COROUTINE_AWAIT, THREAD, 0), (30.0, ev.COROUTINE_READY, -1, -1)]
    shown = tasks(waiter)
    threads = [
        lane(name, [(at * MS, ev.TASK_END, ELSE, 0)], end_ns=99 * MS)
        for name, at in (("p", 20), ("q", 25))
    ]
    alone = replace(shown, lanes=(*shown.lanes, threads[0]))
    assert waits_for(alone, (), Edges(alone), 1, 5 * MS) == Step(2, "ends", 20 * MS)
    both = replace(shown, lanes=(*shown.lanes, *threads))
    assert waits_for(both, (), Edges(both), 1, 5 * MS) is None
