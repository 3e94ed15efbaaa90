"""The source beside the output: in step with the cursor, and asked when who was where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace
from textual.events import MouseScrollDown, MouseScrollUp

from paraviz.text import language
from paraviz.trace import Program, Site
from paraviz.tui.render.view import TraceView
from paraviz.tui.widgets.panes import Output
from paraviz.tui.widgets.source import Source
from tests.app.asked import go_to
from tests.app.fakes import part, until
from tests.app.rows_shown import chosen, shown
from tests.traces import printers

if TYPE_CHECKING:
    from paraviz.trace import Lane, Trace
    from paraviz.tui.widgets.run import RunView

LINES = 60
WIDE, NARROW = (120, 30), (80, 30)


def placed(path: str = "dir/printers.py") -> Trace:
    """The printers: main and thread-a go one line on with each event, from 1 and 20 on; thread-b
    is in another file."""
    whole = printers()
    sites = [Site(path, line + 1) for line in range(LINES)] + [Site("other.py", 3)]
    firsts = (0, 19, None)

    def with_sites(lane: Lane, first: int | None) -> Lane:
        count = len(lane.times)
        own = np.full(count, LINES) if first is None else np.arange(first, first + count)
        return replace(lane, sites=own.astype(np.int32))

    lanes = tuple(with_sites(lane, first) for lane, first in zip(whole.lanes, firsts, strict=True))
    source = "".join(f"line({line})\n" for line in range(1, LINES + 1))
    return replace(
        whole, lanes=lanes, sites=tuple(sites), program=Program("printers", (), path, source)
    )


def rows(view: RunView) -> list[str]:
    pane = view.query_one(Source)
    return [pane.render_line(y).text.rstrip() for y in range(pane.size.height)]


def marked(view: RunView) -> list[str]:
    return [row.lstrip() for row in rows(view) if "▶" in row]


def numbers(view: RunView) -> list[int]:
    return [int(row[5:10]) for row in rows(view)[1:]]


def panes(view: RunView) -> tuple[bool, bool]:
    """Whether output and source are seen."""
    return view.query_one(Output).display, view.query_one(Source).display


async def test_before_there_is_a_cursor_nobody_is_anywhere() -> None:
    async with shown(placed(), WIDE) as (_, view):
        assert rows(view)[0].startswith("── source · printers.py ──")
        assert rows(view)[1] == "        1 line(1)"
        assert marked(view) == []


async def test_in_step_with_the_cursor() -> None:
    async with shown(placed(), WIDE) as (pilot, view):
        await pilot.press("n")
        assert marked(view) == ["▶    1 line(1)"]
        await go_to(pilot, "1.2 ms")
        assert marked(view) == ["▶    3 line(3)"]
        await pilot.press("down")
        assert marked(view) == ["▶   20 line(20)"]
        await pilot.press("n", "n")
        assert marked(view) == ["▶   22 line(22)"]
        await pilot.press("escape")
        assert marked(view) == []


async def test_no_line_before_and_after_a_life() -> None:
    async with shown(placed(), WIDE) as (pilot, view):
        await pilot.press("down", "home")
        assert marked(view) == ["▶    1 line(1)"]
        await pilot.press("end")
        assert marked(view) == []


async def test_the_chosen_workers_line_is_kept_in_sight() -> None:
    async with shown(placed(), WIDE) as (pilot, view):
        await pilot.press("down", "n")
        for _ in range(6):
            await pilot.press("n")
            line = int(marked(view)[-1].split()[1])
            assert {line - 1, line, line + 1} <= set(numbers(view))
        seen = numbers(view)
        await pilot.press("n")
        assert numbers(view)[0] - seen[0] <= 1
        await pilot.press("up")
        assert 1 <= numbers(view)[0] <= 4 <= numbers(view)[-1]
        for size in ((120, 24), (120, 50)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert marked(view)


async def test_the_wheel_stops_at_both_ends() -> None:
    async with shown(placed(), WIDE) as (pilot, view):
        pane = view.query_one(Source)
        place = (pane, 3, 3, 0, 1, 0, False, False, False)
        for kind, step in ((MouseScrollDown, 3), (MouseScrollUp, -3)):
            before = pane.top
            pane.post_message(kind(*place))
            await until(pilot, lambda wanted=before + step: pane.top == wanted)  # type: ignore[misc]
        pane.on_mouse_scroll_up(MouseScrollUp(*place))
        assert pane.top == 0
        for _ in range(LINES):
            pane.on_mouse_scroll_down(MouseScrollDown(*place))
        assert numbers(view)[-1] == LINES


@pytest.mark.parametrize("name", ["printers.py", "my printers.py", 'my "own" printers.py'])
async def test_a_click_on_a_line_asks_when_who_was_there(name: str) -> None:
    async with shown(placed(f"dir/{name}"), WIDE) as (pilot, view):
        await pilot.press("down", "n")
        row = numbers(view).index(21) + 1
        await pilot.click(view.query_one(Source), offset=(20, row))
        await until(pilot, lambda: view.matches is not None)
        assert view.matches is not None and view.view is not None
        lanes = view.view.trace.lanes
        assert len(lanes[0].times) < 21
        assert view.matches.starts.tolist() == [lanes[1].times[1]]
        assert view.cursor_ns == lanes[1].times[1]
        assert marked(view) == ["▶   21 line(21)"]


async def test_a_click_on_the_title_or_below_the_text_asks_nothing() -> None:
    trace = placed()
    short = replace(trace, program=replace(trace.program, source="one = 1\n"))
    async with shown(short, WIDE) as (pilot, view):
        for row in (0, 2):
            await pilot.click(view.query_one(Source), offset=(20, row))
        assert view.matches is None
        assert not [each for each in view.workers if each.group == "search"]


async def test_a_narrow_screen_shows_one_of_two() -> None:
    async with shown(placed(), NARROW) as (pilot, view):
        assert panes(view) == (True, False)
        await pilot.press("v")
        assert panes(view) == (False, True)
        await pilot.pause()
        await pilot.press("down", "n")
        assert marked(view) == ["▶   20 line(20)"]
        await pilot.press("v")
        assert panes(view) == (True, False)
        await pilot.press("v")
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert panes(view) == (True, True)
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert panes(view) == (False, True)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_recording_without_source_shows_its_output(size: tuple[int, int]) -> None:
    async with shown(printers(), size) as (pilot, view):
        assert panes(view) == (True, False)
        await pilot.press("v")
        assert panes(view) == (True, False)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_who_writes_nothing_has_its_source_shown(size: tuple[int, int]) -> None:
    trace = placed()
    async with shown(replace(trace, lanes=()), size) as (pilot, view):
        assert panes(view) == (False, True)
        await pilot.press("v")
        assert panes(view) == (False, True)


async def test_a_live_run_shows_where_everybody_is_now() -> None:
    whole = placed()
    async with shown(replace(part(whole, 0.02), live=True), WIDE) as (_, view):
        assert marked(view) == ["▶    1 line(1)"]
        view.show(TraceView.of(part(whole, 0.06), 1))
        assert marked(view) == ["▶    3 line(3)"]


async def test_more_workers_than_marks() -> None:
    trace = placed()
    first = trace.lanes[0]
    many = replace(trace, lanes=(first, *(replace(first, name=f"w{n}", tid=n) for n in range(5))))
    async with shown(many, WIDE) as (pilot, view):
        await pilot.press("down", "n")
        assert marked(view) == ["▶×6     1 line(1)"]
        assert chosen(view) == "w0"


async def test_its_title_changes_with_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)
    async with shown(placed(), WIDE) as (pilot, view):
        english = rows(view)[0]
        await pilot.press("D")
        await pilot.pause()
        assert rows(view)[0] != english
