"""Two runs one above the other: who gets how many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .arrange import needed
from .lanes import LARGE_UNITS, UNITS

if TYPE_CHECKING:
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
_LEAST_RUN = 5
"""Rows of a run below which the table goes first: a ruler and four tracks."""
_READ_RUN = 2
"""Rows that stay for a run while the figures are read: a ruler and a track."""
_LARGE_FIGURES = 3
"""Rows of the figures between the runs where all is large."""


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


def shares(
    rows: int,
    upper: Tracks,
    lower: Tracks,
    *,
    wide: bool = False,
    large: bool = False,
    reading: bool = False,
) -> Shares:
    """Share out `rows`: the lanes of both runs equally tall, and figures where there is room.

    In a `wide` table half of the figures stand beside the other half. Where all is `large` there is
    no table, unless one is `reading` it: then it gets all that the runs do not need to be seen.
    """
    sentence = (3 if rows >= _TALL else 1) if not reading else 1
    figures = figures_height(rows, large=large)
    all_left = left = max(rows - _FIXED + 1 - figures - sentence, 2)
    if reading:
        left = min(2 * _READ_RUN, left)
    elif not large:
        left -= _for_the_table(left, upper, lower, wide=wide)
    taller = left, left
    for unit in reversed(LARGE_UNITS if large and not reading else UNITS):
        above, below = (_wanted(each, unit, large=large) for each in (upper, lower))
        if above + below <= left:
            break
        taller = above, below
    else:
        least = _wanted(upper, 1), _wanted(lower, 1)
        above = min(least[0], max(left // 2, left - least[1]))
        below = left - above
    rest = all_left - above - below
    if not large or reading:
        return Shares(above, below, sentence, rest)
    # There is no table that could use what is left; lanes of one run must not be taller for it.
    air = min(rest // 2, max(taller[0] - above - 1, 0))
    above, rest = above + air, rest - air
    air = min(rest, max(taller[1] - below - 1, 0))
    return Shares(above, below + air, sentence + rest - air, 0)


def _for_the_table(left: int, upper: Tracks, lower: Tracks, *, wide: bool) -> int:
    """The rows of `left` that the lanes leave to the table: half of what two rows a lane leave, for
    tall lanes are easy to read. With too many tracks these scroll, and the table is seen all the
    same: it tells what many lanes do not."""
    room = max(left - _wanted(upper, 2) - _wanted(lower, 2), 0)
    wanted = min(max(room // 2, left // 4, LEAST_TABLE), _MOST_TABLE[wide])
    return wanted if left - wanted >= 2 * _LEAST_RUN else 0


def figures_height(rows: int, *, large: bool) -> int:
    """Rows of the figures between the runs."""
    return _LARGE_FIGURES if large and rows >= 2 * _LEAST_RUN + _FIXED + _LARGE_FIGURES else 1


def all_fit_large(shared: Shares, upper: Tracks, lower: Tracks) -> bool:
    """Whether both runs show all their tracks though these are large."""
    least = LARGE_UNITS[0]
    wanted = [_wanted(each, least, large=True) for each in (upper, lower)]
    return wanted[0] <= shared.upper and wanted[1] <= shared.lower


def _wanted(tracks: Tracks, unit: int, *, large: bool = False) -> int:
    """Rows for all tracks without a legend; below a certain height there would be none anyway."""
    return max(needed(tracks, unit, large=large) - 1, 5)
