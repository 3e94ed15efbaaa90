"""Each key of the compare screen that moves about in a run or arranges its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from paraviz.text import language
from paraviz.tui.render.groups import Grouping
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.screens.help import HelpScreen
from paraviz.tui.widgets.compared import ComparedRun, FigureTable
from paraviz.tui.widgets.prompt import Prompt
from tests.app.fakes import until
from tests.app.test_comparing import comparing, drawn
from tests.traces import MS, lane, trace

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from paraviz.trace import Trace


@pytest.fixture(autouse=True)
def _for_this_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)


def twins(count: int) -> Trace:
    return trace([lane(f"w-{n}", [], end_ns=MS, tid=n) for n in range(count)])


async def grouped(pilot: Pilot[None], run: ComparedRun, way: Grouping) -> None:
    while run.arrangement.grouping is not way:
        await pilot.press("g")


async def answer(pilot: Pilot[None], text: str) -> None:
    prompt = pilot.app.screen.query_one(Prompt)
    await until(pilot, lambda: prompt.query_one(Input).has_focus)
    prompt.query_one(Input).value = text
    await pilot.press("enter")
    await until(pilot, lambda: not prompt.display)


@pytest.mark.parametrize(
    ("on", "back"), [("n", "p"), ("pagedown", "pageup"), ("right", "left"), ("end", "home")]
)
async def test_keys_that_move_the_cursor_of_both(on: str, back: str) -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("right", "right", "down")
        begun = above.cursor_ns
        assert begun is not None
        await pilot.press(on, on)
        moved = above.cursor_ns
        assert moved is not None and moved > begun
        assert below.cursor_ns == moved
        await pilot.press(back)
        assert above.cursor_ns is not None and above.cursor_ns < moved
        assert below.cursor_ns == above.cursor_ns


@pytest.mark.parametrize(("nearer", "farther"), [("plus", "minus"), ("equals_sign", "underscore")])
async def test_zooming_panning_and_the_view_before(nearer: str, farther: str) -> None:
    async with comparing() as (pilot, above, below):
        seen = [above.viewport]
        for key in ("f", nearer, nearer, "shift+right", "shift+left", farther, "f"):
            await pilot.press(key)
            assert above.viewport == below.viewport
            seen.append(above.viewport)
        spans = [viewport.span_ns for viewport in seen if viewport is not None]
        assert spans[1] > spans[2] > spans[3] == spans[4] == spans[5] < spans[6] < spans[7]
        assert seen[4] != seen[3] == seen[5] and seen[7] == seen[0]


@pytest.mark.parametrize(
    ("back", "forward"), [("backspace", "alt+right"), ("alt+left", "alt+right")]
)
async def test_back_to_the_view_before(back: str, forward: str) -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("plus")
        first = above.viewport
        await pilot.press("plus")
        second = above.viewport
        await pilot.press(back)
        assert below.viewport == above.viewport == first
        await pilot.press(forward)
        assert below.viewport == above.viewport == second


async def test_z_shows_the_selected_span_in_both() -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("tab", "down", "down", "right", "right", "right", "right", "enter")
        span = below.span
        assert span is not None
        await pilot.press("z")
        assert above.viewport == below.viewport is not None
        assert below.viewport.span_ns < 2 * (span.end_ns - span.start_ns)


async def test_keys_that_arrange_the_chosen_run() -> None:
    async with comparing(twins(9), size=(120, 40)) as (pilot, above, below):
        untouched = below.arrangement
        await grouped(pilot, above, Grouping.NAME)
        assert above.tracks is not None and above.tracks.groups
        folded = above.tracks.folded
        await pilot.press("x")
        assert above.tracks.folded != folded
        await pilot.press("X")
        assert above.tracks.folded == folded
        ways = []
        for _each in Grouping:
            await pilot.press("g")
            ways.append(above.arrangement.grouping)
        assert set(ways) == set(Grouping)
        await grouped(pilot, above, Grouping.NONE)
        await pilot.press("o")
        assert above.arrangement.order == "name"
        await pilot.press("h")
        assert len(above.tracks.upper) == 8
        await pilot.press("H")
        assert len(above.tracks.upper) == 9
        await pilot.press("down", "down", "k")
        assert len(above.arrangement.pinned) == 1 and drawn(above)[1].startswith("▶w-3")
        assert below.arrangement == untouched


async def test_workers_are_filtered_and_named_anew() -> None:
    async with comparing() as (pilot, above, below):
        await pilot.press("tab", "F")
        await answer(pilot, "thread")
        assert below.has_focus and not any("main" in row for row in drawn(below))
        assert any("main" in row for row in drawn(above))
        await pilot.press("f2")
        await answer(pilot, "first")
        assert any("first" in row for row in drawn(below))
        assert any("thread-a" in row for row in drawn(above))


async def test_u_hides_the_locks() -> None:
    async with comparing(size=(100, 40)) as (pilot, _above, below):
        assert any("◆ lock" in row for row in drawn(below))
        await pilot.press("tab", "u")
        assert not any("◆ lock" in row for row in drawn(below))


async def test_help_tells_every_key_and_each_is_declared_once() -> None:
    async with comparing() as (pilot, above, _below):
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CompareScreen) and above.has_focus
    for owners in ((ComparedRun, CompareScreen), (FigureTable, CompareScreen)):
        keys = [key for owner in owners for each in owner.commands for key in each.keys.split(",")]
        # Escape lets go in a run first, and leaves the screen only then.
        assert [key for key in set(keys) if keys.count(key) > 1] in ([], ["escape"])
