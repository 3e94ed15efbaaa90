"""The first sentence under the lanes is the point of the run."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz.formats import load
from paraviz.text import language
from paraviz.tui.app import ParavizApp
from paraviz.tui.compat import screen_strips
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.point import PointLine
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from paraviz.trace import Trace

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "recordings"


@asynccontextmanager
async def judged(
    trace: Trace, size: tuple[int, int], *, projection: bool = False
) -> AsyncIterator[tuple[Pilot[None], RunView]]:
    app = ParavizApp(lambda _: RunScreen("p", trace=trace), projection=projection)
    async with app.run_test(size=size) as pilot:
        view = app.screen.query_one(RunView)
        while not view.judged:
            await pilot.pause(0.01)
        await pilot.pause()
        yield pilot, view


def lines(pilot: Pilot[None]) -> list[str]:
    return [strip.text.rstrip() for strip in screen_strips(pilot.app)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (60, 14)])
@pytest.mark.parametrize("name", ["philosophers", "deadlock", "shared_array", "counter_race"])
async def test_it_stands_there_whole(name: str, size: tuple[int, int]) -> None:
    async with judged(load(SCENARIOS / f"{name}.pviz"), size) as (pilot, view):
        assert view.point is not None
        told = view.point.told.told
        words = " ".join(" ".join(lines(pilot)).split())
        assert told in words, "never cut, wherever it wraps"
        if size[1] >= 24:
            shown = lines(pilot)
            (first,) = [row for row, line in enumerate(shown) if told[:30] in line]
            assert "runs" in shown[first - 1], "right below the lanes and their legend"


async def test_enter_goes_to_what_it_is_about_and_that_is_marked() -> None:
    async with judged(load(SCENARIOS / "deadlock.pviz"), (80, 24)) as (pilot, view):
        point = view.point
        assert point is not None and point.mark == "✗"
        assert [line[:9] for line in lines(pilot) if line.startswith("✗")] == ["✗thread-b"]
        assert any("┊" in line for line in lines(pilot)) and "✗" in lines(pilot)[2]
        await pilot.press("enter")
        assert (view.cursor_ns, view.selected.number) == (point.at_ns, point.lane_index)
        assert view.span is None
        await pilot.press("enter")
        assert view.span is not None, "with a cursor enter selects the span"


async def test_for_a_projector_it_is_told_instead_of_the_time() -> None:
    trace = load(SCENARIOS / "deadlock.pviz")
    async with judged(trace, (120, 36), projection=True) as (pilot, view):
        below = " ".join("\n".join(lines(pilot)[-4:]).split())
        assert view.point is not None and below == f"✗ {view.point.told.told}"


async def test_a_run_that_goes_on_has_none_yet() -> None:
    trace = replace(load(SCENARIOS / "deadlock.pviz"), live=True)
    async with judged(trace, (80, 24)) as (pilot, view):
        assert view.point is None
        assert not any("looking for" in line for line in lines(pilot))


async def test_it_stays_whole_in_a_language_that_takes_more_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(language, "_chosen", "en")
    async with judged(load(SCENARIOS / "barrier.pviz"), (80, 24)) as (pilot, view):
        assert view.point is not None and view.query_one(PointLine).size.height == 1
        await pilot.press("D")
        await until(pilot, lambda: view.query_one(PointLine).size.height == 2)
        assert language.current() == "de"
        assert view.point.told.told in " ".join(" ".join(lines(pilot)).split())
