"""The report: what is found in a run, and its figures, of the whole or of a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import get_current_worker

from paraviz.loading import bar_text
from paraviz.words import _

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..render.inks import QUIET, Ink, Row
from ..render.telling import finding_rows, heading, range_title, told_rows
from ..widgets.bars import KeyLine
from ..widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paraviz.trace.figures import Figures
    from paraviz.trace.findings import Finding

    from ..render.view import TraceView

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous finding", "Choose the finding above, or scroll"),
    Command(
        "choose(1)",
        "down",
        "↓",
        "Next finding",
        "Choose the finding below, or scroll",
        "choose",
        "↑ ↓",
        1,
    ),
    Command(
        "go", "enter", "enter", "Show it", "Go to its place on the timeline", "show it", rank=0
    ),
    Command("page(1)", "pagedown,space", "page ↓", "Page down", "Read on", "page", "page ↑ ↓", 2),
    Command("page(-1)", "pageup", "page ↑", "Page up", "Read back"),
    Command("close", "escape,q,i", "q", "Back", "Back to the run", "back", rank=0),
)


_BAR = 20
"""Cells of the bar that tells how far the figures are."""


class Report(Scrolled, can_focus=True):
    """Findings to choose from, and figures to read."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    figures: reactive[Figures | None] = reactive(None)
    found: reactive[tuple[Finding, ...] | None] = reactive(None)
    chosen: reactive[int] = reactive(0)
    share: reactive[float] = reactive(0.0)

    def __init__(self, view: TraceView, start_ns: int, end_ns: int) -> None:
        super().__init__()
        self._view = view
        self._range = (start_ns, end_ns)
        self._all: list[Row] = []
        self._extents: list[tuple[int, int]] = []

    def on_mount(self) -> None:
        """Begin to work it out."""
        self.run_worker(self._work, thread=True, exit_on_error=False)

    def _work(self) -> None:
        from paraviz.trace.figures import Material, figures
        from paraviz.trace.findings import findings

        worker = get_current_worker()
        view = self._view
        found = findings(view.trace, view.index, lambda: worker.is_cancelled)
        if worker.is_cancelled:
            return
        self.app.call_from_thread(setattr, self, "found", found)
        told = figures(
            *(view.trace, view.index, *self._range),
            progress=lambda share: self.app.call_from_thread(setattr, self, "share", share),
            is_cancelled=lambda: worker.is_cancelled,
            material=Material(view.trace, view.edges),
        )
        if told is not None and not worker.is_cancelled:
            self.app.call_from_thread(setattr, self, "figures", told)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.figures, self.found, self.chosen, self.top, self.share)

    def watch_found(self) -> None:
        """Keys may come before the rows are drawn."""
        self.forget()

    def forget(self) -> None:
        """Put all rows together."""
        columns = self.size.width
        rows: list[Row] = [self._head(columns)]
        self._extents = []
        found = self.found
        rows += [[("", QUIET)], heading(self._count(), columns)]
        if found is None:
            rows.append([("   " + _("one moment …"), QUIET)])
        elif not found:
            rows.append([("   " + _("nothing that the recording proves"), QUIET)])
        for number, finding in enumerate(found or ()):
            drawn = finding_rows(finding, columns, chosen=number == self.chosen)
            self._extents.append((len(rows), len(rows) + len(drawn)))
            rows += drawn
        if self.figures is None:
            words = "   " + _("working out the figures …") + f"  {bar_text(self.share, _BAR)}"
            rows += [[("", QUIET)], [(words, QUIET)]]
        else:
            rows += told_rows(self._view, self.figures, columns)
        self._all = rows

    def _head(self, columns: int) -> Row:
        name = one_cell(self._view.trace.program.name)
        what = range_title(self._view, *self._range)
        left = f" {name}   "
        return [
            (left, Ink("text", "panel", "bold")),
            (what.ljust(max(columns - len(left), 0)), Ink("quiet", "panel")),
        ]

    def _count(self) -> str:
        return _("findings") if not self.found else f"{_('findings')}: {len(self.found)}"

    def row(self, y: int) -> Row:
        """One row of what is scrolled to."""
        at = self.top + y if y else 0
        return self._all[at] if at < len(self._all) else []

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._all) - self.size.height, 0)

    def action_choose(self, step: int) -> None:
        """Choose another finding; at the last one scroll on."""
        count = len(self.found or ())
        wanted = self.chosen + step
        if 0 <= wanted < count and self.top <= (self._extents[wanted][0] if self._extents else 0):
            self.chosen = wanted
            _first, last = self._extents[wanted]
            if last >= self.top + self.size.height:
                self.top = min(last - self.size.height + 1, self.most())
            return
        self.scroll_to_row(self.top + step)

    def action_page(self, direction: int) -> None:
        """Turn a page."""
        self.scroll_to_row(self.top + direction * (self.size.height - 3))

    def action_go(self) -> None:
        """Leave, to the place of the chosen finding."""
        found = self.found or ()
        self.screen.dismiss(found[self.chosen] if self.chosen < len(found) else None)

    def action_close(self) -> None:
        """Leave to where one was."""
        self.screen.dismiss(None)

    def on_resize(self) -> None:
        """Another width breaks the sentences elsewhere."""
        self.top = min(self.top, self.most())


class ReportScreen(Screen["Finding | None"]):
    """Its result is the finding to go to, or None."""

    AUTO_FOCUS = "Report"

    def __init__(self, view: TraceView, start_ns: int, end_ns: int) -> None:
        super().__init__()
        self._report = Report(view, start_ns, end_ns)

    def compose(self) -> ComposeResult:
        """The report, and its keys."""
        yield self._report
        yield KeyLine()
