"""The sections of a report: the figures each has, the key that leads to it, how it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.analysis.figures import explained
from paraviz.text.translation import N_, _

from .charts import (
    MARGIN,
    MOST_ROWS,
    count_rows,
    course_rows,
    fair_rows,
    legend_rows,
    length_rows,
    lock_rows,
    path_share_rows,
    queue_rows,
    share_rows,
    switch_rows,
)
from .inks import PLAIN, QUIET, Ink, Row
from .places import Place, lock_places, path_places, path_rows, task_place
from .span_rows import span_rows
from .telling import heading, told_rows
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.analysis.figures import Figures

    from .view import TraceView


class Section(Struct, frozen=True):
    """A part of a report. The key that leads to it is its number, that of the findings 0."""

    title: str
    """English, marked to be translated."""
    help: str
    """What it tells, in English, marked to be translated."""
    figures: tuple[str, ...] = ()
    """The names of its figures."""


SECTIONS = (
    Section(N_("findings"), N_("What is wrong or wasteful in the run")),
    Section(
        N_("time"),
        N_("Wall time, CPU time, and speed-up"),
        ("wall", "cpu", "speedup", "tasks_speedup"),
    ),
    Section(N_("parallelism"), N_("How many workers ran at once, over time"), ("parallelism",)),
    Section(N_("switches"), N_("How often who ceased to run: voluntary or forced"), ("switches",)),
    Section(N_("states"), N_("The share of each state by worker"), ("states",)),
    Section(N_("fairness"), N_("How evenly the workers got to run"), ("fairness",)),
    Section(N_("critical path"), N_("What decided how long the run took"), ("critical_path",)),
    Section(N_("locks"), N_("The locks by time lost"), ("locks",)),
    Section(N_("tasks"), N_("How long the tasks took"), ("tasks",)),
    Section(N_("queues"), N_("How full the queues were"), ("queues",)),
)
"""The first one of findings, the others of figures."""
_HERE = Ink("cursor", mood="bold")
_KEY = Ink("key", mood="bold")
_GAP = 2


class Page(Struct):
    """Rows, and what stands in them."""

    rows: list[Row]
    """One below the other."""
    begins: list[int]
    """The row of each section's heading, in the order of `SECTIONS`."""
    places: list[tuple[int, int, Place]]
    """(first row, last row + 1, place), from the top to the bottom."""

    def begin(self, words: str, columns: int) -> None:
        """Begin the next section."""
        key = str(len(self.begins))
        self.rows.append([(" " * columns, PLAIN)])
        self.begins.append(len(self.rows))
        self.rows.append(heading(words, columns, key))

    def add(self, rows: Sequence[Row], places: Sequence[Place | None] = ()) -> None:
        """Go on with some rows, and the place of each."""
        for number, place in enumerate(places):
            if place is not None:
                at = len(self.rows) + number
                self.places.append((at, at + 1, place))
        self.rows += rows

    def add_place(self, rows: Sequence[Row], place: Place) -> None:
        """Go on with rows that are of one place."""
        self.places.append((len(self.rows), len(self.rows) + len(rows), place))
        self.rows += rows


def section_of(figure: str) -> int:
    """The number of the section that has a figure; 0 for one that none has."""
    return next((at for at, each in enumerate(SECTIONS) if figure in each.figures), 0)


def contents_rows(columns: int, current: int) -> list[Row]:
    """The keys and titles of all sections, the current one brighter, in one row or two; titles are
    left out where they would take more."""
    rows = _contents(columns, current, titles=True)
    return rows if len(rows) <= 2 else _contents(columns, current, titles=False)


def _contents(columns: int, current: int, *, titles: bool) -> list[Row]:
    rows: list[Row] = [[]]
    used = 0
    for number, section in enumerate(SECTIONS):
        here = number == current
        words = f" {_(section.title)}" if titles or here else ""
        width = 1 + len(words) + _GAP
        if used and used + width > columns:
            rows.append([])
            used = 0
        ink = _HERE if here else QUIET
        rows[-1] += [(f" {number}", _HERE if here else _KEY), (words + " " * (_GAP - 1), ink)]
        used += width
    return rows


def add_figures(page: Page, view: TraceView, figures: Figures, columns: int) -> None:
    """Go on with all sections but the findings."""
    told = {figure.name: figure for figure in explained(figures)}
    parts = _parts(view, figures, columns)
    for section, (rows, places) in zip(SECTIONS[1:], parts, strict=True):
        page.begin(_(section.title), columns)
        page.add(told_rows([told[name] for name in section.figures], columns))
        page.add(rows, places)


def _parts(
    view: TraceView, figures: Figures, columns: int
) -> Iterator[tuple[list[Row], list[Place | None]]]:
    """What is drawn of each section below its sentences, and the places of the first rows."""
    blank: Row = [(" " * columns, PLAIN)]
    yield [], []
    yield [*course_rows(figures, columns), blank, *count_rows(figures, columns)], []
    yield switch_rows(view, figures, columns), []
    yield [*legend_rows(view.trace, columns), *share_rows(view, figures, columns)], []
    yield fair_rows(view, figures, columns), []
    path = path_rows(view, figures, columns)
    shares = path_share_rows(view, figures, columns)
    longest: Row = [(" " * MARGIN + _("its longest parts"), QUIET)]
    if shares:
        yield [*shares, longest, *path], [*(None for _row in shares), None, *path_places(figures)]
    else:
        yield [], []
    locks = lock_rows(figures, columns)
    yield locks, [None, *lock_places(view, figures, MOST_ROWS)] if locks else []
    place = task_place(figures)
    longest_task: list[Row] = []
    if place is not None:
        words = _("the longest one begins at {time}").format(time=time_text(place.at_ns))
        longest_task = [[(" " * MARGIN + words, QUIET)]]
    yield (
        [*longest_task, *span_rows(view.trace, columns), *length_rows(figures, columns)],
        [place],
    )
    yield queue_rows(figures, columns), []
