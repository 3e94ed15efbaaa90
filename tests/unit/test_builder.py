"""From messages to a trace's lanes and objects."""

from __future__ import annotations

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.observe.descriptions import described
from paraviz.session.builder import TraceBuilder
from paraviz.session.lane_buffer import Growing


def begins(number: int, name: str, at_ns: int, tid: int, kind: str = "thread") -> bytes:
    return described(ev.LANE, pid=1, lane=number, name=name, tid=tid, kind=kind, at_ns=at_ns)


def emitted(
    builder: TraceBuilder, lane: int, events: list[tuple[int, int]], at_ns: int, before: int = 0
) -> None:
    pairs = [(at_ns + place, ev.word(*event)) for place, event in enumerate(events)]
    body = ev.EVENTS_HEAD.pack(1, lane, before) + np.array(pairs, np.int64).tobytes()
    builder.feed(ev.message(ev.EVENTS, body))


def test_tasks_stand_below_the_thread_they_run_in() -> None:
    builder = TraceBuilder()
    for parcel in (
        begins(4, "late task", 40, 10, "task"),
        begins(2, "other thread", 20, 11),
        begins(0, "MainThread", 10, 10, "process"),
        begins(3, "early task", 30, 10, "task"),
    ):
        builder.feed(parcel)
    names = [lane.name for lane in builder.lanes(99, "")]
    assert names == ["MainThread", "early task", "late task", "other thread"]


def test_what_has_a_key_is_one_thing_in_all_processes() -> None:
    builder = TraceBuilder()
    for pid, number in ((1, 7), (2, 1)):
        builder.feed(described(ev.OBJECT, pid=pid, object=number, kind="Lock", key="/mp-1"))
    builder.feed(described(ev.OBJECT, pid=2, object=2, kind="Lock", key="/mp-2"))
    builder.feed(described(ev.OBJECT, pid=2, object=3, kind="Queue", key="/mp-1"))
    assert [one.kind for one in builder.objects()] == ["Lock", "Lock", "Queue"]


@pytest.mark.parametrize("rows", [1, 1_000, 5_000])
def test_what_was_handed_out_of_a_growing_column_stays(rows: int) -> None:
    column = Growing(np.int64)
    column.append(np.zeros(3, np.int64))
    column.append(np.arange(rows))
    seen = column.so_far()
    column.append(np.full(rows, -1))
    assert seen.tolist() == [0, 0, 0, *range(rows)]
    assert column.so_far().tolist() == [*seen.tolist(), *[-1] * rows]


def test_what_is_not_known_yet_becomes_known_and_what_was_handed_out_stays() -> None:
    builder = TraceBuilder()
    builder.feed(begins(0, "MainThread", 10, 10, "process"))
    emitted(builder, 0, [(ev.LOCK_ACQUIRED, 7), (ev.THREAD_START, 2), (ev.LOCK_ACQUIRED, 0)], 10)
    first = builder.lanes(99, "")[0].objects
    builder.feed(described(ev.OBJECT, pid=1, object=7, kind="Lock", name="a"))
    builder.feed(begins(2, "second", 5, 12))
    emitted(builder, 0, [(ev.LOCK_RELEASED, 7), (ev.WRITE, ev.STDOUT)], 20)
    second = {lane.name: lane.objects.tolist() for lane in builder.lanes(99, "")}
    # A lane that is known later, and began earlier, moves the others.
    builder.feed(begins(3, "third", 1, 13))
    third = {lane.name: lane.objects.tolist() for lane in builder.lanes(99, "")}
    assert first.tolist() == [-1, -1, -1]
    assert second["MainThread"] == [0, 0, -1, 0, ev.STDOUT]
    assert third["MainThread"] == [0, 1, -1, 0, ev.STDOUT]


def test_numbers_become_rows_as_they_come() -> None:
    """Also those of lanes and objects that are told of later, when a snapshot is made."""
    builder = TraceBuilder()
    builder.feed(begins(0, "MainThread", 10, 10, "process"))
    count = 1 << 17
    for piece in range(4):
        events = [(ev.LOCK_ACQUIRED, 7), (ev.THREAD_START, 2)] * (count // 2)
        emitted(builder, 0, events, 10 + piece * count, piece * count)
    builder.feed(described(ev.OBJECT, pid=1, object=9, kind="Lock", name="other"))
    builder.feed(described(ev.OBJECT, pid=1, object=7, kind="Lock", name="a"))
    builder.feed(begins(2, "second", 5, 12))
    lanes = {lane.name: lane for lane in builder.lanes(99, "")}
    assert lanes["MainThread"].objects.tolist() == [1, 0] * (2 * count)


def test_events_that_were_dropped_are_counted_while_the_run_goes_on() -> None:
    builder = TraceBuilder()
    builder.feed(begins(0, "MainThread", 10, 10, "process"))
    emitted(builder, 0, [(ev.MARK, 0)] * 3, 10)
    assert builder.lanes(99, "")[0].dropped == 0
    emitted(builder, 0, [(ev.MARK, 0)] * 2, 20, before=8)
    assert builder.lanes(99, "")[0].dropped == 5


def test_who_is_killed_while_it_takes_its_leave_was_killed() -> None:
    builder = TraceBuilder()
    builder.feed(
        described(ev.PROCESS, pid=1, ppid=0, python="3.11.7", gil=True, cpu_ns=0, switches=0)
    )
    builder.feed(begins(0, "MainThread", 10, 10, "process"))
    leaving = {"reason": "returned", "at_ns": 50, "switch_interval_s": 0.005, "emit_ns": 0.0}
    builder.feed(described(ev.LEAVING, pid=1, **leaving))  # type: ignore[arg-type]
    builder.feed(described(ev.ENDED, pid=0, child=1, code=-15, at_ns=60))
    (lane,) = builder.lanes(99, "")
    assert (lane.end_ns, lane.end_reason) == (50, "killed by SIGTERM")


def test_a_number_that_is_used_again_is_called_by_its_latest_parent() -> None:
    builder = TraceBuilder()
    for at_ns, name in ((5, "first"), (50_000_000, "second")):
        builder.feed(described(ev.CHILD, pid=9, child=1, at_ns=at_ns, name=name))
    builder.feed(begins(0, "MainThread", 10, 10, "process"))
    assert [lane.name for lane in builder.lanes(99_000_000, "")] == ["first"]
    builder.feed(begins(0, "MainThread", 50_000_001, 10, "process"))
    assert [lane.name for lane in builder.lanes(99_000_000, "")] == ["second"]
    builder.feed(begins(0, "own name", 50_000_001, 10, "process"))
    assert [lane.name for lane in builder.lanes(99_000_000, "")] == ["own name"]
