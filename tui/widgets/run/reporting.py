"""The report of a run: figures and findings, and everybody at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...commands import Command
from ...render.tracks import Track
from .moving import Moving

if TYPE_CHECKING:
    from paraviz.trace.findings import Finding

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


class Reporting(Moving):
    """Keys that open a screen to read."""

    def action_report(self) -> None:
        """Open it: of the selected span, of what lies between mark and cursor, or of all."""
        from ...screens.report import ReportScreen

        view = self.view
        if view is None or not view.trace.lanes:
            return
        start, end = view.trace.start_ns, view.trace.end_ns
        if self.span is not None:
            start, end = self.span.start_ns, self.span.end_ns
        elif self.mark_ns is not None and self.cursor_ns not in (None, self.mark_ns):
            start, end = sorted((self.mark_ns, self.cursor_ns or 0))
        self.app.push_screen(ReportScreen(view, start, end), self._go_to_finding)

    def _go_to_finding(self, finding: Finding | None) -> None:
        if finding is None or self.viewport is None:
            return
        self.choose(Track("lane", finding.lane_index))
        length = max(finding.until_ns - finding.at_ns, 1)
        if length < self.viewport.span_ns // 4 or length > self.viewport.span_ns:
            self.viewport = self.viewport.between(
                finding.at_ns - length // 4, finding.until_ns + length // 4
            )
        self.move_cursor(finding.at_ns)

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
