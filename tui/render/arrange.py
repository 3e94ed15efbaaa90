"""Who gets how many rows.

`large` is for a projector: lanes of three rows and more, resources of two or three, a sentence with
air around it, and neither overview nor output unless that is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from .crowd import LEAST_ROWS
from .lanes import LARGE_UNITS, UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tracks import Track, Tracks

SHORT = 18
"""Rows below which only lanes, ruler and sentence remain."""
_OUTPUT_LEAST = 4
_EMPTY = 2
"""Rows kept free where there are no workers: that is said there."""
_TALL = 5
"""From this height of a lane on, a counter takes two rows; where all is large, resources three."""
_LARGE_LEAST = LARGE_UNITS[0]
_AIRY = 23
"""From so many rows on a large sentence has air around it, and a large legend is two rows high."""


class Plan(Struct, frozen=True):
    """The rows of a run view's parts, from top to bottom; 0 for what is not shown."""

    overview: int
    """Parallelism over the whole run."""
    timeline: int
    """Ruler, lanes, locks, legend."""
    point: int
    """The point of the run; 0 where the sentence tells it while no moment is chosen."""
    output: int
    """Title and text."""
    sentence: int
    """Title and sentence, or the sentence alone."""


def plan(
    rows: int, tracks: Tracks, *, output: bool = True, large: bool = False, point: int = 1
) -> Plan:
    """Share out the rows: the lanes as tall as they may be, the output what they leave. Without
    `output` the timeline has it all. `point`: how many rows the point of the run takes."""
    if large and rows >= 12:
        sentence = 5 if rows >= _AIRY else 3
        left = rows - sentence
        below = max(left // 4, _OUTPUT_LEAST) if output and rows >= SHORT else 0
        return Plan(0, left - below, 0, below, sentence)
    if rows < SHORT:
        least = 2 if rows >= 8 else 1
        # Never more than half of them: of what is longer the report has all.
        sentence = max(least, min(point, rows // 2))
        return Plan(0, max(rows - sentence, 1), 0, 0, sentence)
    point = min(point, rows // 3)
    left = rows - 1 - 3 - point
    if not output:
        return Plan(1, left, point, 0, 3)
    most = left - _OUTPUT_LEAST
    if rows >= 30:
        most = min(most, left * 2 // 3)
    wanted = [needed(tracks, unit) for unit in UNITS]
    timeline = max([want for want in wanted if want <= most], default=most)
    return Plan(1, timeline, point, left - timeline, 3)


def height(track: Track, unit: int, *, large: bool = False) -> int:
    """Rows a track takes where a lane takes `unit`."""
    if track.kind in ("lane", "group"):
        return unit
    if large and track.kind in ("lock", "counter"):
        return 3 if unit >= _TALL else 2
    return 2 if track.kind == "counter" and unit >= _TALL else 1


def needed(tracks: Tracks, unit: int, *, large: bool = False, legend: int = 1) -> int:
    """Rows a timeline takes to show everything: ruler, workers, resources below a gap, legend."""
    gap = 0 if unit in (2, 4) or (large and not tracks.lower) else 1
    upper = sum(height(track, unit, large=large) for track in tracks.upper) or unit
    lower = sum(height(track, unit, large=large) for track in tracks.lower)
    return 1 + upper + lower + gap + legend


class Placed(NamedTuple):
    """A track in its place."""

    track: Track
    top: int
    """Its first row in the timeline."""
    rows: int
    """How many it takes."""

    @property
    def name_row(self) -> int:
        """The one of its rows that bears its name; where a group is bars, they stand on the
        lowest."""
        if self.track.kind == "group" and self.rows < LEAST_ROWS:
            return self.rows - 1
        return self.rows // 2 - (self.rows in (2, 4))


class Placement(Struct, frozen=True):
    """What stands in which row of a timeline: ruler, workers, a gap, resources, legend."""

    unit: int
    """Rows a lane takes."""
    upper: tuple[Placed, ...]
    """The workers that are shown."""
    lower: tuple[Placed, ...]
    """The resources that are shown."""
    first: int
    """The place in `Tracks.upper` of the first worker shown."""
    first_lower: int
    """The place in `Tracks.lower` of the first resource shown."""
    lower_top: int
    """The row from which on there are no workers."""
    legend: int
    """The first row of the legend, or -1."""
    legend_rows: int = 1
    """How many it takes."""
    large: bool = False
    """Whether all is for a projector."""

    def at(self, row: int) -> Placed | None:
        """What stands in a row."""
        for placed in self.upper + self.lower:
            if placed.top <= row < placed.top + placed.rows:
                return placed
        return None


def place(
    rows: int,
    tracks: Tracks,
    first: int = 0,
    first_lower: int = 0,
    selected: Track | None = None,
    *,
    large: bool = False,
) -> Placement:
    """Fill a timeline of so many rows, the lanes as tall as fits.

    Where there are too many tracks they are scrolled: workers from place `first` on, resources from
    `first_lower` on, and so far that the selected one is in sight.
    """
    legend_rows = 0 if rows < 6 else 2 if large and rows >= _AIRY - 5 else 1
    legend = rows - legend_rows if legend_rows else -1
    body = rows - 1 - legend_rows
    unit = _unit(rows, body, tracks, large=large, legend=max(legend_rows, 1))
    upper_all = [height(track, unit) for track in tracks.upper]
    most_below = max(body // 3, body - (sum(upper_all) or _EMPTY), 0)
    lower_all = [height(track, unit, large=large) for track in tracks.lower]
    if sum(lower_all) > most_below:
        # Rather all of them than large ones.
        lower_all = [height(track, unit) for track in tracks.lower]
    lower_room = min(sum(lower_all), most_below)
    upper_room = max(body - lower_room, 1)
    first, upper = _window(tracks.upper, upper_all, upper_room, first, selected, 1)
    used = 1 + (sum(each.rows for each in upper) or _EMPTY)
    gap = 1 if lower_room and used + lower_room < 1 + body else 0
    first_lower, lower = _window(
        tracks.lower, lower_all, lower_room, first_lower, selected, used + gap
    )
    return Placement(
        *(unit, upper, lower, first, first_lower, used + gap, legend), legend_rows, large
    )


def _unit(rows: int, body: int, tracks: Tracks, *, large: bool, legend: int) -> int:
    """The height of a lane: the largest with which all fits, else the least."""
    units = LARGE_UNITS if large and body * 2 // 3 >= _LARGE_LEAST else UNITS
    fitting = [unit for unit in units if needed(tracks, unit, large=large, legend=legend) <= rows]
    return max(fitting, default=units[0])


def _window(
    tracks: Sequence[Track],
    heights: Sequence[int],
    room: int,
    first: int,
    selected: Track | None,
    top: int,
) -> tuple[int, tuple[Placed, ...]]:
    """The tracks that fit into `room` rows from place `first` on, or as far on as need be."""
    # As far down as the end allows.
    last_first, left = len(tracks), room
    while last_first > 0 and heights[last_first - 1] <= left:
        left -= heights[last_first - 1]
        last_first -= 1
    first = min(max(first, 0), last_first)
    if selected in tracks:
        at = tracks.index(selected)
        first = min(first, at)
        while sum(heights[first : at + 1]) > room and first < at:
            first += 1
    placed = []
    row = top
    for track, rows in zip(tracks[first:], heights[first:], strict=True):
        if row + rows > top + room:
            break
        placed.append(Placed(track, row, rows))
        row += rows
    return first, tuple(placed)
