"""Arrows between lanes: what a worker did that made another go on.

An arrow leaves the row below (or above) its origin, runs along to the moment it arrives and down
(or up) to a head just before the lane it leads to. Where there is no row between two lanes the
head lies on the lane itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inks import Ink, repainted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paraviz.trace.causality.edges import Edge

    from .arrange import Placement
    from .inks import Row
    from .viewport import Viewport

ARROW = Ink("key", mood="bold")
MOST = 12
"""Arrows that are drawn; more would hide what they lead to."""


def draw_arrows(
    rows: list[Row],
    edges: Iterable[Edge],
    placement: Placement,
    viewport: Viewport,
    names: int,
    columns: int,
) -> None:
    """Draw arrows over the rows of a timeline, as far as both their lanes are shown."""
    middles = {
        placed.track.number: placed.top + placed.name_row
        for placed in placement.upper
        if placed.track.kind == "lane"
    }
    drawn = 0
    for edge in edges:
        origin, target = middles.get(edge.from_lane), middles.get(edge.to_lane)
        if origin is None or target is None or origin == target:
            continue
        first = viewport.column(edge.from_ns, columns)
        last = viewport.column(edge.to_ns, columns)
        if not 0 <= last < columns:
            continue
        _draw(rows, (origin, target), names + min(max(first, 0), columns - 1), names + last)
        drawn += 1
        if drawn == MOST:
            return


def _draw(rows: list[Row], lanes: tuple[int, int], first: int, last: int) -> None:
    origin, target = lanes
    step = 1 if target > origin else -1
    head = "▼" if step > 0 else "▲"
    between = range(origin + step, target, step)
    if not between:
        rows[target] = repainted(rows[target], last, head, ARROW)
        return
    for y in between:
        glyph = head if y == between[-1] else "│"
        rows[y] = repainted(rows[y], last, glyph, ARROW)
    if first != last and len(between) > 1:
        y = between[0]
        low, high = sorted((first, last))
        for x in range(low + 1, high):
            rows[y] = repainted(rows[y], x, "─", ARROW)
        leaving, turning = ("╰", "╮") if step > 0 else ("╭", "╯")
        if last < first:
            leaving, turning = ("╯", "╭") if step > 0 else ("╮", "╰")
        rows[y] = repainted(rows[y], first, leaving, ARROW)
        rows[y] = repainted(rows[y], last, turning, ARROW)
