"""Past views, a time that is asked for, zooming to what is selected, measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from paraviz.tui.widgets.panes import Sentence
from paraviz.tui.widgets.prompt import Prompt
from paraviz.tui.widgets.timeline import Timeline
from tests.app.asked import complaint, go_to
from tests.app.rows_shown import chosen, drawn, said, sentence, shown
from tests.render.arranged import END

if TYPE_CHECKING:
    from paraviz.tui.widgets.run import RunView


def shown_ns(view: RunView) -> tuple[int, int]:
    assert view.viewport is not None
    return view.viewport.start_ns, view.viewport.end_ns


def title(view: RunView) -> str:
    return view.query_one(Sentence).render_line(0).text.strip("─ ")


def ruler(view: RunView) -> str:
    return drawn(view).splitlines()[0]


async def test_back_and_forward() -> None:
    async with shown() as (pilot, view):
        seen = [shown_ns(view)]
        for key in ("plus", "plus", "end"):
            await pilot.press(key)
            seen.append(shown_ns(view))
        assert len(set(seen)) == len(seen)
        for before in (seen[2], seen[1], seen[0], seen[0]):
            await pilot.press("backspace")
            assert shown_ns(view) == before
        for later in (seen[1], seen[2], seen[3], seen[3]):
            await pilot.press("alt+right")
            assert shown_ns(view) == later
        await pilot.press("alt+left")
        assert shown_ns(view) == seen[2]


async def test_a_step_on_the_screen_is_no_view_to_go_back_to() -> None:
    async with shown() as (pilot, view):
        await pilot.press("plus", *["right"] * 5)
        before = shown_ns(view)
        await pilot.press("shift+right", "backspace")
        assert shown_ns(view) != before
        assert view.viewport is not None and view.viewport.is_whole


@pytest.mark.parametrize(
    ("typed", "at_ns"),
    [("30 us", 30_000), ("0.03", 30_000), ("75 %", 75_000), ("9 s", END - 1), ("-1 s", 0)],
)
async def test_a_time_is_gone_to(typed: str, at_ns: int) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, typed)
        assert view.cursor_ns == at_ns
        assert view.has_focus and not view.query_one(Prompt).display


async def test_from_here_on_and_into_sight() -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "10us")
        await pilot.press("plus", "plus", "plus")
        await go_to(pilot, "+70us")
        assert view.cursor_ns == 80_000
        assert view.viewport is not None and view.viewport.shows(80_000)
        assert not view.viewport.is_whole
        await go_to(pilot, "-30 %")
        assert view.cursor_ns == 50_000
        await pilot.press("G", "enter")
        assert view.cursor_ns == 50_000


async def test_a_time_that_is_none_is_refused_and_can_be_mended() -> None:
    async with shown(size=(60, 24)) as (pilot, view):
        await go_to(pilot, "soon")
        said = view.query_one("#complaint")
        assert complaint(view) == "a time is like 12.5 ms, +3 us, 2 h 5 min or 50%, not 'soon'"
        assert said.display and view.cursor_ns is None
        assert view.query_one(Input).value == "soon"
        await pilot.press("ctrl+u", *"20 us", "enter")
        assert view.cursor_ns == 20_000
        assert view.has_focus
        await pilot.press("G")
        assert not said.display


async def test_a_long_complaint_is_read_as_a_whole_in_a_narrow_terminal() -> None:
    async with shown(size=(60, 24)) as (pilot, view):
        await go_to(pilot, "a very long time after all the other moments")
        await pilot.pause()
        assert view.query_one("#complaint").size.height == 2
        assert view.query_one(Input).region.bottom <= view.region.bottom


async def test_escape_lets_go_of_span_then_mark_then_cursor_and_never_leaves() -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "30 us")
        await pilot.press("m", *["right"] * 3, "enter")

        def held() -> tuple[bool, bool, bool]:
            return view.span is not None, view.mark_ns is not None, view.cursor_ns is not None

        assert held() == (True, True, True)
        for left in ((False, True, True), (False, False, True), (False, False, False)):
            await pilot.press("escape")
            assert held() == left
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.is_running and said(pilot) == ["q leaves"]


async def test_measuring_from_a_mark() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down")
        assert chosen(view) == "worker-1"
        await go_to(pilot, "20 us")
        await pilot.press("m")
        assert (view.mark_ns, title(view)) == (20_000, "at 20 µs")
        await go_to(pilot, "60 us")
        assert title(view) == "between mark and cursor"
        assert sentence(view) == "40 µs from 20 µs to 60 µs · worker-1 runs 100%"
        assert "━ 40 µs ━" in ruler(view)
        names = view.query_one(Timeline).names
        assert view.viewport is not None
        columns = [
            view.viewport.column(at, view.query_one(Timeline).columns) for at in (20_000, 60_000)
        ]
        below = drawn(view).splitlines()[-3]
        assert [place for place, cell in enumerate(below) if cell == "│"] == [
            names + column for column in columns
        ]
        await pilot.press("m", "m")
        assert view.mark_ns is None and title(view) == "at 60 µs"


async def test_without_a_cursor_a_mark_begins_at_the_left() -> None:
    async with shown() as (pilot, view):
        await pilot.press("m")
        assert view.mark_ns == view.cursor_ns == 0


async def test_zoom_to_what_lies_between_mark_and_cursor() -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "60 us")
        await pilot.press("m")
        await go_to(pilot, "24 us")
        await pilot.press("z")
        assert shown_ns(view) == (21_000, 63_000)
        await pilot.press("backspace")
        assert view.viewport is not None and view.viewport.is_whole


async def test_zoom_to_the_selected_span_even_if_there_is_a_mark() -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "90 us")
        await pilot.press("m", *["down"] * 3)
        assert chosen(view) == "worker-2"
        await go_to(pilot, "30 us")
        await pilot.press("enter")
        # All parts tell of the same stretch.
        assert title(view) == "this span"
        assert sentence(view).startswith("worker-2 waits for printer for 35.1 µs")
        assert " 35.1 µs " in ruler(view)
        await pilot.press("z")
        assert shown_ns(view) == (25_000 - 2_925, 60_100 + 2_925)


async def test_zoom_to_the_span_under_the_cursor_and_to_nothing() -> None:
    async with shown() as (pilot, view):
        await pilot.press("z")
        assert view.viewport is not None and view.viewport.is_whole
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        await pilot.press("z")
        assert shown_ns(view) == (25_000 - 2_925, 60_100 + 2_925)


async def test_with_a_mark_a_click_measures() -> None:
    async with shown() as (pilot, view):
        timeline = view.query_one(Timeline)
        await pilot.click(timeline, offset=(timeline.names + 40, 2))
        assert view.span is not None
        await pilot.press("m")
        await pilot.click(timeline, offset=(timeline.names + 10, 2))
        assert view.span is None
        assert title(view) == "between mark and cursor"
