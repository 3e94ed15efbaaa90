"""Time limits of waits, as the calls have them, in recordings of real programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_NS = 250_000_000
WAITS = (
    *(ev.LOCK_WAIT, ev.WAIT_BEGIN, ev.GET_WAIT, ev.PUT_WAIT, ev.RECEIVE_WAIT, ev.RESULT_WAIT),
    *(ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN),
)


def test_every_kind_of_wait_tells_its_limit(tmp_path: Path) -> None:
    outcome, trace = run_recorded(tmp_path, "limits.py")
    assert (outcome.code, outcome.err) == (0, b"")
    threads = [lane for lane in trace.lanes[1:] if lane.kind == "thread"]
    own = [lane for lane in threads if not lane.name.startswith("Thread-")]
    told = {}
    for lane in own:
        rows = np.flatnonzero(np.isin(lane.kinds, WAITS))
        if len(rows):
            told[lane.name] = (int(lane.kinds[rows[0] - 1]), int(lane.values[rows[0] - 1]))
    assert len(told) >= 29
    for name, (kind, limit_ns) in told.items():
        # What a call has left of its limit when it comes to wait.
        assert kind == ev.WAIT_LIMIT and 0 < limit_ns <= LIMIT_NS, name


def test_a_wait_without_one_tells_none(tmp_path: Path) -> None:
    outcome, trace = run_recorded(tmp_path, "limits.py", "none")
    assert (outcome.code, outcome.err) == (0, b"")
    for lane in trace.lanes[1:]:
        assert ev.WAIT_LIMIT not in lane.kinds
