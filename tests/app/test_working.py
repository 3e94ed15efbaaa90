"""Work that takes its time: a bar, a way out, and what went wrong."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, Static

from paraviz.errors import FormatError
from paraviz.formats.progress import Cancelled
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens import open as opening
from paraviz.tui.screens import working
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.open import PathScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.screens.working import WorkingScreen
from tests.app.fakes import until
from tests.app.rows_shown import said
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    Progress = Callable[[float], None]


class Work:
    """Work that gets on when told, and keeps how it ended."""

    def __init__(self, result: object = "done") -> None:
        self.result = result
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.ended = threading.Event()
        self.thread = 0
        self.how = ""

    def __call__(self, tell: Progress) -> object:
        self.thread = threading.get_ident()
        try:
            tell(0.25)
            self.begun.set()
            while not self.go_on.wait(0.02):
                tell(0.5)
            if isinstance(self.result, Exception):
                raise self.result
        except Cancelled:
            self.how = "cancelled"
            raise
        else:
            self.how = "done"
            return self.result
        finally:
            self.ended.set()


@asynccontextmanager
async def working_on(
    work: Callable[[Progress], object],
) -> AsyncIterator[tuple[Pilot[None], WorkingScreen, list[object]]]:
    """The screen above the gallery, and what it came to."""
    results: list[object] = []
    app = ParavizApp(lambda _: Gallery(()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = WorkingScreen("great.pviz", work)
        app.push_screen(screen, results.append)
        yield pilot, screen, results


def is_seen(screen: WorkingScreen) -> bool:
    return bool(screen.is_mounted and screen.query_one(".dialog").display)


def text(screen: WorkingScreen, id: str) -> str:
    return str(screen.query_one(id, Static).render())


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "PATIENCE_S", 0.01)


@pytest.mark.usefixtures("impatient")
async def test_what_takes_its_time_has_a_bar() -> None:
    work = Work()
    async with working_on(work) as (pilot, screen, results):
        await until(pilot, lambda: is_seen(screen))
        assert text(screen, ".dialog-title") == "great.pviz"
        assert text(screen, "#hint") == "esc cancels"
        await until(pilot, lambda: " 50%" in text(screen, "#bar"))
        assert text(screen, "#bar").count("█") == 20
        work.go_on.set()
        await until(pilot, lambda: results == ["done"])
        assert isinstance(pilot.app.screen, Gallery)
        assert work.thread != threading.get_ident()


async def test_before_it_took_its_time_nothing_is_seen_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "PATIENCE_S", 60.0)
    work = Work()
    async with working_on(work) as (pilot, screen, results):
        await until(pilot, work.begun.is_set)
        await pilot.pause()
        assert not is_seen(screen)
        assert screen.styles.background.a == 0
        work.go_on.set()
        await until(pilot, lambda: results == ["done"])


async def test_what_is_quick_never_flashes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    plain = WorkingScreen._appear

    def appear(self: WorkingScreen) -> None:
        seen.append(True)
        plain(self)

    monkeypatch.setattr(WorkingScreen, "_appear", appear)
    async with working_on(lambda _tell: 7) as (pilot, screen, results):
        await until(pilot, lambda: results == [7])
        await until(pilot, lambda: not screen.is_running)
        assert not seen


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("when", ["unseen", "seen"])
async def test_escape_calls_it_off_and_it_really_ends(
    monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    if when == "unseen":
        monkeypatch.setattr(working, "PATIENCE_S", 60.0)
    work = Work()
    async with working_on(work) as (pilot, screen, results):
        await until(pilot, work.begun.is_set)
        if when == "seen":
            await until(pilot, lambda: is_seen(screen))
        await pilot.press("escape")
        await until(pilot, lambda: results == [None])
        await until(pilot, work.ended.is_set)
        assert work.how == "cancelled"
        assert isinstance(pilot.app.screen, Gallery)
        await pilot.pause()
        assert results == [None]


async def test_what_was_called_off_comes_to_nothing_however_it_ends() -> None:
    begun, go_on, ended = (threading.Event() for _ in range(3))

    def deaf(_tell: Progress) -> object:
        begun.set()
        assert go_on.wait(10)
        ended.set()
        return "too late"

    async with working_on(deaf) as (pilot, screen, results):
        await until(pilot, begun.is_set)
        await pilot.press("escape")
        await until(pilot, lambda: results == [None])
        go_on.set()
        await until(pilot, ended.is_set)
        await until(pilot, lambda: not screen.is_running)
        assert results == [None]
        assert isinstance(pilot.app.screen, Gallery)


@pytest.mark.parametrize("error", [FormatError("torn"), FileNotFoundError(2, "gone")])
async def test_an_error_is_its_result(error: Exception) -> None:
    work = Work(error)
    work.go_on.set()
    async with working_on(work) as (pilot, _, results):
        await until(pilot, lambda: results == [error])
        assert isinstance(pilot.app.screen, Gallery)


async def test_a_fault_of_our_own_is_told_and_ends_it_too() -> None:
    work = Work(ZeroDivisionError("oops"))
    work.go_on.set()
    async with working_on(work) as (pilot, _, results):
        await until(pilot, lambda: bool(results))
        assert "oops" in str(results[0])
        assert isinstance(pilot.app.screen, Gallery)


@pytest.mark.usefixtures("impatient")
async def test_a_slow_recording_opens_with_a_bar_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    works = [Work(), Work((printers(), "great.pviz"))]
    queue = iter(works)
    monkeypatch.setattr(opening, "open_file", lambda _path, tell: next(queue)(tell))
    app = ParavizApp(lambda _: Gallery(()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = "great.pviz"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WorkingScreen) and is_seen(app.screen))
        await pilot.press("escape")
        await until(pilot, works[0].ended.is_set)
        # The path that was typed is still there.
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        assert app.screen.query_one(Input).value == "great.pviz"
        works[1].go_on.set()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert (works[0].how, works[1].how) == ("cancelled", "done")


async def test_a_torn_recording_is_told_of_on_the_shelf_and_in_the_dialog() -> None:
    app = ParavizApp(lambda _: Gallery(()))
    async with app.run_test(size=(80, 24)) as pilot:
        gallery = app.screen
        assert isinstance(gallery, Gallery)
        gallery._open("no/such.pviz")
        await until(pilot, lambda: any("no/such.pviz" in each for each in said(pilot)))
        assert app.screen is gallery
