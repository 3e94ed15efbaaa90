"""What a fork makes of things that threads share: a copy, locked where the original was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.observe.descriptions import described
from paraviz.session.builder import TraceBuilder
from paraviz.trace import SharedObject
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.messages import messages
from paraviz.trace.causality.wait_chain import waits_for
from paraviz.trace.histories.counters import queue_depths
from paraviz.trace.histories.locks import LockHistory, lock_histories
from paraviz.trace.model import Fork
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.resources import track_sentence
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.tracks import Arrangement, Track, arranged
from paraviz.tui.render.view import TraceView
from tests.traces import MS, lane, trace
from tests.unit.finding import GAVE, GOT, WAITS, found_in

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from tests.traces import Event

MAIN, OTHER, CHILD = 100, 100, 200
"""Processes of the parent's main thread, of another one, and of the child."""
FORKED = 20
"""ms."""
END = 500


def forked(
    main: list[Event], other: list[Event], child: list[Event], kind: str = "Lock", by: int = 0
) -> Trace:
    """The child knows a copy, object 1, of the parent's object 0; times in ms."""
    things = [SharedObject(kind, "door"), SharedObject(kind, "door (job)", copy_of=0, pid=CHILD)]
    lanes = [
        lane(
            name,
            [(at * MS, what, thing, value) for at, what, thing, value in events],
            start_ns=start * MS,
            end_ns=END * MS,
            pid=pid,
            tid=tid,
            kind="thread" if name == "other" else "process",
            end_reason=how,
        )
        for name, events, start, pid, tid, how in (
            ("MainThread", main, 0, MAIN, 1, "returned"),
            ("other", other, 1, OTHER, 2, "returned"),
            ("job", child, FORKED + 1, CHILD, 3, "killed by SIGTERM"),
        )
    ]
    made = trace(lanes, things)
    return replace(made, forks=(Fork(CHILD, FORKED * MS, by),))


def copy_in(made: Trace) -> LockHistory:
    return next(lock for lock in lock_histories(made) if lock.object_index == 1)


HELD: list[Event] = [(10, GOT, 0, 0), (30, GAVE, 0, 0)]
WAITS_FOR_COPY: list[Event] = [(40, WAITS, 1, 0)]


def test_a_lock_is_copied_locked_from_a_thread_that_the_child_has_not() -> None:
    made = forked([], HELD, WAITS_FOR_COPY)
    lock = copy_in(made)
    assert (lock.copied_from, lock.acquisitions, lock.owners.tolist()) == (1, 0, [-1])
    assert (lock.hold_starts.tolist(), lock.hold_ends.tolist()) == ([20 * MS], [END * MS])
    assert not lock.is_signal and lock.lost_ns < 0
    (found,) = found_in(made)
    assert found.kind == "forked_locked"
    assert found.told.english == (
        "job waited 460 ms in vain for `door`, which was copied locked at the fork: other held it,"
        " which this process does not have"
    )
    assert (found.lane_index, found.object_index, found.cost_ns) == (2, 1, 460 * MS)
    assert waits_for(made, lock_histories(made), None, 2, 100 * MS) is None


@pytest.mark.parametrize(
    ("main", "other", "child"),
    [
        ([], [(10, GOT, 0, 0), (19, GAVE, 0, 0)], WAITS_FOR_COPY),
        ([], [(21, GOT, 0, 0)], WAITS_FOR_COPY),
        ([], HELD, [(40, GOT, 1, 0), (41, GAVE, 1, 0)]),
        ([], HELD, [(22, GAVE, 1, 0), (40, GOT, 1, 0), (50, GAVE, 1, 0)]),
        ([(10, GOT, 0, 0), (30, GAVE, 0, 0)], [], [(30, GAVE, 1, 0), (40, GOT, 1, 0)]),
        ([], HELD, []),
    ],
    ids=["free", "taken later", "got at once", "made anew", "by who forked", "not wanted"],
)
def test_who_gets_it_or_does_not_want_it_waits_for_nothing_in_vain(
    main: list[Event], other: list[Event], child: list[Event]
) -> None:
    made = forked(main, other, child)
    assert [each.kind for each in found_in(made) if each.kind != "killed"] == []


def test_who_forked_while_it_held_a_lock_waits_for_its_own_copy() -> None:
    made = forked(HELD, [], [(25, GOT, 0, 0), *WAITS_FOR_COPY])
    lock = copy_in(made)
    assert (lock.copied_from, lock.holders.tolist(), lock.owners.tolist()) == (0, [2], [-1])
    assert deadlocks(made, lock_histories(made)) == []
    told = found_in(made)[0].told.english
    assert told.endswith("which was copied locked at the fork: main forked while it held it")


def test_parent_and_child_may_hold_theirs_at_once() -> None:
    made = forked([(30, GOT, 0, 0), (90, GAVE, 0, 0)], [], [(40, GOT, 1, 0), (80, GAVE, 1, 0)])
    assert [lock.held_ns for lock in lock_histories(made)] == [60 * MS, 40 * MS]
    assert not any(lock.is_signal for lock in lock_histories(made))


def test_no_circle_through_two_processes() -> None:
    """As it was with one lock for both: the child waits for `door`, the parent, who has it, waits
    for what the child has."""
    made = forked([(10, GOT, 0, 0), (60, WAITS, 0, 0)], [], WAITS_FOR_COPY)
    assert [circle.lanes for circle in deadlocks(made, lock_histories(made))] == [(0,)]


