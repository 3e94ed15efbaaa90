"""The language of the app, switched while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from paraviz.programs.catalogue import scenarios
from paraviz.text import language
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.help import HelpScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.bars import Headline, KeyLine
from paraviz.tui.widgets.form import ParameterForm
from paraviz.tui.widgets.panes import Output
from paraviz.tui.widgets.program_list import Shelf
from tests.app.fakes import FakeSession, until
from tests.traces import printers

if TYPE_CHECKING:
    from textual.pilot import Pilot
    from textual.widget import Widget


@pytest.fixture(autouse=True)
def _for_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)


def shown(pilot: Pilot[None], kind: type[Widget]) -> str:
    """The rows of a widget as they are drawn."""
    widget = pilot.app.screen.query_one(kind)
    strips = [widget.render_line(y).text for y in range(widget.content_size.height)]
    return "\n".join(strips)


def said(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).render())


async def test_the_gallery_is_told_anew_and_keeps_what_is_chosen_and_typed() -> None:
    app = ParavizApp(lambda _: Gallery(scenarios()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        shelf = app.screen.query_one(Shelf)
        shelf.chosen = 1
        await pilot.pause()
        english = said(pilot, "#title"), said(pilot, "#text")
        name = shelf.entry.name if shelf.entry else ""
        form = app.screen.query_one(ParameterForm)
        form.action_turn(1)
        values = dict(form.values)
        assert "run" in shown(pilot, KeyLine)
        await pilot.press("D")
        await until(pilot, lambda: said(pilot, "#title") != english[0])
        assert said(pilot, "#text") != english[1]
        assert said(pilot, "#of-source") == "Quelltext"
        assert "starten" in shown(pilot, KeyLine)
        assert "Tippen filtert" in shown(pilot, Shelf)
        assert shelf.entry is not None
        assert (shelf.entry.name, form.values) == (name, values)
        await pilot.press("D")
        await until(pilot, lambda: (said(pilot, "#title"), said(pilot, "#text")) == english)
        assert "run" in shown(pilot, KeyLine)


async def test_a_recording_is_told_anew_and_so_is_the_screen_below() -> None:
    app = ParavizApp(lambda _: Gallery(scenarios()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.push_screen(RunScreen("printers", trace=printers()))
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.pause()
        assert "ended" in shown(pilot, Headline)
        await pilot.press("D")
        await until(pilot, lambda: "beendet" in shown(pilot, Headline))
        assert "── Ausgabe ─" in shown(pilot, Output)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        texts = [str(each.render()) for each in app.screen.query(Static)]
        assert any(text.startswith("Bewegen\n") for text in texts)
        assert any("Zwischen Deutsch und Englisch" in text for text in texts)
        await pilot.press("escape")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, Gallery))
        assert said(pilot, "#of-source") == "Quelltext"


async def test_a_live_run_goes_on_in_the_new_language() -> None:
    sessions: list[FakeSession] = []

    def make(*_: object) -> FakeSession:
        sessions.append(FakeSession())
        return sessions[-1]

    app = ParavizApp(lambda _: Gallery(scenarios()), make)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and bool(sessions))
        await pilot.press("D")
        sessions[0].finish()
        await until(pilot, lambda: "beendet" in shown(pilot, Headline))
        assert len(sessions) == 1
