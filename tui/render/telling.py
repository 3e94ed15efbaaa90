"""What a run says of itself: findings, figures with their meaning, and small plots of some."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace import State
from paraviz.trace.figures import explained
from paraviz.words import _, ngettext

from .characters import one_cell
from .doing import STATE_VERBS, lane_name
from .glyphs import STATE_GLYPHS, STATE_TONES
from .inks import FAINT, PLAIN, QUIET, Ink, Row, cut, shortened, worker
from .times import time_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.figures import Figures
    from paraviz.trace.findings import Finding

    from .view import TraceView

_TITLE = Ink("key", mood="bold")
_BOLD = Ink("text", mood="bold")
_NAME = 22
"""Cells of the names of figures."""
_MOST_LANES = 40
"""Workers whose shares are drawn; the rest is counted."""
_PATH_PARTS = 6
_SEVERITY = {"fault": ("✗", Ink("error", mood="bold")), "waste": ("▲", Ink("lock", mood="bold"))}


def heading(words: str, columns: int) -> Row:
    """The line above a part."""
    return [(f" {words} ", _TITLE), ("─" * max(columns - len(words) - 3, 0), FAINT)]


def finding_rows(finding: Finding, columns: int, *, chosen: bool) -> list[Row]:
    """One finding: its place, and its sentence over as many rows as it takes."""
    glyph, ink = _SEVERITY[finding.severity]
    place = _("at {time}").format(time=time_text(finding.at_ns))
    lines = textwrap.wrap(one_cell(finding.told.told), max(columns - len(place) - 9, 20)) or [""]
    back = "panel" if chosen else ""
    rows: list[Row] = []
    for number, line in enumerate(lines):
        mark = "▶ " if chosen and not number else "  "
        sign = glyph if not number else " "
        left = f"{line}".ljust(columns - len(place) - 8)
        rows.append(
            [
                (f" {mark}", Ink("cursor", back, "bold")),
                (f"{sign} ", ink._replace(back=back)),
                (left, Ink("text", back)),
                (f" {place if not number else ' ' * len(place)} ", Ink("quiet", back)),
            ]
        )
    return rows


def figure_rows(figures: Figures, columns: int) -> list[Row]:
    """Each figure with the sentence that explains it."""
    rows: list[Row] = []
    for figure in explained(figures):
        lines = textwrap.wrap(figure.phrase.told, max(columns - _NAME - 4, 20)) or [""]
        for number, line in enumerate(lines):
            name = _(figure.title) if not number else ""
            rows.append([(f"   {shortened(name, _NAME - 1).ljust(_NAME)}", QUIET), (line, PLAIN)])
    return rows


def share_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """The share of each state by worker, as a bar of the range."""
    lanes = range(min(len(view.trace.lanes), _MOST_LANES))
    longest = max((len(view.labels[lane]) for lane in lanes), default=0)
    names = min(longest + 1, columns // 3)
    room = columns - names - 12
    rows = []
    for lane in lanes:
        label, ink = lane_name(view, lane)
        times = figures.times[:, lane]
        alive = int(times.sum() - times[State.NOT_ALIVE])
        running = f"{100 * int(times[State.RUNNING]) / alive:5.1f} %" if alive else "      –"
        row: Row = [(f"   {shortened(one_cell(label), names - 1).ljust(names)}", ink)]
        row += _bar(times, max(room, 8), lane)
        rows.append([*row, (f" {running}", PLAIN)])
    rest = len(view.trace.lanes) - len(lanes)
    if rest > 0:
        rows.append([("   " + _("… and {count:,} more").format(count=rest), QUIET)])
    return rows


def _bar(times: NDArray[np.int64], room: int, lane: int) -> Row:
    """A range as a bar, its states one after the other, each as long as its share."""
    total = max(int(times.sum()), 1)
    order = [state for state in State if state is not State.NOT_ALIVE]
    edges = np.rint(np.cumsum([0, *(times[state] for state in order)]) * room / total).astype(int)
    row: Row = []
    for state, first, last in zip(order, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        ink = Ink(worker(lane) if state is State.RUNNING else STATE_TONES[state])
        if last > first:
            row.append((STATE_GLYPHS[state] * (last - first), ink))
    used = int(edges[-1])
    return [*row, (" " * (room - used), PLAIN)] if used < room else row


def parallelism_rows(figures: Figures, columns: int) -> list[Row]:
    """For how long so many workers ran at once."""
    counts = figures.parallelism.by_count
    wall = max(figures.wall_ns, 1)
    shown = np.flatnonzero(counts) if len(counts) > 12 else np.arange(len(counts))
    rows = []
    for number in shown.tolist():
        words = ngettext("{count} worker runs", "{count} workers run", number).format(count=number)
        rows.append(_counted(words, int(counts[number]) / wall, columns))
    return rows


def length_rows(figures: Figures, columns: int) -> list[Row]:
    """How many tasks took how long, by powers of two."""
    tasks = figures.tasks
    bins = np.flatnonzero(tasks.histogram)
    if not len(bins):
        return []
    most = int(tasks.histogram.max())
    rows = []
    for number in range(int(bins[0]), int(bins[-1]) + 1):
        least = 0 if number == 0 else 1 << (number - 1)
        words = _("from {time} on: {count}").format(
            time=time_text(least), count=int(tasks.histogram[number])
        )
        rows.append(_counted(words, int(tasks.histogram[number]) / most, columns, percent=False))
    return rows


def path_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """The longest parts of the critical path."""
    path = figures.critical
    rows: list[Row] = []
    for part in path.longest(_PATH_PARTS):
        lane, start, end = int(path.lanes[part]), int(path.starts[part]), int(path.ends[part])
        name, ink = lane_name(view, lane) if lane >= 0 else (_("nobody"), QUIET)
        state = State(int(path.states[part]))
        does = _(STATE_VERBS[state]) if state in STATE_VERBS else ""
        length = f"   {time_text(end - start):>10}  "
        where = "  " + _("from {start} to {end}").format(start=time_text(start), end=time_text(end))
        row: Row = [
            (length, _BOLD),
            (one_cell(name), ink),
            (" " + does, Ink(STATE_TONES[state] or "text")),
        ]
        rows.append(cut([*row, (where, QUIET)], columns))
    return rows


def _counted(words: str, share: float, columns: int, *, percent: bool = True) -> Row:
    room = max(columns - _NAME - 14, 8)
    filled = max(round(share * room), 1 if share > 0 else 0)
    tail = f" {100 * share:5.1f} %" if percent else ""
    return [
        (f"   {shortened(words, _NAME + 1).ljust(_NAME + 2)}", QUIET),
        ("█" * filled, Ink("overview")),
        (" " * (room - filled) + tail, PLAIN),
    ]


def range_title(view: TraceView, start_ns: int, end_ns: int) -> str:
    """What the figures are of."""
    if (start_ns, end_ns) == (view.trace.start_ns, view.trace.end_ns):
        return _("the whole run")
    words = _("from {start} to {end}")
    return words.format(start=time_text(start_ns), end=time_text(end_ns))


def told_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """All figures, part by part."""
    parts = (
        (_("figures"), figure_rows(figures, columns)),
        (_("what the workers did"), share_rows(view, figures, columns)),
        (_("how many ran at once"), parallelism_rows(figures, columns)),
        (_("the longest parts of the critical path"), path_rows(view, figures, columns)),
        (_("lengths of tasks"), length_rows(figures, columns)),
    )
    rows: list[Row] = []
    for words, drawn in parts:
        if drawn:
            rows += [[(" " * columns, PLAIN)], heading(words, columns), *drawn]
    return rows
