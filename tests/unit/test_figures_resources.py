"""Locks, tasks and queues of any range of a run: against looking at every stretch."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from paraviz import events as ev
from paraviz.trace import SharedObject, State, Trace
from paraviz.trace.histories.counters import queue_depths
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.histories.spans import nested_spans
from tests import traces
from tests.unit.figuring import figures_of, ranges, some_traces, states_within

Range = tuple[int, int]


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
