"""The report of a run: figures and findings, and everybody at one moment."""

from __future__ import annotations

from typing import ClassVar

from ...commands import Command
from ...render.tracks import Track
from .moving import Moving

REPORTING = (
    Command(
        "report",
        "i",
        "i",
        "Figures and findings",
        "What is found in the run, and its figures: of the selected stretch, else of all",
        "figures",
        rank=3,
    ),
    Command(
        "everybody",
        "a",
        "a",
        "Everybody",
        "What every worker does at the cursor, since when, at which line, and what it waits for",
    ),
)
FIGURES = (
    Command(
        "report('wall')", "", "i 1", "Figures: wall time", "How long the run took by the clock"
    ),
    Command("report('cpu')", "", "i 1", "Figures: CPU time", "How long all workers together ran"),
    Command(
        "report('speedup')",
        "",
        "i 1",
        "Figures: speed-up",
        "How much longer it would take if workers ran one after another",
    ),
    Command(
        "report('tasks_speedup')",
        "",
        "i 1",
        "Figures: speed-up of the tasks",
        "How much longer the tasks would take one after another",
    ),
    Command(
        "report('parallelism')",
        "",
        "i 2",
        "Figures: parallelism",
        "How many workers ran at once, over time",
    ),
    Command(
        "report('switches')",
        "",
        "i 3",
        "Figures: context switches",
        "How often workers ceased to run, voluntarily or forced",
    ),
    Command("report('states')", "", "i 4", "Figures: states", "The share of each state by worker"),
    Command(
        "report('fairness')", "", "i 5", "Figures: fairness", "How evenly the workers got to run"
    ),
    Command(
        "report('critical_path')",
        "",
        "i 6",
        "Figures: critical path",
        "What decided how long the run took",
    ),
    Command("report('locks')", "", "i 7", "Figures: locks", "The locks by time lost"),
    Command("report('tasks')", "", "i 8", "Figures: tasks", "How long the tasks took"),
    Command("report('queues')", "", "i 9", "Figures: queue depth", "How full the queues were"),
)
"""What the palette finds by the name of a figure."""


class Reporting(Moving):
    """Keys that open a screen to read."""

    offered: ClassVar[tuple[Command, ...]] = FIGURES

    def action_report(self, figure: str = "") -> None:
        """Open it: of the selected span, of what lies between mark and cursor, or of all; at the
        section of a figure, by its name."""
        from ...render.sections import section_of
        from ...screens.report import ReportScreen

        view = self.view
        if view is None or not view.trace.lanes:
            return
        start, end = view.trace.start_ns, view.trace.end_ns
        if self.span is not None:
            start, end = self.span.start_ns, self.span.end_ns
        elif self.mark_ns is not None and self.cursor_ns not in (None, self.mark_ns):
            start, end = sorted((self.mark_ns, self.cursor_ns or 0))
        screen = ReportScreen(view, start, end, section_of(figure))
        self.app.push_screen(screen, self.go_to)

    def action_everybody(self) -> None:
        """Tell of all workers at the cursor, or at the end of what is known."""
        from ...screens.everybody import EverybodyScreen

        view = self.view
        if view is None or not view.trace.lanes:
            return
        at = self.cursor_ns if self.cursor_ns is not None else view.trace.end_ns - 1
        self.app.push_screen(EverybodyScreen(view, at, self.lane), self._choose_lane)

    def _choose_lane(self, lane: int | None) -> None:
        if lane is not None:
            self.choose(Track("lane", lane))