def test_what_nobody_touched_in_between_is_copied_on() -> None:
    made = forked([], HELD, [])
    grandchild = lane(
        "grand", [(60 * MS, WAITS, 2, 0)], start_ns=51 * MS, end_ns=END * MS, pid=300, tid=5,
        kind="process",
    )  # fmt: skip
    things = (*made.objects, SharedObject("Lock", "door (grand)", copy_of=1, pid=300))
    forks = (*made.forks, Fork(300, 50 * MS, 2))
    made = replace(made, lanes=(*made.lanes, grandchild), objects=things, forks=forks)
    (lock,) = [lock for lock in lock_histories(made) if lock.object_index == 2]
    assert lock.copied_from == 1


def test_its_row_and_its_waiter_say_so() -> None:
    view = TraceView.of(forked([], HELD, WAITS_FOR_COPY))
    copied = "copied locked at the fork from other, which this process does not have"
    first, second = track_sentence(view, arranged(view, Arrangement()), Track("lock", 1), 100 * MS)
    assert (row_text(first), row_text(second)) == (f"door (job) was {copied}", "waiting: job")
    first, _ = track_sentence(view, arranged(view, Arrangement()), Track("lock", 1), None)
    assert row_text(first) == f"door (job) was taken 0 times · {copied}"
    _, facts = sentence(view, 2, 100 * MS)
    assert row_text(facts).startswith(copied)
    own = TraceView.of(forked(HELD, [], WAITS_FOR_COPY))
    _, facts = sentence(own, 2, 100 * MS)
    assert row_text(facts).startswith("copied locked at the fork, when main held it")


PUT, GET = ev.PUT, ev.GET


def test_what_was_put_before_the_fork_may_be_got_from_both() -> None:
    puts: list[Event] = [(5, PUT, 0, 1), (6, PUT, 0, 2), (30, PUT, 0, 3)]
    gets: list[Event] = [(40, GET, 0, 1)]
    made = forked(puts, gets, [(35, GET, 1, 1), (45, PUT, 1, 3), (50, GET, 1, 3)], "Queue")
    found = messages(made)
    pairs = zip(found.senders, found.sent, found.receivers, found.received, strict=True)
    assert sorted(tuple(map(int, pair)) for pair in pairs) == [
        (0, 0, 1, 0),
        (0, 0, 2, 0),
        (2, 1, 2, 2),
    ]
    parent, child = queue_depths(made)
    assert parent.values.tolist() == [1, 2, 3, 2]
    assert child.values.tolist() == [1, 2, 1]


WAITS_FOR_ITEM: list[Event] = [(40, ev.GET_WAIT, 1, 0)]


def test_a_child_that_waits_for_a_thread_it_has_not() -> None:
    made = forked([], [(10, PUT, 0, 1)], WAITS_FOR_ITEM, "Queue")
    (found,) = found_in(made)
    assert found.kind == "forked_without_thread"
    assert found.told.english == (
        "job waits for an item of `door (job)`, for 460 ms and in vain: the fork did not copy the"
        " thread that main has for it: other"
    )


@pytest.mark.parametrize(
    ("other", "child"),
    [
        ([], WAITS_FOR_ITEM),
        ([(10, GET, 0, 1)], WAITS_FOR_ITEM),
        ([(10, PUT, 0, 1)], [*WAITS_FOR_ITEM, (450, ev.WAIT_ABANDONED, 1, 0)]),
    ],
    ids=["nobody puts", "it gets as well", "given up"],
)
def test_nobody_is_missed(other: list[Event], child: list[Event]) -> None:
    made = forked([], other, child, "Queue")
    assert [each.kind for each in found_in(made)] == []


def test_a_child_with_a_thread_that_goes_on_is_not_in_vain() -> None:
    made = forked([], [(10, PUT, 0, 1)], WAITS_FOR_ITEM, "Queue")
    own = replace(made.lanes[1], pid=CHILD, tid=9, start_ns=30 * MS, name="own")
    assert found_in(replace(made, lanes=(*made.lanes, own))) == []


def told(builder: TraceBuilder, *messages: bytes) -> None:
    for message in messages:
        builder.feed(message)


def process(pid: int, ppid: int, **fields: int) -> bytes:
    facts = {"gil": True, "cpu_ns": 0, "switches": 0, **fields}
    return described(ev.PROCESS, pid=pid, ppid=ppid, python="3.14", **facts)


def begins(pid: int, name: str, at_ns: int, tid: int) -> bytes:
    kind = "process"
    return described(ev.LANE, pid=pid, lane=0, name=name, tid=tid, kind=kind, at_ns=at_ns)


def event(pid: int, number: int, at_ns: int) -> bytes:
    import struct

    head = ev.EVENTS_HEAD.pack(pid, 0, 0)
    return ev.message(ev.EVENTS, head + struct.pack("=2q", at_ns, ev.word(GOT, number)))


@pytest.mark.parametrize(
    ("kind", "name"), [("Lock", "door (job)"), ("multiprocessing.Lock", "door"), ("mark", "door")]
)
def test_a_fork_copies_what_threads_share_and_no_more(kind: str, name: str) -> None:
    builder = TraceBuilder()
    told(
        builder,
        process(1, 0),
        begins(1, "MainThread", 5, 11),
        described(ev.OBJECT, pid=1, object=7, kind=kind, name="door"),
        process(2, 1, forked_ns=20, forked_by=11),
        begins(2, "job", 21, 12),
        event(1, 7, 10),
        event(2, 7, 30),
    )
    lanes = builder.lanes(99, "")
    things = builder.objects()
    assert [things[int(each.objects[0])].name for each in lanes] == ["door", name]
    assert builder.forks(lanes) == (Fork(2, 20, 0),)
    assert builder.lanes(99, "")[1].objects.tolist() == lanes[1].objects.tolist()
    assert [each.copy_of for each in builder.objects()] == [-1, 0][: len(things)]
