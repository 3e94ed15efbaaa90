"""A run in small: its lanes with their names, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import _

from .inks import QUIET, Piece, Row, shortened
from .lanes import UNITS, lane_rows
from .names import lane_name
from .viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .view import TraceView

_NAMES_MOST = 14
_NARROW = 16
"""Cells below which there is no room for names."""
_TALLEST = 3


def preview(view: TraceView, columns: int, rows: int) -> list[Row]:
    """At most `rows` rows of `columns` cells: the whole run, its lanes as tall as fits.

    Of more lanes than fit some are shown, spread evenly from the first to the last, and the last
    row says how many are not.
    """
    count = len(view.trace.lanes)
    chosen = _chosen(count, rows)
    if not chosen:
        return []
    names = _names_width(view, chosen, columns)
    most = max(min(rows // count, _TALLEST), 1)
    unit = max(unit for unit in UNITS if unit <= most)
    port = Viewport.over(view.trace.start_ns, view.trace.end_ns)
    drawn = lane_rows(view, port, columns - names, chosen, unit)
    if names:
        beside = _names(view, chosen, names, unit)
        drawn = [[*name, *row] for name, row in zip(beside, drawn, strict=True)]
    if len(chosen) < count:
        text = " " + _("… and {count:,} more").format(count=count - len(chosen))
        drawn.append([(shortened(text, columns).ljust(columns), QUIET)])
    return drawn


def _chosen(count: int, rows: int) -> list[int]:
    """Which of `count` lanes are shown in so many rows."""
    if count <= rows:
        return list(range(count))
    shown = max(rows - 1, 0)
    return [place * (count - 1) // max(shown - 1, 1) for place in range(shown)]


def _names_width(view: TraceView, lanes: list[int], columns: int) -> int:
    """Cells of the names, the one before and the one after included; 0 for none."""
    if columns < _NARROW:
        return 0
    longest = max(len(view.labels[lane]) for lane in lanes)
    return min(longest + 2, _NAMES_MOST, columns // 4)


def _names(view: TraceView, lanes: list[int], width: int, unit: int) -> Iterator[list[Piece]]:
    """What stands before each row: a lane's name in its middle one."""
    middle = unit // 2 - (unit == 2)
    for lane in lanes:
        name = lane_name(view.labels[lane], lane, width, selected=False)
        for part in range(unit):
            yield name if part == middle else [(" " * width, QUIET)]
