"""What a run says of itself in sentences: findings, and figures with their meaning."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from paraviz.text.translation import _

from .characters import one_cell
from .inks import FAINT, PLAIN, QUIET, Ink, Row, row_text, shortened
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.costs import Cost
    from paraviz.analysis.figures import Figure
    from paraviz.analysis.findings import Finding

    from .view import TraceView

_TITLE = Ink("key", mood="bold")
_NAME = 22
"""Cells of the names of figures."""
_TIE = "\N{NO-BREAK SPACE}"
_UNIT = re.compile(r"(?<=\d) (ns|µs|ms|s|%)(?!\w)")
_SEVERITY = {"fault": ("✗", Ink("error", mood="bold")), "waste": ("▲", Ink("lock", mood="bold"))}


def heading(words: str, columns: int, key: str) -> Row:
    """The line above a part, and the key that leads there."""
    title = f" {key} {words} "
    return [(title, _TITLE), ("─" * max(columns - len(title) - 1, 0), FAINT)]


def finding_rows(finding: Finding, columns: int) -> list[Row]:
    """One finding: its place, and its sentence over as many rows as it takes."""
    return _placed_rows(finding, *_SEVERITY[finding.severity], columns)


def cost_rows(cost: Cost, columns: int) -> list[Row]:
    """One cost, likewise; it accuses nobody."""
    return _placed_rows(cost, "·", QUIET, columns)


def _placed_rows(found: Finding | Cost, glyph: str, ink: Ink, columns: int) -> list[Row]:
    place = _("at {time}").format(time=time_text(found.at_ns))
    rows: list[Row] = []
    for number, line in enumerate(_wrapped(found.told.told, columns - len(place) - 9)):
        first = number == 0
        rows.append(
            [
                (f"   {glyph if first else ' '} ", ink),
                (line.ljust(columns - len(place) - 8), Ink("text")),
                (f" {place if first else ' ' * len(place)} ", QUIET),
            ]
        )
    return rows


def notice_rows(words: str, columns: int, *, is_blind: bool) -> list[Row]:
    """What a run has to say of itself; `is_blind`: of what could not be observed."""
    ink = Ink("error") if is_blind else QUIET
    told = _("note: {notice}").format(notice=words)
    return [
        [("   ✗ " if is_blind and not number else "     ", ink), (line, ink)]
        for number, line in enumerate(_wrapped(told, columns - 6))
    ]


def told_rows(figures: Sequence[Figure], columns: int) -> list[Row]:
    """The sentence of each figure; their names before them, unless there is only one."""
    room = _NAME if len(figures) > 1 else 0
    rows: list[Row] = []
    for figure in figures:
        for number, line in enumerate(_wrapped(figure.phrase.told, columns - room - 4)):
            name = shortened(_(figure.title), room - 1) if room and not number else ""
            rows.append([(f"   {name.ljust(room)}", QUIET), (line, PLAIN)])
    return rows


def marked(row: Row, columns: int, *, first: bool) -> Row:
    """A row of what is chosen, the first one with the mark of it."""
    (left, ink), *others = row
    sign = " ▶ " if first else "   "
    row = [(sign, Ink("cursor", mood="bold")), (left[len(sign) :], ink), *others]
    row.append((" " * max(columns - len(row_text(row)), 0), PLAIN))
    return [(text, ink._replace(back="panel")) for text, ink in row if text]


def _wrapped(words: str, room: int) -> list[str]:
    """Words in lines of at most so many cells; a number stays with its unit."""
    tied = _UNIT.sub(rf"{_TIE}\1", one_cell(words))
    return [line.replace(_TIE, " ") for line in textwrap.wrap(tied, max(room, 20))] or [""]


def range_title(view: TraceView, start_ns: int, end_ns: int) -> str:
    """What the figures are of."""
    if (start_ns, end_ns) == (view.trace.start_ns, view.trace.end_ns):
        return _("the whole run")
    words = _("from {start} to {end}")
    return words.format(start=time_text(start_ns), end=time_text(end_ns))
