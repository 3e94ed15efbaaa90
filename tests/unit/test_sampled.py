"""States from CPU time that was looked up now and then."""

from __future__ import annotations

from msgspec.structs import replace

from paraviz.trace.states.partition import State, state_totals
from paraviz.trace.states.sampled import with_sampled_states
from tests import traces


def totals(samples: list[tuple[int, int]], kind: str = "process") -> tuple[int, int]:
    """How long a lane that lives from 100 to 200 ran and was blocked; the clock began at 1000."""
    lane = traces.lane("x", [], start_ns=100, end_ns=200)
    lane = replace(lane, probes=False, kind=kind)
    (found,) = with_sampled_states([lane], {lane.pid: samples}, 1_000)
    times = state_totals(found)
    assert sum(times.values()) == 100
    return times[State.RUNNING], times[State.BLOCKED]


def test_it_ran_for_as_long_as_it_used_a_cpu() -> None:
    assert totals([(1_150, 20), (1_180, 25)]) == (25, 75)
    assert totals([(1_150, 20), (1_180, 500)]) == (50, 50), "not longer than there was time"
    assert totals([(1_150, 500)]) == (50, 50)


def test_nothing_is_claimed_where_nobody_looked() -> None:
    assert totals([]) == (0, 100)
    assert totals([(1_050, 90)]) == (0, 100), "that was another one, of the same number"
    assert totals([(1_150, 20)], kind="thread") == (0, 100)


def test_whoever_has_probes_is_left_alone() -> None:
    lane = traces.lane("x", [], start_ns=100, end_ns=200)
    assert with_sampled_states([lane], {lane.pid: [(1_150, 1)]}, 1_000) == [lane]
