"""How far the report is, and what it takes from the view that is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.tui.screens.report import Report
from tests.app.fakes import until
from tests.app.rows_shown import shown

PHILOSOPHERS = Path(__file__).parents[2] / "scenarios" / "recordings" / "philosophers.pviz"


async def test_one_bar_for_findings_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(Report, "watch_share", lambda _self, now: told.append(now), raising=False)
    async with shown(load(PHILOSOPHERS), (80, 40)) as (pilot, _):
        await pilot.press("i")
        found = pilot.app.screen.query_one(Report)
        await until(pilot, lambda: found.figures is not None)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert any(0.0 < share < 0.3 for share in told)


async def test_what_the_view_knows_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(load(PHILOSOPHERS), (80, 40)) as (pilot, _):
        for name in ("lock_histories", "deadlocks"):
            monkeypatch.delattr(f"paraviz.analysis.figures.analysis_cache.{name}")
        await pilot.press("i")
        found = pilot.app.screen.query_one(Report)
        await until(pilot, lambda: found.figures is not None)
        assert found.found is not None and "deadlock" in [each.kind for each in found.found]
