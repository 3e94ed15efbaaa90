"""Claims about who waits for whom, on traces by hand."""

from __future__ import annotations

from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.claims.running import claims
from paraviz.trace import Lane, Program, SharedObject, Trace
from tests import traces

MS = 1_000_000


def shown(trace: Trace, name: str) -> tuple[bool, str]:
    (claim,) = claims(replace(trace, program=Program("p", claims=(name,))))
    assert claim.name == name
    return claim.holds, claim.text


def lane(name: str, *events: tuple[float, int, int], end_ms: int = 10, text: str = "") -> Lane:
    """A lane with events at these ms: (time, kind, object). A write is one character."""
    rows = [(int(at * MS), kind, obj, int(kind == ev.WRITE)) for at, kind, obj in events]
    return traces.lane(name, rows, end_ns=end_ms * MS, text=text)


def test_who_joins_waits_for_the_end_of_another_that_lives() -> None:
    main = lane("main", (1, ev.JOIN_BEGIN, 1), (5, ev.JOIN_END, 1), (6, ev.PROGRAM_END, -1))
    assert shown(traces.trace([main, lane("t", end_ms=5)]), "waits_for_the_end") == (
        True,
        "main waited 4.00 ms in join for the end of t",
    )
    nobody = False, "nobody waited for the end of another"
    assert shown(traces.trace([main, lane("t", end_ms=1)]), "waits_for_the_end") == nobody
    late = lane("main", (1, ev.PROGRAM_END, -1), (2, ev.JOIN_BEGIN, 1), (5, ev.JOIN_END, 1))
    assert shown(traces.trace([late, lane("t", end_ms=5)]), "waits_for_the_end") == nobody


def test_the_longest_join_is_told_also_one_that_never_ends() -> None:
    main = lane("main", (1, ev.JOIN_BEGIN, 1), (2, ev.JOIN_END, 1), (3, ev.PROCESS_JOIN_BEGIN, 2))
    trace = traces.trace([main, lane("t", end_ms=2), lane("p")])
    assert shown(trace, "waits_for_the_end") == (
        True,
        "main waited 7.00 ms in join for the end of p",
    )


def rounds(**written: tuple[int, ...]) -> list[Lane]:
    """Main, and workers that write a letter at these ms."""
    workers = [
        lane(name, *((at, ev.WRITE, ev.STDOUT) for at in times), text=name * len(times))
        for name, times in written.items()
    ]
    return [lane("main"), *workers]


def test_nobody_runs_ahead_where_all_write_in_turn() -> None:
    assert shown(traces.trace(rounds(a=(1, 4), b=(2, 3))), "in_step") == (
        True,
        "nobody ran ahead in 2 rounds",
    )
    assert shown(traces.trace(rounds(a=(1, 2, 3), b=(4, 5, 6))), "in_step") == (
        False,
        "the quick ran ahead: up to 3 of 3 rounds apart",
    )
    assert shown(traces.trace(rounds(a=(1,), b=(2,))), "in_step") == (
        False,
        "one round only: nobody could run ahead",
    )
    assert not shown(traces.trace(rounds(a=(1, 2))), "in_step")[0]


def test_the_slowest_waits_least_at_a_barrier() -> None:
    main, *workers = rounds(a=(1, 4), b=(3, 6))
    wait = lane(
        "a",
        (1, ev.WRITE, 1),
        (1.5, ev.WAIT_BEGIN, 0),
        (3.5, ev.WAIT_END, 0),
        (4, ev.WRITE, 1),
        text="aa",
    )
    trace = traces.trace([main, wait, workers[1]], [SharedObject("Barrier", "door")])
    assert shown(trace, "in_step") == (
        True,
        "nobody ran ahead in 2 rounds: in all a waited 2.00 ms at `door`, b 0",
    )


