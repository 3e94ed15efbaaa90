"""The projection mode."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from paraviz.tui.app import ParavizApp
from paraviz.tui.compat import screen_strips
from paraviz.tui.render.large import block_rows
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.bars import KeyLine
from paraviz.tui.widgets.panes import Output, Overview, Sentence
from paraviz.tui.widgets.run import RunView
from paraviz.tui.widgets.timeline import Timeline
from tests.app.rows_shown import chosen, said
from tests.render.arranged import workshop
from tests.traces import printers

SIZES = [(60, 16), (80, 24), (120, 36), (200, 60), (300, 80)]


def app(*, projection: bool = False) -> ParavizApp:
    trace = workshop()
    return ParavizApp(lambda _: RunScreen("workshop", trace=trace), projection=projection)


def screen(pilot: Pilot[None]) -> list[str]:
    return [strip.text for strip in screen_strips(pilot.app)]


def unit(pilot: Pilot[None]) -> int:
    return pilot.app.screen.query_one(Timeline).placement().unit


async def test_one_key_makes_everything_large_and_the_same_key_as_it_was() -> None:
    async with app().run_test(size=(120, 50)) as pilot:
        await pilot.pause()
        before = screen(pilot)
        await pilot.press("V")
        await pilot.pause()
        large = screen(pilot)
        assert pilot.app.theme == "paraviz-projection-dark"
        assert unit(pilot) >= 3
        shown = pilot.app.screen
        for hidden in (KeyLine, Overview, Output):
            assert not shown.query_one(hidden).is_on_screen, hidden
        assert shown.query_one(Sentence).size.height == 5
        # The point of the run is what is read from the last row, until a moment is chosen.
        assert sum("nothing stands out" in line for line in large) == 1
        await pilot.press("end")
        await pilot.pause()
        chosen_rows = screen(pilot)
        for row in block_rows("100 µs"):
            assert any(row in line for line in chosen_rows)
        await pilot.press("escape")
        assert sum(line.strip() != "" for line in large) > 10
        await pilot.press("V")
        await pilot.pause()
        assert pilot.app.theme == "paraviz-dark"
        assert screen(pilot) == before


async def test_the_same_keys_work_and_light_is_light() -> None:
    async with app(projection=True).run_test(size=(120, 50)) as pilot:
        await pilot.pause()
        view = pilot.app.screen.query_one(RunView)
        await pilot.press("down", "down", "down", "G", *"30 us", "enter", "T")
        assert chosen(view) == "worker-2"
        assert pilot.app.theme == "paraviz-projection-light"
        lines = "\n".join(screen(pilot))
        assert "worker-2 waits for " in lines
        assert block_rows("30 µs")[1] in lines
        await pilot.press("V")
        assert pilot.app.theme == "paraviz-light"


async def test_output_is_there_when_it_is_asked_for() -> None:
    traced = ParavizApp(lambda _: RunScreen("printers", trace=printers()), projection=True)
    async with traced.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        output = pilot.app.screen.query_one(Output)

        def is_shown() -> bool:
            return output.display and output.region.height > 0 and output.is_on_screen

        assert not is_shown()
        await pilot.press("U")
        await pilot.pause()
        assert is_shown() and unit(pilot) >= 3
        await pilot.press("U")
        await pilot.pause()
        assert not is_shown()
        await pilot.press("V")
        await pilot.pause()
        assert is_shown()
        await pilot.press("U")
        await pilot.pause()
        assert not is_shown()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("projection", [False, True], ids=["ordinary", "large"])
async def test_nothing_that_matters_is_cut_off(size: tuple[int, int], projection: bool) -> None:
    async with app(projection=projection).run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("right", "down")
        await pilot.pause()
        lines = screen(pilot)
        text = "\n".join(lines)
        assert len(lines) == size[1]
        assert "workshop" in lines[0] and "ended" in lines[0]
        for word in ("runs", "lock", "▶logger", "?"):
            assert word in text, word
        timeline = pilot.app.screen.query_one(Timeline)
        placement = timeline.placement()
        assert timeline.tracks is not None
        # What is not shown is told of.
        if len(placement.upper) < len(timeline.tracks.upper):
            assert f" of {len(timeline.tracks.upper)}" in text
        if len(placement.lower) < len(timeline.tracks.lower):
            assert f" of {len(timeline.tracks.lower)}" in text
        assert "logger runs" in text
        legend = next(line for line in lines if "██ runs" in line)
        assert legend.rstrip().endswith("lock")


async def test_of_resources_that_are_not_in_sight_it_is_told() -> None:
    async with app().run_test(size=(60, 13)) as pilot:
        await pilot.pause()
        assert len(pilot.app.screen.query_one(Timeline).placement().lower) == 2
        assert " 1–2 of 3 " in "\n".join(screen(pilot))
        await pilot.press(*["down"] * 8)
        assert " 2–3 of 3 " in "\n".join(screen(pilot))


@pytest.mark.parametrize("projection", [False, True], ids=["ordinary", "large"])
async def test_another_size_keeps_the_place(projection: bool) -> None:
    async with app(projection=projection).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        view = pilot.app.screen.query_one(RunView)
        await pilot.press("down", "down", "G", *"30 us", "enter", "plus", "plus")
        place = (view.viewport, view.cursor_ns, view.selected)
        for size in [*SIZES, (120, 36)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert (view.viewport, view.cursor_ns, view.selected) == place
            assert chosen(view) == "worker-1"
        await pilot.press("V")
        assert (view.viewport, view.cursor_ns, view.selected) == place


@pytest.mark.parametrize(
    ("key", "name", "is_right"),
    [
        ("P", "paraviz-1.svg", lambda content: content.startswith(b"<svg")),
        ("alt+p", "paraviz-1.png", lambda content: content.startswith(b"\x89PNG")),
        ("alt+t", "paraviz-1.txt", lambda content: b"\n\xe2\x96\xb6main " in content),
    ],
    ids=["svg", "png", "txt"],
)
async def test_a_key_writes_the_screen(
    key: str,
    name: str,
    is_right: Callable[[bytes], bool],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    async with app().run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert said(pilot) == [f"saved as {name}"]
    assert is_right((tmp_path / name).read_bytes())


@pytest.mark.parametrize("few", ["NO_COLOR", "sixteen"])
async def test_with_few_colours_nothing_is_tinted(
    few: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.color import ColorSystem

    from paraviz.tui.palette import palette_of
    from paraviz.tui.render.inks import Ink

    if few == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    shown = app()
    if few == "sixteen":
        monkeypatch.setattr(shown.console, "_color_system", ColorSystem.STANDARD)
    async with shown.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        palette = palette_of(shown.screen.app)
        plain = palette.style(Ink(back="lock-tint")).bgcolor
        assert plain == palette.style(Ink(back="gil-tint")).bgcolor
        assert "╳" in "\n".join(screen(pilot))


def test_no_color_is_left_to_the_programs_that_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = app()
    assert shown.no_color
    assert os.environ["NO_COLOR"] == "1"
