"""Critical paths that are known: by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, SharedObject, State
from paraviz.trace.states.partition import partition
from tests import traces
from tests.unit.figuring import figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.analysis.figures.critical import CriticalPath


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


def looking(count: int, end: int) -> Lane:
    """An auditor that sleeps for 2 ns and looks whether it is to end, so often."""
    naps: list[traces.Event] = []
    for at in range(count):
        naps += [(2 * at, ev.SLEEP_BEGIN, -1, 2), (2 * at + 1, ev.SLEEP_END, -1, 0)]
    states: dict[int, int] = {at: [State.BLOCKED, State.RUNNING][at % 2] for at in range(2 * count)}
    return worker("auditor", naps, (0, end), states)


@pytest.mark.parametrize(
    ("joined", "path"),
    [
        # It ends with its first look after the wait began: whoever waits has told it.
        (8, ["main running 0 8", "auditor blocked: sleep 8 9", "auditor running 9 10"]),
        # It slept several times more: nobody knows why it ends.
        (3, ["auditor blocked: sleep 0 1", "auditor running 1 2"]),
    ],
)
def test_who_looks_now_and_then_was_told_to_end_by_whoever_waits(
    joined: int, path: list[str]
) -> None:
    events = [(joined, ev.JOIN_BEGIN, 1, 0), (11, ev.JOIN_END, 1, 0)]
    states: dict[int, int] = {0: State.RUNNING, joined: State.BLOCKED, 11: State.RUNNING}
    main = worker("main", events, (0, 12), states)
    found = told(main, looking(5, 10))
    assert found[: len(path)] == path
    assert found[-2:] == ["main blocked: join auditor 10 11", "main running 11 12"]


def test_a_daemon_that_the_end_cuts_off_decides_nothing_of_it() -> None:
    main = worker("main", [], (0, 11), {0: State.RUNNING})
    daemon = replace(looking(6, 12), end_reason="cut off at exit")
    assert told(main, daemon)[0] == "main running 0 11"


def test_the_end_waits_for_the_last_thread_that_is_left() -> None:
    left = [(4, ev.EXIT_WAIT, lane, 0) for lane in (1, 2)]
    events = [*left, (4, ev.JOIN_BEGIN, 1, 0), (11, ev.JOIN_END, 1, 0)]
    main = worker("main", events, (0, 12), {0: 1, 4: State.BLOCKED, 11: State.RUNNING})
    main = replace(main, states=partition(0, 12, *columns({0: (1, -1), 4: (5, 2), 11: (1, -1)})))
    first = worker("first", [], (0, 7), {0: State.RUNNING})
    last = worker("last", [], (0, 10), {0: State.RUNNING})
    assert told(main, first, last)[:2] == ["last running 0 10", "main blocked: join first 10 11"]


def columns(
    states: dict[int, tuple[int, int]],
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.int32]]:
    """Begins, states and causes."""
    at = np.array(list(states), np.int64)
    doing, causes = np.array(list(states.values()), np.int64).T
    return at, doing.astype(np.uint8), causes.astype(np.int32)


def test_who_sleeps_is_not_what_an_unfinished_range_waits_for() -> None:
    """Of those at work when the range ends, the one with the most work."""
    busy = worker("busy", [], (0, 20), {0: State.RUNNING, 11: State.BLOCKED})
    auditor = looking(8, 20)
    assert told(busy, auditor)[0] == "busy running 0 11"


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
