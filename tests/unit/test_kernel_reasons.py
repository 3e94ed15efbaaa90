"""States from looks at what threads wait for, and from how long they mean to sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.formats import load, save
from paraviz.kernel.records import IN, OUT
from paraviz.kernel.syscalls import FUTEX
from paraviz.kernel.waits import GIL, waits_of
from paraviz.trace import State
from paraviz.trace.labels import state_label
from paraviz.trace.model import LOWEST_CAUSE, SYSCALL_CAUSE, States
from paraviz.trace.states.from_kernel import with_kernel_states
from tests import traces
from tests.unit.switching import BUSY, IDLE, MS, columns, spelled

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sleep_that_is_known_to_last() -> None:
    """Before, it hands over the GIL; after, it was ready, then waited for the GIL."""
    events = [(1, ev.SLEEP_BEGIN, -1, 9 * MS), (16, ev.SLEEP_END, -1, 0)]
    own = [(1, OUT), (3, IN), (4, OUT), (12, IN), (13, OUT), (15, IN)]
    assert spelled(events, own, BUSY, end_ms=18) == "RGGRBBBBBBBCRGGRRR"
    assert spelled(events, own, IDLE, end_ms=18) == "RBBRBBBBBBBCRBBRRR"
    assert spelled(events, own, BUSY, looks=[(2, 230)], end_ms=18) == "RBBRBBBBBBBCRGGRRR"


def test_a_sleep_that_was_cut_short() -> None:
    events = [(1, ev.SLEEP_BEGIN, -1, 9 * MS), (6, ev.SLEEP_END, -1, 0)]
    assert spelled(events, [(1, OUT), (5, IN)], BUSY, end_ms=12) == "RBBBBRRRRRRR"


@pytest.mark.parametrize(
    ("reason", "letters"), [(GIL, "G"), (FUTEX, "B"), (0, "B")], ids=["GIL", "futex", "read"]
)
@pytest.mark.parametrize("other", [BUSY, IDLE], ids=["busy", "idle"])
def test_what_was_seen_is_so(other: list[tuple[int, int]], reason: int, letters: str) -> None:
    seen = spelled([], [(2, OUT), (18, IN)], other, looks=[(17.9, reason)])
    assert seen == "RR" + letters * 16 + "RR"
    assert spelled([], [(2, OUT), (5, IN)], other, looks=[(2, reason)], end_ms=6) == (
        "RR" + letters * 3 + "R"
    )


@pytest.mark.parametrize("at", [1.9, 5])
def test_who_was_looked_at_before_or_after_waited_for_another_reason(at: float) -> None:
    assert spelled([], [(2, OUT), (5, IN)], IDLE, looks=[(at, GIL)], end_ms=6) == "RRBBBR"


def test_seen_within_a_wait_that_events_tell_of() -> None:
    events = [(1, ev.LOCK_WAIT, 0, 0), (12, ev.LOCK_ACQUIRED, 0, 0)]
    own = [(1, OUT), (5, IN), (6, OUT), (11, IN)]
    assert spelled(events, own, BUSY, looks=[(3, GIL)], end_ms=13) == "RGGGGRLLLLLRR"
    assert spelled(events, own, BUSY, looks=[(7, FUTEX)], end_ms=13) == "RLLLLRLLLLLRR"
    holder = [(0, ev.LOCK_ACQUIRED, 0, 0), (2, ev.LOCK_RELEASED, 0, 0)]
    assert spelled(events, own, BUSY, holder, end_ms=13) == "RLCCCRGGGGGRR"
    assert spelled(events, own, BUSY, holder, looks=[(7, FUTEX)], end_ms=13) == "RLCCCRLLLLLRR"


def test_without_a_gil_nobody_waits_for_it() -> None:
    looks = [(3, GIL)]
    assert spelled([], [(2, OUT), (5, IN)], BUSY, looks=looks, end_ms=6, gil=False) == "RRBBBR"


def test_unseen_is_taken_for_what_was_seen_nearby_in_a_stretch_as_long() -> None:
    own = [(2, OUT), (16, IN), (17, OUT), (31, IN), (32, OUT), (35, IN), (36, OUT), (39, IN)]

    def told(looks: list[tuple[float, int]]) -> str:
        letters = spelled([], own, [(0, IN), (40, OUT)], looks=looks, end_ms=40)
        return letters[2] + letters[17] + letters[32] + letters[36]

    assert told([]) == "BBGG"
    assert told([(18, GIL)]) == "GGGG"
    assert told([(18, 0)]) == "BBGG"
    assert told([(33, 0)]) == "BBBB"
    assert told([(33, GIL)]) == "GGGG"
    assert told([(18, GIL), (33, 0)]) == "GGBB"


def test_whoever_is_looked_at_would_have_been_seen_waiting_for_anything_else() -> None:
    events = [(20, ev.JOIN_BEGIN, 1, 0)]
    own = [(2, OUT), (16, IN), (21, OUT), (23, IN)]
    busy = [(0, IN), (24, OUT)]
    # Awake after an interval, to ask for it, it had no CPU.
    letters = "G" * 6 + "C" * 8
    assert spelled(events, own, busy, looks=[(22, FUTEX)], end_ms=24)[2:16] == letters
    assert spelled(events, own, busy, end_ms=24)[2:16] == "B" * 14


def test_what_a_thread_is_blocked_in_is_the_cause() -> None:
    made = [traces.lane("one", [], end_ns=9 * MS, tid=1)]
    switches = columns([(2 * MS, 1, 100, 0, OUT), (5 * MS, 1, 100, 0, IN)])
    waits = waits_of([(3 * MS, 1, 232)])
    (lane,) = with_kernel_states(made, switches, waits, gil=True, switch_interval_s=0.005)
    assert lane.states.states.tolist() == [State.RUNNING, State.BLOCKED, State.RUNNING]
    assert lane.states.causes.tolist() == [-1, SYSCALL_CAUSE - 232, -1]
    whole = traces.trace([lane])
    assert state_label(whole, lane, State.BLOCKED, SYSCALL_CAUSE - 232) == "blocked: in epoll_wait"


@pytest.mark.parametrize("suffix", [".pviz", ".json"])
def test_a_recording_keeps_it(tmp_path: Path, suffix: str) -> None:
    causes = np.array([-1, SYSCALL_CAUSE - 232, LOWEST_CAUSE], np.int32)
    states = States(np.array([0, 5, 7]), np.array([1, 5, 5], np.uint8), causes)
    lane = replace(traces.lane("one", [], end_ns=9), states=states)
    path = tmp_path / f"t{suffix}"
    save(replace(traces.trace([]), lanes=(lane,)), path)
    assert load(path).lanes[0].states.causes.tolist() == causes.tolist()
    if suffix == ".json":
        assert "blocked: in epoll_wait" in path.read_text()
