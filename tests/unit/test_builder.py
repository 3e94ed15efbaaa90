"""From messages to a trace's lanes and objects."""

from __future__ import annotations

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.observe.descriptions import described
from paraviz.session.arriving import Growing
from paraviz.session.builder import TraceBuilder


def begins(number: int, name: str, at_ns: int, tid: int, kind: str = "thread") -> bytes:
    return described(ev.LANE, pid=1, lane=number, name=name, tid=tid, kind=kind, at_ns=at_ns)


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
