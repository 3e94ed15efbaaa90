"""Two runs one above the other: who gets how many rows, and their figures as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from paraviz.trace.compare_report import OUTPUT_WORDS, figure_cells, figure_text, notices, table
from paraviz.trace.durations import duration
from paraviz.words import N_, _

from .arrange import needed
from .inks import FAINT, PLAIN, QUIET, Ink, Row, row_text, shortened
from .lanes import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Trace
    from paraviz.trace.compare import Comparison, Figure

    from .tracks import Tracks

LEAST_TABLE = 6
"""Rows below which there is no table: a title, a head and a few figures."""
_MOST_TABLE = {False: 22, True: 14}
"""Rows that show all of it, or nearly."""
WIDE = 140
"""Columns from which on it is wide: figures have two columns then, if their words are as short."""
_FIXED = 4
"""Rows of two titles, the line of figures and the legend."""
_TALL = 30
_SHORT_NAMES = {
    "wall": N_("wall"),
    "context_switches": N_("switches"),
    "lost_updates": N_("lost updates"),
    "deadlocks": N_("deadlocks"),
    "waiting_lock": N_("waiting for locks"),
    "waiting_gil": N_("waiting for the GIL"),
    "running_at_once": N_("at once"),
    "processes": N_("processes"),
    "workers": N_("workers"),
    "cpu": N_("CPU"),
    "running": N_("running"),
    "blocked": N_("blocked"),
    "waiting_cpu": N_("waiting for a CPU"),
    "events": N_("events"),
}
"""What the line of figures tells, what matters most first."""
_BETWEEN: Row = [(" · ", FAINT)]


class Shares(NamedTuple):
    """The rows of the parts that do not follow from their content."""

    upper: int
    """The timeline of the first run, without a legend."""
    lower: int
    """That of the second."""
    sentence: int
    """What is told of the cursor."""
    table: int
    """What is left: the table where it is `LEAST_TABLE` or more, else nothing."""


def shares(rows: int, upper: Tracks, lower: Tracks, *, wide: bool = False) -> Shares:
    """Share out `rows`: the lanes of both runs equally tall, and figures where there is room.

    In a `wide` table half of the figures stand beside the other half.
    """
    sentence = 3 if rows >= _TALL else 1
    all_left = left = max(rows - _FIXED - sentence, 2)
    room = left - _wanted(upper, 2) - _wanted(lower, 2)
    if room >= LEAST_TABLE:
        # Half of what two rows a lane leave: the table tells much, tall lanes are easy to read.
        left -= min(max(room // 2, LEAST_TABLE), _MOST_TABLE[wide])
    for unit in reversed(UNITS):
        above, below = _wanted(upper, unit), _wanted(lower, unit)
        if above + below <= left:
            return Shares(above, below, sentence, all_left - above - below)
    above = min(_wanted(upper, 1), max(left // 2, left - _wanted(lower, 1)))
    return Shares(above, left - above, sentence, all_left - left)


def _wanted(tracks: Tracks, unit: int) -> int:
    """Rows for all tracks without a legend; below a certain height there would be none anyway."""
    return max(needed(tracks, unit) - 1, 5)


def run_row(name: str, trace: Trace, columns: int, *, chosen: bool) -> Row:
    """The line above a run: what it is called and how long it took."""
    wall = duration(trace.wall_ns)
    name = shortened(name, columns - len(wall) - 8)
    rest = columns - len(name) - len(wall) - 7
    tone = Ink("cursor", mood="bold") if chosen else Ink("text", mood="bold")
    line = (" " + "─" * max(rest, 0), FAINT)
    return [("── ", FAINT), (name, tone), *_BETWEEN, (wall, PLAIN), line]


def figures_row(comparison: Comparison, columns: int) -> Row:
    """The figures that differ most in meaning, as many as fit: `wall 26.1 → 41.7 ms · …`."""
    row: Row = []
    by_name = {each.name: each for each in comparison.figures}
    for name, words in _SHORT_NAMES.items():
        figure = by_name[name]
        if not figure.difference and name != "wall":
            continue
        piece: Row = [(f"{_(words)} ", QUIET), (pair_text(figure), Ink("text", mood="bold"))]
        longer = [*row, *(_BETWEEN if row else [(" ", PLAIN)]), *piece]
        if len(row_text(longer)) <= columns:
            row = longer
    return row


def pair_text(figure: Figure) -> str:
    """Both values of a figure; a unit they have in common stands once."""
    a, b = figure_text(figure, figure.a), figure_text(figure, figure.b)
    number, _space, unit = a.partition(" ")
    return f"{number if unit and b.endswith(' ' + unit) else a} → {b}"


def figure_rows(comparison: Comparison, columns: int) -> list[Row]:
    """The table of all figures and, below it, what was written and what the runs showed."""
    figures = comparison.telling
    head = ("", _("above"), _("below"), _("difference"), _("ratio"))
    lines = table((head, *(figure_cells(each) for each in figures)))
    inks = [QUIET, *(PLAIN if each.difference else FAINT for each in figures)]
    rows: list[Row] = [[(" " + line, ink)] for line, ink in zip(lines, inks, strict=True)]
    width = len(lines[0]) + 4
    if 2 * width <= columns:
        rows = _beside(rows, width)
    rows.append([(" " + _(OUTPUT_WORDS[comparison.output]), PLAIN)])
    rows += [[(f" {notice}", Ink("error"))] for notice in notices(comparison)]
    for pair in comparison.claims:
        for place, claim in ((_("above"), pair.a), (_("below"), pair.b)):
            if claim is not None:
                mark = "✓" if claim.holds else "·"
                rows.append([(f" {mark} ", QUIET), (f"{place}: ", QUIET), (claim.told, PLAIN)])
    return rows


def _beside(rows: Sequence[Row], width: int) -> list[Row]:
    """A table with its second half beside the first, under the same head."""
    head, *body = rows
    half = (len(body) + 1) // 2
    right = [head, *body[half:], *[[] for _missing in range(2 * half - len(body))]]
    return [
        [*left, (" " * (width - len(row_text(left))), PLAIN), *beside]
        for left, beside in zip([head, *body[:half]], right, strict=True)
    ]
