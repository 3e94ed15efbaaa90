"""What observing costs is measured in the program, once it is over, and changes nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.observe.running import run_plain, run_recorded

if TYPE_CHECKING:
    from pathlib import Path


def test_by_family_and_unseen(tmp_path: Path) -> None:
    plain = run_plain("coroutines.py")
    observed, trace = run_recorded(tmp_path, "coroutines.py")
    assert (observed.code, observed.out, observed.err) == (plain.code, plain.out, plain.err)
    costs = dict(trace.costs)
    assert {"lock", "usual", "write", "step"} <= costs.keys() and min(costs.values()) > 0
    assert costs["step"] > costs["lock"]
    assert trace.sent_ns > 0 and trace.read_ns > 0 and trace.usable_cpus > 0
    assert not any(lane.name.startswith("_of_") for lane in trace.lanes)
    assert not any(thing.name.startswith("yields") for thing in trace.objects)


def test_shared_memory_has_its_own(tmp_path: Path) -> None:
    observed, trace = run_recorded(tmp_path, "lost_updates.py", "9")
    assert observed.code == 0
    assert dict(trace.costs)["memory"] > 0
