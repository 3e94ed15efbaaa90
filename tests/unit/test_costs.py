"""Where time went is told even where nothing is wrong, and accuses nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paraviz.analysis.costs import costs
from paraviz.analysis.figures import Material
from paraviz.analysis.reports.info_json import told
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.formats import load
from paraviz.text import language
from tests.traces import printers

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios" / "recordings"


def test_the_longest_wait_for_a_lock_with_its_holder_and_all_who_waited() -> None:
    trace = load(ROOT / "tests" / "data" / "printers_locked.pviz")
    (cost,) = costs(trace, Material(trace))
    assert cost.kind == "lock_wait"
    assert cost.told.english == "thread-b waited 47.4 ms for `lock`, held by thread-a"
    assert [trace.lanes[lane].name for lane in (cost.lane_index, cost.holder)] == [
        *("thread-b", "thread-a"),
    ]
    assert cost.victims == (2,) and cost.cost_ns == cost.until_ns - cost.at_ns
    whole: dict[str, Any] = told(trace)
    assert whole["findings"] == [] and len(whole["costs"]) == 1
    assert whole["point"]["text"] == cost.told.english
    assert f"· {cost.told.english}" in summary_text(trace).replace("\n  ", " ")


def test_several_waits_are_added_up_and_lead_with_their_line() -> None:
    trace = load(SCENARIOS / "philosophers.pviz")
    found = costs(trace, Material(trace))
    assert found == sorted(found, key=lambda cost: -cost.cost_ns) and len(found) <= 8
    assert any("waits for it took" in cost.told.english for cost in found)
    assert all(trace.start_ns <= cost.at_ns <= cost.until_ns <= trace.end_ns for cost in found)


@pytest.mark.parametrize(
    ("name", "kind"), [("deadlock", "deadlock"), ("counter_race", "claim"), ("fib_pool", "claim")]
)
def test_the_point_is_the_gravest_finding_or_what_the_scenario_shows(name: str, kind: str) -> None:
    about: Any = told(load(SCENARIOS / f"{name}.pviz"))["point"]
    assert about["kind"] == kind and about["text"]


def test_where_nobody_waits_there_is_nothing_to_tell() -> None:
    trace = printers(locked=False)
    assert costs(trace, Material(trace)) == []
    about: Any = told(trace)["point"]
    assert about["kind"] == "figures" and about["lane"] is None
    assert about["text"].startswith("nothing stands out; inferred: 3 workers, on average ")


def test_it_is_told_in_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    trace = load(ROOT / "tests" / "data" / "printers_locked.pviz")
    (cost,) = costs(trace, Material(trace))
    assert cost.told.told == "thread-b wartete 47,4 ms auf `lock`, das thread-a hatte"
