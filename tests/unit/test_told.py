"""What machines are told of a trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paraviz.analysis.reports.info_json import told
from paraviz.analysis.reports.summary_json import summary
from paraviz.formats import load
from tests.traces import printers, trace

FOUND = Path(__file__).parent.parent / "data" / "findings"


def test_the_summary_stays_as_it_is_and_more_comes_behind_it() -> None:
    shown = printers(locked=True)
    whole = told(shown)
    more = ["stands", "figures", "findings", "spans", "costs", "point"]
    assert list(whole) == [*summary(shown), *more]
    assert {name: whole[name] for name in summary(shown)} == summary(shown)
    figures: Any = whole["figures"]
    assert figures["wall_ns"] == shown.end_ns - shown.start_ns
    assert json.loads(json.dumps(whole)) == whole


def test_findings_lead_to_their_place() -> None:
    (path,) = FOUND.glob("*lost_updates.pviz")
    recorded = load(path)
    found: Any = told(recorded)["findings"]
    (first, *_) = [each for each in found if each["kind"] == "lost_updates"]
    assert recorded.start_ns <= first["at_ns"] <= first["until_ns"] <= recorded.end_ns
    assert first["severity"] == "fault" and first["object"] and first["proof"]["lost"] > 0


def test_there_is_always_something_to_tell() -> None:
    assert told(trace([]))["findings"] == []
