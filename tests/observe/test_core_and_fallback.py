"""The compiled core leaves the same in a recording as the Python code in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.observe.compiled import OFF, core
from tests.observe.running import run_plain, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

pytestmark = pytest.mark.skipif(core is None, reason="there is no compiled core")


def told(trace: Trace) -> list[tuple[str, int, str, int, int]]:
    """What each event says, but for its time."""
    found = []
    for lane in trace.lanes:
        columns = (lane.kinds, lane.objects, lane.values, lane.sites)
        for kind, row, value, site in zip(*(column.tolist() for column in columns), strict=True):
            name = trace.objects[row].name if row >= 0 else ""
            if kind in ev.PUT_KINDS:
                value = 0  # An item between processes has a number from the clock.
            line = trace.sites[site].line if site >= 0 else 0
            found.append((lane.name, kind, name, value, line))
    return found


@pytest.mark.parametrize("program", ["hot.py", "hot_memory.py"])
def test_they_tell_the_same(tmp_path: Path, program: str) -> None:
    folders = [tmp_path / "core", tmp_path / "python"]
    outcomes, traces = [], []
    for folder, off in zip(folders, ("", "1"), strict=True):
        folder.mkdir()
        outcome, trace = run_recorded(folder, program, environment={OFF: off})
        outcomes.append(outcome)
        traces.append((told(trace), [lane.text for lane in trace.lanes]))
    assert outcomes[0] == outcomes[1] == run_plain(program)
    assert len(traces[0][0]) > 150
    assert traces[0] == traces[1]
