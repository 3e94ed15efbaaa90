"""Critical paths: against going back ns by ns, and by hand."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, SharedObject, State, Trace
from paraviz.trace.edges import Edges
from paraviz.trace.states import partition
from tests import traces
from tests.unit.figuring import figures_of, moments, ranges, some_traces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.figures.critical import CriticalPath

MESSAGE, START, JOIN, WAKE = range(4)
WAITS = {
    ev.GET: ((MESSAGE, ev.GET_WAIT), (ev.GET_WAIT, ev.GET, ev.WAIT_END, ev.WAIT_ABANDONED)),
    ev.RECEIVE: ((MESSAGE, ev.RECEIVE_WAIT), (ev.RECEIVE_WAIT, ev.RECEIVE)),
    ev.JOIN_END: ((JOIN, ev.JOIN_BEGIN), (ev.JOIN_BEGIN, ev.JOIN_END)),
    ev.PROCESS_JOIN_END: (
        (JOIN, ev.PROCESS_JOIN_BEGIN),
        (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END),
    ),
}
"""For what ends a wait: the kind of its edges and what begins it, and all that is about it."""
Moment = tuple[int, State, int]
"""Lane, state, cause."""


@given(some_traces(), ranges())
def test_each_moment_of_a_path(trace: Trace, within: tuple[int, int]) -> None:
    path = figures_of(trace, *within).critical
    found = [
        (int(path.lanes[row]), State(int(path.states[row])), int(path.causes[row]))
        for row in range(len(path))
        for _ in range(int(path.starts[row]), int(path.ends[row]))
    ]
    assert found == going_back(trace, *within)


@given(some_traces(), ranges())
def test_its_parts_add_up_to_the_range(trace: Trace, within: tuple[int, int]) -> None:
    path = figures_of(trace, *within).critical
    bounds = [*path.starts.tolist(), *path.ends.tolist()[-1:]]
    assert path.ends.tolist() == bounds[1:]
    assert (bounds[0], bounds[-1]) == within if within[0] < within[1] else not bounds
    assert all(begin < end for begin, end in itertools.pairwise(bounds))
    assert path.times.sum() == within[1] - within[0]
    by_lane = path.times_by_lane(len(trace.lanes))
    assert by_lane.sum() == (path.times.sum() if (path.lanes >= 0).any() else 0)
    lanes = path.lanes.tolist()
    assert path.changes == sum(one != other for one, other in itertools.pairwise(lanes))
    longest = [int(path.ends[row] - path.starts[row]) for row in path.longest(3)]
    assert longest == sorted((path.ends - path.starts).tolist(), reverse=True)[:3]
    for row in range(len(path)):
        assert path.why(trace, row)


def test_a_worker_that_is_joined() -> None:
    main = worker(
        "main",
        [(2, ev.THREAD_START, 1, 0), (3, ev.JOIN_BEGIN, 1, 0), (9, ev.JOIN_END, 1, 0)],
        (0, 12),
        {0: State.RUNNING, 3: State.BLOCKED, 9: State.RUNNING},
    )
    thread = worker("a", [(4, ev.THREAD_BEGIN, -1, 0)], (4, 8), {4: State.RUNNING})
    assert told(main, thread) == [
        "main running 0 2",
        "a not alive 2 4",
        "a running 4 8",
        "main blocked: join a 8 9",
        "main running 9 12",
    ]


def test_a_worker_that_had_ended_before_it_was_joined() -> None:
    main = worker(
        "main",
        [(2, ev.THREAD_START, 1, 0), (9, ev.JOIN_BEGIN, 1, 0), (10, ev.JOIN_END, 1, 0)],
        (0, 12),
        {0: State.RUNNING, 9: State.BLOCKED, 10: State.RUNNING},
    )
    thread = worker("a", [(4, ev.THREAD_BEGIN, -1, 0)], (4, 8), {4: State.RUNNING})
    assert told(main, thread) == [
        "main running 0 9",
        "main blocked: join a 9 10",
        "main running 10 12",
    ]


def test_a_message_that_was_waited_for_and_one_that_lay_there() -> None:
    consumer = worker(
        "consumer",
        [
            (1, ev.GET_WAIT, 0, 0),
            (6, ev.GET, 0, 1),
            (9, ev.GET_WAIT, 0, 0),
            (10, ev.GET, 0, 2),
        ],
        (0, 12),
        {0: 1, 1: State.BLOCKED, 6: State.RUNNING, 9: State.BLOCKED, 10: State.RUNNING},
    )
    producer = worker(
        "producer", [(5, ev.PUT, 0, 1), (7, ev.PUT, 0, 2)], (0, 11), {0: State.RUNNING}
    )
    assert told(consumer, producer) == [
        "producer running 0 5",
        "consumer blocked: get from `lock` 5 6",
        "consumer running 6 9",
        "consumer blocked: get from `lock` 9 10",
        "consumer running 10 12",
    ]


@pytest.mark.parametrize(
    "events",
    [
        [(1, ev.GET_WAIT, 0, 0), (3, ev.WAIT_ABANDONED, 0, 0), (7, ev.GET, 0, 1)],
        [(1, ev.GET_WAIT, 1, 0), (7, ev.GET, 0, 1), (9, ev.GET, 1, 0)],
        [(1, ev.GET_WAIT, 0, 0), (7, ev.GET, 1, 1)],
        [(6, ev.GET_WAIT, 0, 0), (7, ev.GET, 0, 1)],
        [(11, ev.GET_WAIT, 0, 0), (13, ev.GET, 0, 2)],
    ],
    ids=[
        "a wait given up before",
        "a wait for another thing",
        "a wait for one more thing",
        "a wait that began later",
        "after the range",
    ],
)
def test_a_message_that_nobody_waited_for_is_no_way_back(events: list[traces.Event]) -> None:
    consumer = worker("consumer", events, (0, 12), {0: State.RUNNING})
    puts = [(5, ev.PUT, 0, 1), (5, ev.PUT, 1, 1), (12, ev.PUT, 0, 2)]
    producer = worker("producer", puts, (0, 11), {0: State.RUNNING})
    assert told(consumer, producer, names=("q", "r")) == ["consumer running 0 12"]


def test_a_lock_that_another_gave_back() -> None:
    """Once the lock is free, the one that waited for it still has to get the GIL."""
    first = worker(
        "first",
        [(0, ev.LOCK_ACQUIRED, 0, 0), (5, ev.LOCK_RELEASED, 0, 0)],
        (0, 9),
        {0: State.RUNNING, 7: State.BLOCKED},
    )
    second = worker(
        "second",
        [(2, ev.LOCK_WAIT, 0, 0), (8, ev.LOCK_ACQUIRED, 0, 0)],
        (0, 12),
        {0: 1, 2: State.WAITING_LOCK, 5: State.WAITING_GIL, 7: State.RUNNING},
    )
    assert told(first, second) == [
        "first running 0 5",
        "second waiting for the GIL 5 7",
        "second running 7 12",
    ]


def test_a_wait_that_nobody_ended_is_on_it_by_its_name() -> None:
    sleeper = worker(
        "sleeper",
        [(2, ev.SLEEP_BEGIN, -1, 5), (7, ev.SLEEP_END, -1, 0)],
        (0, 12),
        {0: State.RUNNING, 2: State.BLOCKED, 7: State.RUNNING},
    )
    busy = worker("busy", [], (0, 10), {0: State.RUNNING})
    assert told(sleeper, busy) == [
        "sleeper running 0 2",
        "sleeper blocked: sleep 2 7",
        "sleeper running 7 12",
    ]


def test_a_pool_whose_workers_are_ended_when_all_results_are_there() -> None:
    """Two workers make parts of the result; main ends them and joins the one that was idle."""
    main = worker(
        "main",
        [
            (1, ev.PROCESS_START, 1, 0),
            (1, ev.PROCESS_START, 2, 0),
            (2, ev.RESULT_WAIT, 0, 0),
            (9, ev.RESULT, 0, 0),
            (10, ev.PROCESS_JOIN_BEGIN, 2, 0),
            (11, ev.PROCESS_JOIN_END, 2, 0),
        ],
        (0, 12),
        {0: 1, 2: State.BLOCKED, 9: State.RUNNING, 10: State.BLOCKED, 11: State.RUNNING},
    )
    late = worker(
        "late",
        [(2, ev.TASK_BEGIN, 1, 0), (8, ev.TASK_END, 1, 0)],
        (1, 11),
        {1: State.RUNNING, 8: State.BLOCKED},
    )
    idle = worker(
        "idle",
        [(2, ev.TASK_BEGIN, 1, 0), (4, ev.TASK_END, 1, 0)],
        (1, 11),
        {1: State.RUNNING, 4: State.BLOCKED},
    )
    assert told(main, late, idle, names=("f × 4", "f × 2")) == [
        "main running 0 1",
        "late running 1 8",
        "main blocked: wait for the result of f × 4 8 9",
        "main running 9 10",
        "main blocked: join process idle 10 11",
        "main running 11 12",
    ]


def test_a_result_is_made_by_the_task_of_its_name() -> None:
    main = worker(
        "main",
        [(2, ev.RESULT_WAIT, 0, 0), (9, ev.RESULT, 0, 0)],
        (0, 12),
        {0: State.RUNNING, 2: State.BLOCKED, 9: State.RUNNING},
    )
    named = worker("named", [(5, ev.TASK_END, 0, 0)], (0, 11), {0: State.RUNNING})
    other = worker("other", [(7, ev.TASK_END, 1, 0)], (0, 11), {0: State.RUNNING})
    assert told(main, named, other, names=("f(1)", "f(2)"))[0] == "named running 0 5"
    # Of its name there is none: one of its function, or for what is anybody's any.
    assert told(main, other, names=("f(1)", "f(2)"))[0] == "other running 0 7"
    assert told(main, other, names=("any task", "g"))[0] == "other running 0 7"
    assert told(main, other, names=("f(1)", "g"))[0] == "main running 0 2"


@pytest.mark.parametrize(
    ("mine", "other", "path"),
    [
        (None, 9, ["other running 0 9", "main running 9 12"]),
        (None, 1, ["main running 0 2", "main blocked: wait for the result of f 2 9"]),
        (6, 5, ["main running 0 2", "main blocked: wait for the result of f 2 9"]),
    ],
    ids=["at the very end of the wait", "before the wait", "the last one made by who waits"],
)
def test_when_the_task_has_to_end(mine: int | None, other: int, path: list[str]) -> None:
    own = [] if mine is None else [(mine, ev.TASK_END, 0, 0)]
    main = worker(
        "main",
        [(2, ev.RESULT_WAIT, 0, 0), *own, (9, ev.RESULT, 0, 0)],
        (0, 12),
        {0: State.RUNNING, 2: State.BLOCKED, 9: State.RUNNING},
    )
    maker = worker("other", [(other, ev.TASK_END, 0, 0)], (0, 11), {0: State.RUNNING})
    assert told(main, maker, names=("f",))[:2] == path


def test_it_ends_with_who_ran_last() -> None:
    """What a thread that nobody waits for is stuck in decides nothing."""
    stuck = worker("stuck", [], (0, 12), {0: State.RUNNING, 2: State.BLOCKED})
    last = worker("last", [], (0, 11), {0: State.RUNNING})
    assert told(stuck, last) == ["last running 0 11", "last not alive 11 12"]
    longer = [
        worker(name, [], (0, end), {0: State.RUNNING}) for name, end in (("a", 13), ("b", 14))
    ]
    assert told(*longer) == ["a running 0 12"]
    blocked = worker("blocked", [], (0, 12), {0: State.BLOCKED})
    assert told(blocked) == ["nobody not alive 0 12"]


def test_a_process_whose_start_is_stamped_after_its_first_event() -> None:
    main = worker("main", [(5, ev.PROCESS_START, 1, 0)], (0, 8), {0: State.RUNNING})
    child = worker("child", [(3, ev.PROGRAM_BEGIN, -1, 0)], (3, 12), {3: State.RUNNING})
    assert told(main, child) == ["main running 0 3", "child running 3 12"]


def test_a_range_in_the_middle_is_cut_at_its_ends() -> None:
    trace = traces.printers(locked=True)
    path = figures_of(trace, 5 * traces.MS, 20 * traces.MS).critical
    assert (path.starts[0], path.ends[-1]) == (5 * traces.MS, 20 * traces.MS)
    names = [trace.lanes[lane].name for lane in path.lanes.tolist()]
    assert names == sorted(names) and set(names) == {"thread-a", "thread-b"}


def test_two_ways_back_at_once() -> None:
    """Who passes a thing on within a ns has no part of its own."""
    passed_on = [(1, ev.GET_WAIT, 1, 0), (5, ev.GET, 1, 1), (5, ev.PUT, 0, 1)]
    got = [(1, ev.GET_WAIT, 0, 0), (7, ev.GET, 0, 1)]
    last = worker("last", got, (0, 12), {0: 1, 1: State.BLOCKED, 7: State.RUNNING})
    first = worker("first", [(5, ev.PUT, 1, 1)], (0, 9), {0: State.RUNNING})
    between = worker("between", passed_on, (0, 9), {0: 1, 1: State.BLOCKED, 5: State.RUNNING})
    assert told(last, first, between, names=("q", "r")) == [
        "first running 0 5",
        "last blocked: get from `q` 5 7",
        "last running 7 12",
    ]


@pytest.mark.parametrize("rounds", [1, 50])
def test_workers_that_hand_each_other_the_work(rounds: int) -> None:
    """Each sends the other a message and waits for the answer: both are on it, turn by turn."""
    ping: list[traces.Event] = []
    pong: list[traces.Event] = []
    for number in range(1, rounds + 1):
        at = 10 * number
        ping += [(at, ev.PUT, 0, number), (at + 1, ev.GET_WAIT, 1, 0), (at + 8, ev.GET, 1, number)]
        pong += [(at - 5, ev.GET_WAIT, 0, 0), (at + 2, ev.GET, 0, number)]
        pong += [(at + 4, ev.PUT, 1, number)]
    things = [SharedObject("Queue", "there"), SharedObject("Queue", "back")]
    end = 10 * rounds + 9
    both = [traces.lane("ping", ping, end_ns=end), traces.lane("pong", pong, end_ns=end - 1)]
    path = figures_of(traces.trace(both, things, gil=False), 0, end).critical
    assert path.changes == 2 * rounds
    assert path.times_by_lane(2).tolist() == [end - 4 * rounds, 4 * rounds]


def worker(
    name: str, events: Sequence[traces.Event], life: tuple[int, int], states: dict[int, int]
) -> Lane:
    """A lane with these states; each event begins the one that begins with it."""
    lane = traces.lane(name, events, start_ns=life[0], end_ns=life[1])
    rows = {event[0]: row for row, event in enumerate(events)}
    causes = np.array([rows.get(at, -1) for at in states], np.int32)
    at, doing = np.array(list(states.items()), np.int64).T
    return replace(lane, states=partition(*life, at, doing.astype(np.uint8), causes))


def told(*lanes: Lane, names: tuple[str, ...] = ("lock",)) -> list[str]:
    """The critical path of 12 ns: who, why, from when, until when."""
    objects = tuple(SharedObject("Lock", name) for name in names)
    trace = replace(traces.trace([], objects), lanes=lanes)
    path: CriticalPath = figures_of(trace, 0, 12).critical
    who = [*(lane.name for lane in lanes), "nobody"]
    return [
        f"{who[path.lanes[row]]} {path.why(trace, row)} {path.starts[row]} {path.ends[row]}"
        for row in range(len(path))
    ]


def going_back(trace: Trace, start_ns: int, end_ns: int) -> list[Moment]:
    """Who did what at each ns of a critical path."""
    lives = [moments(lane) for lane in trace.lanes]
    ran = [
        (at, -lane)
        for lane, life in enumerate(lives)
        for at in range(start_ns, end_ns)
        if trace.lanes[lane].kind != "task" and life.get(at, (None,))[0] is State.RUNNING
    ]
    if not ran:
        return [(-1, State.NOT_ALIVE, -1)] * (end_ns - start_ns)
    lane = -max(ran)[1]
    left = [jump for jump in all_jumps(trace) if jump[0] < end_ns]
    result: list[Moment] = []
    for at in reversed(range(start_ns, end_ns)):
        while own := [place for place, jump in enumerate(left) if jump[1] == lane]:
            when, _, origin = left[own[-1]]
            if when <= at:
                break
            lane, left = origin, left[: own[-1]]
        result.append((lane, *lives[lane].get(at, (State.NOT_ALIVE, -1))))
    return result[::-1]


def all_jumps(trace: Trace) -> list[tuple[int, int, int]]:
    """When, who waits, who let it go on: by when."""
    kinds, table = Edges(trace).table
    result = []
    for kind, origin, sent, lane, arrived, _ in zip(
        kinds.tolist(), *(column.tolist() for column in table), strict=True
    ):
        if kind == START:
            result.append(((min(sent, trace.lanes[lane].start_ns), lane, origin), kind))
        elif kind == WAKE or any(
            begin <= sent for begin in began(trace.lanes[lane], kind, arrived)
        ):
            result.append(((sent, lane, origin), kind))
    stuck = {index for index, lane in enumerate(trace.lanes) if ends_waiting(lane)}
    known = [jump for jump, kind in result if kind != JOIN or jump[2] not in stuck]
    return sorted(known + results_handed(trace), key=lambda jump: jump[0])


def ends_waiting(lane: Lane) -> bool:
    """Whether the last thing a worker did was to wait for something."""
    last = moments(lane).get(lane.end_ns - 1)
    return last is not None and last[0] in (State.WAITING_LOCK, State.BLOCKED)


def results_handed(trace: Trace) -> list[tuple[int, int, int]]:
    """The jumps to those whose tasks made results that were waited for."""
    ends = sorted(
        (at, lane, row, trace.objects[about].name)
        for lane, worker in enumerate(trace.lanes)
        for row, (at, kind, about) in enumerate(events_of(worker))
        if kind == ev.TASK_END and about >= 0
    )
    result = []
    for lane, waiter in enumerate(trace.lanes):
        for end, begin, about in sorted(results_of(waiter)):
            name = trace.objects[about].name
            within = [each for each in ends if begin <= each[0] <= end]
            levels = (
                [each for each in within if each[3] == name],
                [each for each in within if function(each[3]) == function(name)],
                within if name == "any task" else [],
            )
            made = next((level[-1] for level in levels if level), None)
            if made is not None and made[1] != lane:
                result.append((made[0], lane, made[1]))
    return result


def function(name: str) -> str:
    """That of a task."""
    return name.split(" × ", maxsplit=1)[0].split("(", maxsplit=1)[0]


def results_of(lane: Lane) -> list[tuple[int, int, int]]:
    """End, begin and object of each wait for a result."""
    found = []
    for about in (0, 1):
        of_result = (ev.RESULT_WAIT, ev.RESULT)
        rows = [each for each in events_of(lane) if each[1] in of_result and each[2] == about]
        for before, after in itertools.pairwise(rows):
            if (before[1], after[1]) == of_result:
                found.append((after[0], before[0], about))
    return found


def events_of(lane: Lane) -> list[tuple[int, int, int]]:
    """Time, kind and object of each event."""
    return list(zip(*(c.tolist() for c in (lane.times, lane.kinds, lane.objects)), strict=True))


def began(lane: Lane, kind: int, at_ns: int) -> list[int]:
    """When the waits for edges of a kind began that ended at a moment."""
    rows = events_of(lane)
    result = []
    for row, (at, what, about) in enumerate(rows):
        (of_edges, begin), family = WAITS.get(what, ((None, None), ()))
        if at == at_ns and of_edges == kind and about >= 0:
            before = [each for each in rows[:row] if each[1] in family and each[2] == about]
            if before and before[-1][1] == begin:
                result.append(before[-1][0])
    return result
