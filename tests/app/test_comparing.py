"""Two runs on the compare screen."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from paraviz.text import language
from paraviz.trace import Program
from paraviz.tui.app import ParavizApp
from paraviz.tui.render.tracks import Track
from paraviz.tui.render.view import TraceView
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.widgets.compared import (
    ComparedRun,
    FigureLine,
    FigureTable,
    RunTitle,
    SharedTimeline,
)
from paraviz.tui.widgets.panes import Sentence
from paraviz.tui.widgets.prompt import Prompt
from tests.app.fakes import until
from tests.traces import MS, lane, printers, trace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot
    from textual.widget import Widget

    from paraviz.trace import Trace

SOURCE = (
    "from typing import Literal\n"
    "def main(locked: bool = False, n: int = 20, mode: Literal['fast', 'slow'] = 'fast'): ...\n"
    "main()\n"
)


@pytest.fixture(autouse=True)
def _for_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)


@asynccontextmanager
async def comparing(
    above: Trace | None = None, below: Trace | None = None, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Pilot[None], ComparedRun, ComparedRun]]:
    views = TraceView.of(above or printers()), TraceView.of(below or printers(locked=True))
    app = ParavizApp(lambda _: CompareScreen(*views))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.screen.query_one(FigureLine).comparison is not None)
        await pilot.pause()
        first, second = app.screen.query(ComparedRun)
        yield pilot, first, second


def text(widget: Widget) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def drawn(run: ComparedRun) -> list[str]:
    return text(run.query_one(SharedTimeline))


def marked(run: ComparedRun) -> list[str]:
    return [line.split()[0] for line in drawn(run) if line.startswith("▶")]


async def test_both_stand_on_one_clock() -> None:
    short = trace([lane("a-worker-with-a-long-name", [], end_ns=5 * MS)])
    async with comparing(short, printers(locked=True)) as (_, above, below):
        assert above.viewport == below.viewport and above.viewport
        assert above.viewport.is_whole and above.viewport.shows(printers(locked=True).end_ns - 1)
        rulers = [drawn(run)[0] for run in (above, below)]
        assert rulers[0] == rulers[1] and "╷0 ms" in rulers[0]
        begins = [drawn(run)[0].index("╷0") for run in (above, below)]
        assert begins[0] == begins[1] == above.query_one(SharedTimeline).names
        # A quarter of the longer run is the whole of the short one.
        shown = [line for line in drawn(above) if "█" in line]
        assert shown and max(map(len, shown)) < 50


async def test_moving_in_one_moves_the_other() -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("right", "right", "plus")
        assert above.cursor_ns is not None
        assert (below.cursor_ns, below.viewport) == (above.cursor_ns, above.viewport)
        await pilot.press("tab", "shift+right", "right")
        assert (below.cursor_ns, below.viewport) == (above.cursor_ns, above.viewport)
        await pilot.press("m", "right")
        assert above.mark_ns == below.mark_ns is not None
        await pilot.press("escape", "escape", "f")
        assert above.cursor_ns is None and above.viewport and above.viewport.is_whole


async def test_the_cursor_goes_beyond_the_shorter_run() -> None:
    short = trace([lane("w", [], end_ns=5 * MS)])
    async with comparing(short) as (pilot, above, below):
        above.move_cursor(15 * MS)
        await pilot.pause()
        assert above.cursor_ns == below.cursor_ns == 15 * MS
        above.move_cursor(10**12)
        assert above.cursor_ns == below.cursor_ns == printers(locked=True).end_ns


async def test_a_span_is_dropped_when_the_other_run_moves_the_cursor() -> None:
    async with comparing() as (pilot, above, _below):
        await pilot.press("right", "right", "right", "enter")
        assert above.span is not None
        await pilot.press("tab", "right")
        assert above.span is None


async def test_down_goes_through_the_upper_and_then_the_lower_run() -> None:
    async with comparing() as (pilot, above, below):
        assert marked(above) == ["▶main"] and marked(below) == []
        await pilot.press("up")
        assert marked(above) == ["▶main"]
        await pilot.press("down", "down", "down")
        assert marked(above) == [] and marked(below) == ["▶main"]
        assert below.has_focus
        await pilot.press(*["down"] * 9)
        assert below.selected == Track("lock", 0)
        await pilot.press(*["up"] * 4)
        assert marked(above) == ["▶thread-b"] and marked(below) == []


async def test_tab_switches_and_the_sentence_tells_of_the_chosen_run() -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("down", "tab", "down", "down")
        assert above.selected == Track("lane", 1) and below.selected == Track("lane", 2)
        sentence = pilot.app.screen.query_one(Sentence)
        assert "thread-b" in text(sentence)[-1] and sentence.view is below.view
        await pilot.press("tab")
        assert "thread-a" in text(sentence)[-1] and sentence.view is above.view


async def test_the_figures_stand_between_and_below() -> None:
    async with comparing(size=(120, 40)) as (pilot, above, below):
        line = pilot.app.screen.query_one(FigureLine)
        assert text(line)[0].startswith(
            " wall 22.3 → 22.3 ms · waiting for the GIL 18.1 ms → 610 µs ✓"
        )
        assert " · waiting for locks 0 → 10.0 ms ✗" in text(line)[0]
        assert above.region.bottom == line.region.y == below.region.y - 1
        table = pilot.app.screen.query_one(FigureTable)
        assert any(row.startswith(" waiting for locks ") for row in text(table))


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (200, 60)])
async def test_any_size(size: tuple[int, int]) -> None:
    async with comparing(size=size) as (pilot, above, below):
        for run in (above, below):
            assert run.query_one(SharedTimeline).size.height >= 2
            assert any("main" in line for line in drawn(run))
            assert run.region.bottom < size[1]
        assert pilot.app.screen.query_one(Sentence).region.bottom == size[1] - 1
        table = pilot.app.screen.query_one(FigureTable)
        assert table.display == (size[1] > 20) and any(text(table)) == table.display


async def test_rows_can_be_arranged_and_a_time_asked_for() -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("h")
        assert not any("main" in line for line in drawn(above))
        assert any("main" in line for line in drawn(below))
        await pilot.press("G")
        prompt = pilot.app.screen.query_one(Prompt)
        assert prompt.display
        prompt.query_one(Input).value = "50 %"
        await pilot.press("enter")
        assert above.cursor_ns == below.cursor_ns is not None
        assert not prompt.display and above.has_focus


async def test_the_names_are_told_in_german() -> None:
    off = replace(printers(), program=Program("printers", source=SOURCE))
    on = replace(printers(locked=True), program=replace(off.program, argv=("--locked",)))
    async with comparing(off, on) as (pilot, above, below):
        titles = [run.query_one(RunTitle) for run in (above, below)]
        assert [text(title)[0].split(" · ")[1] for title in titles] == ["locked off", "locked on"]
        await pilot.press("D")
        await until(pilot, lambda: "locked aus" in text(titles[0])[0])
        assert "wartet auf Locks" in text(pilot.app.screen.query_one(FigureLine))[0]
