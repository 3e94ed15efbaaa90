"""Moving to switches and waits: against looking at every state."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz.trace import Lane, State
from paraviz.trace.model import States
from paraviz.trace.search.navigate import next_switch, next_wait, previous_switch, previous_wait
from paraviz.trace.states.from_events import with_states
from tests import traces
from tests.unit.strategies import LONGEST, lanes

WAITS = (State.WAITING_CPU, State.WAITING_GIL, State.WAITING_LOCK, State.BLOCKED)


@given(lanes(), lanes(), st.integers(-LONGEST - 5, LONGEST + 5), st.integers(0, 9))
def test_moves_equal_looking_at_every_state(one: Lane, other: Lane, at: int, longer: int) -> None:
    lane = with_states([one, replace(other, pid=one.pid)], gil=True, switch_interval_s=5e-9)[0]
    check(lane, at, longer)


@given(st.integers(0, 40_000), st.integers(0, 3))
def test_moves_over_long_stretches(at: int, longer: int) -> None:
    kinds = np.full(10_000, State.BLOCKED, np.uint8)
    kinds[1::2] = State.WAITING_GIL
    kinds[[0, 4_000, 9_990]] = State.RUNNING
    starts = np.arange(10_000) * 2
    starts[3_000:] += 5
    lane = replace(
        traces.lane("a", [], end_ns=20_010), states=States(starts, kinds, kinds.astype(np.int32))
    )
    check(lane, at, longer)


def check(lane: Lane, at: int, longer: int) -> None:
    starts, states = lane.states.starts.tolist(), lane.states.states.tolist()
    runs = [state == State.RUNNING for state in states]
    before = [False, *runs[:-1]]
    switches = [start for start, a, b in zip(starts, runs, before, strict=False) if a != b]
    ends = [*starts[1:], lane.end_ns]
    waits = [
        start
        for start, end, state in zip(starts, ends, states, strict=False)
        if state in WAITS and end - start > longer
    ]
    assert next_switch(lane, at) == next((each for each in switches if each > at), None)
    assert previous_switch(lane, at) == max((each for each in switches if each < at), default=None)
    assert next_wait(lane, at, longer) == next((each for each in waits if each > at), None)
    assert previous_wait(lane, at, longer) == max(
        (each for each in waits if each < at), default=None
    )
