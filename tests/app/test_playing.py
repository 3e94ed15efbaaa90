"""Playing a run, with a clock and a timer under the test's control."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from paraviz.tui.render.replay import SPEEDS
from paraviz.tui.widgets.panes import Sentence
from paraviz.tui.widgets.run import RunView, playing
from tests.app.asked import go_to
from tests.app.fakes import FakeSession, until
from tests.app.rows_shown import said, shown
from tests.app.test_run_screen import running

if TYPE_CHECKING:
    from collections.abc import Callable

SLOWEST = SPEEDS[-1]
"""The workshop's 100 µs are so short that it is played as slowly as can be."""


class Frames:
    """The timer that plays; a frame comes when told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ticks: list[Callable[[], object]] = []

    def set_interval(self, _seconds: float, tick: Callable[[], object]) -> SimpleNamespace:
        self.ticks.append(tick)
        return SimpleNamespace(stop=lambda: self.ticks.remove(tick))

    def after(self, run_ns: int, slower: int = SLOWEST) -> None:
        """The frame that comes when so much of the run's time has passed."""
        self.now += run_ns * slower / 1e9
        (tick,) = self.ticks
        tick()


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Frames:
    made = Frames()
    monkeypatch.setattr(playing, "time", SimpleNamespace(monotonic=lambda: made.now))
    plain = RunView.set_interval

    def set_interval(self: RunView, *given: object, **named: object) -> object:
        if given[1:] == (self._tick,):
            return made.set_interval(*given)  # type: ignore[arg-type]
        return plain(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(RunView, "set_interval", set_interval)
    return made


def title(view: RunView) -> str:
    return view.query_one(Sentence).told()[0]


async def test_space_plays_from_the_start_and_stops(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("space")
        assert (view.cursor_ns, view.playing) == (0, "▶ 1/10,000 ×")
        frames.after(1_500)
        assert view.cursor_ns == 1_500
        frames.after(500)
        await pilot.pause()
        assert title(view) == "at 2 µs · ▶ 1/10,000 ×"
        await pilot.press("space")
        assert (frames.ticks, view.playing, view.cursor_ns) == ([], "", 2_000)
        await pilot.press("space")
        frames.after(1_000)
        assert view.cursor_ns == 3_000


async def test_time_that_passes_while_it_stands_is_not_played(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "20 us")
        await pilot.press("space", "space")
        frames.now += 1_000.0
        await pilot.press("space")
        frames.after(1_000)
        assert view.cursor_ns == 21_000


async def test_it_stops_at_the_end_and_begins_anew(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "99 us")
        await pilot.press("space")
        frames.after(5_000)
        assert (view.cursor_ns, frames.ticks, view.playing) == (99_999, [], "")
        await pilot.press("space")
        assert view.cursor_ns == 0


async def test_it_begins_anew_where_the_view_begins(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "80 us")
        await pilot.press("plus", "plus", "escape", "space")
        assert view.viewport is not None
        assert view.cursor_ns == view.viewport.start_ns > 0
        frames.after(1_000)
        assert view.cursor_ns == view.viewport.start_ns + 1_000


async def test_the_view_goes_along(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "20 us")
        await pilot.press("plus", "plus", "plus", "space")
        for _ in range(5):
            frames.after(10_000)
            assert view.viewport is not None and view.cursor_ns is not None
            assert view.viewport.shows(view.cursor_ns)
        assert view.cursor_ns == 70_000


async def test_slower_and_faster(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("less_than_sign", "greater_than_sign")
        assert said(pilot) == ["▶ 1/10,000 ×", "▶ 1/5,000 ×"]
        assert frames.ticks == [] and view.playing == ""
        await pilot.press("space", "greater_than_sign")
        assert view.playing == "▶ 1/2,000 ×"
        frames.after(1_000, slower=2_000)
        assert view.cursor_ns == 1_000
        view.action_speed(20)
        assert view.playing == "▶ 1 ×"
        await pilot.press("less_than_sign")
        assert view.playing == "▶ 1/2 ×"


async def test_the_other_way(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("R", "space")
        assert (view.cursor_ns, view.playing) == (99_999, "◀ 1/10,000 ×")
        frames.after(30_000)
        assert view.cursor_ns == 69_999
        await pilot.press("R")
        frames.after(10_000)
        assert view.cursor_ns == 79_999
        await pilot.press("R")
        frames.after(90_000)
        assert (view.cursor_ns, frames.ticks) == (0, [])
        await pilot.press("space")
        assert view.cursor_ns == 99_999


async def test_a_selected_span_is_played_again_and_again(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        await pilot.press("enter", "O")
        span = view.span
        assert span is not None and (span.start_ns, span.end_ns) == (25_000, 60_100)
        assert said(pilot) == ["▶ 1/10,000 × ⟳"]
        await pilot.press("space")
        frames.after(30_000)
        assert (view.cursor_ns, view.span) == (60_000, span)
        frames.after(200)
        assert (view.cursor_ns, view.span) == (25_100, span)
        await pilot.pause()
        assert title(view) == "this span · ▶ 1/10,000 × ⟳"
        await pilot.press("O")
        assert view.playing == "▶ 1/10,000 ×"
        frames.after(40_000)
        assert (view.cursor_ns, view.span) == (65_100, None)


async def test_from_the_mark_to_the_cursor_again_and_again(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await go_to(pilot, "60 us")
        await pilot.press("m")
        await go_to(pilot, "50 us")
        await pilot.press("O", "space")
        for at in (57_000, 54_000, 51_000, 58_000):
            frames.after(7_000)
            assert view.cursor_ns == at
        assert view.mark_ns == 60_000
        await pilot.pause()
        assert title(view) == "between mark and cursor · ▶ 1/10,000 × ⟳"
        await pilot.press("space", "escape", "escape")
        assert view.cursor_ns is None
        await pilot.press("space")
        frames.after(1_000)
        assert view.cursor_ns == 51_000


async def test_a_loop_needs_something_to_go_over(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("O")
        assert said(pilot)[0].startswith("Select a span (enter), or set a mark (m)")
        await go_to(pilot, "50 us")
        await pilot.press("m", "O")
        assert len(said(pilot)) == 2
        await pilot.press("space")
        assert view.playing == "▶ 1/10,000 ×"
        frames.after(1_000)
        assert view.cursor_ns == 51_000


async def test_a_cursor_that_is_let_go_ends_it(frames: Frames) -> None:
    async with shown() as (pilot, view):
        await pilot.press("space", "escape")
        assert view.cursor_ns is None
        frames.after(1_000)
        assert (view.cursor_ns, frames.ticks, view.playing) == (None, [], "")


async def test_another_run_ends_it(frames: Frames) -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        sessions[0].finish()
        await until(pilot, lambda: view.view is not None and not view.view.trace.live)
        await pilot.press("space")
        assert frames.ticks and view.playing
        await pilot.press("r")
        await until(pilot, lambda: len(sessions) == 2 and not frames.ticks)
        assert (view.playing, view.cursor_ns) == ("", None)
        sessions[1].finish()


async def test_an_empty_run_is_not_played(frames: Frames) -> None:
    from tests.traces import trace

    async with shown(trace([])) as (pilot, view):
        await pilot.press("space", "R", "less_than_sign", "O")
        assert frames.ticks == [] and view.cursor_ns is None
