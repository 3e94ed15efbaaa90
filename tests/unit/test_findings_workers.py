"""Threads that the GIL holds up, and workers that were killed or cut off: the edges of the rules,
by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, State, Trace
from paraviz.trace.model import Cpu, States
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import GAVE, GOT, LOCKS, WAITS, found_in, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence


def taking_turns(
    *, interval: int = 5 * MS, turns: int = 40, other: State = State.WAITING_GIL, cpus: int = 2
) -> Trace:
    """Two threads of one process; while one runs the other one is in a state."""
    end = interval * turns
    starts = np.arange(0, end, interval)
    made = []
    for at in range(2):
        states = np.where(np.arange(turns) % 2 == at, State.RUNNING, other).astype(np.uint8)
        each = lane(f"t{at}", [], end_ns=end, tid=at + 1)
        none = np.full(turns, -1, np.int32)
        made.append(replace(each, states=States(starts.astype(np.int64), states, none)))
    none64 = np.empty(0, np.int64)
    columns = tuple(Cpu(at, none64, none64, np.empty(0, np.int32)) for at in range(cpus))
    return replace(trace(made), lanes=tuple(made), truth="kernel", cpus=columns)


def test_two_threads_that_take_turns_with_the_gil() -> None:
    (finding,) = found_in(taking_turns())
    assert finding.kind == "gil_bound"
    assert finding.lane_index == 0
    # It waits from 5 ms on; what is looked at are 256ths.
    assert (finding.at_ns, finding.until_ns) == (6 * 200 * MS // 256, 200 * MS)
    assert finding.cost_ns == 200 * MS
    assert finding.told.english.startswith("2 threads of process 100 did not run in parallel")


def test_threads_that_are_blocked_do_not_wait_for_the_gil() -> None:
    assert kinds(taking_turns(other=State.BLOCKED)) == []


def test_a_single_thread_that_is_held_up() -> None:
    """It waits for one that never waits for it, and has nothing to run at once with."""
    made = taking_turns()
    one, other = made.lanes
    quiet = np.where(other.states.states == State.RUNNING, State.RUNNING, State.BLOCKED)
    states = replace(other.states, states=quiet.astype(np.uint8))
    assert kinds(replace(made, lanes=(one, replace(other, states=states)))) == []


def test_it_is_not_told_of_events_alone() -> None:
    assert kinds(replace(taking_turns(), truth="inferred")) == []


def test_without_a_gil_or_a_second_cpu_nothing_is_lost() -> None:
    assert kinds(replace(taking_turns(), gil=False)) == []
    assert kinds(taking_turns(cpus=1)) == []


def test_a_short_time_is_not_worth_a_word() -> None:
    assert kinds(taking_turns(turns=8)) == []


def test_a_small_part_of_the_run_is_not_worth_a_word() -> None:
    made = taking_turns()
    later = lane("later", [], start_ns=200 * MS, end_ns=3_000 * MS, pid=7, tid=9)
    assert kinds(replace(made, lanes=(*made.lanes, later))) == ["gil_bound"]
    later = replace(later, end_ns=9_000 * MS)
    assert kinds(replace(made, lanes=(*made.lanes, later))) == []


def test_a_process_that_has_one_cpu_could_not_have_run_at_once() -> None:
    made = taking_turns()
    starts, ends = np.arange(0, 200, 5) * MS, np.arange(5, 205, 5) * MS
    whose = np.arange(40, dtype=np.int32) % 2
    its, another = made.cpus
    busy = replace(its, starts=starts, ends=ends, lanes=whose)
    assert kinds(replace(made, cpus=(busy, another))) == []
    elsewhere = replace(another, starts=starts[7:8], ends=ends[7:8], lanes=whose[:1])
    assert kinds(replace(made, cpus=(busy, elsewhere))) == ["gil_bound"]


def test_who_had_it_most_is_in_the_way() -> None:
    (finding,) = found_in(taking_turns())
    assert "100% of the run" in finding.told.english
    assert "t0 most; t1 had it most" in finding.told.english


def test_the_server_of_a_manager_is_one_process_by_design() -> None:
    made = taking_turns()
    server = lane("Thread-1 (accepter)", [], end_ns=200 * MS, tid=5)
    (finding,) = found_in(replace(made, lanes=(*made.lanes, server)))
    assert finding.told.english.startswith("the server of a manager, process 100, served")
    assert "processes would have" not in finding.told.english


def test_threads_of_two_processes_have_two_gils() -> None:
    made = taking_turns()
    one, other = made.lanes
    assert kinds(replace(made, lanes=(one, replace(other, pid=101)))) == []


def with_victim(
    reason: str,
    events: Sequence[Event] = (),
    *,
    waiter: Sequence[Event] = (),
    end_reason: str = "ended",
    end: int = 100,
) -> Trace:
    things = [SharedObject("multiprocessing.Lock", "lock"), SharedObject("task", "f(1)")]
    lanes = [
        lane("main", [], end_ns=200 * MS, kind="process"),
        lane("p", events, end_ns=end * MS, pid=101, kind="process", end_reason=reason),
        lane("q", waiter, end_ns=190 * MS, pid=102, kind="process"),
    ]
    return replace(trace(lanes, things), end_reason=end_reason)


def test_a_worker_that_a_signal_killed() -> None:
    (finding,) = found_in(with_victim("killed by SIGSEGV"))
    assert (finding.kind, finding.lane_index, finding.at_ns) == ("killed", 1, 100 * MS)
    assert finding.told.english == "p was killed by SIGSEGV"


def test_who_was_killed_on_purpose_is_no_fault() -> None:
    def by(number: int, at: int = 99, victim: int = 1) -> list[str]:
        made = with_victim("killed by SIGKILL", waiter=[(at * MS, ev.PROCESS_KILL, victim, number)])
        return kinds(made)

    assert by(9) == []
    assert by(15) == by(9, victim=0) == by(9, at=180) == ["killed"]
    # What it held is lost all the same.
    held: list[Event] = [(1, GOT, 0, 0)]
    waiter = [(50 * MS, WAITS, 0, 0), (99 * MS, ev.PROCESS_KILL, 1, 9)]
    assert kinds(with_victim("killed by SIGKILL", held, waiter=waiter)) == ["killed"]


def test_a_worker_that_was_asked_to_end() -> None:
    assert kinds(with_victim("killed by SIGTERM")) == []
    assert kinds(with_victim("killed by SIGTERM", [(1, ev.TASK_BEGIN, 1, 0)])) == []


def test_the_task_it_was_seen_in_last() -> None:
    begun: list[Event] = [(1, ev.TASK_BEGIN, 1, 0)]
    (finding,) = found_in(with_victim("killed by SIGKILL", begun))
    assert finding.told.english.endswith("the last that is known of it is f(1)")
    over: list[Event] = [*begun, (2, ev.TASK_END, 1, 0)]
    (finding,) = found_in(with_victim("killed by SIGKILL", over))
    assert finding.told.english == "p was killed by SIGKILL"


def test_the_lock_it_held_for_which_another_waits_in_vain() -> None:
    holds: list[Event] = [(1, GOT, 0, 0)]
    waits: list[Event] = [(50 * MS, WAITS, 0, 0)]
    (finding,) = found_in(with_victim("killed by SIGTERM", holds, waiter=waits))
    assert finding.object_index == 0
    assert finding.cost_ns == 90 * MS
    assert "held `lock`" in finding.told.english
    # Had nobody wanted it, it could have been given back unseen.
    assert kinds(with_victim("killed by SIGTERM", holds)) == []


def test_a_lock_that_another_one_got_was_given_back() -> None:
    holds: list[Event] = [(1, GOT, 0, 0)]
    gets: list[Event] = [(50 * MS, WAITS, 0, 0), (150 * MS, GOT, 0, 0), (151 * MS, GAVE, 0, 0)]
    assert kinds(with_victim("killed by SIGTERM", holds, waiter=gets)) == []


def test_what_ends_with_the_run_was_ended_with_it() -> None:
    assert kinds(with_victim("killed by SIGKILL", end=201)) == []
    assert kinds(with_victim("killed by SIGKILL", end_reason="stopped")) == []


def daemon(events: Sequence[Event], *, emitted: int = 0, reason: str = "cut off at exit") -> Trace:
    cut = lane("saver", events, end_ns=100, end_reason=reason)
    cut = replace(cut, emitted=len(events) + emitted)
    return trace([lane("main", [], end_ns=100, kind="process"), cut], LOCKS)


def test_a_daemon_that_is_cut_off_with_a_lock() -> None:
    (finding,) = found_in(daemon([(5, GOT, 0, 0), (6, GAVE, 0, 0), (20, GOT, 0, 0)]))
    assert (finding.kind, finding.lane_index, finding.object_index) == ("lock_lost", 1, 0)
    assert (finding.at_ns, finding.until_ns) == (20, 100)


def test_a_daemon_that_holds_nothing() -> None:
    assert kinds(daemon([(5, GOT, 0, 0), (6, GAVE, 0, 0)])) == []
    assert kinds(daemon([(5, WAITS, 0, 0)])) == []


def test_where_events_are_missing_nothing_is_told() -> None:
    assert kinds(daemon([(5, GOT, 0, 0)], emitted=1)) == []


def test_a_thread_that_returned_with_a_lock_was_not_cut_off() -> None:
    assert kinds(daemon([(5, GOT, 0, 0)], reason="returned")) == []
