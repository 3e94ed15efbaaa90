"""Runs in which some wait in vain while others go on, and threads that keep a process from ending;
by hand."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from tests.traces import MS, Event
from tests.unit.finding import GAVE, GOT, WAITS, found_in, kinds
from tests.unit.hanging import END, EVENT, IN, LOCK, MAIN, OUT, QUEUE, Worker, hung, waits


def ticking(kind: str = "t", *, every: int = 100, also: tuple[Event, ...] = ()) -> Worker:
    """One that sleeps again and again."""
    rows = []
    for at in range(20, END, every):
        rows += [(at, ev.SLEEP_BEGIN, -1, every * MS), (at + every - 1, ev.SLEEP_END, -1, 0)]
    return f"{kind} heartbeat", "", sorted([*rows, *also], key=lambda row: row[0])


CONSUMER = waits(ev.GET_WAIT, QUEUE)
PRODUCER: Worker = ("t producer", "returned", [(1, ev.PUT, QUEUE, 1)])


def test_who_could_end_it_has_ended() -> None:
    (finding,) = found_in(hung(MAIN, CONSUMER, PRODUCER, ticking()))
    assert (finding.kind, finding.lane_index, finding.at_ns) == ("stuck", 1, 10 * MS)
    assert finding.told.english == (
        "in vain since 10.0 ms, for 1.99 s: worker waits for an item of `q`, main waits for the end"
        " of worker; nobody is left who could end that, though others go on"
    )


def test_who_could_end_it_waits_in_vain_as_well() -> None:
    main: Worker = ("p main", "", [(1, ev.PUT, QUEUE, 1), (5, ev.JOIN_BEGIN, 1, 0)])
    assert kinds(hung(main, CONSUMER, ticking())) == ["stuck"]


@pytest.mark.parametrize(
    ("kind", "thing", "does"),
    [
        (ev.PUT_WAIT, QUEUE, (1, ev.GET, QUEUE, 0)),
        (ev.WAIT_BEGIN, EVENT, (1, ev.SET, EVENT, 0)),
        (ev.RECEIVE_WAIT, IN, (1, ev.SEND, OUT, 3)),
        (ev.SEND_WAIT, OUT, (1, ev.RECEIVE, IN, 3)),
        (WAITS, LOCK, (1, GAVE, LOCK, 0)),
    ],
)
def test_every_kind_of_wait(kind: int, thing: int, does: Event) -> None:
    gone: Worker = ("t other", "returned", [(0, GOT, LOCK, 0), does])
    assert kinds(hung(MAIN, waits(kind, thing), gone, ticking())) == ["stuck"]
    # One that does it may do it again.
    assert kinds(hung(MAIN, waits(kind, thing), gone, ticking(also=(does,)))) == []


@pytest.mark.parametrize(
    "other",
    [
        ("t other", "", []),
        ("t other", "", [(10, ev.SLEEP_BEGIN, -1, 0)]),
        ("t other", "", [(10, ev.READ_BEGIN, -1, 0)]),
        ticking(also=((1_500, ev.SET, EVENT, 0),)),
        ticking(also=((2, ev.THREAD_START, 2, 0),)),
        ticking(every=700),
        ("t other", "", [(10, ev.WAIT_LIMIT, -1, 10**10), (10, ev.GET_WAIT, QUEUE, 0)]),
    ],
    ids=(
        *("runs", "sleeps long", "reads", "does something else", "starts producers", "seldom"),
        "has a limit",
    ),
)
def test_others_that_may_do_it_keep_it_silent(other: Worker) -> None:
    assert kinds(hung(MAIN, CONSUMER, PRODUCER, other)) == []


def test_nobody_who_ever_did_it_proves_nothing() -> None:
    assert kinds(hung(MAIN, CONSUMER, ticking())) == []
    assert kinds(hung(("p main", "", []), CONSUMER, PRODUCER, ticking())) == []


def done(*others: int) -> Worker:
    """A program that is through, whose interpreter waits for threads."""
    kept = [(50, ev.EXIT_WAIT, other, 0) for other in others]
    return "p main", "", [(50, ev.PROGRAM_END, -1, 0), *kept, (50, ev.JOIN_BEGIN, others[0], 0)]


def polling(kind: int = ev.WAIT_BEGIN, thing: int = EVENT, also: tuple[Event, ...] = ()) -> Worker:
    rows = list(also)
    for at in range(20, END, 200):
        rows += [(at, ev.WAIT_LIMIT, -1, 199 * MS), (at, kind, thing, 0)]
        rows += [(at + 199, ev.WAIT_ABANDONED, thing, 0)]
    return "t poller", "", sorted(rows, key=lambda row: row[0])


def test_a_thread_that_keeps_its_process_from_ending() -> None:
    (finding,) = found_in(hung(done(1), polling()))
    assert (finding.kind, finding.lane_index, finding.at_ns) == ("stuck", 1, 50 * MS)
    assert finding.told.english == (
        "the program was done at 50.0 ms, and poller keeps its process from ending, for 1.95 s: at"
        " work.py:1 it waits for `ready` again and again, 199 ms at most, which nobody is left to"
        " end"
    )
    (finding,) = found_in(hung(done(1), ticking()))
    assert finding.told.english.endswith("at work.py:1 it sleeps again and again")
    both = found_in(hung(done(1, 2), polling(), polling(ev.GET_WAIT, QUEUE)))
    assert [each.lane_index for each in both] == [1, 2]


def test_one_that_does_something_may_end() -> None:
    assert kinds(hung(done(1), polling(also=((1_000, ev.PUT, QUEUE, 1),)))) == []
    assert kinds(hung(done(1), ("t worker", "", []))) == []
    assert kinds(hung(done(1), polling(), ("t other", "", []))) == []
    assert kinds(hung(("p main", "", []), polling())) == []
