"""The figures of any range of a run: against looking at every moment and every stretch."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, State, Trace
from paraviz.trace.counters import queue_depths
from paraviz.trace.figures import Material, as_json, explained, figures, running
from paraviz.trace.index import index_of
from paraviz.trace.locks import lock_histories
from paraviz.trace.nesting import nested_spans
from tests import traces
from tests.unit.figuring import figures_of, ranges, some_traces, states_within

if TYPE_CHECKING:
    from paraviz.trace.figures import Figures

Range = tuple[int, int]
WISHES = (State.RUNNING, State.WAITING_CPU, State.WAITING_GIL, State.WAITING_LOCK)


@given(some_traces(), ranges())
def test_how_many_ran_at_once(trace: Trace, within: Range) -> None:
    start, end = within
    found = figures_of(trace, start, end)
    counts = running_at(trace, start, end)
    by_count = Counter(counts)
    most = max(counts, default=0)
    assert found.parallelism.by_count.tolist() == [by_count[count] for count in range(most + 1)]
    assert found.parallelism.most == most
    assert found.parallelism.average == pytest.approx(sum(counts) / max(len(counts), 1))
    assert found.cpu_ns == sum(counts)
    assert found.speedup == pytest.approx(found.parallelism.average)


@given(some_traces(), ranges())
def test_parallelism_over_time(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within).parallelism
    edges = found.edges.tolist()
    assert (edges[0], edges[-1]) == within
    counts = running_at(trace, *within)
    for begin, end, average in zip(edges[:-1], edges[1:], found.over_time.tolist(), strict=True):
        ran = sum(counts[begin - edges[0] : end - edges[0]])
        assert average == pytest.approx(ran / max(end - begin, 1))


@given(some_traces(), ranges(), st.integers(1, 5))
def test_windows_do_not_show(trace: Trace, within: Range, rows: int) -> None:
    whole = figures_of(trace, *within).parallelism.by_count.tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_ROWS", rows)
        assert figures_of(trace, *within).parallelism.by_count.tolist() == whole


@given(some_traces(), ranges())
def test_time_in_each_state(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within)
    for index, lane in enumerate(trace.lanes):
        spent = Counter(states_within(lane, *within))
        assert found.times[:, index].tolist() == [spent[state] for state in State]


@given(some_traces(), ranges())
def test_switches(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within).switches
    for index, lane in enumerate(trace.lanes):
        states = states_within(lane, within[0] - 1, within[1])
        pairs = itertools.pairwise(states if lane.kind != "task" else [])
        after = [state for before, state in pairs if before is State.RUNNING]
        waits = (State.WAITING_GIL, State.WAITING_LOCK, State.BLOCKED)
        assert found.voluntary[index] == sum(state in waits for state in after)
        assert found.forced[index] == after.count(State.WAITING_CPU)


@given(some_traces(), ranges())
def test_fairness(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within).fairness
    ran: list[int] = []
    shares: list[Fraction] = []
    for lane in trace.lanes:
        spent = Counter(states_within(lane, *within))
        wanted = sum(spent[state] for state in WISHES)
        if wanted and lane.kind != "task":
            ran.append(spent[State.RUNNING])
            shares.append(Fraction(spent[State.RUNNING], wanted))
    assert len(found.lanes) == len(ran)
    assert found.of_running == (pytest.approx(jain(ran)) if any(ran) else None)
    assert found.of_wishes == (pytest.approx(jain(shares)) if any(ran) else None)


@given(some_traces(), ranges())
def test_locks_by_time_lost(trace: Trace, within: Range) -> None:
    start, end = within
    expected = []
    for lock in lock_histories(trace):
        waits = [
            sum(begin <= at < until for at in range(start, end))
            for begin, until in zip(lock.wait_starts, lock.wait_ends, strict=True)
        ]
        held = sum(
            sum(begin <= at < until for at in range(start, end))
            for begin, until in zip(lock.hold_starts, lock.hold_ends, strict=True)
        )
        got = sum(start <= at < end for at in lock.hold_starts)
        if any(waits) or held or got:
            lost = (sum(waits), max(waits, default=0), sum(map(bool, waits)))
            expected.append((lock.object_index, *lost, got, held))
    expected.sort(key=lambda row: (-row[1], row[0]))
    measured = "wait_ns", "longest_wait_ns", "waits", "acquisitions", "held_ns"
    assert expected == [
        (lock.object_index, *(getattr(lock, name) for name in measured))
        for lock in figures_of(trace, start, end).locks
    ]


@given(some_traces((ev.TASK_BEGIN, ev.TASK_END, ev.SPAN_BEGIN, ev.SPAN_END)), ranges())
def test_tasks_by_length(trace: Trace, within: Range) -> None:
    start, end = within
    told = figures_of(trace, start, end)
    found = told.tasks
    expected = [
        (index, begin, until)
        for index, begin, until in outermost(trace)
        if begin < end and (until > start or begin >= start)
    ]
    lengths = sorted(until - begin for _, begin, until in expected)
    assert found.count == len(lengths)
    known = lengths and start < end
    own_share = pytest.approx(found.own_ns / (end - start)) if known else None
    assert told.tasks_speedup == own_share
    assert found.median_ns == ranked(lengths, 50)
    assert found.p95_ns == ranked(lengths, 95)
    assert found.longest_ns == max(lengths, default=0)
    bins = Counter(length.bit_length() for length in lengths)
    assert found.histogram.tolist() == [bins[place] for place in range(64)]
    own = (State.RUNNING, State.BLOCKED)
    assert found.own_ns == sum(
        state in own
        for index, begin, until in expected
        for state in states_within(trace.lanes[index], max(begin, start), min(until, end))
    )
    if lengths:
        longest = (found.longest_lane, found.longest_start_ns)
        assert (*longest, found.longest_start_ns + found.longest_ns) in expected


@given(some_traces((ev.PUT, ev.GET)), ranges())
def test_queue_depth(trace: Trace, within: Range) -> None:
    expected = []
    for depth in queue_depths(trace):
        known = [
            int(depth.values[depth.times <= at][-1])
            for at in range(*within)
            if (depth.times <= at).any()
        ]
        if known:
            expected.append((depth.name, min(known), max(known), len(known), sum(known)))
    assert expected == [
        (one.name, one.least, one.most, one.known_ns, round(one.mean * one.known_ns, 6))
        for one in figures_of(trace, *within).queues
    ]


@given(some_traces(), ranges())
def test_every_figure_can_be_told_and_written(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within)
    figures_told = explained(found)
    names = [figure.name for figure in figures_told]
    assert len(set(names)) == len(names) == 12
    for figure in figures_told:
        assert figure.title and figure.phrase.english and "\n" not in figure.phrase.english
    written = as_json(found)
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert list(written["explained"]) == names  # type: ignore[call-overload]


def test_keys_for_machines_stay() -> None:
    trace = traces.printers(locked=True)
    written = as_json(figures_of(trace, trace.start_ns, trace.end_ns))
    told = " ".join(written)
    assert told == (
        "start_ns end_ns wall_ns cpu_ns parallelism speedup tasks_speedup switches workers "
        "fairness critical_path locks tasks queues explained"
    )
    assert keys(written["parallelism"]) == "average most time_by_count_ns edges_ns over_time"
    assert keys(written["workers"]) == (
        "lane running_ns waiting_cpu_ns waiting_gil_ns waiting_lock_ns blocked_ns voluntary forced"
    )
    assert keys(written["critical_path"]) == (
        "parts changes running_ns waiting_cpu_ns waiting_gil_ns waiting_lock_ns blocked_ns "
        "not_alive_ns workers longest"
    )
    assert keys(written["locks"]) == (
        "object name wait_ns longest_wait_ns waits acquisitions held_ns"
    )
    assert keys(written["tasks"]) == "count own_ns median_ns p95_ns longest histogram"


def test_what_figures_say() -> None:
    """Two workers, one after the other at a lock; tasks of 4 and of 6 ns, one in a queue."""
    lanes = [
        traces.lane(
            "a",
            [
                (0, ev.TASK_BEGIN, 0, 0),
                (0, ev.LOCK_ACQUIRED, 1, 0),
                (4, ev.LOCK_RELEASED, 1, 0),
                (4, ev.TASK_END, 0, 0),
                (5, ev.PUT, 2, 1),
            ],
            end_ns=10,
        ),
        traces.lane(
            "b",
            [(0, ev.LOCK_WAIT, 1, 0), (4, ev.LOCK_ACQUIRED, 1, 0), (4, ev.TASK_BEGIN, 0, 0)],
            end_ns=10,
        ),
    ]
    things = [SharedObject("task", "f"), SharedObject("Lock", "lock"), SharedObject("Queue", "q")]
    trace = traces.trace(lanes, things, gil=False)
    told = {figure.name: figure.phrase.english for figure in explained(figures_of(trace, 0, 10))}
    assert told == {
        "wall": "10 ns from begin to end by the clock",
        "cpu": "all workers together ran on CPUs for 16 ns",
        "parallelism": "1.60 workers ran at once on average, 2 at most, "
        "at least two for 60% of the time",
        "speedup": "running one after another would take 1.60 times the wall time",
        "tasks_speedup": "the tasks one after another would take 10 ns, 1.00 times the wall time, "
        "if none waited for a CPU, for the GIL or for a lock",
        "switches": "workers ceased to run 0 times because they had to wait; how often another one "
        "got the CPU only the operating system could tell",
        "states": "of their lives workers ran for 80%, waited for a CPU for 0%, for the GIL for "
        "0%, for locks for 20%, and were blocked for 0%",
        "fairness": "Jain's index would be 1 if all 2 workers that wanted to run had run equally "
        "long, and 0.50 if only one had: it is 0.94",
        "critical_path": "who shortens this chain of work and waits shortens the run: "
        "10 ns of running and 0 of waiting, most of it by a",
        "locks": "workers lost 4 ns waiting for locks, 4 ns of it for `lock`",
        "tasks": "2 tasks under way: half took up to 4 ns, 95 % up to 6 ns, the longest, "
        "`f` of b, 6 ns",
        "queues": "in `q`, the fullest queue, lay 1.0 items on average, 1 at least and 1 at most",
    }


def test_a_pools_tasks_leave_out_other_spans() -> None:
    spans = traces.lane("a", [(0, ev.SPAN_BEGIN, 0, 0)], end_ns=10)
    tasks = traces.lane("b", [(2, ev.TASK_BEGIN, 0, 0), (5, ev.TASK_END, 0, 0)], end_ns=10)
    things = [SharedObject("task", "f")]
    assert figures_of(traces.trace([spans], things), 0, 10).tasks.longest_ns == 10
    both = figures_of(traces.trace([spans, tasks], things), 0, 10).tasks
    assert (both.count, both.longest_ns, both.longest_lane) == (1, 3, 1)


@pytest.mark.parametrize(("start", "end", "count"), [(4, 9, 1), (3, 4, 0), (0, 4, 0), (3, 5, 1)])
def test_a_task_of_no_length_belongs_to_the_moment_it_begins(
    start: int, end: int, count: int
) -> None:
    task = traces.lane("a", [(4, ev.TASK_BEGIN, 0, 0), (4, ev.TASK_END, 0, 0)], end_ns=10)
    trace = traces.trace([task], [SharedObject("task", "f")])
    found = figures_of(trace, start, end).tasks
    assert (found.count, found.histogram[0]) == (count, count)


def test_they_can_be_cancelled_anywhere() -> None:
    trace = traces.printers(locked=True)
    index = index_of(trace)

    def with_patience(times: int) -> Figures | None:
        left = iter([False] * times)
        return figures(trace, index, 0, 10, is_cancelled=lambda: next(left, True))

    outcomes = [with_patience(times) is None for times in range(100)]
    assert outcomes == sorted(outcomes, reverse=True)
    assert 10 < outcomes.index(False) < 100


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    trace = traces.printers(locked=True)
    figures(trace, index_of(trace), trace.start_ns, trace.end_ns, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_material_is_found_once() -> None:
    trace = traces.printers(locked=True)
    index, material = index_of(trace), Material(trace)
    first = figures(trace, index, 0, trace.end_ns, material=material)
    known = material.jumps, material.locks, material.tasks, material.depths
    again = figures(replace(trace), index, 0, trace.end_ns, material=material)
    assert first is not None and again is not None
    assert as_json(first) == as_json(again)
    found = (material.jumps, material.locks, material.tasks, material.depths)
    assert all(one is other for one, other in zip(found, known, strict=True))


def test_a_range_has_to_begin_before_it_ends() -> None:
    trace = traces.printers()
    with pytest.raises(ValueError, match="a range from 5 to 4"):
        figures(trace, index_of(trace), 5, 4)


def running_at(trace: Trace, start_ns: int, end_ns: int) -> list[int]:
    """How many workers ran at each ns of a range."""
    own = [states_within(lane, start_ns, end_ns) for lane in trace.lanes if lane.kind != "task"]
    return [
        sum(states[place] is State.RUNNING for states in own) for place in range(end_ns - start_ns)
    ]


def jain(amounts: list[int] | list[Fraction]) -> float:
    """Jain's index."""
    return float(Fraction(sum(amounts)) ** 2 / (len(amounts) * sum(each**2 for each in amounts)))


def ranked(lengths: list[int], percent: int) -> int:
    """The least of sorted lengths that so many per cent do not exceed."""
    for length in lengths:
        if sum(other <= length for other in lengths) * 100 >= percent * len(lengths):
            return length
    return 0


def outermost(trace: Trace) -> list[tuple[int, int, int]]:
    """Lane, begin and end of each task."""
    own = [index for index, lane in enumerate(trace.lanes) if ev.TASK_BEGIN in lane.kinds]
    result = []
    for index in own or range(len(trace.lanes)):
        spans = nested_spans(trace, index)
        for row in range(len(spans)):
            if spans.depths[row] == 0:
                result.append((index, int(spans.starts[row]), int(spans.ends[row])))
    return result


def keys(value: object) -> str:
    """Those of a mapping, or of the first one in a list."""
    first = value[0] if isinstance(value, list) else value
    assert isinstance(first, dict)
    return " ".join(first)
