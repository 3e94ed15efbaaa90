"""The gallery."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from paraviz.program import Runnable
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.traces import printers
from tui.app import ParavizApp
from tui.screens.gallery import Gallery
from tui.screens.open import OpenScreen
from tui.screens.run import RunScreen
from tui.widgets.bars import Headline
from tui.widgets.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

PROGRAMS = (
    PROGRAM,
    replace(PROGRAM, name="deadlock", title="Two locks the wrong way round"),
    Runnable("pool", "pool.py", title="A pool of workers", text="No parameters.", source="x = 1"),
)


@asynccontextmanager
async def gallery(
    sessions: list[FakeSession] | None = None, programs: Sequence[Runnable] = PROGRAMS
) -> AsyncIterator[tuple[Pilot[None], Shelf]]:
    def make(runnable: Runnable, argv: Sequence[str]) -> FakeSession:
        session = FakeSession(runnable, argv)
        if sessions is not None:
            sessions.append(session)
        return session

    app = ParavizApp(lambda _: Gallery(programs), make)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        yield pilot, app.screen.query_one(Shelf)


def title(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#title").render())


def rows(shelf: Shelf) -> list[str]:
    drawn = [shelf.render_line(y).text.strip() for y in range(shelf.content_size.height)]
    return [row for row in drawn if row]


async def test_the_first_program_is_shown() -> None:
    async with gallery() as (pilot, shelf):
        assert rows(shelf) == ["type to filter", "Scenarios", "▶ printers", "deadlock", "pool"]
        assert title(pilot) == "Two printers"


async def test_the_arrows_show_another_one() -> None:
    async with gallery() as (pilot, _):
        await pilot.press("down", "down", "down")
        assert title(pilot) == "A pool of workers"
        await pilot.press("up")
        assert title(pilot) == "Two locks the wrong way round"


async def test_typing_filters_by_name_and_title() -> None:
    async with gallery() as (pilot, shelf):
        await pilot.press(*"wrong")
        assert rows(shelf) == ["/ wrong▏  1 of 3", "Scenarios", "▶ deadlock"]
        assert title(pilot) == "Two locks the wrong way round"
        await pilot.press("backspace", "escape")
        assert len(shelf.matching) == 3
        await pilot.press("slash", *"pool")
        assert title(pilot) == "A pool of workers"


async def test_a_filter_that_nothing_matches_says_so() -> None:
    async with gallery() as (pilot, shelf):
        await pilot.press(*"zzz")
        assert rows(shelf) == ["/ zzz▏  no match · esc"]
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Gallery)


async def test_a_click_chooses() -> None:
    async with gallery() as (pilot, shelf):
        await pilot.click(shelf, offset=(5, 5))
        assert shelf.chosen == 1


async def test_enter_runs_with_the_parameters_of_the_form_and_q_comes_back() -> None:
    sessions: list[FakeSession] = []
    async with gallery(sessions) as (pilot, _):
        await pilot.press("tab", "space", "down", "9", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert sessions[0].argv == ["--locked", "--n", "209"]
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Gallery))
        await until(pilot, lambda: sessions[0].stopped >= 1)


async def test_a_value_that_cannot_be_is_not_run() -> None:
    sessions: list[FakeSession] = []
    async with gallery(sessions) as (pilot, _):
        await pilot.press("tab", "down", "x", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Gallery) and not sessions


async def test_o_opens_a_recording(tmp_path: Path) -> None:
    from paraviz.formats import save

    path = tmp_path / "kept.pviz"
    save(printers(), path)
    async with gallery() as (pilot, _):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OpenScreen))
        pilot.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await until(
            pilot,
            lambda: "kept.pviz" in pilot.app.screen.query_one(Headline).render_line(0).text,
        )


async def test_o_puts_a_program_on_the_shelf(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text('"""My own"""\nprint(1)\n', encoding="utf-8")
    async with gallery() as (pilot, shelf):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OpenScreen))
        pilot.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: title_or_none(pilot) == "My own")
        assert "Opened" in rows(shelf)


def title_or_none(pilot: Pilot[None]) -> str:
    return title(pilot) if isinstance(pilot.app.screen, Gallery) else ""


async def test_a_file_that_is_not_there_is_told_of() -> None:
    async with gallery() as (pilot, _):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OpenScreen))
        for name in ("nowhere.pviz", "nowhere.py"):
            field = pilot.app.screen.query_one("#path")
            field.value = name  # type: ignore[attr-defined]
            await pilot.press("enter")
            hint = pilot.app.screen.query_one("#hint")
            await until(pilot, partial(hint.has_class, "-error"))
            hint.remove_class("-error")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Gallery))


async def test_q_quits() -> None:
    async with gallery() as (pilot, _):
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_an_empty_gallery_opens_files_all_the_same() -> None:
    async with gallery(programs=()) as (pilot, _):
        await pilot.press("enter", "o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OpenScreen))
