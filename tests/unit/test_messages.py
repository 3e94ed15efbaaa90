"""Which put a get belongs to, and which send a receive."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.trace.causality.messages import messages
from tests.traces import lane, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Trace
    from tests.traces import Event

QUEUES = [SharedObject("Queue", "one"), SharedObject("Queue", "two")]
PIPE = [SharedObject("c", "a", peer=1), SharedObject("c", "b", peer=0), SharedObject("c", "alone")]


def made(objects: Sequence[SharedObject], *lanes: list[Event]) -> Trace:
    named = [lane(str(index), events, end_ns=1000) for index, events in enumerate(lanes)]
    return trace(named, objects)


def pairs(run: Trace) -> list[tuple[int, int, int, int]]:
    found = messages(run)
    columns = found.senders, found.sent, found.receivers, found.received
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_get_belongs_to_the_put_of_its_number_in_the_same_queue() -> None:
    run = made(
        QUEUES,
        [(1, ev.PUT, 0, 1), (2, ev.PUT, 0, 2), (3, ev.PUT, 1, 1), (4, ev.PUT, 1, 3)],
        [(5, ev.GET, 0, 2), (6, ev.GET, 1, 1)],
        [(7, ev.GET, 0, 1), (8, ev.GET, 1, 2)],
    )
    assert pairs(run) == [(0, 0, 2, 0), (0, 1, 1, 0), (0, 2, 1, 1)]


def test_neighbours_of_other_numbers_or_queues_are_no_pairs() -> None:
    assert pairs(made(QUEUES, [(1, ev.PUT, 0, 2)], [(2, ev.GET, 0, 3)])) == []
    assert pairs(made(QUEUES, [(1, ev.PUT, 0, 2)], [(2, ev.GET, 1, 2)])) == []


def test_what_has_no_number_belongs_to_nothing() -> None:
    assert pairs(made(QUEUES, [(1, ev.PUT, 0, 0)], [(2, ev.GET, 0, 0)])) == []
    assert pairs(made(QUEUES, [(1, ev.PUT, -1, 5)], [(2, ev.GET, -1, 5)])) == []
    assert pairs(made([])) == []


def test_nothing_is_got_twice_or_before_it_was_put() -> None:
    twice = made(QUEUES, [(1, ev.PUT, 0, 1)], [(2, ev.GET, 0, 1), (3, ev.GET, 0, 1)])
    assert pairs(twice) == [(0, 0, 1, 0)]
    assert pairs(made(QUEUES, [(3, ev.PUT, 0, 1)], [(2, ev.GET, 0, 1)])) == []


def test_a_pipe_is_first_in_first_out_in_each_direction() -> None:
    run = made(
        PIPE,
        [(1, ev.SEND, 0, 9), (3, ev.SEND, 0, 9), (7, ev.RECEIVE, 0, 9), (9, ev.SEND, 0, 9)],
        [(4, ev.SEND, 1, 9), (5, ev.RECEIVE, 1, 9)],
        [(2, ev.SEND, 0, 9), (6, ev.RECEIVE, 1, 9), (8, ev.RECEIVE, 1, 9)],
    )
    assert pairs(run) == [(0, 0, 1, 1), (2, 0, 2, 1), (0, 1, 2, 2), (1, 0, 0, 2)]


def test_a_pair_of_other_sizes_or_against_time_is_none() -> None:
    sizes = made(PIPE, [(1, ev.SEND, 0, 9), (2, ev.SEND, 0, 8)], [(3, ev.RECEIVE, 1, 8)] * 2)
    assert pairs(sizes) == [(0, 1, 1, 1)]
    assert pairs(made(PIPE, [(4, ev.SEND, 0, 9)], [(3, ev.RECEIVE, 1, 9)])) == []


def test_an_end_whose_other_end_is_not_known_has_no_pairs() -> None:
    assert pairs(made(PIPE, [(1, ev.SEND, 2, 9)], [(2, ev.RECEIVE, 2, 9)])) == []
    assert pairs(made(PIPE, [(1, ev.SEND, 2, 9)])) == []


def test_many_at_once_as_one_by_one() -> None:
    dice = random.Random(1)
    objects = [SharedObject("q", "q"), *(SharedObject("c", "c", peer=p) for p in (2, 1, -1))]
    lanes: list[list[Event]] = [[], [], []]
    numbers = {0: 0, 1: 0, 2: 0}
    inside: dict[int, list[tuple[int, int, int]]] = {0: [], 1: [], 2: []}
    expected = []
    for at in range(600):
        index, obj = dice.randrange(3), dice.randrange(3)
        events, waiting = lanes[index], inside[obj]
        if waiting and dice.random() < 0.5:
            sender, row, value = waiting.pop(dice.randrange(len(waiting)) if obj == 0 else 0)
            expected.append((sender, row, index, len(events)))
            kind, end = (ev.GET, 0) if obj == 0 else (ev.RECEIVE, 3 - obj)
        else:
            numbers[obj] += 1
            value = numbers[obj] if obj == 0 else dice.randrange(2)
            waiting.append((index, len(events), value))
            kind, end = (ev.PUT, 0) if obj == 0 else (ev.SEND, obj)
        events.append((at, kind, end, value))
    assert sorted(pairs(made(objects, *lanes))) == sorted(expected)
    assert len(expected) > 200
