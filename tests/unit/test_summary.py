"""The summary, for programs and for people."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.figures import figures
from paraviz.analysis.overhead import observing_ns, share_of_observing
from paraviz.analysis.reports.summary_json import summary
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.text.durations import duration
from paraviz.trace import SharedObject, Trace
from paraviz.trace.index import index_of
from tests import traces
from tests.unit.strategies import whole_traces

STATE_KEYS = ("running_ns", "waiting_cpu_ns", "waiting_gil_ns", "waiting_lock_ns", "blocked_ns")
KEYS = {
    "program",
    "wall_ns",
    "cpu_ns",
    "parallelism",
    "events",
    "dropped",
    "context_switches",
    "truth",
    "python",
    "gil",
    "switch_interval_s",
    "lanes",
    "locks",
    "output",
    "overhead",
}
OVERHEAD_KEYS = {"emit_ns", "share", "observing_ns", "costs_ns", "sent_ns", "read_ns"}
LANE_KEYS = {"name", "pid", "tid", "kind", "start_ns", "end_ns", "end_reason", "events"}
LOCK_KEYS = {"name", "acquisitions", "contended", "wait_ns", "longest_wait_ns", "held_ns"}


@given(whole_traces())
def test_it_has_what_was_promised(trace: Trace) -> None:
    told: Any = json.loads(json.dumps(summary(trace)))
    assert set(told) >= KEYS
    assert set(told["overhead"]) == OVERHEAD_KEYS
    assert len(told["lanes"]) == len(trace.lanes)
    for row in told["lanes"]:
        assert set(row) >= LANE_KEYS | set(STATE_KEYS)
        assert sum(row[key] for key in STATE_KEYS) == row["end_ns"] - row["start_ns"]
    for row in told["locks"]:
        assert set(row) >= LOCK_KEYS


def test_the_locked_printers_in_numbers() -> None:
    trace = replace(traces.printers(2, locked=True), cpu_ns=6_000_000, emit_ns=100.0)
    told: Any = summary(trace)
    assert told["program"] == "printers"
    assert told["parallelism"] == trace.cpu_ns / trace.wall_ns
    assert told["events"] == trace.events == sum(row["events"] for row in told["lanes"])
    assert told["dropped"] == 0
    cost = observing_ns(trace)
    assert told["overhead"] == {
        "emit_ns": 100.0,
        "share": share_of_observing(trace),
        "observing_ns": cost,
        "costs_ns": {},
        "sent_ns": 0,
        "read_ns": 0,
    }
    assert told["output"] == [[1, "aa"], [2, "bb"], [0, "\n"]]
    (lock,) = told["locks"]
    assert (lock["name"], lock["acquisitions"], lock["contended"]) == ("lock", 2, 1)
    assert lock["wait_ns"] == lock["longest_wait_ns"] == told["lanes"][2]["waiting_lock_ns"]


def test_events_that_never_arrived_are_counted_and_cost() -> None:
    lane = replace(traces.lane("t", [(1, ev.WRITE, 1, 0)], end_ns=1_000), emitted=5)
    told: Any = summary(replace(traces.trace([lane]), emit_ns=10.0))
    assert (told["events"], told["dropped"]) == (1, 4)
    assert told["overhead"]["share"] == 0.35


def test_the_output_is_what_went_to_stdout() -> None:
    events = [(1, ev.WRITE, ev.STDERR, 3), (2, ev.WRITE, ev.STDOUT, 3)]
    lane = traces.lane("t", events, end_ns=9, text="errout")
    assert summary(traces.trace([lane]))["output"] == [[0, "out"]]


def test_an_empty_trace_has_a_summary() -> None:
    told: Any = summary(traces.trace([]))
    assert (told["parallelism"], told["overhead"]["share"]) == (0.0, 0.0)
    assert summary_text(traces.trace([])).startswith("program.py: ended\n")


@given(whole_traces())
def test_the_text_fits_80_columns_and_is_printable(trace: Trace) -> None:
    long = replace(trace, notices=("a long word or two " * 10, "x" * 100))
    for line in summary_text(long).split("\n"):
        assert line.replace("\xa0", " ").isprintable()
        assert len(line) <= 80


def test_the_text_for_people() -> None:
    assert summary_text(replace(traces.printers(2, locked=True), cpu_ns=3_000_000)) == (
        """\
