"""Whom a worker waits for: each reason, nobody, and the chain until somebody runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.trace import SharedObject, State, Trace
from paraviz.trace.causality.edges import Edge, Edges
from paraviz.trace.causality.wait_chain import chain, circle, ending_edge, told_by, waits_for
from paraviz.trace.causality.wait_step import Step
from paraviz.trace.histories.locks import lock_histories
from tests.traces import MS, Event, lane, printers, trace
from tests.unit.strategies import state_at

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCKS = [SharedObject("Lock", "left"), SharedObject("Lock", "right")]


def made(*workers: Sequence[Event], end_ms: int = 20, objects: list[SharedObject] = LOCKS) -> Trace:
    """Workers of processes of their own; times are ms."""
    lanes = []
    for number, events in enumerate(workers):
        scaled = [(round(at * MS), kind, obj, value) for at, kind, obj, value in events]
        lanes.append(lane("abcd"[number], scaled, end_ns=end_ms * MS, pid=number, tid=number))
    return trace(lanes, objects, gil=False)


def step(shown: Trace, lane_index: int, at_ms: float, *, has_edges: bool = True) -> Step | None:
    edges = Edges(shown) if has_edges else None
    return waits_for(shown, lock_histories(shown), edges, lane_index, round(at_ms * MS))


def steps(shown: Trace, lane_index: int, at_ms: float) -> list[Step]:
    return chain(shown, lock_histories(shown), Edges(shown), lane_index, round(at_ms * MS))


def holding(begin: int, end: int, lock: int = 0) -> list[Event]:
    return [(begin, ev.LOCK_ACQUIRED, lock, 0), (end, ev.LOCK_RELEASED, lock, 0)]


def wanting(begin: int, end: int, lock: int = 0) -> list[Event]:
    return [(begin, ev.LOCK_WAIT, lock, 0), (end, ev.LOCK_ACQUIRED, lock, 0)]


@pytest.mark.parametrize("has_edges", [True, False])
def test_who_holds_the_lock(has_edges: bool) -> None:
    shown = made(holding(1, 6), wanting(2, 6), holding(1, 9, lock=1))
    assert step(shown, 1, 3, has_edges=has_edges) == Step(0, "lock")
    assert step(shown, 0, 3, has_edges=has_edges) is None
    assert step(shown, 1, 1, has_edges=has_edges) is None
    assert step(shown, 1, 7, has_edges=has_edges) is None


def test_the_lock_goes_from_one_holder_to_the_next() -> None:
    shown = made(holding(1, 4), [*wanting(2, 4), (6, ev.LOCK_RELEASED, 0, 0)], wanting(3, 6))
    assert [step(shown, 2, at) for at in (3.5, 5)] == [Step(0, "lock"), Step(1, "lock")]


def test_who_has_the_gil() -> None:
    shown = printers()
    assert state_at(shown.lanes[1], round(11.2 * MS)) == State.WAITING_GIL
    assert step(shown, 1, 11.2) == Step(2, "gil")
    assert step(shown, 2, 11.2) is None


def test_a_gil_is_not_held_by_another_process() -> None:
    writes = [(at, ev.WRITE, ev.STDOUT, 1) for at in range(0, 10 * MS, MS // 2)]
    one = [*writes[:6], *writes[14:]]
    other = writes[6:14]
    lanes = [
        lane("a", one, end_ns=10 * MS, text="a" * len(one), pid=1, tid=1),
        lane("b", other, end_ns=10 * MS, text="b" * len(other), pid=1, tid=2),
        lane("c", writes, end_ns=10 * MS, text="c" * len(writes), pid=2, tid=3),
    ]
    shown = trace(lanes)
    assert state_at(shown.lanes[0], 5 * MS) == State.WAITING_GIL
    assert step(shown, 0, 5) == Step(1, "gil")


def test_whose_end_is_waited_for_until_it_has_ended() -> None:
    shown = printers()
    ended_ms = shown.lanes[1].end_ns / MS
    assert step(shown, 0, 5) == Step(1, "join")
    assert step(shown, 0, ended_ms + 1) == Step(2, "join")
    late = trace(
        [
            lane("main", [(1 * MS, ev.JOIN_BEGIN, 1, 0)], end_ns=9 * MS),
            lane("worker", [], end_ns=5 * MS),
        ],
        gil=False,
    )
    assert step(late, 0, 4) == Step(1, "join")
    assert step(late, 0, 6) is None


def test_who_sends_what_is_waited_for() -> None:
    ends = [SharedObject("Connection", "here", peer=1), SharedObject("Connection", "there", peer=0)]
    sender = [(5, ev.SEND, 0, 8)]
    receiver = [(1, ev.RECEIVE_WAIT, 1, 0), (5, ev.RECEIVE, 1, 8)]
    shown = made(sender, receiver, objects=ends)
    assert step(shown, 1, 3) == Step(0, "ends", 5 * MS)
    assert step(shown, 1, 3, has_edges=False) is None


def test_who_puts_what_a_queue_is_waited_for() -> None:
    jobs = [SharedObject("Queue", "jobs"), SharedObject("Queue", "others")]
    puts = [(4, ev.PUT, 0, 7), (5, ev.PUT, 1, 8)]
    waits = [(1, ev.GET_WAIT, 0, 0), (6, ev.WAIT_END, 0, 0)]
    shown = made(puts, [*waits, (7, ev.GET, 0, 7)], objects=jobs)
    assert step(shown, 1, 3) == Step(0, "ends", 4 * MS)
    assert told_by(shown.lanes[1], 6 * MS) == 7 * MS
    of_another = made(puts, [*waits, (7, ev.GET, 1, 8)], objects=jobs)
    assert step(of_another, 1, 3) is None
    assert told_by(of_another.lanes[1], 6 * MS) == 6 * MS
    given_up = made(puts, waits, objects=jobs)
    assert told_by(given_up.lanes[1], 6 * MS) == 6 * MS
    assert told_by(given_up.lanes[1], 8 * MS) == 8 * MS


SLOTS = [SharedObject("Semaphore", "slots")]


def test_of_a_semaphore_who_gives_a_permit_back_or_who_has_the_only_one() -> None:
    one, other = holding(1, 9), holding(2, 6)
    shown = made(one, other, wanting(3, 6), objects=SLOTS)
    assert step(shown, 2, 5) == Step(1, "ends", 6 * MS)
    # The first to get one need not be the first to give it back.
    assert step(shown, 2, 5, has_edges=False) is None
    assert step(made(one, wanting(3, 6), objects=SLOTS), 1, 5) == Step(0, "permit")


def test_who_alone_reads_what_is_sent() -> None:
    ends = [SharedObject("Connection", "here", peer=1), SharedObject("Connection", "there", peer=0)]
    sender, reader = [(5, ev.SEND_WAIT, 0, 0)], [(9, ev.RECEIVE, 1, 8)]
    assert step(made(sender, reader, objects=ends), 0, 6) == Step(1, "reads")
    assert step(made(sender, reader, reader, objects=ends), 0, 6) is None
    assert step(made(sender, [(9, ev.RECEIVE, 0, 8)], objects=ends), 0, 6) is None


def test_nobody() -> None:
    sleeps = [(1, ev.SLEEP_BEGIN, -1, 0), (5, ev.SLEEP_END, -1, 0)]
    shown = made(sleeps, [(3, ev.SLEEP_BEGIN, -1, 0)])
    assert [step(shown, 0, at) for at in (-1, 0, 3, 6, 20, 21)] == [None] * 6
    assert step(trace([lane("w", [], end_ns=0)]), 0, 0) is None
    assert steps(shown, 0, 3) == []


def test_a_chain_ends_with_who_runs() -> None:
    shown = made(
        [(1, ev.SLEEP_BEGIN, -1, 0), (2, ev.SLEEP_END, -1, 0)],
        [*holding(1, 19), (3, ev.PROCESS_JOIN_BEGIN, 0, 0)],
        [*holding(2, 19, lock=1), *wanting(4, 19)],
        wanting(5, 19, lock=1),
    )
    wanted = [Step(2, "lock"), Step(1, "lock"), Step(0, "join")]
    assert steps(shown, 3, 10) == wanted
    assert steps(shown, 1, 10) == wanted[2:]
    assert steps(shown, 0, 10) == []


def test_a_circle_ends_where_one_comes_twice() -> None:
    one = [(1, ev.LOCK_ACQUIRED, 0, 0), (3, ev.LOCK_WAIT, 1, 0)]
    other = [(2, ev.LOCK_ACQUIRED, 1, 0), (4, ev.LOCK_WAIT, 0, 0)]
    shown = made(one, other, [(5, ev.LOCK_WAIT, 0, 0)])
    assert steps(shown, 0, 10) == [Step(1, "lock"), Step(0, "lock")]
    assert steps(shown, 2, 10) == [Step(0, "lock"), Step(1, "lock"), Step(0, "lock")]
    assert circle(0, steps(shown, 0, 10)) == (0, 1)
    assert circle(2, steps(shown, 2, 10)) == (0, 1)
    assert circle(0, steps(shown, 0, 3)) == ()


def test_what_others_may_let_go_is_no_deadlock() -> None:
    assert circle(0, [Step(1, "lock"), Step(0, "join")]) == (0, 1)
    assert circle(0, [Step(1, "permit"), Step(0, "lock")]) == ()
    assert circle(0, [Step(1, "ends"), Step(2, "lock"), Step(1, "lock")]) == (1, 2)
    assert circle(0, [Step(1, "lock"), Step(2, "lock")]) == ()
    assert circle(0, []) == ()


def test_of_the_edges_of_a_wait_the_last_that_can_have_ended_it() -> None:
    def edge(left: float, reached: float, to_lane: int = 1) -> Edge:
        return Edge("wake", 0, round(left * MS), to_lane, round(reached * MS), 0)

    late, early, later_event = edge(4, 5), edge(1, 5), edge(3, 3.5)
    assert ending_edge([late, early, later_event], 1, 5 * MS) == late
    assert (
        ending_edge([early, edge(5.2, 6), later_event, edge(4, 5, to_lane=2)], 1, 5 * MS) == early
    )
    assert ending_edge([later_event], 1, 5 * MS) is None
