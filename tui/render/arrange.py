"""Who gets how many rows."""

from __future__ import annotations

from dataclasses import dataclass

from .lanes import UNITS

SHORT = 18
"""Rows below which only lanes, ruler and sentence remain."""
_OUTPUT_LEAST = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of a run view's parts, from top to bottom; 0 for what is not shown."""

    overview: int
    """Parallelism over the whole run."""
    timeline: int
    """Ruler, lanes, locks, legend."""
    output: int
    """Title and text."""
    sentence: int
    """Title and sentence, or the sentence alone."""


def plan(rows: int, lanes: int, locks: int) -> Plan:
    """Share out the rows: the lanes as tall as they may be, the output what they leave."""
    if rows < SHORT:
        sentence = 2 if rows >= 8 else 1
        return Plan(0, max(rows - sentence, 1), 0, sentence)
    left = rows - 1 - 3
    most = left - _OUTPUT_LEAST
    if rows >= 30:
        most = min(most, left * 2 // 3)
    wanted = [needed(lanes, locks, unit) for unit in UNITS]
    timeline = max([want for want in wanted if want <= most], default=most)
    return Plan(1, timeline, left - timeline, 3)


def needed(lanes: int, locks: int, unit: int) -> int:
    """Rows a timeline takes to show everything: ruler, lanes, locks below a gap, legend."""
    gap = 1 if unit != 4 and unit != 2 else 0
    return 1 + max(lanes, 1) * unit + (locks + gap if locks else gap) + 1


@dataclass(frozen=True, slots=True)
class Placement:
    """What stands in which row of a timeline: ruler, lanes, a gap, locks, legend."""

    unit: int
    """Rows a lane takes."""
    first_lane: int
    """The first lane shown."""
    last_lane: int
    """The lane after the last one shown."""
    locks_top: int
    """The row of the first lock."""
    locks: int
    """How many locks are shown."""
    legend: int
    """The row of the legend, or -1."""

    def lane_at(self, row: int) -> int:
        """The lane in a row, or -1."""
        lane = self.first_lane + (row - 1) // self.unit
        return lane if row >= 1 and lane < self.last_lane else -1


def place(rows: int, lanes: int, locks: int, first_lane: int) -> Placement:
    """Fill a timeline of so many rows, the lanes as tall as fits; too many are scrolled."""
    unit = max([unit for unit in UNITS if needed(lanes, locks, unit) <= rows], default=1)
    legend = rows - 1 if rows >= 6 else -1
    body = rows - 1 - (legend >= 0)
    locks = min(locks, max(body // 3, 0))
    room = max(body - locks, 1)
    shown = min(lanes, max(room // unit, 1))
    first = min(max(first_lane, 0), lanes - shown)
    used = 1 + shown * unit
    gap = 1 if locks and used + locks < 1 + body else 0
    return Placement(unit, first, first + shown, used + gap, locks, legend)
