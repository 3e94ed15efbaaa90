"""Who ends which wait, in recordings of real programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.trace.causality.edges import Edges
from paraviz.trace.causality.wait_chain import chain
from paraviz.trace.histories.locks import lock_histories
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from paraviz.trace import Trace


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Of a program whose workers wait for each other."""
    folder = tmp_path_factory.mktemp("run")
    outcome, recorded = run_recorded(folder, "waits_for_others.py")
    assert outcome.code == 0
    return recorded


def followed(trace: Trace, name: str, kind: int) -> list[tuple[str, str]]:
    """The chain from a worker, in the middle of what begins with its last event of a kind: who,
    and why."""
    index = next(i for i, lane in enumerate(trace.lanes) if lane.name == name)
    lane = trace.lanes[index]
    row = int(np.flatnonzero(lane.kinds == kind)[-1])
    at = (int(lane.times[row]) + int(lane.times[row + 1])) // 2
    steps = chain(trace, lock_histories(trace), Edges(trace), index, at)
    return [(trace.lanes[step.lane_index].name, step.why) for step in steps]


@pytest.mark.parametrize(
    ("name", "kind", "other"),
    [
        ("holder", ev.GET_WAIT, "feeder"),
        ("filler", ev.PUT_WAIT, "drainer"),
        ("asker", ev.WAIT_BEGIN, "server"),
        ("early", ev.WAIT_BEGIN, "late"),
        ("soon", ev.WAIT_BEGIN, "last"),
        ("MainThread", ev.RESULT_WAIT, "pool_0"),
        ("waiter", ev.COROUTINE_AWAIT, "setter"),
    ],
)
def test_who_ends_it(trace: Trace, name: str, kind: int, other: str) -> None:
    assert followed(trace, name, kind)[:1] == [(other, "ends")]


def test_a_chain_of_three(trace: Trace) -> None:
    wanted = [("holder", "lock"), ("feeder", "ends")]
    assert followed(trace, "wanter", ev.LOCK_WAIT) == wanted


def test_a_barrier_says_nothing_when_nobody_waits(trace: Trace) -> None:
    for name, count in (("late", 1), ("last", 1), ("early", 0), ("soon", 0)):
        lane = next(lane for lane in trace.lanes if lane.name == name)
        assert np.count_nonzero(lane.kinds == ev.NOTIFY) == count
