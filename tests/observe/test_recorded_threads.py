"""What threads that `threading` knows nothing of leave in a recording."""

from __future__ import annotations

from pathlib import Path

from paraviz import events as ev
from tests.observe.running import run_recorded


def test_raw_threads_are_lanes_with_names_and_ends(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "raw_threads.py")
    ends = {lane.name: lane.end_reason for lane in trace.lanes}
    assert ends == {
        "MainThread": "returned",
        **{f"work-{number}": "returned" for number in range(1, 5)},
        "leaves-1": "returned",
        "Fails-1": "raised ValueError",
        "last-1": "raised LookupError",
    }
    main, *others = trace.lanes
    started = main.objects[main.kinds == ev.THREAD_START].tolist()
    assert sorted(started) == list(range(1, len(trace.lanes)))
    assert all(lane.kinds[-1] == ev.THREAD_END for lane in others)
    assert trace.dropped == 0
    failed = next(lane for lane in others if lane.name == "Fails-1")
    assert "ValueError: outer" in failed.text, "the report is the thread's own writing"


def test_who_waits_for_a_lock_says_so(tmp_path: Path) -> None:
    """Also for one that another was given before it could say that it has it."""
    outcome, trace = run_recorded(tmp_path, "contended.py")
    waits = sum(int((lane.kinds == ev.LOCK_WAIT).sum()) for lane in trace.lanes)
    assert 0 < int(outcome.out) <= waits