def test_conditions_matter_where_more_than_one_is_waited_for() -> None:
    things = [SharedObject("Condition", "room"), SharedObject("Condition", "more")]
    things += [SharedObject("Event", "go")]

    def told(*waited_for: int) -> tuple[bool, str]:
        pairs = [
            ((at, ev.WAIT_BEGIN, what), (at + 0.5, ev.WAIT_END, what))
            for at, what in enumerate(waited_for)
        ]
        waiter = lane("w", *(event for pair in pairs for event in pair))
        return shown(traces.trace([waiter], things), "waits_for_conditions")

    assert told(0, 1, 2, 0) == (True, "several conditions were waited for: 2 × `room`, 1 × `more`")
    assert told(1, 1, 2) == (False, "one condition only was waited for: 2 × `more`")
    assert told(2) == (False, "nobody waited for a condition")


def test_a_semaphore_is_reached_where_somebody_waits_for_it() -> None:
    def visit(name: str, came: float, went: float, asked: float | None = None) -> Lane:
        wait = [] if asked is None else [(asked, ev.LOCK_WAIT, 0)]
        return lane(name, *wait, (came, ev.LOCK_ACQUIRED, 0), (went, ev.LOCK_RELEASED, 0))

    def told(*lanes: Lane) -> tuple[bool, str]:
        return shown(traces.trace(lanes, [SharedObject("Semaphore", "places")]), "limited")

    assert told(visit("a", 1, 4), visit("b", 2, 6), visit("c", 4, 7, asked=3)) == (
        True,
        "never more than 2 at once inside `places`: 1 of 3 had to wait",
    )
    assert told(visit("a", 1, 4), visit("b", 2, 6), visit("c", 3, 7)) == (
        False,
        "never more than 3 at once inside `places`, but nobody had to wait",
    )
    lock = [SharedObject("Lock", "l")]
    nobody = False, "nobody was inside a semaphore"
    assert shown(traces.trace([visit("a", 1, 2)], lock), "limited") == nobody


def test_what_a_program_says_of_its_losses_is_told_as_its_word() -> None:
    def said(text: str) -> tuple[bool, str]:
        rows = [(1, ev.WRITE, ev.STDOUT, len(text))]
        return shown(traces.trace([traces.lane("m", rows, end_ns=9, text=text)]), "says_lost")

    assert said("expected 2000, got 1500: …") == (
        True,
        "the program says: 500 of 2,000 updates were lost",
    )
    assert said("expected 2000, got 2000") == (
        False,
        "the program says: no update was lost of 2,000",
    )
    assert said("done") == (False, "the program did not say how many updates were lost")


def test_a_consumer_starves_that_waits_for_most_of_its_life() -> None:
    def told(waited: float) -> tuple[bool, str]:
        until = 1 + waited
        hungry = lane("c", (1, ev.GET_WAIT, 0), (until, ev.WAIT_END, 0), (until, ev.GET, 0))
        fed = lane("d", (1, ev.GET_WAIT, 0), (2, ev.GET, 0), (3, ev.GET, 0))
        return shown(traces.trace([fed, hungry], [SharedObject("Queue", "q")]), "starves_for_items")

    assert told(6) == (True, "c starved: 6.00 ms at `q`, 60% of its life")
    assert told(3) == (False, "nobody starved: c waited longest, 3.00 ms at `q`, 30% of its life")
    assert not shown(traces.trace([lane("c")]), "starves_for_items")[0]


def test_several_workers_are_faster_than_one_or_not() -> None:
    def crowd(kind: str, begin_ms: int, *ends_ms: int) -> list[Lane]:
        return [
            replace(lane(f"{kind} {row}/{len(ends_ms)}", end_ms=end), start_ns=begin_ms * MS)
            for row, end in enumerate(ends_ms, 1)
        ]

    alone, threads = crowd("Thread", 0, 4), crowd("Thread", 4, 11, 12)
    assert shown(traces.trace(alone + threads), "faster") == (
        False,
        "several were no faster than one: speed-up Thread 1.00 of 2",
    )
    assert shown(traces.trace(alone + threads + crowd("Process", 12, 16, 17)), "faster") == (
        True,
        "several were faster than one: speed-up Thread 1.00 of 2, Process 1.60 of 2",
    )
    assert not shown(traces.trace(alone), "faster")[0]
