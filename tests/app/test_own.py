"""The user's own programs and recordings in the gallery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz.formats import save
from paraviz.tui.render.inks import shortened
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.open import OpenScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.form import ParameterForm
from paraviz.tui.widgets.preview import Preview
from paraviz.user.recent_files import remember
from tests.app.fakes import FakeSession, until
from tests.app.rows_shown import said
from tests.app.test_gallery import complete, gallery, rows, title, title_or_none, told
from tests.traces import printers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The working directory, empty; no recording was opened yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


async def test_own_programs_and_recordings_are_on_the_shelf(folder: Path, tmp_path: Path) -> None:
    (folder / "mine.py").write_text('"""My own"""\nprint(1)\n', encoding="utf-8")
    (folder / "test_mine.py").write_text("", encoding="utf-8")
    (folder / "notes.txt").write_text("", encoding="utf-8")
    (folder / "broken.py").write_bytes(b"\xff\xfe\x00 no program")
    save(printers(), folder / "kept.pviz")
    save(printers(), tmp_path / "elsewhere.pviz")
    remember(tmp_path / "elsewhere.pviz")
    remember(folder / "kept.pviz")
    async with gallery(own=True) as (pilot, shelf):
        await complete(pilot)
        await pilot.pause()
        assert rows(shelf)[2:] == [
            *("▶ printers", "deadlock", "pool"),
            *("This folder", "broken.py", "mine.py"),
            *("Recordings", "kept.pviz", "elsewhere.pviz"),
        ]
        await pilot.press(*"kept")
        await until(pilot, lambda: title(pilot) == "kept.pviz")
        assert rows(shelf)[0] == "/ kept▏  1 of 7"
        assert str(folder) in told(pilot, "#text")
        preview = pilot.app.screen.query_one(Preview)
        await until(pilot, lambda: preview.view is not None)
        assert not pilot.app.screen.query_one(ParameterForm).display


async def test_a_recording_opens_by_enter_and_stays_chosen(tmp_path: Path) -> None:
    for name in ("a.pviz", "b.pviz"):
        save(printers(), tmp_path / name)
        remember(tmp_path / name)
    async with gallery(own=True) as (pilot, shelf):
        await complete(pilot)
        await pilot.press(*["down"] * 4)
        await until(pilot, lambda: title(pilot) == "a.pviz")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Gallery))
        # What was opened last comes first now.
        await until(pilot, lambda: rows(shelf)[-2:] == ["▶ a.pviz", "b.pviz"])
        assert title(pilot) == "a.pviz"


async def test_an_own_program_runs_by_enter_and_stays_chosen(folder: Path) -> None:
    (folder / "mine.py").write_text('"""My own"""\nprint(1)\n', encoding="utf-8")
    sessions: list[FakeSession] = []
    async with gallery(sessions, own=True) as (pilot, shelf):
        await complete(pilot)
        await pilot.press(*["down"] * 3)
        await until(pilot, lambda: title(pilot) == "My own")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert sessions[0].runnable.path == "mine.py"
        (folder / "also.py").write_text('"""Another"""\n', encoding="utf-8")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Gallery))
        await until(pilot, lambda: rows(shelf)[-3:] == ["This folder", "also.py", "▶ mine.py"])
        assert title(pilot) == "My own"
        await until(pilot, sessions[0].is_stopped)


async def test_an_opened_program_is_chosen_and_stands_on_the_shelf_once(folder: Path) -> None:
    for name in ("mine.py", "other.py"):
        (folder / name).write_text(f'"""It is {name}"""\n', encoding="utf-8")
    save(printers(), folder / "kept.pviz")
    async with gallery(own=True) as (pilot, shelf):
        await complete(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OpenScreen))
        field = pilot.app.screen.query_one("#path")
        field.value = str(folder / "mine.py")  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: title_or_none(pilot) == "It is mine.py")
        await pilot.pause()
        assert rows(shelf)[5:] == [
            *("Opened", "▶ " + shortened(str(folder / "mine.py"), shelf.size.width - 4)),
            *("This folder", "other.py"),
            *("Recordings", "kept.pviz"),
        ]


async def test_a_torn_recording_has_no_picture_and_is_told_of(folder: Path) -> None:
    (folder / "torn.pviz").write_bytes(b"torn")
    async with gallery(own=True) as (pilot, _):
        await complete(pilot)
        await pilot.press(*["down"] * 3)
        await until(pilot, lambda: title(pilot) == "torn.pviz")
        assert not pilot.app.screen.query_one(Preview).display
        await pilot.press("enter")
        await until(pilot, lambda: any("torn.pviz" in each for each in said(pilot)))
        assert isinstance(pilot.app.screen, Gallery)


async def test_a_recording_is_told_of_in_the_other_language(folder: Path) -> None:
    save(printers(), folder / "kept.pviz")
    async with gallery(own=True) as (pilot, _):
        await complete(pilot)
        await pilot.press(*["down"] * 3)
        await until(pilot, lambda: title(pilot) == "kept.pviz")
        english = told(pilot, "#text")
        await pilot.press("D")
        assert "kB" in told(pilot, "#text")
        assert told(pilot, "#title") == "kept.pviz"
        await pilot.press("D")
        assert told(pilot, "#text") == english