printers: ended
time      4.30 ms, inferred: workers ran for at most 4.25 ms, 0.99 at once on
  average
CPU       3.00 ms with the start and end of processes and the recording
events    20
Python    3.11.7 with a GIL, switch interval 5.00 ms
states    inferred from events

lane                      life   running   for CPU   for GIL  for lock   blocked
main                   4.30 ms   1.67 ms         0         0         0   2.63 ms
thread-a               2.10 ms   1.51 ms         0    590 µs         0         0
thread-b               2.10 ms   1.07 ms         0   20.0 µs   1.01 ms         0

lock                    acquired   contended      waited     longest        held
lock                           2           1     1.01 ms     1.01 ms     2.49 ms

· thread-b waited 1.01 ms for `lock`, held by thread-a (at 2.00 ms)
"""
    )


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0"),
        (1, "1 ns"),
        (999, "999 ns"),
        (1_000, "1.00 µs"),
        (12_345, "12.3 µs"),
        (999_499, "999 µs"),
        (999_500, "1.00 ms"),
        (9_994_999, "9.99 ms"),
        (9_995_000, "10.0 ms"),
        (61_000_000_000, "61.0 s"),
        (3_600_000_000_000, "1 h 0 min"),
    ],
)
def test_durations_have_three_digits(ns: int, text: str) -> None:
    assert duration(ns) == text


def test_a_deadlock_is_told_as_a_circle() -> None:
    one = [(1_000, ev.LOCK_ACQUIRED, 0, 0), (3_000, ev.LOCK_WAIT, 1, 0)]
    other = [(2_000, ev.LOCK_ACQUIRED, 1, 0), (4_000, ev.LOCK_WAIT, 0, 0)]
    lanes = [traces.lane("a", one, end_ns=9_000), traces.lane("b", other, end_ns=9_000)]
    stuck = traces.trace(lanes, [SharedObject("Lock", "left"), SharedObject("Lock", "right")])
    assert summary(stuck)["deadlocks"] == [
        {"start_ns": 4_000, "end_ns": 9_000, "lanes": [1, 0], "locks": ["left", "right"]}
    ]
    told = " ".join(summary_text(stuck).split())
    assert (
        "✗ deadlock of 2 workers for 5.00 µs: b waits for `left` of a, a waits for `right` of b"
        " (at 4.00 µs)" in told
    )


def test_it_says_how_workers_ended_that_did_not_return() -> None:
    how = ["returned", *["killed by SIGTERM"] * 8, "raised ValueError", "stopped"]
    lanes = [
        traces.lane(f"w{row}", [], end_ns=1_000, pid=row, kind="process", end_reason=each)
        for row, each in enumerate(how)
    ]
    told = summary_text(traces.trace(lanes)).split("\n\n")
    names = ", ".join(f"w{row} (at 1.00 µs)" for row in range(1, 7))
    assert [" ".join(part.split()) for part in told[2:]] == [
        f"killed by SIGTERM: {names}, … raised ValueError: w9 (at 1.00 µs)",
        "✗ w9 was ended by ValueError (at 1.00 µs)",
    ]


def test_time_on_cpus_is_that_of_the_figures() -> None:
    trace = replace(traces.printers(2, locked=True), cpu_ns=3_000_000)
    known = replace(trace, truth="kernel")
    told = figures(trace, index_of(trace), trace.start_ns, trace.end_ns)
    assert told is not None
    ran, average = duration(told.cpu_ns), told.parallelism.average
    assert f"workers ran for {ran}, {average:.2f} at once" in summary_text(known)
