"""Bookmarks with notes, and copies of what is selected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from paraviz.trace.model import Bookmark
from paraviz.tui.render.inks import BOOKMARK, row_text, under
from paraviz.tui.render.view import TraceView
from paraviz.tui.widgets.panes import Overview, Sentence
from paraviz.tui.widgets.timeline import Timeline
from tests.app.asked import answer, go_to
from tests.app.rows_shown import chosen, drawn, said, sentence, shown
from tests.render.arranged import workshop

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from paraviz.tui.widgets.run import RunView


async def note(pilot: Pilot[None], at: str, text: str) -> None:
    await go_to(pilot, at)
    await answer(pilot, "b", text)


def bookmarks(view: RunView) -> tuple[Bookmark, ...]:
    assert view.view is not None
    return view.view.trace.bookmarks


def title(view: RunView) -> str:
    return view.query_one(Sentence).render_line(0).text.strip("─ ")


def marked(view: RunView) -> tuple[list[int], list[int]]:
    """The columns with a bookmark in the ruler and in the overview."""
    timeline, overview = view.query_one(Timeline), view.query_one(Overview)
    found = []
    for row, names, columns in (
        (timeline.row(0), timeline.names, timeline.columns),
        (overview.row(0), overview._names, overview._columns),
    ):
        found.append([place for place in range(columns) if under(row, names + place) == BOOKMARK])
    return found[0], found[1]


async def test_a_bookmark_is_made_at_the_cursor_for_the_chosen_worker() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down")
        await note(pilot, "30 us", "  why so long?  ")
        assert bookmarks(view) == (Bookmark(30_000, "why so long?", 2),)
        assert view.bookmarks_changed
        assert title(view) == "at 30 µs · ◆ why so long?"
        assert said(pilot) == ["s saves it with the recording"]
        assert view.has_focus


async def test_bookmarks_are_seen_in_the_ruler_and_in_the_overview() -> None:
    async with shown() as (pilot, view):
        assert marked(view) == ([], [])
        await note(pilot, "30 us", "one")
        await note(pilot, "80 us", "two")
        await pilot.press("escape")
        assert view.viewport is not None
        for pane, columns in zip(
            marked(view),
            (view.query_one(Timeline).columns, view.query_one(Overview)._columns),
            strict=True,
        ):
            assert pane == [view.viewport.column(at, columns) for at in (30_000, 80_000)]
        assert title(view) == "the whole run"
        assert drawn(view).splitlines()[0].count("◆") == 2
        assert row_text(view.query_one(Overview).row(0)).count("◆") == 2


async def test_a_bookmark_is_edited_and_dropped_by_an_empty_note() -> None:
    async with shown() as (pilot, view):
        await note(pilot, "30 us", "first")
        await note(pilot, "20 us", "before it")
        assert [each.at_ns for each in bookmarks(view)] == [20_000, 30_000]
        await go_to(pilot, "30 us")
        await pilot.press("b")
        assert view.query_one(Input).value == "first"
        await pilot.press("end", "s", "enter")
        assert [each.note for each in bookmarks(view)] == ["before it", "firsts"]
        await pilot.press("b", "x", "escape")
        assert [each.note for each in bookmarks(view)] == ["before it", "firsts"]
        await answer(pilot, "b", "  ")
        assert bookmarks(view) == (Bookmark(20_000, "before it", 0),)
        assert title(view) == "at 30 µs"


async def test_without_a_cursor_there_is_no_moment_to_note() -> None:
    async with shown() as (pilot, view):
        await pilot.press("b")
        assert said(pilot) == ["← → put a cursor to the moment first."]
        assert not view.query_one("Prompt").display


async def test_from_bookmark_to_bookmark_and_around() -> None:
    whole = replace(
        workshop(),
        bookmarks=(
            Bookmark(20_000, "a", 2),
            Bookmark(50_000, "of nobody", -1),
            Bookmark(80_000, "c", 1),
        ),
    )
    async with shown(whole) as (pilot, view):
        places = [("worker-1", 20_000), ("worker-1", 50_000), ("logger", 80_000)]
        for place in (*places, places[0]):
            await pilot.press("apostrophe")
            assert (chosen(view), view.cursor_ns) == place
        assert not view.bookmarks_changed


async def test_without_bookmarks_there_is_none_to_go_to() -> None:
    async with shown() as (pilot, view):
        await pilot.press("apostrophe")
        assert said(pilot) == ["No bookmark yet: b makes one."]
        assert view.cursor_ns is None


async def test_a_note_of_what_is_no_lane_is_of_nobody() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 5)
        assert chosen(view) == "◆ printer"
        await note(pilot, "30 us", "contended")
        assert bookmarks(view) == (Bookmark(30_000, "contended", -1),)


async def test_more_of_a_live_run_keeps_the_bookmarks_and_another_run_has_none() -> None:
    async with shown() as (pilot, view):
        await note(pilot, "30 us", "kept")
        more = TraceView.of(workshop(4), 1)
        view.show(more)
        assert [each.note for each in bookmarks(view)] == ["kept"]
        view.restart()
        view.show(more)
        assert bookmarks(view) == () and not view.bookmarks_changed


async def test_a_note_too_long_for_the_title_ends_in_an_ellipsis() -> None:
    async with shown(size=(60, 30)) as (pilot, view):
        await note(pilot, "30 us", "x" * 100)
        assert title(view).endswith("x…")


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What came to the clipboard."""
    found: list[str] = []
    monkeypatch.setattr(
        "paraviz.tui.app.ParavizApp.copy_to_clipboard", lambda _app, text: found.append(text)
    )
    return found


async def test_what_is_told_is_copied_as_text(copied: list[str]) -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        await pilot.press("enter", "y")
        assert copied[0].splitlines()[:2] == ["this span", sentence(view)]
        assert said(pilot) == [f"copied {len(copied[0])} characters (where the terminal allows it)"]


@pytest.mark.parametrize("size", [(100, 40), (60, 10)])
async def test_all_of_it_is_copied_however_little_is_shown(
    copied: list[str], size: tuple[int, int]
) -> None:
    async with shown(size=size) as (pilot, _):
        await pilot.press("y")
        assert copied[0].splitlines()[0] == "the whole run"
        assert copied[0].splitlines()[1].startswith("main lived 100 µs")


async def test_what_is_selected_is_copied_as_json(copied: list[str]) -> None:
    async with shown() as (pilot, _):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        await pilot.press("Y", "m")
        await go_to(pilot, "40 us")
        await pilot.press("Y", "enter", "Y")
        parts = [json.loads(each) for each in copied]
        assert [(each["row"], each["start_ns"], each["end_ns"]) for each in parts] == [
            ("worker-2", 25_000, 60_100),
            ("worker-2", 30_000, 40_000),
            ("worker-2", 25_000, 60_100),
        ]
        assert [each["cursor_ns"] for each in parts] == [30_000, 40_000, 40_000]


async def test_the_json_of_a_renamed_worker_has_its_new_name(copied: list[str]) -> None:
    async with shown() as (pilot, _):
        await answer(pilot, "f2", "the boss")
        await pilot.press("Y")
        assert json.loads(copied[0])["worker"] == "the boss"
