"""Figures, size and long recordings on the compare screen."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.events import MouseScrollDown

from paraviz.cli import main
from paraviz.formats import save
from paraviz.text import language
from paraviz.tui.app import ParavizApp
from paraviz.tui.render import view as view_module
from paraviz.tui.render.arrange import needed
from paraviz.tui.render.lanes import LARGE_UNITS
from paraviz.tui.render.large import block_rows
from paraviz.tui.render.view import TraceView
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.widgets.bars import KeyLine
from paraviz.tui.widgets.compared import (
    ComparedRun,
    FigureLine,
    FigureTable,
    Legend,
    RunTitle,
    SharedTimeline,
)
from paraviz.tui.widgets.panes import Sentence
from paraviz.user.recent_files import recent
from tests.app.fakes import until
from tests.app.test_comparing import comparing, drawn, text
from tests.terminal import Terminal
from tests.traces import MS, lane, printers, trace

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from paraviz.trace import Trace


@pytest.fixture(autouse=True)
def _for_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)


def table_of(pilot: Pilot[None]) -> FigureTable:
    return pilot.app.screen.query_one(FigureTable)


def workers(count: int) -> Trace:
    return trace([lane(f"w{n}", [], end_ns=MS, tid=n) for n in range(count)])


async def test_the_titles_say_which_run_is_faster() -> None:
    short = trace([lane("w", [], end_ns=5 * MS)])
    async with comparing(short) as (_pilot, above, below):
        titles = [text(run.query_one(RunTitle))[0] for run in (above, below)]
        assert "· ✓ faster ─" in titles[0] and "· ✗ slower ×4.46 ─" in titles[1]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_with_many_workers_the_figures_are_seen(size: tuple[int, int]) -> None:
    async with comparing(workers(12), workers(30), size=size) as (pilot, above, _below):
        await pilot.press("g", "tab", "g")
        assert len([line for line in drawn(above) if " w" in line or "▶w" in line]) >= 3
        table = table_of(pilot)
        assert table.display and text(table)[2].startswith(" wall time")
        assert table.region.bottom <= size[1]
        await pilot.press("tab", *["down"] * 11)
        assert "▶w11" in "".join(drawn(above))


async def test_i_reads_all_figures_where_there_is_room_for_few() -> None:
    async with comparing(size=(80, 24)) as (pilot, above, below):
        table = table_of(pilot)
        before = table.size.height
        assert "i: all figures" in text(table)[0]
        await pilot.press("tab", "i")
        await until(pilot, lambda: table.size.height > before)
        assert table.has_focus and below.chosen and "↓" in text(table)[0]
        assert all(run.size.height >= 3 for run in (above, below))
        head, first = text(table)[1:3]
        await pilot.press("down")
        assert table.top == 1 and text(table)[1] == head and text(table)[2] != first
        await pilot.press("up", "pagedown")
        page = table.top
        assert page > 1
        await pilot.press("space", "space", "space")
        assert table.top == table.most() and "↓" not in text(table)[0]
        assert text(table)[-1] == " both wrote the same characters, in another order"
        await pilot.press("pageup")
        assert table.top < table.most()
        await pilot.press("i")
        await until(pilot, lambda: table.size.height == before)
        assert below.has_focus and table.top == 0


@pytest.mark.parametrize("key", ["escape", "q", "tab", "i"])
async def test_keys_that_leave_the_figures_lead_back_to_the_run(key: str) -> None:
    async with comparing(size=(60, 16)) as (pilot, above, below):
        table = table_of(pilot)
        assert not table.display
        await pilot.press("tab", "i")
        await until(pilot, lambda: any(text(table)))
        await pilot.press(key)
        await until(pilot, lambda: not table.display)
        assert below.has_focus and not above.has_focus


async def test_the_wheel_turns_the_figures() -> None:
    async with comparing(size=(80, 24)) as (pilot, _above, _below):
        table = table_of(pilot)
        before = text(table)
        await pilot._post_mouse_events([MouseScrollDown], table, offset=(5, 3))
        await until(pilot, lambda: table.top > 0)
        assert text(table)[1] == before[1] and text(table)[2] != before[2]


async def test_v_makes_everything_large_and_small_again() -> None:
    async with comparing(size=(120, 36)) as (pilot, above, below):
        screen = pilot.app.screen
        line, sentence = screen.query_one(FigureLine), screen.query_one(Sentence)
        small = [run.size.height for run in (above, below)]
        await pilot.press("V")
        await until(pilot, lambda: line.size.height == 3)
        assert not screen.query_one(KeyLine).display and not table_of(pilot).display
        assert sentence.large and sentence.region.bottom == 36
        assert not any(set(row[:20]) & set("▀▄█") for row in text(line))
        assert "about as long · 22.3 → 22.3 ms" in text(line)[0]
        for run, before in zip((above, below), small, strict=True):
            assert run.size.height > before
            timeline = run.query_one(SharedTimeline)
            placed = timeline.placement()
            assert placed.large and placed.unit >= 3 and placed.legend == -1
            assert len(placed.upper) == 3
            assert placed.upper[-1].top + placed.upper[-1].rows <= timeline.size.height
        assert "████ runs" in text(screen.query_one(Legend))[0]
        await pilot.press("i")
        await until(pilot, lambda: any(text(table_of(pilot))))
        await pilot.press("i", "V")
        await until(pilot, lambda: line.size.height == 1)
        assert [run.size.height for run in (above, below)] == small
        assert screen.query_one(KeyLine).display and not sentence.large


@pytest.mark.parametrize("rows", [36, 47, 60, 70, 90])
async def test_large_lanes_are_as_tall_as_both_can_be(rows: int) -> None:
    async with comparing(size=(120, rows)) as (pilot, above, below):
        await pilot.press("V")
        await until(pilot, lambda: above.large and below.large)
        await pilot.pause()
        runs = [(run.query_one(SharedTimeline), run.tracks) for run in (above, below)]
        room = sum(timeline.size.height + 1 for timeline, _tracks in runs)
        units = [timeline.placement().unit for timeline, _tracks in runs]
        assert units[0] == units[1]
        taller = LARGE_UNITS[LARGE_UNITS.index(units[0]) + 1]
        assert room < sum(needed(tracks, taller, large=True) for _, tracks in runs if tracks)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 16), (40, 10)])
async def test_it_begins_large_and_nothing_is_cut_off(size: tuple[int, int]) -> None:
    views = [TraceView.of(run) for run in (printers(), printers(locked=True))]
    app = ParavizApp(lambda _: CompareScreen(*views), projection=True)
    async with app.run_test(size=size) as pilot:
        line = app.screen.query_one(FigureLine)
        await until(pilot, lambda: line.comparison is not None)
        await pilot.pause()
        assert app.screen.query_one(Sentence).region.bottom == size[1]
        above, below = app.screen.query(ComparedRun)
        for run in (above, below):
            assert any("main" in row for row in drawn(run))
            if size[1] > 20:
                assert all(any(name in row for row in drawn(run)) for name in ("-a", "-b"))
        assert above.region.bottom == line.region.y and line.region.bottom == below.region.y


async def test_a_long_recording_is_shown_before_all_of_it_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(view_module, "AT_ONCE", 10)
    go_on = threading.Event()
    completed = TraceView.completed

    def late(self: TraceView, revision: int) -> TraceView:
        go_on.wait()
        return completed(self, revision)

    monkeypatch.setattr(TraceView, "completed", late)
    views = [TraceView.at_first(run) for run in (printers(), printers(locked=True))]
    app = ParavizApp(lambda _: CompareScreen(*views))
    async with app.run_test(size=(100, 30)) as pilot:
        above, below = app.screen.query(ComparedRun)
        try:
            await until(pilot, lambda: any("main" in row for row in drawn(below)))
            await pilot.press("right", "right", "tab")
            assert below.cursor_ns is not None and not any("◆" in row for row in drawn(below))
            viewport = below.viewport
        finally:
            go_on.set()
        await until(pilot, lambda: any("◆ lock" in row for row in drawn(below)))
        await until(pilot, lambda: above.view is not None and above.view.whole)
        assert below.viewport == above.viewport == viewport
        assert below.has_focus and below.cursor_ns == above.cursor_ns
        assert any("a" in row.partition("thread-a")[2] for row in drawn(above))


async def test_how_much_faster_a_run_is_stands_there_in_block_digits() -> None:
    short = trace([lane("w", [], end_ns=5 * MS)])
    async with comparing(short, size=(120, 36)) as (pilot, _above, _below):
        line = pilot.app.screen.query_one(FigureLine)
        await pilot.press("V")
        await until(pilot, lambda: line.size.height == 3)
        assert [row[1:28].rstrip() for row in text(line)] == [
            each.rstrip() for each in block_rows("17.3 ms")
        ]


async def test_what_was_cut_short_is_not_called_the_faster_one() -> None:
    stopped = replace(trace([lane("w", [], end_ns=5 * MS)]), end_reason="stopped")
    async with comparing(stopped) as (_pilot, above, below):
        for run in (above, below):
            assert "aster" not in text(run.query_one(RunTitle))[0]


def test_it_opens_from_the_command_line_as_it_is_wanted_and_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody has taken the tour yet, which goes over a single run.
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    files = [tmp_path / name for name in ("a.pviz", "b.pviz")]
    for file, locked in zip(files, (False, True), strict=True):
        save(printers(locked=locked), file)
    options = ["--open", "--theme", "paraviz-light", "--projection"]
    command = [sys.executable, "-m", "paraviz", "compare", *options, *map(str, files)]
    terminal = Terminal(command)
    try:
        said = terminal.wait_for("about as long · 22.3 → 22.3 ms")
        # Keys come after whatever was to be shown first.
        terminal.press("V")
        said += terminal.wait_for("both runs")
        assert "tour" not in said
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    finally:
        terminal.close()
    assert recent()[:2] == tuple(files)


def test_an_unknown_theme_is_refused_before_anything_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["compare", "--open", "--theme", "bogus", "no.pviz", "no.pviz"])
    assert raised.value.code == 2
    assert "no theme 'bogus'" in capsys.readouterr().err
