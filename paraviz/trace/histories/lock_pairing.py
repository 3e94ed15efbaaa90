"""Which release ends which acquisition of a lock, where they do not simply take turns.

Several hold a semaphore at once; a release can be stamped after the acquisition it made way for;
events can be missing. A release ends the last acquisition of the releaser's own that is still held,
else (a Lock may be released by anyone) the oldest that anybody holds; where nobody holds it, none.

Whatever happened before a moment at which nobody holds the lock has no say in what comes after it.
So the events fall into stretches between such moments, most of which are of one of two simple kinds
that need no look at single events: all release their own, or nobody does. Only the others are
played through.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.grouping import by_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Refs

    Flags = NDArray[np.bool_]
    Rows = NDArray[np.intp]


def paired(got: Flags, lanes: Refs) -> tuple[Rows, Rows]:
    """intp[k] each: the rows of the acquisitions, in their order, and of the releases that end
    them, -1 for what is not given back.

    `got` (bool[n]): whether each event, by time, is an acquisition or a release; `lanes`
    (int32[n]): whose it is.
    """
    over = np.full(len(got), -1, np.intp)
    rows, stretches = _stretches(got)
    own, anyones = _simple(got[rows], lanes[rows], stretches)
    of_own, of_anyone = own[stretches], anyones[stretches]
    _pair_own(over, rows[of_own], got, lanes)
    _pair_oldest(over, rows[of_anyone], got)
    _play(over, rows[~of_own & ~of_anyone], got, lanes)
    begun = np.flatnonzero(got)
    return begun, over[begun]


def _stretches(got: Flags) -> tuple[Rows, Rows]:
    """The rows of all events but releases where nobody holds the lock, and for each of these the
    number of its stretch, from 0."""
    walk = np.cumsum(np.where(got, 1, -1))
    low = np.minimum(np.minimum.accumulate(walk), 0)
    rows = np.flatnonzero(np.diff(low, prepend=0) == 0)
    nobody = (walk == low)[rows]
    return rows, np.cumsum(nobody) - nobody


def _simple(got: Flags, lanes: Refs, stretches: Rows) -> tuple[Flags, Flags]:
    """bool[m] each: whether in each stretch all release what they hold themselves, and whether,
    otherwise, nobody who releases acquires."""
    count = int(stretches[-1]) + 1 if len(stretches) else 0
    own, anyones = np.ones(count, bool), np.ones(count, bool)
    by_lane = by_number(lanes)
    got, lanes, stretches = got[by_lane], lanes[by_lane], stretches[by_lane]
    first = np.ones(len(got), bool)
    first[1:] = (lanes[1:] != lanes[:-1]) | (stretches[1:] != stretches[:-1])
    begins = np.flatnonzero(first)
    if not len(begins):
        return own, anyones
    steps = np.where(got, 1, -1)
    held = np.cumsum(steps)
    held -= np.repeat((held - steps)[begins], np.diff(begins, append=len(got)))
    own[stretches[held < 0]] = False
    both = np.logical_or.reduceat(got, begins) & np.logical_or.reduceat(~got, begins)
    anyones[stretches[begins[both]]] = False
    return own, anyones & ~own


def _pair_own(over: Rows, rows: Rows, got: Flags, lanes: Refs) -> None:
    """Each lane's acquisitions and releases as brackets."""
    rows = rows[by_number(lanes[rows])]
    begins, whose = got[rows], lanes[rows].astype(np.int64)
    # Those of a lane stand together: how deep the others have gone is the same for all of them.
    depths = np.cumsum(np.where(begins, 1, -1)) + ~begins
    order = np.lexsort((depths, whose))
    rows, depths, whose = rows[order], depths[order], whose[order]
    opens = got[rows]
    closed = np.flatnonzero(
        opens[:-1] & ~opens[1:] & (depths[1:] == depths[:-1]) & (whose[1:] == whose[:-1])
    )
    over[rows[closed]] = rows[closed + 1]


def _pair_oldest(over: Rows, rows: Rows, got: Flags) -> None:
    """In the order they came."""
    begins, ends = rows[got[rows]], rows[~got[rows]]
    over[begins[: len(ends)]] = ends


def _play(over: Rows, rows: Rows, got: Flags, lanes: Refs) -> None:
    """One by one."""
    held: defaultdict[int, deque[int]] = defaultdict(deque)
    oldest: deque[tuple[int, int]] = deque()
    given_back: set[int] = set()
    for row, is_begin, lane in zip(
        rows.tolist(), got[rows].tolist(), lanes[rows].tolist(), strict=True
    ):
        if is_begin:
            held[lane].append(row)
            oldest.append((row, lane))
            continue
        own = held[lane]
        if own:
            begun = own.pop()
            given_back.add(begun)
        else:
            while oldest[0][0] in given_back:
                given_back.discard(oldest.popleft()[0])
            begun, holder = oldest.popleft()
            held[holder].popleft()
        over[begun] = row
