"""The sentence at the cursor."""

from __future__ import annotations

import struct

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Program, SharedObject, Site, State, Trace
from paraviz.trace.model import Stand, States
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.moments import beside
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.spans import span_at
from paraviz.tui.render.view import TraceView
from tests.render.drawn import alone, event, write
from tests.traces import lane, printers, trace

MS = 1_000_000


def said(shown: Trace, lane_index: int, at_ms: float | None, *, whole: bool = False) -> str:
    at = None if at_ms is None else round(at_ms * MS)
    span = span_at(shown, lane_index, at) if whole and at is not None else None
    head, tail = sentence(TraceView.of(shown), lane_index, at, span)
    return " | ".join(filter(None, (row_text(head), row_text(tail))))


def contended() -> Trace:
    """`b` waits 2 … 6 ms for a lock that `a` holds 1 … 6 ms."""
    a = [(1 * MS, ev.LOCK_ACQUIRED, 0, 0), (6 * MS, ev.LOCK_RELEASED, 0, 0)]
    b = [(2 * MS, ev.LOCK_WAIT, 0, 0), (6 * MS, ev.LOCK_ACQUIRED, 0, 0)]
    lanes = [lane("a", a, end_ns=8 * MS), lane("b", b, end_ns=9 * MS)]
    return trace(lanes, [SharedObject("Lock", "door")], gil=False)


def test_a_wait_for_a_lock_names_the_lock_its_holder_and_its_end() -> None:
    assert said(contended(), 1, 3) == (
        "b waits for door, for 1 ms so far (since 2 ms)"
        " | held by a for 2 ms (since 1 ms) · gets it at 6 ms (after 4 ms)"
    )


def test_what_a_scenario_showed_stands_below_its_whole_run() -> None:
    shown = replace(printers(), program=Program("printers", claims=("interleaved",)))
    assert said(shown, 0, None).endswith("| ● outputs interleaved: the writer changed 7 times")
    assert "← →" in said(replace(shown, live=True), 0, None)


def test_a_deadlock_is_told_in_full() -> None:
    a = [(1 * MS, ev.LOCK_ACQUIRED, 0, 0), (3 * MS, ev.LOCK_WAIT, 1, 0)]
    b = [(2 * MS, ev.LOCK_ACQUIRED, 1, 0), (4 * MS, ev.LOCK_WAIT, 0, 0)]
    lanes = [lane("a", a, end_ns=9 * MS), lane("b", b, end_ns=9 * MS)]
    stuck = trace(lanes, [SharedObject("Lock", "left"), SharedObject("Lock", "right")], gil=False)
    assert (
        "waits for right, for 2 ms so far (since 3 ms) | held by b for 3 ms (since 2 ms) · gets it"
        not in said(stuck, 0, 5)
    )
    assert "held by b for 3 ms (since 2 ms) · deadlock: b waits for left" in said(stuck, 0, 5)
    assert "held by a for 4 ms (since 1 ms) · deadlock: a waits for right" in said(stuck, 1, 5)
    assert "deadlock" not in said(stuck, 0, 3.5)


def test_the_line_that_caused_it_is_named() -> None:
    shown = contended()
    lanes = tuple(replace(lane, sites=np.array([1, 0], np.int32)) for lane in shown.lanes)
    placed = replace(shown, lanes=lanes, sites=(Site("lib/a.py", 3), Site("b.py", 12, "work")))
    assert "waits for door, for 1 ms so far (since 2 ms) at b.py:12 |" in said(placed, 1, 3)
    assert "to 6 ms at b.py:12 |" in said(placed, 1, 3, whole=True)
    assert "here: acquire `door` at a.py:3" in said(placed, 1, 6)


