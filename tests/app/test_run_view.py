"""Every key and the mouse, on a recording."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.events import MouseScrollDown, MouseScrollUp

from paraviz.trace import State
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.panes import Output, Overview, Sentence
from paraviz.tui.widgets.run import RunView
from paraviz.tui.widgets.run.state import Beside
from paraviz.tui.widgets.timeline import Timeline
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot
    from textual.widget import Widget

    from paraviz.trace import Trace
    from paraviz.tui.render.viewport import Viewport


@asynccontextmanager
async def shown(
    trace: Trace | None = None, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Pilot[None], RunView]]:
    trace = printers() if trace is None else trace
    app = ParavizApp(lambda _: RunScreen("printers", trace=trace))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.screen.query_one(RunView)


def port(view: RunView) -> Viewport:
    assert view.viewport is not None
    return view.viewport


def text(widget: Widget) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


async def test_the_first_look_is_the_whole_run() -> None:
    async with shown() as (_, view):
        assert port(view).is_whole and not port(view).following
        assert view.cursor_ns is None
        drawn = text(view.query_one(Timeline))
        assert drawn[0].split()[:2] == ["╷0", "ms"]
        assert [line.split()[0] for line in drawn if line[:11].strip()] == [
            "▶main",
            "thread-a",
            "thread-b",
        ]


async def test_arrows_move_the_cursor_by_a_column() -> None:
    async with shown() as (pilot, view):
        columns = view.query_one(Timeline).columns
        await pilot.press("right", "right", "right")
        assert view.cursor_ns is not None
        assert port(view).column(view.cursor_ns, columns) == 2
        await pilot.press("left")
        assert port(view).column(view.cursor_ns, columns) == 1
        drawn = text(view.query_one(Timeline))
        assert drawn[0][view.query_one(Timeline).names + 1 :].startswith(" 257.6 µs ")
        assert "│" in drawn[8]


async def test_left_without_a_cursor_begins_at_the_end() -> None:
    async with shown() as (pilot, view):
        await pilot.press("left")
        assert view.cursor_ns is not None and view.view is not None
        assert view.cursor_ns > view.view.trace.end_ns * 0.98


async def test_the_view_goes_along_when_the_cursor_leaves_it() -> None:
    async with shown() as (pilot, view):
        await pilot.press("end", "plus", "plus", "plus", "home")
        assert view.cursor_ns == 0
        assert port(view).start_ns == 0
        await pilot.press(*["right"] * 3, "end")
        assert view.cursor_ns is not None and port(view).shows(view.cursor_ns)


async def test_plus_and_minus_zoom_around_the_cursor() -> None:
    async with shown() as (pilot, view):
        columns = view.query_one(Timeline).columns
        await pilot.press(*["right"] * 30)
        assert view.cursor_ns is not None
        before = port(view).column(view.cursor_ns, columns)
        span = port(view).span_ns
        await pilot.press("plus", "equals_sign")
        assert port(view).span_ns == span // 4 or abs(port(view).span_ns * 4 - span) < 8
        assert abs(port(view).column(view.cursor_ns, columns) - before) <= 1
        await pilot.press("minus", "underscore")
        assert port(view).is_whole


async def test_f_shows_everything() -> None:
    async with shown() as (pilot, view):
        await pilot.press("plus", "plus", "f")
        assert port(view).is_whole


async def test_shifted_arrows_pan_a_quarter() -> None:
    async with shown() as (pilot, view):
        await pilot.press("plus")
        before = port(view)
        await pilot.press("shift+right")
        assert port(view).start_ns - before.start_ns == before.span_ns // 4
        await pilot.press("shift+left")
        assert port(view).start_ns == before.start_ns


async def test_up_and_down_choose_the_worker() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        assert view.lane == 2
        assert "thread-b lived" in text(view.query_one(Sentence))[1]
        await pilot.press("up")
        assert view.lane == 1


async def test_n_and_p_go_from_event_to_event() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "n")
        assert view.cursor_ns == 1_000_000
        await pilot.press("n", "pagedown")
        assert view.cursor_ns == 3_000_000
        await pilot.press("p")
        assert view.cursor_ns == 2_500_000
        await pilot.press("pageup", "p", "p")
        assert view.cursor_ns == 1_000_000


async def test_enter_tells_of_the_span_and_escape_lets_go() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "n", "n", "enter")
        assert view.span is not None and view.span.state is State.RUNNING
        sentence = text(view.query_one(Sentence))
        assert sentence[0].startswith("── this span ──")
        assert sentence[1].startswith(" thread-a runs (inferred) for ")
        assert "┣" in text(view.query_one(Timeline))[0]
        await pilot.press("escape")
        assert view.span is None and view.cursor_ns is not None
        await pilot.press("escape")
        assert view.cursor_ns is None


async def test_a_click_selects_the_span_and_the_lane() -> None:
    async with shown() as (pilot, view):
        timeline = view.query_one(Timeline)
        placed = timeline.placement()
        row = 1 + 2 * placed.unit + placed.unit // 2
        x = timeline.names + timeline.columns // 2
        await pilot.click(timeline, offset=(x, row))
        assert view.lane == 2
        assert view.cursor_ns == timeline.time_at(x)
        assert view.span is not None and view.span.lane_index == 2


async def test_a_click_on_a_name_chooses_the_lane_alone() -> None:
    async with shown() as (pilot, view):
        timeline = view.query_one(Timeline)
        await pilot.click(timeline, offset=(3, 1 + timeline.placement().unit))
        assert (view.lane, view.cursor_ns, view.span) == (1, None, None)


async def test_dragging_pans() -> None:
    async with shown() as (pilot, view):
        await pilot.press("plus", "plus")
        timeline = view.query_one(Timeline)
        before = port(view)
        x = timeline.names + 40
        await pilot.mouse_down(timeline, offset=(x, 3))
        await pilot.hover(timeline, offset=(x - 10, 3))
        await pilot.mouse_up(timeline, offset=(x - 10, 3))
        moved = port(view).start_ns - before.start_ns
        assert moved == 10 * before.span_ns // timeline.columns
        assert view.span is None and view.cursor_ns is None


def scroll(
    kind: type[MouseScrollUp | MouseScrollDown], widget: Widget, x: int, *, shift: bool = False
) -> MouseScrollUp | MouseScrollDown:
    return kind(
        widget, x=x, y=3, delta_x=0, delta_y=0, button=0, shift=shift, meta=False, ctrl=False
    )


async def test_the_wheel_zooms_and_keeps_the_time_under_the_pointer() -> None:
    async with shown() as (pilot, view):
        timeline = view.query_one(Timeline)
        x = timeline.names + 33
        at = timeline.time_at(x)
        assert at is not None
        for _ in range(6):
            timeline.post_message(scroll(MouseScrollUp, timeline, x))
            await pilot.pause()
            assert abs(port(view).column(at, timeline.columns) - 33) <= 1
        assert port(view).span_ns < 8_000_000
        for _ in range(12):
            timeline.post_message(scroll(MouseScrollDown, timeline, x))
            await pilot.pause()
        assert port(view).is_whole


async def test_the_wheel_with_shift_pans() -> None:
    async with shown() as (pilot, view):
        await pilot.press("plus", "plus")
        timeline = view.query_one(Timeline)
        before = port(view)
        timeline.post_message(scroll(MouseScrollDown, timeline, 40, shift=True))
        await pilot.pause()
        assert port(view).start_ns == before.start_ns + before.span_ns // 12
        assert port(view).span_ns == before.span_ns


async def test_the_overview_frames_the_view_and_takes_it_elsewhere() -> None:
    async with shown() as (pilot, view):
        overview = view.query_one(Overview)
        assert "[" not in text(overview)[0]
        await pilot.press("plus", "plus")
        assert "[" in text(overview)[0]
        await pilot.click(overview, offset=(14, 0))
        assert port(view).start_ns == 0


async def test_a_click_on_a_character_goes_to_its_moment() -> None:
    async with shown() as (pilot, view):
        await pilot.click(view.query_one(Output), offset=(1 + 7, 1))
        assert view.lane == 2
        assert view.view is not None
        assert view.cursor_ns == view.view.transcript.time_of(7)
        assert view.span is None


async def test_many_lanes_scroll_with_the_choice() -> None:
    from tests.traces import lane, trace

    many: Trace = trace([lane(f"worker-{i}", [], end_ns=9_000) for i in range(50)], gil=False)
    async with shown(many) as (pilot, view):
        timeline = view.query_one(Timeline)
        assert "of 50" in text(timeline)[0]
        await pilot.press(*["down"] * 49)
        assert any(line.startswith("▶worker-49") for line in text(timeline))
        await pilot.press(*["up"] * 49)
        assert any(line.startswith("▶worker-0") for line in text(timeline))


async def test_a_small_terminal_keeps_lanes_ruler_and_sentence() -> None:
    async with shown(size=(60, 14)) as (pilot, view):
        assert not view.query_one(Beside).display
        assert not view.query_one(Overview).display
        assert any("thread-b" in line for line in text(view.query_one(Timeline)))
        # The sentence tells the point of the run until a moment is chosen.
        while not view.judged:
            await pilot.pause(0.01)
        assert "nothing stands out" in text(view.query_one(Sentence))[0]
        await pilot.press("right")
        assert "main runs" in text(view.query_one(Sentence))[0]


async def test_resizing_keeps_the_place() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "n", "plus", "plus")
        before = (port(view), view.cursor_ns)
        for size in ((60, 16), (200, 60), (20, 5), (100, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert (port(view), view.cursor_ns) == before


async def test_a_trace_without_anything_is_shown_as_such() -> None:
    from tests.traces import trace

    async with shown(trace([])) as (pilot, view):
        await pilot.press("right", "n", "enter", "plus", "minus", "down", "end", "home", "f")
        assert "Waiting for the program" in text(view.query_one(Sentence))[1]
        assert not view.query_one(Beside).display
