"""What joins workers: against looking at every event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import Lane, SharedObject, Trace
from paraviz.trace.causality.edges import EDGES_LIMIT, Edge, Edges
from paraviz.trace.causality.messages import messages
from tests import traces

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

STARTS = (ev.THREAD_START, ev.PROCESS_START, ev.COROUTINE_CREATE)
JOINS = (ev.JOIN_END, ev.PROCESS_JOIN_END)
LOCK_WAITS = (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED)
WAITS = (ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED)
KINDS = (
    *(*STARTS, *JOINS, *LOCK_WAITS, ev.LOCK_RELEASED, *WAITS, ev.SET, ev.NOTIFY, ev.SLEEP_BEGIN),
    *(ev.PUT, ev.GET, ev.SEND, ev.RECEIVE),
)
FAR = 10**9


@st.composite
def joined_traces(draw: DrawFn) -> Trace:
    """Three workers that have much to do with each other."""
    event = st.tuples(
        st.integers(0, 12), st.sampled_from(KINDS), st.integers(-1, 1), st.integers(0, 2)
    )
    made = []
    for name in "abc":
        rows = sorted(draw(st.lists(event, max_size=15)), key=lambda row: row[0])
        end = draw(st.integers(5, 12))
        made.append(traces.lane(name, rows, start_ns=draw(st.integers(0, 5)), end_ns=end))
    objects = [SharedObject("Lock", "one", peer=1), SharedObject("Lock", "two", peer=0)]
    return traces.trace(made, objects)


@given(joined_traces())
def test_all_edges_and_no_others(trace: Trace) -> None:
    found = Edges(trace)
    all_of_them = [edge for lane in range(3) for edge in found.touching(lane, -FAR, FAR)]
    expected = looked_for(trace)
    assert sorted(all_of_them, key=repr) == sorted(expected * 2, key=repr)
    assert len(found) == len(expected)


@given(joined_traces(), st.integers(0, 2), st.integers(-2, 14), st.integers(0, 9))
def test_those_of_a_lane_in_a_stretch(trace: Trace, lane: int, start: int, length: int) -> None:
    result = Edges(trace).touching(lane, start, start + length)
    inside = range(start, start + length + 1)
    expected = [
        edge
        for edge in looked_for(trace)
        if (edge.from_lane == lane and edge.from_ns in inside)
        or (edge.to_lane == lane and edge.to_ns in inside)
    ]
    assert sorted(result, key=repr) == sorted(expected, key=repr)
    own = [edge.from_ns if edge.from_lane == lane else edge.to_ns for edge in result]
    assert own == sorted(own)


@given(joined_traces())
def test_those_of_an_event(trace: Trace) -> None:
    found = Edges(trace)
    for index, lane in enumerate(trace.lanes):
        for row, at in enumerate(lane.times.tolist()):
            assert found.at(index, row) == found.touching(index, at, at)


def looked_for(trace: Trace) -> list[Edge]:
    """Every edge."""
    result = []
    found = messages(trace)
    for sender, sent, receiver, received in zip(
        *(column.tolist() for column in (found.senders, found.sent)),
        *(column.tolist() for column in (found.receivers, found.received)),
        strict=True,
    ):
        one, other = trace.lanes[sender], trace.lanes[receiver]
        times = int(one.times[sent]), int(other.times[received])
        result.append(Edge("message", sender, times[0], receiver, times[1], int(one.objects[sent])))
    for index, lane in enumerate(trace.lanes):
        for row in range(len(lane.times)):
            result += edges_of(trace, index, row)
    return [edge for edge in result if edge.from_lane != edge.to_lane]


def edges_of(trace: Trace, index: int, row: int) -> list[Edge]:
    """The edges that an event begins or ends, messages aside."""
    lane = trace.lanes[index]
    kind, obj, at = int(lane.kinds[row]), int(lane.objects[row]), int(lane.times[row])
    if obj < 0:
        return []
    if kind in STARTS:
        child = trace.lanes[obj]
        first = int(child.times[0]) if len(child.times) else child.start_ns
        return [Edge("start", index, at, obj, first, -1)]
    if kind in JOINS:
        end = trace.lanes[obj].end_ns
        return [Edge("join", obj, end, index, at, -1)] if end <= at else []
    if kind == ev.LOCK_ACQUIRED:
        return [
            Edge("wake", who, when, index, at, obj)
            for when, who in woken_by(trace, lane, row, LOCK_WAITS, ev.LOCK_RELEASED)[-1:]
        ]
    if kind == ev.WAIT_END:
        sets = woken_by(trace, lane, row, WAITS, ev.SET)[:1]
        notifies = woken_by(trace, lane, row, WAITS, ev.NOTIFY)[-1:]
        return [Edge("wake", who, when, index, at, obj) for when, who in sets + notifies]
    return []


def woken_by(
    trace: Trace, lane: Lane, row: int, waiting: tuple[int, int, int], waker: int
) -> list[tuple[int, int]]:
    """Time and lane of what may have ended a wait, in order."""
    obj = lane.objects[row]
    of_wait = [
        before
        for before in range(row)
        if lane.kinds[before] in waiting and lane.objects[before] == obj
    ]
    if not of_wait or lane.kinds[of_wait[-1]] != waiting[0]:
        return []
    return sorted(
        (at, index)
        for index, other in enumerate(trace.lanes)
        for at, kind, about in zip(
            *(column.tolist() for column in (other.times, other.kinds, other.objects)), strict=True
        )
        if kind == waker and about == obj and lane.times[of_wait[-1]] <= at <= lane.times[row]
    )


def test_the_lectures_printers() -> None:
    trace = traces.printers(2, locked=True)
    a, b = trace.lanes[1:]
    ms = traces.MS
    got = int(b.times[b.kinds == ev.LOCK_ACQUIRED][0])
    gave = int(a.times[a.kinds == ev.LOCK_RELEASED][0])
    joined = trace.lanes[0].times[trace.lanes[0].kinds == ev.JOIN_END].tolist()
    edges = Edges(trace)
    assert edges.touching(2, 0, trace.end_ns) == (
        Edge("start", 0, ms, 2, 2 * ms, -1),
        Edge("wake", 1, gave, 2, got, 0),
        Edge("join", 2, b.end_ns, 0, joined[1], -1),
    )
    assert edges.at(0, 1) == (Edge("start", 0, ms // 2, 1, ms, -1),)
    assert edges.at(0, 0) == ()


@pytest.mark.parametrize(
    ("waits", "waker", "expected"),
    [
        ((ev.LOCK_WAIT, ev.LOCK_ACQUIRED), ev.LOCK_RELEASED, 6),
        ((ev.WAIT_BEGIN, ev.WAIT_END), ev.SET, 4),
        ((ev.WAIT_BEGIN, ev.WAIT_END), ev.NOTIFY, 6),
        ((ev.WAIT_BEGIN, ev.WAIT_ABANDONED), ev.SET, None),
        ((ev.LOCK_WAIT, ev.LOCK_ABANDONED), ev.LOCK_RELEASED, None),
    ],
)
def test_of_several_the_one_that_ended_the_wait(
    waits: tuple[int, int], waker: int, expected: int | None
) -> None:
    waiter = traces.lane("a", [(3, waits[0], 0, 0), (7, waits[1], 0, 0)], end_ns=9)
    others = traces.lane("b", [(at, waker, 0, 0) for at in (2, 4, 6, 8)], end_ns=9)
    trace = traces.trace([waiter, others], [SharedObject("", "x")])
    wanted = () if expected is None else (Edge("wake", 1, expected, 0, 7, 0),)
    assert Edges(trace).at(0, 1) == wanted


@pytest.mark.parametrize("at", [3, 7])
@pytest.mark.parametrize("waker", [ev.SET, ev.NOTIFY])
def test_the_moments_a_wait_begins_and_ends_are_part_of_it(at: int, waker: int) -> None:
    waiter = traces.lane("a", [(3, ev.WAIT_BEGIN, 0, 0), (7, ev.WAIT_END, 0, 0)], end_ns=9)
    other = traces.lane("b", [(at, waker, 0, 0)], end_ns=9)
    trace = traces.trace([waiter, other], [SharedObject("", "x")])
    assert Edges(trace).at(0, 1) == (Edge("wake", 1, at, 0, 7, 0),)


@pytest.mark.parametrize(
    ("before", "released"), [((3, ev.LOCK_ACQUIRED, 1, 0), 1), ((3, ev.LOCK_WAIT, 1, 0), 0)]
)
def test_who_did_not_wait_or_waited_for_another_lock_was_not_woken(
    before: traces.Event, released: int
) -> None:
    waiter = traces.lane("a", [before, (7, ev.LOCK_ACQUIRED, 1, 0)], end_ns=9)
    other = traces.lane("b", [(5, ev.LOCK_RELEASED, released, 0)], end_ns=9)
    trace = traces.trace([waiter, other], [SharedObject("", "x"), SharedObject("", "y")])
    assert len(Edges(trace)) == 0


QUEUES = [
    SharedObject("Queue", "jobs"),
    SharedObject("Queue", "others"),
    SharedObject("multiprocessing.Queue", "far"),
]
JOBS, OTHERS, FAR_JOBS = range(3)


def waiting(
    begin: int, obj: int, *waits: tuple[int, int], end: int = ev.WAIT_END
) -> list[traces.Event]:
    return [
        event for since, until in waits for event in ((since, begin, obj, 0), (until, end, obj, 0))
    ]


def woken(*workers: list[traces.Event]) -> list[tuple[int, int, int, int]]:
    """Who woke whom, and when: from, at, to, at."""
    made = [traces.lane(n, e, end_ns=99) for n, e in zip("abcd", workers, strict=False)]
    edges = Edges(traces.trace(made, QUEUES))
    found = {edge for lane in range(len(made)) for edge in edges.touching(lane, 0, 99)}
    return sorted(
        (edge.from_lane, edge.from_ns, edge.to_lane, edge.to_ns)
        for edge in found
        if edge.kind == "wake"
    )


def gets(obj: int, *at: int) -> list[traces.Event]:
    # Its put is not in the trace.
    return [(each, ev.GET, obj, 50 + each) for each in at]


def test_who_gets_an_item_makes_room_for_who_waits() -> None:
    assert woken(waiting(ev.PUT_WAIT, JOBS, (3, 7)), gets(JOBS, 2, 5)) == [(1, 5, 0, 7)]
    assert woken(waiting(ev.PUT_WAIT, JOBS, (3, 7)), gets(OTHERS, 5)) == []
    assert woken(waiting(ev.PUT_WAIT, JOBS, (3, 7)), gets(JOBS, 2, 8)) == []
    gave_up = waiting(ev.PUT_WAIT, JOBS, (3, 7), end=ev.WAIT_ABANDONED)
    assert woken(gave_up, gets(JOBS, 5)) == []


def test_those_that_wait_for_room_go_in_their_turn() -> None:
    first, second = (waiting(ev.PUT_WAIT, JOBS, wait) for wait in ((3, 9), (4, 10)))
    assert woken(first, second, gets(JOBS, 5), gets(JOBS, 6)) == [(2, 5, 0, 9), (3, 6, 1, 10)]
    again = waiting(ev.PUT_WAIT, JOBS, (3, 5), (6, 9))
    assert woken(again, gets(JOBS, 4, 7, 8)) == [(1, 4, 0, 5), (1, 7, 0, 9)]
    # Another queue's turns are its own.
    many = waiting(ev.PUT_WAIT, JOBS, (1, 2), (3, 4), (5, 6))
    other = waiting(ev.PUT_WAIT, OTHERS, (7, 9))
    assert woken(many, other, gets(OTHERS, 8), gets(OTHERS, 9)) == [(2, 8, 1, 9)]


def test_between_processes_only_one_that_got_alone_is_known() -> None:
    wait = waiting(ev.PUT_WAIT, FAR_JOBS, (3, 9))
    assert woken(wait, gets(FAR_JOBS, 5, 6)) == [(1, 6, 0, 9)]
    assert woken(wait, gets(FAR_JOBS, 5), gets(FAR_JOBS, 6)) == []
    assert woken(wait, gets(FAR_JOBS, 5), gets(FAR_JOBS, 2, 10)) == [(1, 5, 0, 9)]


def test_of_items_without_numbers_a_put_lets_who_waits_go_on() -> None:
    wait = [*waiting(ev.GET_WAIT, JOBS, (3, 7)), (8, ev.GET, JOBS, 0)]
    put: list[traces.Event] = [(5, ev.PUT, JOBS, 1)]
    assert woken(wait, put) == [(1, 5, 0, 7)]
    numbered = [*wait[:2], (8, ev.GET, JOBS, 1)]
    assert woken(numbered, put) == []


def test_no_more_than_can_be_drawn_the_first_ones() -> None:
    count = 3 * EDGES_LIMIT
    put = [(at, ev.PUT, 0, at) for at in range(1, count)]
    got = [(at + FAR, ev.GET, 0, at) for at in range(1, count)]
    made = [traces.lane("a", put, end_ns=FAR), traces.lane("b", got, end_ns=2 * FAR)]
    edges = Edges(traces.trace(made, [SharedObject("Queue", "q")]))
    for lane in (0, 1):
        times = [edge.from_ns for edge in edges.touching(lane, 0, 2 * FAR)]
        assert times == list(range(1, EDGES_LIMIT + 1))


def test_no_more_than_can_be_drawn_of_both_directions() -> None:
    count = EDGES_LIMIT
    to_and_fro = [(at, (ev.PUT, ev.GET)[at % 2], at % 2, at // 2 + 1) for at in range(2 * count)]
    back = [(at, (ev.GET, ev.PUT)[at % 2], at % 2, at // 2 + 1) for at in range(2 * count)]
    made = [traces.lane("a", to_and_fro, end_ns=FAR), traces.lane("b", back, end_ns=FAR)]
    edges = Edges(traces.trace(made, [SharedObject("Queue", "p"), SharedObject("Queue", "q")]))
    assert len(edges) == 2 * count
    assert [edge.from_ns for edge in edges.touching(0, 0, FAR)] == list(range(EDGES_LIMIT))


def test_a_trace_without_anything_has_no_edges() -> None:
    assert len(Edges(traces.trace([]))) == 0
    alone = traces.trace([traces.lane("a", [], end_ns=5)])
    assert Edges(alone).touching(0, 0, 5) == ()