def test_what_is_read_and_written_is_shown_as_the_program_had_it() -> None:
    half = struct.unpack("=q", struct.pack("=d", 0.5))[0]
    events = [
        (1 * MS, ev.MEMORY_READ, 0, half),
        (2 * MS, ev.MEMORY_WRITE, 1, 7),
        (3 * MS, ev.MEMORY_READ, 2, 100),
    ]
    variables = [
        SharedObject("Value", "share", typecode="d"),
        SharedObject("Array", "array[3]", typecode="i"),
        SharedObject("Array", "array"),
    ]
    shown = trace([lane("a", events, end_ns=4 * MS)], variables)
    assert "here: read `share` = 0.5" in said(shown, 0, 1)
    assert "here: write `array[3]` = 7" in said(shown, 0, 2)
    assert "here: read `array` (100 elements)" in said(shown, 0, 3)


def test_a_wait_for_a_condition_or_a_queue_names_it() -> None:
    waits = [(1 * MS, ev.WAIT_BEGIN, 0, 0), (2 * MS, ev.WAIT_END, 0, 0)]
    waits += [(3 * MS, ev.GET_WAIT, 0, 0), (4 * MS, ev.WAIT_END, 0, 0), (5 * MS, ev.PUT_WAIT, 0, 0)]
    shown = trace([lane("a", waits, end_ns=9 * MS)], [SharedObject("Queue", "jobs")], gil=False)
    assert said(shown, 0, 1.5).startswith("a waits for jobs, for 500 µs so far (since 1 ms)")
    assert said(shown, 0, 3.5).startswith(
        "a waits for an item from jobs, for 500 µs so far (since 3 ms)"
    )
    assert said(shown, 0, 6).startswith("a waits for room in jobs, for 1 ms so far (since 5 ms)")


def test_a_wait_for_the_gil_names_who_runs() -> None:
    assert said(printers(), 1, 11.2) == (
        "thread-a waits for the GIL (inferred), for 1.7 ms so far (since 9.5 ms)"
        " | held by thread-b · runs again at 12 ms (after 2.5 ms)"
    )


def test_a_join_names_the_thread() -> None:
    assert said(printers(), 0, 5).startswith(
        "main waits for thread-a to end (join), for 3.5 ms so far (since 1.5 ms)"
    )


def test_a_write_at_the_very_moment_is_quoted() -> None:
    assert "| writes b · until" in said(printers(), 2, 11.5)


def test_before_and_after_the_life() -> None:
    assert said(printers(), 2, 1) == "thread-b has not begun; it begins at 2 ms"
    assert said(printers(), 2, 22.2) == "thread-b has ended at 22.1 ms (returned)"


def test_a_life_that_is_not_over() -> None:
    sleeping = replace(alone([event(2, ev.SLEEP_BEGIN)], end_reason=""), live=True, end_reason="")
    assert said(sleeping, 0, 0.005) == "w sleeps, for 3 µs so far (since 2 µs) | still so"
    assert said(sleeping, 0, 5) == "w is not known of after 20 µs"


def test_a_span_as_a_whole() -> None:
    assert said(printers(), 1, 11.2, whole=True) == (
        "thread-a waits for the GIL (inferred) for 2.5 ms, from 9.5 ms to 12 ms | held by thread-b"
    )
    assert said(printers(), 1, 13, whole=True) == (
        "thread-a runs (inferred) for 2.5 ms, from 12 ms to 14.5 ms | writes aaaa"
    )


def test_without_a_cursor_the_life_is_summed_up() -> None:
    assert said(printers(), 0, None).startswith("main lived 22.3 ms · runs 7% · is blocked 93%")
    killed = alone([], end_reason="SIGKILL")
    assert "its end: SIGKILL" in said(killed, 0, None)


def test_without_lanes_it_says_what_it_waits_for() -> None:
    assert said(trace([]), 0, 1) == "Waiting for the program to begin …"


def test_events_before_and_after_a_moment() -> None:
    (one,) = alone([write(2), write(4)], text="ab").lanes
    assert [beside(one.times, at, 1) for at in (0, 2_000, 4_000)] == [2_000, 4_000, None]
    assert [beside(one.times, at, -1) for at in (2_000, 4_000, 9_000)] == [None, 2_000, 4_000]


