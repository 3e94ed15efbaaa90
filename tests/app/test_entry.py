"""Typing what a program reads, with a session under the test's control."""

from __future__ import annotations

from textual.widgets import Input

from paraviz.tui.widgets.entry import Entry
from tests.app.fakes import FakeSession, until
from tests.app.test_run_screen import head, known, running


async def test_a_program_that_reads_gets_what_is_typed_and_its_end() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        (session,) = sessions
        entry = pilot.app.screen.query_one(Entry)
        await until(pilot, lambda: known(view) > 0)
        assert not entry.display
        session.asks = True
        await until(pilot, lambda: entry.display and entry.query_one(Input).has_focus)
        # What is a command elsewhere is a letter here.
        await pilot.press("q", "r", "enter")
        await until(pilot, lambda: session.typed == ["qr\n"] and not entry.display)
        await until(pilot, lambda: view.has_focus)
        session.asks = True
        await until(pilot, lambda: entry.display)
        await pilot.press("x", "left", "ctrl+d", "ctrl+d")
        await until(pilot, lambda: session.typed == ["qr\n", None])
        session.finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        assert not entry.display


async def test_a_line_is_there_before_it_is_asked_for_and_can_be_left() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        entry = pilot.app.screen.query_one(Entry)
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("I", "4", "2", "escape")
        await until(pilot, lambda: view.has_focus)
        assert entry.display and entry.query_one(Input).value == "42"
        await pilot.press("I", "enter")
        await until(pilot, lambda: sessions[0].typed == ["42\n"])
