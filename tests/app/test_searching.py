"""Searching a run, and going to the next switch or the next long wait."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from paraviz.trace import State
from paraviz.trace.search import find
from paraviz.tui.render.inks import row_text, under
from paraviz.tui.widgets.panes import Overview
from paraviz.tui.widgets.prompt import Prompt
from tests.app.asked import answer, complaint, go_to
from tests.app.fakes import until
from tests.app.rows_shown import chosen, said, shown
from tests.traces import printers

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from paraviz.trace import Trace
    from paraviz.trace.search import Matches
    from paraviz.tui.widgets.run import RunView

LOCK = [("worker-1", 20_000), ("worker-2", 25_000), ("worker-1", 60_000)]
LOCK += [("worker-2", 60_100), ("worker-2", 70_000)]
"""Where the workshop's lock is named."""


async def search(pilot: Pilot[None], view: RunView, text: str) -> Matches:
    await answer(pilot, "slash", text)
    await until(pilot, lambda: view.matches is not None)
    assert view.matches is not None
    return view.matches


def here(view: RunView) -> tuple[str, int | None]:
    return chosen(view), view.cursor_ns


def overview(view: RunView) -> str:
    return row_text(view.query_one(Overview).row(0))


def highlighted(view: RunView) -> list[int]:
    """The columns of the overview's bars in the colour of what was found."""
    pane = view.query_one(Overview)
    row = pane.row(0)
    names = pane._names
    return [
        column for column in range(pane._columns) if under(row, names + column)[1].fore == "key"
    ]


async def test_a_search_goes_to_the_first_match_and_around() -> None:
    async with shown() as (pilot, view):
        assert len(await search(pilot, view, "name:printer")) == len(LOCK)
        assert here(view) == LOCK[0]
        for place in (*LOCK[1:], LOCK[0]):
            await pilot.press("right_square_bracket")
            assert here(view) == place
        for place in (*LOCK[:0:-1], LOCK[0]):
            await pilot.press("left_square_bracket")
            assert here(view) == place
        assert overview(view).startswith(" 1 of 5 ")


async def test_a_search_begins_at_the_cursor_and_ends_with_no_text() -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "60 us")
        await search(pilot, view, "name:printer")
        assert here(view) == LOCK[2]
        await go_to(pilot, "90 us")
        await answer(pilot, "slash", "kind:acquire")
        await until(pilot, lambda: view.matches is not None and len(view.matches) == 2)
        await until(pilot, lambda: here(view) == LOCK[0])
        await pilot.press("slash")
        assert view.query_one(Input).value == "kind:acquire"
        await pilot.press("ctrl+u", "enter")
        assert view.matches is None
        assert overview(view).startswith(" overview ")
        assert here(view) == LOCK[0]
        await pilot.press("right_square_bracket")
        assert said(pilot) == ["Nothing is searched for: / asks what."]


async def test_what_was_found_is_seen_in_the_overview() -> None:
    async with shown() as (pilot, view):
        assert highlighted(view) == []
        found = await search(pilot, view, "name:printer")
        assert view.viewport is not None
        columns = view.query_one(Overview)._columns
        whole = view.viewport.fit()
        wanted = {whole.column(at, columns) for at in found.starts.tolist()}
        assert highlighted(view) == sorted(wanted)
        await pilot.press("plus", "plus")
        await pilot.pause()
        assert set(highlighted(view)) == wanted


async def test_a_state_that_was_found_is_selected() -> None:
    async with shown() as (pilot, view):
        await search(pilot, view, "lock>1us")
        assert here(view) == ("worker-2", 25_000)
        assert view.span is not None
        assert (view.span.start_ns, view.span.end_ns) == (25_000, 60_100)


