"""Stretches that do not overlap, as a row: who is on a CPU, what a lane is in at one depth.

A column is as high as the share of its time that lies in any stretch, in the tone of what takes
most of it; of more than `_SAMPLE` stretches in a column as many are looked at. Where there is room,
its name stands in a stretch. What is not nothing is never blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from .characters import one_cell
from .inks import QUIET, Ink, Row, shortened
from .overview import BARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_SAMPLE = 16
_NAME_ROOM = 5
NOBODY = -1


class Stretches(Struct, frozen=True, eq=False):
    """Stretches of time, made ready to be drawn."""

    starts: NDArray[np.int64]
    """int64[n], sorted."""
    ends: NDArray[np.int64]
    """int64[n]: none after the next one's start."""
    whats: NDArray[np.int32]
    """int32[n]: a number for what each is; -1 where it has no name."""
    sums: NDArray[np.int64]
    """int64[n + 1]: ns in all stretches before each."""

    @classmethod
    def of(
        cls, starts: NDArray[np.int64], ends: NDArray[np.int64], whats: NDArray[np.int32]
    ) -> Stretches:
        """Prepare them."""
        sums = np.zeros(len(starts) + 1, np.int64)
        np.cumsum(ends - starts, out=sums[1:])
        return cls(starts, ends, whats, sums)

    def before(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """ns that lie in a stretch before each moment."""
        if not len(self.starts):
            return np.zeros(len(moments), np.int64)
        count = np.searchsorted(self.starts, moments, "right")
        last = np.maximum(count - 1, 0)
        inside = np.minimum(moments, self.ends[last]) - self.starts[last]
        return np.where(count > 0, self.sums[last] + inside, 0)

    def at(self, at_ns: int) -> int | None:
        """The row of the stretch around a moment, or None."""
        row = int(np.searchsorted(self.starts, at_ns, "right")) - 1
        return row if row >= 0 and at_ns < self.ends[row] else None

    def longest(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """int64[W]: what takes most of each column; -1 for nothing, or what has no name."""
        if not len(self.starts):
            return np.full(len(edges) - 1, NOBODY, np.int64)
        first = np.searchsorted(self.ends, edges[:-1], "right")
        count = np.searchsorted(self.starts, edges[1:], "left") - first
        picked = (np.maximum(count, 0)[:, None] * np.arange(_SAMPLE)) // _SAMPLE
        valid = picked < count[:, None]
        # Of fewer stretches than are looked at some are picked twice: they count once.
        valid[:, 1:] &= picked[:, 1:] != picked[:, :-1]
        rows = np.minimum(first[:, None] + picked, len(self.starts) - 1)
        inside = np.minimum(self.ends[rows], edges[1:, None]) - np.maximum(
            self.starts[rows], edges[:-1, None]
        )
        return _heaviest(self.whats[rows], np.where(valid, inside, 0))


def _heaviest(whats: NDArray[np.int32], weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64[W]: the number with the largest sum of weights in each row of int[W, K]; -1 where all
    are 0."""
    order = np.argsort(whats, axis=1, kind="stable")
    whats = np.take_along_axis(whats, order, axis=1)
    weights = np.take_along_axis(weights, order, axis=1)
    sums = np.cumsum(weights, axis=1)
    changes = whats[:, 1:] != whats[:, :-1]
    edge = np.ones((len(whats), 1), bool)
    begins, ends = np.hstack((edge, changes)), np.hstack((changes, edge))
    before = np.maximum.accumulate(np.where(begins, sums - weights, 0), axis=1)
    totals = np.where(ends, sums - before, 0)
    best = totals.argmax(axis=1)[:, None]
    found = np.take_along_axis(whats, best, axis=1)[:, 0].astype(np.int64)
    return np.where(np.take_along_axis(totals, best, axis=1)[:, 0] > 0, found, NOBODY)


def stretches_row(
    stretches: Stretches,
    edges: NDArray[np.int64],
    name: Callable[[int], str],
    tone: Callable[[int], str],
) -> Row:
    """Stretches between `edges` (int64[W + 1]); `name` and `tone` tell of a number in `whats`."""
    share = np.diff(stretches.before(edges)) / np.maximum(np.diff(edges), 1)
    eighths = np.where(share > 0, np.clip(np.rint(8 * share), 1, 8), 0).astype(np.int64)
    whats = np.where(eighths > 0, stretches.longest(edges), NOBODY)
    glyphs = "".join(np.array(list(BARS))[eighths])
    # Two calls of the same function that follow each other are two.
    own = np.searchsorted(stretches.starts, edges, "right")[:-1]
    own = np.where((eighths == 8) & (np.diff(own, append=own[-1:]) == 0), own, -1)
    changes = (np.diff(whats) != 0) | (np.diff(own) != 0)
    cuts = (np.flatnonzero(changes) + 1).tolist()
    row: Row = []
    for start, end in zip([0, *cuts], [*cuts, len(glyphs)], strict=True):
        what = int(whats[start])
        text = glyphs[start:end]
        ink = Ink(tone(what)) if what >= 0 else QUIET
        if what >= 0 and end - start >= _NAME_ROOM and not text.strip("█"):
            label = f" {shortened(one_cell(name(what)), end - start - 2)} "
            row.append((label, Ink("on-worker", tone(what), "bold")))
            text = text[len(label) :]
        if text:
            row.append((text, ink))
    return row