def test_a_wait_that_a_signal_ended_did_not_go_on() -> None:
    """The system wakes a thread up to end it: 9 ms is not when it got what it waited for."""
    waits = [(2 * MS, ev.SLEEP_BEGIN, -1, 0)]
    states = States(
        np.array([0, 2 * MS, 9 * MS]),
        np.array([State.RUNNING, State.BLOCKED, State.RUNNING], np.uint8),
        np.array([-1, 0, -1], np.int32),
    )
    lasting = lane("w", waits, end_ns=10 * MS)
    for reason, words in (
        ("returned", "goes on at 9 ms (after 7 ms)"),
        ("stopped at its time limit of 3 s", "until its end at 10 ms"),
        ("killed by SIGKILL", "until its end at 10 ms"),
    ):
        ended = trace([replace(lasting, end_reason=reason)], gil=False)
        (worker,) = ended.lanes
        seen = replace(ended, lanes=(replace(worker, states=states),))
        assert words in said(seen, 0, 5), reason


def test_what_a_killed_worker_had_not_sent_is_not_known() -> None:
    events = [(ms * MS, ev.MARK, -1, 0) for ms in (100, 700)]
    killed = replace(lane("w", events, end_ns=1_000 * MS), end_reason="killed by SIGKILL")
    shown = trace([killed], gil=False)
    lost = "what it did in its last 200 ms was lost with it"
    assert lost not in said(shown, 0, 750) and lost in said(shown, 0, 850)
    later = replace(killed, times=np.array([100 * MS, 950 * MS]))
    lost = "what it did in its last 50 ms was lost with it"
    assert lost in said(trace([later], gil=False), 0, 960)
    well = trace([replace(killed, end_reason="returned")], gil=False)
    assert "lost with it" not in said(well, 0, 850)


def test_a_wait_that_no_event_explains_has_its_line() -> None:
    made = trace([lane(name, [], end_ns=20 * MS) for name in "ab"], gil=False)
    blocked = States(
        np.array([0, 2 * MS]),
        np.array([State.RUNNING, State.BLOCKED], np.uint8),
        np.array([-1, -2 - 61], np.int32),
    )
    told = {
        (
            "Popen.wait",
            "child",
            "cat",
            -1,
        ): "a waits in Popen.wait for cat to end, for 1 ms so far (since 2 ms)",
        ("conn.recv", "", "", -1): "a waits in conn.recv, for 1 ms so far (since 2 ms)",
        (
            "import",
            "import",
            "m",
            1,
        ): "a waits for the import of m by b, for 1 ms so far (since 2 ms)",
        ("Logger.info", "handler", "H", 1): "a waits for the lock of the handler H, which b has",
        ("p.stdin.write", "pipe", "cat", -1): "a waits for room in a pipe that cat reads",
        ("", "", "", -1): "a is blocked in wait4, for 1 ms so far (since 2 ms)",
    }
    for (function, what, thing, other), words in told.items():
        stand = Stand(0, 5 * MS, 9 * MS, 0, function, what, thing, other)
        shown = replace(
            made,
            lanes=(replace(made.lanes[0], states=blocked), made.lanes[1]),
            sites=(Site("work.py", 7),),
            stands=(stand,),
        )
        assert said(shown, 0, 3).startswith(words)
        assert " at work.py:7 | " in said(shown, 0, 3)
        assert "waits" not in said(shown, 0, 1)
        stuffed = replace(shown, stands=(replace(stand, is_stuffed=True),))
        if what == "child":
            words = (
                "a waits for cat, which waits for room in a pipe that nobody reads,"
                " for 1 ms so far (since 2 ms)"
            )
            assert said(stuffed, 0, 3).startswith(words)


def test_of_a_process_without_probes_only_the_systems_view_is_known() -> None:
    killed = lane("sleep 9", [], end_ns=8 * MS, kind="process", end_reason="killed by SIGKILL")
    shown = trace([replace(killed, probes=False, command="/bin/sleep 9")], [])
    known = "no probes: only the system's view of it is known  /bin/sleep 9"
    assert said(shown, 0, None).endswith(known)
    assert said(shown, 0, 7.9).endswith(known)
    assert "was lost with it" not in said(shown, 0, 7.9)
    assert "was lost with it" in said(trace([killed], []), 0, 7.9)
