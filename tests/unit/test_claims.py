"""Claims: what a run shows is what was recorded, and only if it was."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.claims.running import CLAIMS, claims
from paraviz.trace import Lane, Program, SharedObject, State, Trace
from paraviz.trace.model import States
from tests import traces

MS = 1_000_000


def running(name: str, *stretches: tuple[int, int], pid: int = 1, end_ms: int = 10) -> Lane:
    """A lane that runs in these stretches (ms) and is blocked else."""
    lane = traces.lane(name, [], end_ns=end_ms * MS, pid=pid, kind="process")
    edges = sorted({0, *(edge for stretch in stretches for edge in stretch)} - {end_ms})
    states = [
        State.RUNNING if any(a <= edge < b for a, b in stretches) else State.BLOCKED
        for edge in edges
    ]
    return replace(
        lane,
        states=States(
            np.array(edges, np.int64) * MS,
            np.array(states, np.uint8),
            np.full(len(edges), -1, np.int32),
        ),
    )


def shown(trace: Trace, name: str) -> tuple[bool, str]:
    (claim,) = claims(replace(trace, program=Program("p", claims=(name,))))
    assert claim.name == name
    return claim.holds, claim.text


def of(*lanes: Lane, wall_ms: int = 10) -> Trace:
    return replace(traces.trace([]), lanes=lanes, wall_ns=wall_ms * MS, truth="kernel")


def test_threads_of_one_process_take_turns_or_do_not() -> None:
    turns = of(running("a", (0, 4), (8, 10)), running("b", (4, 8)))
    assert shown(turns, "one_at_a_time") == (
        True,
        "no two threads of a process ran at once: on two CPUs for 0.0% of the time",
    )
    both = of(running("a", (0, 6)), running("b", (4, 8)))
    assert shown(both, "one_at_a_time") == (
        False,
        "threads ran at once: on two CPUs for 25.0% of the time",
    )
    apart = of(running("a", (0, 6)), running("b", (4, 8), pid=2))
    assert shown(apart, "one_at_a_time")[0]


def test_what_goes_by_inferred_states_says_so() -> None:
    both = replace(of(running("a", (0, 6)), running("b", (4, 8))), truth="inferred")
    assert shown(both, "one_at_a_time")[1].startswith("inferred: threads ran at once")
    assert not shown(both, "lost_updates")[1].startswith("inferred")


def test_workers_run_at_once_or_hardly() -> None:
    three = of(*(running(name, (0, 5), pid=pid) for pid, name in enumerate("abc")))
    assert shown(three, "at_once") == (
        True,
        "workers ran at once: 100% of the time, 3.00 on average",
    )
    assert not shown(of(running("a", (0, 5)), running("b", (5, 9), pid=2)), "at_once")[0]
    assert not shown(of(), "at_once")[0]


def test_the_last_one_decides_when_it_is_alone_for_long() -> None:
    main = running("main", (0, 1))
    long = of(main, running("p1", (0, 3), pid=2, end_ms=3), running("p2", (0, 9), pid=3, end_ms=9))
    assert shown(long, "last_decides") == (
        True,
        "p2 decided the end: alone for 6.00 ms after all others",
    )
    even = of(main, running("p1", (0, 3), pid=2, end_ms=9), running("p2", (0, 9), pid=3, end_ms=9))
    assert not shown(even, "last_decides")[0]
    assert shown(of(main), "last_decides") == (False, "there are no two workers")


def test_outputs_interleave_or_stand_in_one_piece() -> None:
    assert shown(traces.printers(), "interleaved") == (
        True,
        "outputs interleaved: the writer changed 7 times",
    )
    assert shown(traces.printers(locked=True), "interleaved") == (
        False,
        "each worker's output stands in one piece: the writer changed 1 time",
    )


def test_updates_are_lost_or_not() -> None:
    things = [SharedObject("Value", "counter", typecode="i")]

    def update(read_at: int, write_at: int) -> list[traces.Event]:
        return [(read_at, ev.MEMORY_READ, 0, 0), (write_at, ev.MEMORY_WRITE, 0, 1)]

    def run(*lanes: list[traces.Event]) -> Trace:
        return traces.trace([traces.lane("w", rows, end_ns=9) for rows in lanes], things)

    assert shown(run(update(1, 4), update(2, 3)), "lost_updates") == (
        True,
        "1 of 2 updates lost: 1 of `counter`",
    )
    assert shown(run(update(1, 2), update(3, 4)), "lost_updates") == (
        False,
        "no update was lost of 2",
    )


def test_a_circle_or_none() -> None:
    locks = [SharedObject("Lock", "left"), SharedObject("Lock", "right")]
    one = [(1, ev.LOCK_ACQUIRED, 0, 0), (3, ev.LOCK_WAIT, 1, 0)]
    other = [(2, ev.LOCK_ACQUIRED, 1, 0), (4, ev.LOCK_WAIT, 0, 0)]
    lanes = [traces.lane("a", one, end_ns=9), traces.lane("b", other, end_ns=9)]
    assert shown(traces.trace(lanes, locks), "deadlock") == (
        True,
        "deadlock for 5 ns: b → a → b",
    )
    assert shown(traces.trace(lanes[:1], locks), "deadlock") == (False, "no deadlock")


def test_who_writes_only_when_all_others_are_done_starves() -> None:
    def writes(name: str, *times: int) -> Lane:
        rows = [(at, ev.WRITE, ev.STDOUT, 1) for at in times]
        return traces.lane(name, rows, end_ns=99_000, text="x" * len(rows))

    late = traces.trace([writes("a", 1_000, 5_000), writes("W", 6_000)])
    assert shown(late, "starves") == (
        True,
        "W starved: it wrote nothing before all others were done",
    )
    between = traces.trace([writes("a", 1_000, 5_000), writes("W", 4_000, 9_000)])
    assert shown(between, "starves") == (
        False,
        "nobody starved: W, the last to write anything, did so after 4.00 µs",
    )
    assert not shown(traces.trace([writes("a", 1)]), "starves")[0]


def test_one_process_or_several() -> None:
    assert shown(of(running("a"), running("b", pid=7)), "processes") == (True, "2 processes: 1, 7")
    assert shown(of(running("a")), "processes") == (False, "1 process: 1")


def test_one_worker_does_it_all_or_not() -> None:
    assert shown(of(running("a", (0, 9)), running("b", (0, 1))), "alone") == (
        True,
        "a did all the work: 90% of the running",
    )
    assert not shown(of(running("a", (0, 6)), running("b", (0, 4))), "alone")[0]
    assert shown(of(), "alone") == (False, "nobody ran")


def test_tasks_are_handed_to_several_workers_or_to_one() -> None:
    def worker(tasks: int) -> Lane:
        return traces.lane("w", [(at, ev.TASK_BEGIN, 0, 0) for at in range(tasks)], end_ns=99)

    tasks = [SharedObject("task", "f()")]
    assert shown(traces.trace([worker(2), worker(5), worker(0)], tasks), "handed_out") == (
        True,
        "7 tasks for 2 workers, 2 to 5 each",
    )
    assert shown(traces.trace([worker(3)], tasks), "handed_out") == (
        False,
        "3 tasks for 1 worker, 3 each",
    )
    assert not shown(of(), "handed_out")[0]


def test_messages_go_between_workers_or_not() -> None:
    queues = [SharedObject("Queue", "q")]
    puts = traces.lane("p", [(1_000, ev.PUT, 0, 1), (2_000, ev.PUT, 0, 2)], end_ns=9_000)
    gets = traces.lane("g", [(3_000, ev.GET, 0, 1), (5_000, ev.GET, 0, 2)], end_ns=9_000)
    assert shown(traces.trace([puts, gets], queues), "messages") == (
        True,
        "2 messages between workers, each on its way for 2.50 µs (median)",
    )
    own = traces.lane("o", [(1, ev.PUT, 0, 1), (2, ev.GET, 0, 1)], end_ns=9)
    assert not shown(traces.trace([own], queues), "messages")[0]


def test_a_claim_that_is_not_known_is_passed_over() -> None:
    assert claims(replace(of(), program=Program("p", claims=("of the future", "deadlock")))) == [
        claims(replace(of(), program=Program("p", claims=("deadlock",))))[0]
    ]
    assert all(CLAIMS[name](of())[1].english for name in CLAIMS)