async def test_nothing_found() -> None:
    async with shown() as (pilot, view):
        await answer(pilot, "slash", "unheard")
        await until(pilot, lambda: said(pilot) == ["unheard: nothing found"])
        assert overview(view).startswith(" overview "), "no search goes on"
        assert view.cursor_ns is None


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("a kind:unheard", 'no event is called "unheard"; there are begin'),
        (
            "wait>1m",
            'how long is "1m"? a number and ns, us, ms, s, min, h or d, as in wait>1ms (column 6)',
        ),
        ("printer wait>1ms lock>1ms gil<1s", "nothing is in two states at once (column 27)"),
        ('say "hello', "a quotation mark has no partner (column 5)"),
    ],
)
async def test_a_query_that_means_nothing_is_refused_with_the_place(
    text: str, refused: str
) -> None:
    async with shown(size=(80, 24)) as (pilot, view):
        await answer(pilot, "slash", text)
        assert complaint(view).startswith(refused)
        assert view.query_one(Prompt).display
        assert view.query_one(Input).value == text
        await pilot.press("ctrl+u", *"todo", "enter")
        await until(pilot, lambda: view.matches is not None)
        assert not view.query_one(Prompt).display and view.has_focus


async def test_a_search_that_is_ended_while_it_runs_finds_nothing_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, go_on, over = (threading.Event() for _ in range(3))

    def slow(*arguments: object) -> object:
        begun.set()
        assert go_on.wait(10)
        try:
            return find(*arguments)  # type: ignore[arg-type]
        finally:
            over.set()

    monkeypatch.setattr("paraviz.trace.search.find", slow)
    async with shown() as (pilot, view):
        await answer(pilot, "slash", "name:printer")
        await until(pilot, begun.is_set)
        await answer(pilot, "slash", "")
        go_on.set()
        await until(pilot, over.is_set)
        await until(pilot, lambda: not [each for each in view.workers if each.is_running])
        await pilot.pause()
        assert (view.matches, view.cursor_ns) == (None, None)


async def test_another_run_has_other_matches() -> None:
    async with shown() as (pilot, view):
        await search(pilot, view, "name:printer")
        view.restart()
        assert (view.matches, view.match_row) == (None, None)


def switches(trace: Trace, lane_index: int) -> list[int]:
    """When a worker begins or ceases to run, state by state."""
    states = trace.lanes[lane_index].states
    before, found = False, []
    for at, state in zip(states.starts.tolist(), states.states.tolist(), strict=True):
        if (state == State.RUNNING) != before:
            found.append(at)
        before = state == State.RUNNING
    return found


async def test_from_switch_to_switch() -> None:
    trace = printers()
    wanted = switches(trace, 1)[:4]
    async with shown(trace) as (pilot, view):
        await pilot.press("down")
        for at in wanted:
            await pilot.press("full_stop")
            assert view.cursor_ns == at
        for at in wanted[-2::-1]:
            await pilot.press("comma")
            assert view.cursor_ns == at
        await go_to(pilot, "0")
        await pilot.press("comma")
        assert said(pilot) == ["no switch there"]
        assert view.cursor_ns == 0


async def test_from_long_wait_to_long_wait() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 3, "w")
        assert said(pilot) == ["no wait longer than 1 ms there"]
        assert view.cursor_ns is None
        await answer(pilot, "t", "30 us")
        await pilot.press("w")
        assert here(view) == ("worker-2", 25_000)
        await go_to(pilot, "50 us")
        await pilot.press("W")
        assert view.cursor_ns == 25_000
        await pilot.press("W")
        assert said(pilot)[-1] == "no wait longer than 30 µs there"
        await pilot.press("t")
        assert view.query_one(Input).value == "30 µs"
        await pilot.press("ctrl+u", "enter", "W")
        assert said(pilot)[-1] == "no wait longer than 30 µs there"


async def test_a_share_is_no_length() -> None:
    async with shown() as (pilot, view):
        await answer(pilot, "t", "50 %")
        assert complaint(view) == "a length is like 12.5 ms or 3 us, not '50 %'"
