"""The gallery."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from paraviz.formats import save
from paraviz.programs.catalogue import scenarios
from paraviz.programs.parameters import Runnable
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.open import OpenScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.bars import Headline
from paraviz.tui.widgets.form import ParameterForm
from paraviz.tui.widgets.preview import Preview
from paraviz.tui.widgets.program_list import Shelf
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from paraviz.tui.render.view import TraceView

PROGRAMS = (
    PROGRAM,
    replace(PROGRAM, name="deadlock", title="Two locks the wrong way round"),
    Runnable("pool", "pool.py", title="A pool of workers", text="No parameters.", source="x = 1"),
)


@asynccontextmanager
async def gallery(
    sessions: list[FakeSession] | None = None,
    programs: Sequence[Runnable] = PROGRAMS,
    *,
    own: bool = False,
) -> AsyncIterator[tuple[Pilot[None], Shelf]]:
    def make(runnable: Runnable, argv: Sequence[str]) -> FakeSession:
        session = FakeSession(runnable, argv)
        if sessions is not None:
            sessions.append(session)
        return session

    app = ParavizApp(lambda _: Gallery(programs, own=own), make)
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


def told(pilot: Pilot[None], part: str) -> str:
    return str(pilot.app.screen.query_one(part).render())


def form_rows(pilot: Pilot[None]) -> list[str]:
    form = pilot.app.screen.query_one(ParameterForm)
    drawn = [form.render_line(y).text.strip() for y in range(form.size.height)]
    return [row.removeprefix("▸").strip() for row in drawn if row]


async def complete(pilot: Pilot[None]) -> Gallery:
    screen = pilot.app.screen
    assert isinstance(screen, Gallery)
    await until(pilot, lambda: screen.is_complete)
    return screen


@pytest.mark.parametrize("half", [0, 1])
async def test_a_walk_through_the_gallery(half: int) -> None:
    programs = scenarios()[half::2]
    async with gallery(programs=programs) as (pilot, shelf):
        preview = (await complete(pilot)).query_one(Preview)
        seen: TraceView | None = None
        for place, program in enumerate(programs):
            assert [row for row in rows(shelf) if row.startswith("▶")] == [f"▶ {program.name}"]
            await until(pilot, partial(lambda title: told(pilot, "#title") == title, program.title))
            assert "".join(told(pilot, "#text").split()) == "".join(program.text.split())
            assert program.source.splitlines()[-1] in told(pilot, "#source")
            names = [row.split()[0] for row in form_rows(pilot) if row.split()[1:]]
            assert names[: len(program.parameters)] == [each.name for each in program.parameters]
            await until(pilot, partial(lambda before: preview.view not in (None, before), seen))
            seen = preview.view
            assert seen is not None and seen.trace.program.name == program.name
            await until(pilot, lambda: preview.display and preview.size.height > 1)
            await pilot.press("down")
            assert shelf.chosen == min(place + 1, len(programs) - 1)


async def test_enter_right_after_a_choice_runs_what_was_chosen() -> None:
    sessions: list[FakeSession] = []
    async with gallery(sessions) as (pilot, shelf):
        shelf.action_choose(1)
        assert isinstance(pilot.app.screen, Gallery)
        pilot.app.screen.action_run()
        await until(pilot, lambda: len(sessions) == 1)
        assert shelf.entry is not None and shelf.entry.runnable is not None
        assert sessions[0].runnable.name == shelf.entry.runnable.name != PROGRAM.name
