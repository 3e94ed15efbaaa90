"""What forks leave in a recording: copies of what threads share, and imports that nobody ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings import findings
from paraviz.trace.index import index_of
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace


def waited_for(trace: Trace, lane: Lane) -> list[tuple[str, int]]:
    """Kind and name of what is reported of imports."""
    rows = np.isin(lane.kinds, (ev.IMPORTED_BY, ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED))
    things = [trace.objects[thing] for thing in lane.objects[rows].tolist()]
    known = zip(things, lane.kinds[rows].tolist(), strict=True)
    return [(thing.name, kind) for thing, kind in known if thing.kind == "import"]


def test_an_import_that_another_thread_ends_is_no_news(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "imports.py")
    assert [waited_for(trace, lane) for lane in trace.lanes] == [[]] * len(trace.lanes)


def test_a_copied_import_is_waited_for_in_vain(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "forked_import.py")
    (found,) = findings(trace, index_of(trace))
    assert found.kind == "forked_locked"
    told = found.told.english
    assert " in vain at forked_import.py:20 for the import of slow, whose lock was" in told
    assert told.endswith("preload was importing it, which this process does not have")
    child = trace.lanes[found.lane_index]
    assert child.pid == trace.forks[0].pid
    assert waited_for(trace, child) == [("import slow", k) for k in (ev.IMPORTED_BY, ev.WAIT_BEGIN)]
    assert [trace.lanes[fork.by].kind for fork in trace.forks] == ["process"]


def test_a_copy_is_named_after_its_process(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "findings_forked.py")
    (copy,) = [thing for thing in trace.objects if thing.copy_of >= 0]
    child = trace.forks[0].pid
    assert (copy.kind, copy.pid, copy.name) == ("Lock", child, f"console ({child})")
    assert trace.objects[copy.copy_of].name == "console"
