"""The choices that are kept from one time to the next."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from paraviz.text import language
from paraviz.tui.app import ParavizApp
from paraviz.tui.choices import Choices, Look
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.run import RunView
from paraviz.tui.widgets.timeline import Timeline
from paraviz.user.settings import Settings, load, save
from tests.app.rows_shown import names, said
from tests.render.arranged import workshop
from tests.terminal import Terminal

NOTHING = Settings(toured=True)
RECORDING = Path(__file__).parents[1] / "data" / "printers.pviz"


def app(look: Look) -> ParavizApp:
    """One that keeps what is chosen."""
    trace, choices = workshop(), Choices(look)
    return ParavizApp(
        lambda _: RunScreen("workshop", trace=trace),
        theme=choices.theme,
        projection=choices.projection,
        choices=choices,
    )


def unit(pilot: Pilot[None]) -> int:
    return pilot.app.screen.query_one(Timeline).placement().unit


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, of somebody who was here before."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(language, "_chosen", None)
    save(NOTHING)
    return tmp_path / "paraviz" / "settings.json"


async def test_a_run_is_laid_out_as_the_last_one_was(kept: Path) -> None:
    async with app(Look()).run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        view = pilot.app.screen.query_one(RunView)
        assert (view.has_texts, view.prefers_source) == (True, False)
        as_it_was = names(view)
        await pilot.press("o", "o", "u", "g", "U", "v")
        await pilot.pause()
        wanted = names(view)
        assert wanted != as_it_was
    assert load()[0] == replace(
        NOTHING, order="running", grouping="name", cpus=True, texts=False, source=True
    )
    async with app(Look()).run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        view = pilot.app.screen.query_one(RunView)
        assert names(view) == wanted
        assert (view.has_texts, view.prefers_source) == (False, True)
        # Large, everything is as it is for everybody, and what is shown there is not kept.
        await pilot.press("V", "U", "V")
        await pilot.pause()
        assert not view.has_texts
    assert kept.exists() and load()[0].texts is False


async def test_a_layout_nobody_knows_is_the_usual_one(kept: Path) -> None:
    save(replace(NOTHING, order="colour", grouping="moon"))
    assert kept.exists()
    async with app(Look()).run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        view = pilot.app.screen.query_one(RunView)
        assert (view.arrangement.order, view.arrangement.grouping) == ("start", None)


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
