"""What queues leave in a recording: waits with their cause, and which get belongs to which put."""

from __future__ import annotations

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.trace import Trace
from tests.observe.running import run_recorded
from tests.observe.test_recorded_conditions import lane_named, longest_state

ITEMS = 50
CONSUMERS = ("first", "last", "simple", "narrow", "urgent")


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Of a program in which one thread puts the numbers from 1 into each kind of queue."""
    return run_recorded(tmp_path_factory.mktemp("run"), "pipeline.py")[1]


def passages(trace: Trace, name: str, kind: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """int64[n, 3]: time, value and lane of the puts into a queue or of the gets, by time."""
    rows = [
        (int(lane.times[row]), int(lane.values[row]), index)
        for index, lane in enumerate(trace.lanes)
        for row in np.flatnonzero(lane.kinds == kind)
        if trace.objects[lane.objects[row]].name == name
    ]
    return np.array(sorted(rows), np.int64)


@pytest.mark.parametrize("name", CONSUMERS)
def test_a_queue_is_blocked_on_by_name(trace: Trace, name: str) -> None:
    for number in (1, 2):
        lane = lane_named(trace, f"{name} {number}")
        assert longest_state(trace, lane) == f"blocked: get from `{name}`"
    kinds = {thing.name: thing.kind for thing in trace.objects}
    assert kinds["last"] == "LifoQueue"
    assert kinds["simple"] == "SimpleQueue"


def test_a_full_queue_and_an_unfinished_one_block(trace: Trace) -> None:
    assert longest_state(trace, lane_named(trace, "full")) == "blocked: put into `narrow`"
    assert longest_state(trace, lane_named(trace, "joining")) == "blocked: wait for `first`"


@pytest.mark.parametrize("name", ["first", "last", "simple", "narrow"])
def test_a_get_has_the_number_of_its_put(trace: Trace, name: str) -> None:
    puts = passages(trace, name, ev.PUT)
    assert puts[: ITEMS + 2, 1].tolist() == list(range(1, ITEMS + 3))
    for number in (1, 2):
        lane = lane_named(trace, f"{name} {number}")
        got = [int(value) for value in lane.values[lane.kinds == ev.GET]]
        assert got[:-1] == [int(line) for line in lane.text.split()]


def test_where_the_order_is_not_known_no_get_claims_a_put(trace: Trace) -> None:
    assert set(passages(trace, "urgent", ev.GET)[:, 1].tolist()) == {0}
    assert passages(trace, "urgent", ev.PUT)[:, 1].tolist() == list(range(1, ITEMS + 3))


@pytest.mark.parametrize("name", CONSUMERS)
def test_the_depth_can_be_counted(trace: Trace, name: str) -> None:
    puts, gets = (passages(trace, name, kind)[:, 0] for kind in (ev.PUT, ev.GET))
    steps = sorted([(at, 1) for at in puts.tolist()] + [(at, -1) for at in gets.tolist()])
    assert np.cumsum([step for _, step in steps]).min() >= 0
