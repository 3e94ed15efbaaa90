"""Levels are played by keys alone: chosen, stepped to their goal, proved, and the next one."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from paraviz.levels.shipped import levels
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.level import GoalLine, LevelScreen
from paraviz.tui.screens.levels import LevelList, LevelsScreen
from paraviz.user.level_progress import reached
from tests.app.fakes import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

LEVELS = list(levels())
NAMES = [each.name for each in LEVELS]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@asynccontextmanager
async def playing(name: str) -> AsyncIterator[tuple[Pilot[None], LevelScreen]]:
    app = ParavizApp(lambda _: LevelsScreen(LEVELS))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["down"] * NAMES.index(name), "enter")
        await until(pilot, lambda: isinstance(app.screen, LevelScreen))
        screen = app.screen
        assert isinstance(screen, LevelScreen)
        await until(pilot, lambda: screen._state is not None)
        yield pilot, screen


def key_of(name: str) -> str:
    return LEVELS[NAMES.index(name)].key


def went(screen: LevelScreen, steps: int) -> bool:
    return screen._state is not None and screen._state.step > steps


def said(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(GoalLine).said


async def test_an_update_is_lost_by_keys_and_the_stars_are_kept() -> None:
    async with playing("b01_lose_an_update") as (pilot, screen):
        goal = screen.query_one(GoalLine)
        assert "Make the result 1" in "".join(goal.render_line(y).text for y in (0, 1))
        await pilot.press("h")
        assert said(pilot) == "Both have to read 0."
        for steps, key in enumerate("23321"):
            await pilot.press(key)
            await until(pilot, partial(went, screen, steps))
        await until(pilot, lambda: said(pilot).startswith("★★★ reached, with 3 switches"))
        assert reached() == {key_of("b01_lose_an_update"): 3}
        await pilot.press("u")
        await until(pilot, lambda: said(pilot) == "")
        await pilot.press("n")
        await until(pilot, lambda: pilot.app.screen is not screen)
        following = pilot.app.screen
        assert isinstance(following, LevelScreen)
        assert following.query_one(GoalLine).level == LEVELS[NAMES.index("b02_lose_most")]
        await until(pilot, lambda: following._state is not None)
        await pilot.press("q")
        shown = pilot.app.screen.query_one(LevelList)
        await until(pilot, lambda: shown.stars == {key_of("b01_lose_an_update"): 3})
        assert "3 of 51 stars" in shown.render_line(0).text


async def test_what_cannot_be_reached_is_proved() -> None:
    async with playing("a04_one_piece") as (pilot, _screen):
        await pilot.press("p")
        await until(pilot, lambda: said(pilot).startswith("★★★ proved: none of all"))


async def test_a_program_is_mended_in_an_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys\n"
        "text = open(sys.argv[1]).read()\n"
        "text = text.replace('args=(b, a, ', 'args=(a, b, ')\n"
        "open(sys.argv[1], 'w').write(text)\n"
    )
    import sys

    monkeypatch.setenv("VISUAL", f"{sys.executable} {editor}")
    monkeypatch.setattr(ParavizApp, "suspend", _nothing)
    async with playing("c02_mend_the_deadlock") as (pilot, _screen):
        await pilot.press("p")
        await until(pilot, lambda: said(pilot) == "not yet: a schedule still leads there")
        await pilot.press("e")
        await until(pilot, lambda: said(pilot).startswith("★★★ mended: none of all"))
        await pilot.press("R")
        await until(pilot, lambda: said(pilot) == "not yet: a schedule still leads there")
    assert reached() == {key_of("c02_mend_the_deadlock"): 3}


class _nothing:
    """There is no terminal to give away in a test."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
