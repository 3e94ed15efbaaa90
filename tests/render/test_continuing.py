"""A run that goes on, looked at again and again: what is worked out for its recent part alone is
what comes out of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.formats import load
from paraviz.session import settled
from paraviz.session.settled import Settled, Tail
from paraviz.trace import Lane, Trace
from paraviz.trace.states.from_events import with_states
from paraviz.tui.render.view import TraceView

ROOT = Path(__file__).parents[2]
RECORDINGS = [
    *(f"scenarios/recordings/{name}.pviz" for name in ("bounded_buffer", "semaphore", "deadlock")),
    *(f"scenarios/recordings/{name}.pviz" for name in ("pipe_or_queue", "image_pool")),
    *(f"tests/data/{name}.pviz" for name in ("loop_links", "philosophers", "printers_locked")),
    "tests/data/findings/lost_updates.pviz",
]
STEPS = 40
OF_LOCKS = (
    *("hold_starts", "hold_ends", "holders", "releasers"),
    *("wait_starts", "wait_ends", "waiters", "waits_over"),
)
OF_MARKS = ("times", "kinds", "text_starts", "text_ends")


@pytest.fixture(autouse=True)
def soon_past(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "MOST_EVENTS", 20)
    monkeypatch.setattr(settled, "LEAST_EVENTS", 10)
    monkeypatch.setattr(settled, "LAG_NS", 0)


def up_to(trace: Trace, at_ns: int) -> list[Lane]:
    """The lanes as they were known at a moment."""
    lanes = []
    for lane in trace.lanes:
        count = int(np.searchsorted(lane.times, at_ns))
        wrote = lane.values[:count][lane.kinds[:count] == ev.WRITE].sum()
        names = ("times", "kinds", "objects", "values", "sites")
        lives = lane.end_ns > at_ns
        lanes.append(
            replace(
                lane,
                **{name: getattr(lane, name)[:count] for name in names},
                text=lane.text[: int(wrote)],
                end_ns=max(at_ns, lane.start_ns) if lives else lane.end_ns,
                end_reason="" if lives else lane.end_reason,
                emitted=count,
            )
        )
    return lanes


def watched(trace: Trace) -> tuple[TraceView, TraceView]:
    """The last view of a run that was looked at every now and then, and one of all at once."""
    known, view = Settled(), None
    options = {"gil": trace.gil, "switch_interval_s": trace.switch_interval_s or 0.005}

    def derive(tails: Sequence[Tail]) -> Sequence[Lane]:
        return with_states([tail.lane for tail in tails], **options)  # type: ignore[arg-type]

    bare = replace(trace, live=True, stored_index=None)
    lanes: list[Lane] = []
    was_past = False
    for at_ns in np.linspace(trace.start_ns, trace.end_ns, STEPS)[1:].astype(int).tolist():
        lanes = up_to(trace, at_ns)
        keys = [(index,) for index in range(len(lanes))]
        found = tuple(known.with_states(lanes, keys, at_ns, derive))
        was_past = was_past or known.is_past
        now = replace(bare, lanes=found, recent=known.recent if known.is_past else ())
        view = TraceView.of(now, 0, view)
    assert view is not None and was_past
    return view, TraceView.of(replace(bare, lanes=tuple(with_states(lanes, **options))))  # type: ignore[arg-type]


def states_at(lane: Lane, moments: np.ndarray) -> np.ndarray:
    rows = np.searchsorted(lane.states.starts, moments, "right") - 1
    alive = (rows >= 0) & (moments < lane.end_ns)
    return np.where(alive, np.append(lane.states.states, np.uint8(0))[rows], 0)


@pytest.mark.parametrize("name", RECORDINGS)
def test_it_is_as_if_all_had_been_looked_at(name: str) -> None:
    trace = load(ROOT / name)
    view, whole = watched(trace)
    assert [lock.name for lock in view.locks] == [lock.name for lock in whole.locks]
    for seen, lock in zip(view.locks, whole.locks, strict=True):
        for column in OF_LOCKS:
            assert getattr(seen, column).tolist() == getattr(lock, column).tolist()
        assert (seen.is_signal, seen.is_given_back) == (lock.is_signal, lock.is_given_back)
    for marks, others in zip(view.marks, whole.marks, strict=True):
        for column in OF_MARKS:
            assert getattr(marks, column).tolist() == getattr(others, column).tolist()
    assert view.deadlocks == whole.deadlocks
    assert [plot.counter.name for plot in view.counters] == [
        plot.counter.name for plot in whole.counters
    ]
    assert len(view.transcript) == len(whole.transcript)
    for index in range(len(trace.lanes)):
        assert view.nested.spans(index).starts.tolist() == whole.nested.spans(index).starts.tolist()
    moments = np.linspace(trace.start_ns, trace.end_ns, 5_000).astype(np.int64)
    agree = []
    for lane, other in zip(view.trace.lanes, whole.trace.lanes, strict=True):
        if len(lane.states):
            assert lane.states.starts[0] == lane.start_ns
            assert (np.diff(lane.states.starts) > 0).all()
            assert (lane.states.causes < len(lane.times)).all()
        agree.append((states_at(lane, moments) == states_at(other, moments)).mean())
    assert np.mean(agree) > 0.98


def test_what_was_found_wrong_is_worked_out_anew() -> None:
    """A lane that turns out to have ended, or begun, earlier."""
    trace = load(ROOT / "scenarios/recordings/bounded_buffer.pviz")
    known, whole = Settled(), []

    def derive(tails: Sequence[Tail]) -> Sequence[Lane]:
        whole.append(all(tail.since_ns == tail.lane.start_ns for tail in tails))
        return with_states([tail.lane for tail in tails], gil=True, switch_interval_s=0.005)

    keys = [(index,) for index in range(len(trace.lanes))]
    for at_ns in (trace.end_ns // 2, trace.end_ns * 3 // 4):
        known.with_states(up_to(trace, at_ns), keys, at_ns, derive)
    lanes = up_to(trace, trace.end_ns)
    ended = replace(lanes[1], end_ns=trace.end_ns // 4, end_reason="killed by SIGKILL")
    known.with_states([lanes[0], ended, *lanes[2:]], keys, trace.end_ns, derive)
    assert whole == [True, False, True]
