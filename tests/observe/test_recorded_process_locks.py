"""What locks, conditions, events and barriers between processes leave in a recording."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.kernel import perf
from paraviz.programs.catalogue import find
from paraviz.session import Session
from paraviz.trace import State
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.labels import state_label
from tests.observe.running import PROGRAMS, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace
    from paraviz.trace.histories.locks import LockHistory

PROGRAM = "process_locks.py"
SOURCE = (PROGRAMS / PROGRAM).read_text().splitlines()
REFUSED = perf.available()
WAIT, GOT, GAVE_UP, RELEASED = ev.LOCK_KINDS
BEGIN, END, ABANDONED = ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED


@pytest.fixture(scope="module", params=multiprocessing.get_all_start_methods())
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder: Path = tmp_path_factory.mktemp("locks")
    return run_recorded(folder, PROGRAM, request.param)[1]


def named(trace: Trace, name: str) -> list[Lane]:
    found = [lane for lane in trace.lanes if lane.name == name and lane.kind == "process"]
    assert found, name
    return found


def about(trace: Trace, lane: Lane, name: str) -> list[int]:
    """The kinds of a lane's events that refer to what has that name, in order."""
    (row,) = [row for row, known in enumerate(trace.objects) if known.name == name]
    kinds = [*ev.LOCK_KINDS, BEGIN, END, ABANDONED, ev.NOTIFY, ev.SET, ev.CLEAR]
    found = (lane.objects == row) & np.isin(lane.kinds, kinds)
    return [int(kind) for kind in lane.kinds[found]]


def lines(trace: Trace, lane: Lane, kind: int) -> list[str]:
    """The comments behind the lines that caused a lane's events of a kind."""
    rows = lane.sites[lane.kinds == kind].tolist()
    return [SOURCE[trace.sites[row].line - 1].partition("# ")[2] for row in rows if row >= 0]


def history(trace: Trace, name: str) -> LockHistory:
    (found,) = [lock for lock in lock_histories(trace) if lock.name == name]
    return found


def test_each_is_one_thing_in_all_processes(trace: Trace) -> None:
    found = {one.name: one.kind for one in trace.objects}
    assert {name: kind.rpartition(".")[2] for name, kind in found.items()}.items() >= {
        ("lock", "Lock"),
        ("rlock", "RLock"),
        ("slots", "BoundedSemaphore"),
        ("unbounded", "Semaphore"),
        ("condition", "Condition"),
        ("guarded", "Lock"),
        ("ready", "Event"),
        ("gate", "Event"),
        ("barrier", "Barrier"),
        ("counter.get_lock()", "RLock"),
    }
    assert found["lock"] == "multiprocessing.Lock"
    assert not trace.notices and not trace.dropped


def test_what_the_standard_library_makes_for_itself_is_not_reported(trace: Trace) -> None:
    assert {lock.name for lock in lock_histories(trace)} == {
        "lock", "rlock", "slots", "unbounded", "condition", "guarded", "counter.get_lock()",
    }  # fmt: skip
    assert not [name.name for name in trace.objects if "synchronize.py" in name.name]


def test_a_lock_is_waited_for_across_processes(trace: Trace) -> None:
    (contender,) = named(trace, "contend")
    assert about(trace, contender, "lock") == [WAIT, GOT, RELEASED]
    assert lines(trace, contender, WAIT) == ["the contender's"]
    lock = history(trace, "lock")
    holders = [trace.lanes[row].name for row in lock.holders]
    assert holders == ["MainThread", "contend", "grandchild", "MainThread"]
    assert (lock.hold_ends[:-1] <= lock.hold_starts[1:]).all()
    row = [trace.lanes[row].name for row in lock.waiters].index("contend")
    assert trace.lanes[lock.holder_at(lock.wait_starts[row])].name == "MainThread"
    assert lock.wait_ends[row] == lock.hold_starts[1] >= lock.hold_ends[0]


def test_who_gives_up(trace: Trace) -> None:
    (lane,) = named(trace, "give_up")
    assert about(trace, lane, "lock") == about(trace, lane, "condition") == [WAIT, GAVE_UP]
    assert about(trace, lane, "rlock") == []
    assert about(trace, lane, "gate") == [BEGIN, ABANDONED]


def test_a_program_that_lets_others_take_its_lock(trace: Trace) -> None:
    (grandchild,) = named(trace, "grandchild")
    assert about(trace, grandchild, "lock") == [GOT, RELEASED]
    assert lines(trace, grandchild, GOT) == ["the grandchild's"]


def test_semaphores_count_and_only_the_outermost_of_an_rlock(trace: Trace) -> None:
    (lane,) = named(trace, "count")
    assert about(trace, lane, "slots") == [GOT, GOT, RELEASED, RELEASED]
    assert about(trace, lane, "rlock") == [GOT, RELEASED]
    assert about(trace, trace.lanes[0], "unbounded") == [RELEASED, GOT]


@pytest.mark.parametrize(("row", "name"), [(0, "condition"), (1, "guarded")])
def test_a_condition_is_one_with_the_lock_made_for_it(trace: Trace, row: int, name: str) -> None:
    server = [kind for kind in about(trace, named(trace, "serve")[row], name) if kind != WAIT]
    given_up = [RELEASED, BEGIN, ABANDONED, GOT]
    assert server == [GOT, RELEASED, BEGIN, END, GOT, *given_up, *given_up, RELEASED]
    assert "the server's" in lines(trace, named(trace, "serve")[row], BEGIN)
    main = trace.lanes[0]
    assert about(trace, main, name)[-3:] == [GOT, ev.NOTIFY, RELEASED]
    # Whoever comes to a barrier last notifies, too.
    assert list(filter(None, lines(trace, main, ev.NOTIFY))) == ["of the server"] * 2


def test_events_and_barriers(trace: Trace) -> None:
    (lane,), main = named(trace, "meet"), trace.lanes[0]
    assert about(trace, lane, "gate") == [BEGIN, END, ev.CLEAR]
    assert about(trace, main, "gate") == [ev.SET]
    assert about(trace, named(trace, "serve")[0], "ready") == [ev.SET]
    # The last to come waits for nobody, and lets the other go on.
    both = [about(trace, each, "barrier") for each in (lane, main)]
    assert sorted(both) == [[BEGIN, END], [ev.NOTIFY]]


def test_the_lock_of_a_value_is_reported_where_the_program_takes_it(trace: Trace) -> None:
    (lane,) = named(trace, "count")
    assert about(trace, lane, "counter.get_lock()") == [GOT, RELEASED] * 3
    assert {"the counter's lock", "the counter"} <= set(lines(trace, lane, GOT))


def test_or_where_a_read_has_to_wait_for_it(trace: Trace) -> None:
    (lane,) = named(trace, "peek")
    assert about(trace, lane, "counter.get_lock()") == [WAIT, GOT, RELEASED]
    assert lines(trace, lane, WAIT) == ["unasked"]


@pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}")
def test_by_the_kernels_record_a_child_waits_for_the_lock() -> None:
    session = Session(find(str(PROGRAMS / PROGRAM)), ("spawn",), kernel="require")
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    (lane,) = named(trace, "contend")
    rows = np.flatnonzero(lane.states.states == State.WAITING_LOCK)
    causes = lane.states.causes[rows].tolist()
    labels = {state_label(trace, lane, State.WAITING_LOCK, cause) for cause in causes}
    assert labels == {"waiting for lock `lock`"}
