"""The projection mode, and the choices that are kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from paraviz import language
from paraviz.settings import Settings, load, save
from tests.app.rows_shown import chosen, said
from tests.render.arranged import workshop
from tests.terminal import Terminal
from tests.traces import printers
from tui.app import ParavizApp
from tui.choices import Choices, Look
from tui.compat import screen_strips
from tui.render.large import block_rows
from tui.screens.run import RunScreen
from tui.widgets.bars import KeyLine
from tui.widgets.panes import Output, Overview, Sentence
from tui.widgets.run import RunView
from tui.widgets.timeline import Timeline

NOTHING = Settings(toured=True)
RECORDING = Path(__file__).parents[1] / "data" / "printers.pviz"
SIZES = [(60, 16), (80, 24), (120, 36), (200, 60), (300, 80)]


def app(look: Look | None = None, *, projection: bool = False) -> ParavizApp:
    """With a `look`, one that keeps what is chosen."""
    trace = workshop()
    if look is None:
        return ParavizApp(lambda _: RunScreen("workshop", trace=trace), projection=projection)
    choices = Choices(look)
    return ParavizApp(
        lambda _: RunScreen("workshop", trace=trace),
        theme=choices.theme,
        projection=choices.projection,
        choices=choices,
    )


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, of somebody who was here before."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(language, "_chosen", None)
    save(NOTHING)
    return tmp_path / "paraviz" / "settings.json"


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
        for row in block_rows("100 µs"):
            assert any(row in line for line in large)
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


async def test_what_was_chosen_is_there_the_next_time(kept: Path) -> None:
    async with app(Look()).run_test() as pilot:
        await pilot.pause()
        assert pilot.app.theme == "paraviz-dark"
        await pilot.press("T")
        await pilot.pause()
        assert load()[0] == replace(NOTHING, theme="paraviz-light")
        await pilot.press("V", "D")
        await pilot.pause()
    assert kept.exists()
    assert load()[0] == replace(
        NOTHING, theme="paraviz-projection-light", language="de", projection=True
    )
    async with app(Look()).run_test() as pilot:
        await pilot.pause()
        assert pilot.app.theme == "paraviz-projection-light"
        assert unit(pilot) >= 3
        await pilot.press("V")
        await pilot.pause()
    assert load()[0] == replace(NOTHING, theme="paraviz-light", language="de")


async def test_what_the_command_line_says_is_not_kept(kept: Path) -> None:
    async with app(Look("paraviz-light", projection=True)).run_test() as pilot:
        await pilot.pause()
        assert pilot.app.theme == "paraviz-projection-light"
    assert kept.exists() and load()[0] == NOTHING


async def test_a_theme_that_is_gone_is_the_first_one(kept: Path) -> None:
    save(replace(NOTHING, theme="mauve"))
    assert kept.exists()
    async with app(Look()).run_test() as pilot:
        await pilot.pause()
        assert pilot.app.theme == "paraviz-dark"


async def test_damaged_settings_are_told_of_once(kept: Path) -> None:
    kept.write_text("{")
    async with app(Look()).run_test() as pilot:
        await pilot.pause()
        assert [str(kept) in each for each in said(pilot)] == [True]
        pilot.app.theme = "paraviz-light"
        await pilot.pause()
    async with app(Look()).run_test() as pilot:
        await pilot.pause()
        assert said(pilot) == []
        assert pilot.app.theme == "paraviz-light"


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

    from tui.palette import palette_of
    from tui.render.inks import Ink

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


def test_in_a_terminal_a_choice_outlives_the_app(kept: Path) -> None:
    command = [sys.executable, "-m", "paraviz", "open", str(RECORDING)]
    first = Terminal(command)
    try:
        first.wait_for("ended", "q back")
        first.press("V")
        # The block digits of the wall time, and none of the keys.
        first.wait_for("▄▄▄", "? help")
        first.press("q")
        assert first.wait_for_end() == 0
    finally:
        first.close()
    assert load()[0] == replace(NOTHING, theme="paraviz-projection-dark", projection=True)
    again = Terminal(command)
    try:
        assert "q back" not in again.wait_for("▄▄▄", "? help")
        again.press("q")
        assert again.wait_for_end() == 0
    finally:
        again.close()
    assert kept.exists()
