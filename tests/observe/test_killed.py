"""Who was killed on purpose, and who was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.findings import findings
from paraviz.trace.index import index_of
from tests.observe.running import run_plain, run_recorded

if TYPE_CHECKING:
    from pathlib import Path


def test_only_who_killed_itself_is_a_fault(tmp_path: Path) -> None:
    outcome, trace = run_recorded(tmp_path, "kills_on_purpose.py")
    assert outcome == run_plain("kills_on_purpose.py")
    found = [each for each in findings(trace, index_of(trace)) if each.kind == "killed"]
    assert [trace.lanes[each.lane_index].name for each in found] == ["itself"]
