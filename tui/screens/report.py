"""The report: what is found in a run, and its figures, of the whole or of a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import get_current_worker

from paraviz.commands.progress_bar import bar_text
from paraviz.text import language
from paraviz.text.notices import blind_spots, told_notice
from paraviz.text.translation import N_, _

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..render.inks import QUIET, Ink, Row
from ..render.places import Place
from ..render.sections import SECTIONS, Page, add_figures, contents_rows
from ..render.telling import cost_rows, finding_rows, marked, notice_rows, range_title
from ..widgets.bars import KeyLine
from ..widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paraviz.analysis.costs import Cost
    from paraviz.analysis.figures import Figures
    from paraviz.analysis.findings import Finding

    from ..render.view import TraceView

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous place", "Choose the place above, or scroll"),
    Command(
        "choose(1)",
        "down",
        "↓",
        "Next place",
        "Choose the place below, or scroll",
        "choose",
        "↑ ↓",
        1,
    ),
    Command(
        "go", "enter", "enter", "Show it", "Go to its place on the timeline", "show it", rank=0
    ),
    Command("page(1)", "pagedown,space", "page ↓", "Page down", "Read on", "page", "page ↑ ↓", 2),
    Command("page(-1)", "pageup", "page ↑", "Page up", "Read back"),
    *(
        Command(
            *(f"section({number})", str(number), str(number), section.title, section.help),
            footer="" if number else N_("section"),
            footer_keys="0–9",
            rank=1,
        )
        for number, section in enumerate(SECTIONS)
    ),
    Command("close", "escape,q,i", "q", "Back", "Back to the run", "back", rank=0),
)
_BAR = 20
"""Cells of the bar that tells how far findings and figures are."""
_FOUND = 0.35
"""The share of both that is done when the findings are there, about."""
_HERE = Ink("cursor", mood="bold")


class Report(Scrolled, can_focus=True):
    """Findings to choose from, and figures to read."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    figures: reactive[Figures | None] = reactive(None)
    found: reactive[tuple[Finding, ...] | None] = reactive(None)
    dear: reactive[tuple[Cost, ...]] = reactive(())
    chosen: reactive[int] = reactive(0)
    section: reactive[int] = reactive(0)
    share: reactive[float] = reactive(0.0)

    def __init__(self, view: TraceView, start_ns: int, end_ns: int, section: int = 0) -> None:
        """`section`: the number of the one to begin with."""
        super().__init__()
        self._view = view
        self._range = (start_ns, end_ns)
        self._page = Page([], [], [])
        self._made_of: object = None
        self._headed: tuple[object, list[Row]] = None, []
        self.set_reactive(Report.section, section)

    def on_mount(self) -> None:
        """Begin to work it out."""
        self.run_worker(self._work, thread=True, exit_on_error=False)

    def _work(self) -> None:
        from paraviz.analysis.costs import costs, untold
        from paraviz.analysis.figures import Material, figures
        from paraviz.analysis.findings import findings

        worker = get_current_worker()
        view = self._view
        # A long recording shows its lanes before its locks are known.
        known = (view.locks, view.deadlocks) if view.whole else (None, None)
        material = Material(view.trace, view.edges, *known)

        def tell(share: float) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(setattr, self, "share", share)

        found = findings(
            *(view.trace, view.index, lambda: worker.is_cancelled),
            progress=lambda share: tell(_FOUND * share),
            material=material,
        )
        if worker.is_cancelled:
            return
        dear = tuple(untold(costs(view.trace, material), found))
        self.app.call_from_thread(self._take, found, dear)
        told = figures(
            *(view.trace, view.index, *self._range),
            progress=lambda share: tell(_FOUND + (1 - _FOUND) * share),
            is_cancelled=lambda: worker.is_cancelled,
            material=material,
        )
        if told is not None and not worker.is_cancelled:
            self.app.call_from_thread(setattr, self, "figures", told)

    def _take(self, found: tuple[Finding, ...], dear: tuple[Cost, ...]) -> None:
        self.dear = dear
        self.found = found

    def drawn_for(self) -> object:
        """What the rows show."""
        return (*self._content(), self.chosen, self.top, self.section)

    def _content(self) -> tuple[object, ...]:
        return (
            self.figures,
            self.found,
            self.dear,
            self.share,
            self.size.width,
            language.current(),
        )

    def watch_found(self) -> None:
        """What is read stays where it is, below what comes above it."""
        rows, places = len(self._page.rows), len(self._page.places)
        self.forget()
        if self.figures is not None and (self.top or self.section):
            self.chosen += len(self._page.places) - places
            self.top += len(self._page.rows) - rows

    def watch_figures(self) -> None:
        """The section that was asked for may be there now."""
        self.forget()
        if self.section:
            self.action_section(self.section)

    def forget(self) -> None:
        """Put all rows together, if they say something else now."""
        if self._made_of == self._content():
            return
        self._made_of = self._content()
        columns = self.size.width
        page = Page([], [], [])
        self._add_findings(page, columns)
        if self.figures is None:
            words = "   " + _("working out the figures …") + f"  {bar_text(self.share, _BAR)}"
            page.add([[("", QUIET)], [(words, QUIET)]])
        else:
            add_figures(page, self._view, self.figures, columns)
        self._page = page

    def _add_findings(self, page: Page, columns: int) -> None:
        trace = self._view.trace
        whole = self._range == (trace.start_ns, trace.end_ns)
        title = _("findings") if whole else _("findings in the whole run")
        page.begin(f"{title}: {len(self.found)}" if self.found else title, columns)
        if self.found is None:
            page.add([[("   " + _("one moment …"), QUIET)]])
        elif not self.found and not self.dear:
            page.add([[("   " + _("nothing that the recording proves"), QUIET)]])
        for finding in self.found or ():
            page.add_place(finding_rows(finding, columns), Place.of(finding))
        if self.dear and self.found is not None:
            page.add([[("   " + _("what cost most:"), QUIET)]])
        for cost in self.dear if self.found is not None else ():
            page.add_place(cost_rows(cost, columns), Place.of(cost))
        blind = blind_spots(trace.notices)
        for notice in trace.notices:
            page.add(notice_rows(told_notice(notice), columns, is_blind=notice in blind))

    def _head(self) -> list[Row]:
        """Asked for with each row that is drawn."""
        shown = (self.size.width, self.section, language.current())
        if self._headed[0] != shown:
            self._headed = shown, self._new_head(self.size.width)
        return self._headed[1]

    def _new_head(self, columns: int) -> list[Row]:
        left = f" {one_cell(self._view.trace.program.name)}   "
        what = range_title(self._view, *self._range)
        title: Row = [
            (left, Ink("text", "panel", "bold")),
            (what.ljust(max(columns - len(left), 0)), Ink("quiet", "panel")),
        ]
        return [title, *contents_rows(columns, self.section)]

    def row(self, y: int) -> Row:
        """One row of the head, or of what is scrolled to."""
        head = self._head()
        if y < len(head):
            return head[y]
        at, page = self.top + y - len(head), self._page
        if at >= len(page.rows):
            return []
        row = page.rows[at]
        if self.section and at in page.begins[self.section : self.section + 1]:
            return [(text, _HERE) for text, _ink in row]
        if self.chosen < len(page.places):
            first, last, _place = page.places[self.chosen]
            if first <= at < last:
                return marked(row, self.size.width, first=at == first)
        return row

    @property
    def body(self) -> int:
        """How many rows scroll."""
        return max(self.size.height - len(self._head()), 1)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._page.rows) - self.body, 0)

    def scroll_to_row(self, top: int) -> None:
        """Show the rows from there on; section and chosen place are ones that are seen."""
        super().scroll_to_row(top)
        begun = [at for at, begin in enumerate(self._page.begins) if begin <= self.top + 1]
        self.section = max(begun, default=0)
        if not self._is_seen(self.chosen):
            self.chosen = next(filter(self._is_seen, range(len(self._page.places))), self.chosen)

    def _is_seen(self, number: int) -> bool:
        places = self._page.places
        if number >= len(places):
            return False
        first, last, _place = places[number]
        return first < self.top + self.body and last > self.top

    def action_choose(self, step: int) -> None:
        """Choose another place that is seen; where there is none, scroll on."""
        wanted = self.chosen + step
        if 0 <= wanted < len(self._page.places) and self._is_seen(wanted):
            first, last, _place = self._page.places[wanted]
            if first >= self.top:
                self.chosen = wanted
                if last >= self.top + self.body:
                    self.top = min(last - self.body + 1, self.most())
                return
        self.scroll_to_row(self.top + step)

    def action_page(self, direction: int) -> None:
        """Turn a page."""
        self.scroll_to_row(self.top + direction * max(self.body - 2, 1))

    def action_section(self, number: int) -> None:
        """To a section, and its first place; to one that is not there yet as soon as it is."""
        begins = self._page.begins
        if number < len(begins):
            self.scroll_to_row(begins[number] if number else 0)
            end = begins[number + 1] if number + 1 < len(begins) else len(self._page.rows)
            places = enumerate(self._page.places)
            inside = [at for at, each in places if begins[number] <= each[0] < end]
            self.chosen = inside[0] if inside else self.chosen
        self.section = number

    def action_go(self) -> None:
        """Leave, to the chosen place."""
        places = self._page.places
        self.screen.dismiss(places[self.chosen][2] if self._is_seen(self.chosen) else None)

    def action_close(self) -> None:
        """Leave to where one was."""
        self.screen.dismiss(None)

    def on_resize(self) -> None:
        """Another width breaks the sentences elsewhere."""
        self.forget()
        self.top = min(self.top, self.most())


class ReportScreen(Screen["Place | None"]):
    """Its result is the place to go to, or None."""

    AUTO_FOCUS = "Report"

    def __init__(self, view: TraceView, start_ns: int, end_ns: int, section: int = 0) -> None:
        """`section`: the number of the one to begin with."""
        super().__init__()
        self._report = Report(view, start_ns, end_ns, section)

    def compose(self) -> ComposeResult:
        """The report, and its keys."""
        yield self._report
        yield KeyLine()
