"""Frames of 200 × 60 cells with 60 lanes: all of what the app does for one, beside Textual's share.

A frame is a random zoom of the run screen, headless: rows, composition, escape sequences. Textual
repaints the very same cells in turn with it, from strips that are at hand: the least that any
widget costs (a `Static` of that text takes ten times as long). The lanes get at most two thirds of
the screen; a timeline that has all of it, 58 lanes at once, is measured as well. What is to be
reached is compared in the thread's CPU time: others may use the machine too.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual._compositor import CompositorUpdate
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from benchmarks.timeline import INTERVALS, LANES, run_of, viewports
from paraviz.tui.app import ParavizApp
from paraviz.tui.render.tracks import Arrangement, arranged
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.run import RunView
from paraviz.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from paraviz.tui.render.view import TraceView
    from paraviz.tui.render.viewport import Viewport

SIZE = (200, 60)
FRAMES = 100
TO_REACH = {"median_ms": 8, "p95_ms": 16, "over_textual": 3, "flat": 2}
_KINDS = ("frame", "timeline_alone", "textual")


class Lines(Widget):
    """A screen of lines that are at hand."""

    lines: list[list[Segment]] = [[]] * SIZE[1]

    def render_line(self, y: int) -> Strip:
        """A fresh strip, as of a widget whose content has changed."""
        return Strip(self.lines[y], SIZE[0])


class Alone(Screen[object]):
    """A screen with one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget
        widget.styles.width = widget.styles.height = "100%"

    def compose(self) -> ComposeResult:
        """That widget."""
        yield self._widget


def measure() -> dict[str, object]:
    """Runs of each length; what is to be reached, of the longest."""
    runs = {intervals: asyncio.run(_measured(run_of(intervals))) for intervals in INTERVALS}
    longest = runs[INTERVALS[-1]]
    medians = [run["frame"]["cpu_median_ms"] for run in runs.values()]
    flat = max(medians) / min(medians)
    return {
        "size": SIZE,
        "lanes": LANES,
        "runs": {str(intervals): run for intervals, run in runs.items()},
        "dearest_to_cheapest_run": round(flat, 2),
        "to_reach": TO_REACH,
        "reached": {
            "median": longest["frame"]["cpu_median_ms"] <= TO_REACH["median_ms"],
            "p95": longest["frame"]["cpu_p95_ms"] <= TO_REACH["p95_ms"],
            "over_textual": longest["frame"]["over_textual"] <= TO_REACH["over_textual"],
            "flat": flat <= TO_REACH["flat"],
        },
    }


async def _measured(view: TraceView) -> dict[str, dict[str, float]]:
    """Each kind of frame, all taking turns."""
    trace = view.trace
    app = ParavizApp(lambda _: RunScreen("long", trace=trace))
    lines, timeline = Lines(), Timeline()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        run = app.screen
        alone = Alone(timeline)
        shown = [alone, Alone(lines)]
        for screen in shown:
            await app.push_screen(screen)
            await pilot.pause()
        timeline.tracks = arranged(view, Arrangement())
        timeline.view = view
        parts = run.query_one(RunView)
        widgets = {run.query_one(Timeline), *parts.query("Overview").results(Widget)}

        def zoom(viewport: Viewport) -> str:
            parts.viewport = viewport
            return _frame(run, widgets)

        def zoom_alone(viewport: Viewport) -> str:
            timeline.viewport = viewport
            return _frame(alone, {timeline})

        def repaint(_: Viewport) -> str:
            lines.refresh()
            return _frame(shown[1], {lines})

        works = dict(zip(_KINDS, (zoom, zoom_alone, repaint), strict=True))
        times: dict[str, list[tuple[float, float, int]]] = {kind: [] for kind in _KINDS}
        for viewport in viewports(trace, FRAMES):
            times["frame"].append(_timed(zoom, viewport))
            lines.lines = _cells(run)
            for kind in _KINDS[1:]:
                times[kind].append(_timed(works[kind], viewport))
    return _told(times)


def _frame(screen: Screen[object], widgets: set[Widget]) -> str:
    """What the terminal gets for the whole screen after these widgets changed."""
    compositor = screen._compositor
    compositor.update_widgets(widgets)
    update = compositor.render_update(full=True)
    assert isinstance(update, CompositorUpdate)
    return update.render_segments(screen.app.console)


def _cells(screen: Screen[object]) -> list[list[Segment]]:
    """What the screen shows, as ordinary segments."""
    update = screen._compositor.render_update(full=True)
    rows = getattr(update, "strips", [])
    return [[segment for strip in row for segment in strip] for row in rows]


def _timed(work: Callable[[Viewport], str], viewport: Viewport) -> tuple[float, float, int]:
    """Wall and CPU time in ms, and the characters written."""
    begun, used = time.perf_counter(), time.thread_time()
    written = work(viewport)
    used, took = time.thread_time() - used, time.perf_counter() - begun
    return 1e3 * took, 1e3 * used, len(written)


def _told(times: dict[str, list[tuple[float, float, int]]]) -> dict[str, dict[str, float]]:
    told = {}
    for kind, frames in times.items():
        wall, used, sizes = (sorted(column) for column in zip(*frames, strict=True))
        told[kind] = {
            "median_ms": round(statistics.median(wall), 2),
            "p95_ms": round(wall[int(0.95 * (len(wall) - 1))], 2),
            "cpu_median_ms": round(statistics.median(used), 2),
            "cpu_p95_ms": round(used[int(0.95 * (len(used) - 1))], 2),
            "kilobytes": round(statistics.median(sizes) / 1e3, 1),
        }
    for kind in ("frame", "timeline_alone"):
        pairs = zip(times[kind], times["textual"], strict=True)
        ratio = statistics.median(ours[1] / theirs[1] for ours, theirs in pairs)
        told[kind]["over_textual"] = round(ratio, 2)
    return told
