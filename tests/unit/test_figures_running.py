"""Who ran, of any range of a run: against looking at every moment."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.analysis.figures import running
from paraviz.trace import State, Trace
from tests.unit.figuring import figures_of, ranges, some_traces, states_within

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


def running_at(trace: Trace, start_ns: int, end_ns: int) -> list[int]:
    """How many workers ran at each ns of a range."""
    own = [states_within(lane, start_ns, end_ns) for lane in trace.lanes if lane.kind != "task"]
    return [
        sum(states[place] is State.RUNNING for states in own) for place in range(end_ns - start_ns)
    ]


def jain(amounts: list[int] | list[Fraction]) -> float:
    """Jain's index."""
    return float(Fraction(sum(amounts)) ** 2 / (len(amounts) * sum(each**2 for each in amounts)))
