"""What slows a run down or cuts it off: the edges of the rules, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, State, Trace
from paraviz.trace.model import Cpu, States
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import GAVE, GOT, LOCKS, WAITS, found_in, in_line, kinds
from tests.unit.hanging import END, STOPPED, Worker, hung, waits

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUE = [SharedObject("Queue", "mail")]


def test_a_lock_that_serialises_is_told_once() -> None:
    (finding,) = found_in(in_line(60))
    assert (finding.kind, finding.object_index) == ("serialised", 0)
    proof = dict(finding.proof)
    assert (proof["workers"], proof["turns"]) == (4, 60)
    assert proof["share"] == pytest.approx(0.75, rel=0.1)
    assert finding.cost_ns == proof["waited_ns"]


@pytest.mark.parametrize(
    "made",
    [
        in_line(60, 2),  # two that take turns
        in_line(60, held=MS // 2),  # it lies there half of the time
        in_line(30, 30, returns=False),  # each comes once
        in_line(60, what=1),  # a semaphore lets others in
    ],
    ids=("two", "free", "once", "semaphore"),
)
def test_a_lock_that_does_not(made: Trace) -> None:
    assert "serialised" not in kinds(made)


def states(*spans: tuple[int, State]) -> States:
    """Lengths in ms and states, end to end."""
    starts = np.cumsum([0, *(length for length, _ in spans[:-1])]) * MS
    values = np.array([state for _, state in spans], np.uint8)
    return States(starts.astype(np.int64), values, np.full(len(spans), -1, np.int32))


def running(
    workers: Sequence[States], *, cpus: int = 2, end_ms: int = 400, pids: bool = False
) -> Trace:
    """Threads, or processes, with these states, as the operating system has them."""
    lanes = [
        replace(
            lane(f"w{row}", [], end_ns=end_ms * MS, tid=row + 1, pid=100 + row * pids),
            states=own,
        )
        for row, own in enumerate(workers)
    ]
    none = np.empty(0, np.int64)
    idle = tuple(Cpu(number, none, none, np.empty(0, np.int32)) for number in range(cpus))
    return replace(trace([]), lanes=tuple(lanes), truth="kernel", cpus=idle)


def ticking(wait_ms: int, rest_ms: int = 2) -> States:
    """A thread that wakes again and again, and waits for the GIL each time."""
    turn = ((wait_ms, State.WAITING_GIL), (1, State.RUNNING), (rest_ms, State.BLOCKED))
    return states(*(turn * 40))


def test_a_thread_that_the_gil_starves() -> None:
    burner = states((400, State.RUNNING))
    (finding,) = found_in(running([ticking(12), burner], end_ms=600))
    assert (finding.kind, finding.lane_index) == ("starved", 0)
    assert dict(finding.proof)["turns"] == 40
    assert finding.cost_ns == 480 * MS
    assert "12.0 ms for each (median), while w1 computed" in finding.told.english


@pytest.mark.parametrize(
    "workers",
    [
        [ticking(5), states((400, State.RUNNING))],  # it runs a sixth of what it wants to
        [ticking(12, 60), states((3_000, State.RUNNING))],  # it rests most of the time
        [ticking(12), ticking(12)],  # so are all
        [ticking(12), states((600, State.BLOCKED))],  # and nobody is in its way
    ],
    ids=("runs", "rests", "all", "nobody"),
)
def test_a_thread_that_it_does_not(workers: list[States]) -> None:
    assert "starved" not in kinds(running(workers, end_ms=3_000))


def passing(passed: int) -> Trace:
    """One takes a lock again and again for 10 ms each, another one waits for it once."""
    hog: list[Event] = []
    for turn in range(passed + 1):
        begin = 1 + turn * 10 * MS
        hog += [(begin, GOT, 0, 0), (begin + 10 * MS - 2, GAVE, 0, 0)]
    end = hog[-1][0]
    meek = [(2, WAITS, 0, 0), (end + 1, GOT, 0, 0), (end + 2, GAVE, 0, 0)]
    lanes = [lane("hog", hog, end_ns=end + 9), lane("meek", meek, end_ns=end + 9)]
    return trace(lanes, LOCKS, gil=False)


def test_a_worker_that_a_lock_starves() -> None:
    (finding,) = found_in(passing(30))
    assert (finding.kind, finding.lane_index, finding.object_index) == ("starved", 1, 0)
    assert "while others got it 30 times, hog most" in finding.told.english
    assert kinds(passing(9)) == []


def test_more_workers_than_cpus() -> None:
    crowd = [states((50, State.RUNNING), (350, State.WAITING_CPU))] * 8
    (finding,) = found_in(running(crowd, pids=True))
    assert finding.kind == "oversubscribed"
    assert finding.told.english.startswith("8 workers that wanted to run, on 2 CPUs: for 400 ms")
    assert kinds(running(crowd, cpus=4, pids=True)) == []
    # Others may keep two CPUs busy: two that wait for them are not too many.
    assert kinds(running(crowd[:2], pids=True)) == []
    idle = [states((400, State.BLOCKED))] * 8
    assert kinds(running(idle, pids=True)) == []
    assert kinds(replace(running(crowd, pids=True), truth="inferred")) == []


def shipping(*daemons: Sequence[Event], left: int, how: str = "cut off at exit") -> Trace:
    """A program that put so many more items than its daemons got."""
    got = sum(kind == ev.GET for events in daemons for _, kind, *_ in events)
    main = [(at, ev.PUT, 0, at) for at in range(1, got + left + 1)]
    lanes = [lane("main", main, end_ns=90, kind="process")]
    lanes += [
        lane(f"daemon-{row}", events, end_ns=90, end_reason=how)
        for row, events in enumerate(daemons)
    ]
    return trace(lanes, QUEUE, gil=False)


BUSY = ((20, ev.GET, 0, 1), (40, ev.GET, 0, 2))


def test_a_daemon_that_is_cut_off_with_work() -> None:
    (finding,) = found_in(shipping(BUSY, left=3))
    assert (finding.kind, finding.lane_index, finding.at_ns) == ("cut_off_with_work", 1, 40)
    assert "with 3 items left in `mail`" in finding.told.english
    assert dict(finding.proof)["done"] == 1


@pytest.mark.parametrize(
    "made",
    [
        shipping(BUSY, left=0),
        shipping((*BUSY, (60, ev.GET_WAIT, 0, 0)), left=3),
        shipping(BUSY, left=3, how="returned"),
        shipping(BUSY, left=3, how="stopped"),
    ],
    ids=("nothing left", "at rest", "by itself", "with the run"),
)
def test_a_daemon_that_is_not(made: Trace) -> None:
    assert kinds(made) == []


SEATS = 12
THINGS_SEATS = SharedObject("Semaphore", "seats")


def with_seats(*workers: Worker) -> Trace:
    made = hung(("p main", "", [(5, ev.JOIN_BEGIN, 1, 0)]), *workers)
    return replace(made, objects=(*made.objects, THINGS_SEATS))


KEPT: Worker = ("t guest", "raised KeyError", [(8, GOT, SEATS, 0)])
GIVEN: Worker = ("t other", "returned", [(8, GOT, SEATS, 0), (9, GAVE, SEATS, 0)])
IN_VAIN = waits(WAITS, SEATS, "t late")


def test_permits_that_are_not_given_back() -> None:
    found = found_in(with_seats(KEPT, GIVEN, IN_VAIN))
    (finding,) = [each for each in found if each.kind == "lock_lost"]
    assert finding.told.english.startswith(
        "1 permit of `seats` was not given back: guest was ended by KeyError with it; 1 wait for"
    )
    assert (finding.at_ns, finding.cost_ns) == (100 * MS, (END - 100) * MS)
    assert "stuck" not in [each.kind for each in found]


@pytest.mark.parametrize(
    "others",
    [
        [GIVEN, IN_VAIN],
        [KEPT, ("t giver", "returned", [(9, GAVE, SEATS, 0)]), IN_VAIN],
        [KEPT, ("t alive", "", [(8, GOT, SEATS, 0)]), IN_VAIN],
        [KEPT, waits(WAITS, SEATS, "t late", 1_700)],
    ],
    ids=("all given back", "a signal", "one is alive", "just now"),
)
def test_permits_that_may_yet_be(others: list[Worker]) -> None:
    assert "lock_lost" not in kinds(with_seats(*others))


def test_a_run_that_ended_lost_none() -> None:
    made = replace(with_seats(KEPT, IN_VAIN), end_reason="ended")
    assert STOPPED not in made.end_reason and "lock_lost" not in kinds(made)
