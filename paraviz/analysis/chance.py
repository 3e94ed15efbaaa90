"""Whether two groups of figures differ by more than chance: Mann and Whitney's test, exactly.

H. B. Mann, D. R. Whitney: On a test of whether one of two random variables is stochastically larger
than the other (1947). It asks nothing of how the figures are distributed; equal ones share their
ranks. The probability is counted, not estimated: of all ways to deal the ranks out, those that set
the groups apart at least as far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVEL = 0.01
"""A difference that chance alone makes less often than this is told as one. Some twenty figures are
compared at once: one in twenty would be told falsely each time."""


def chance(a: Sequence[float], b: Sequence[float]) -> float:
    """How often chance alone sets two groups of these sizes apart so far, or further; 0 to 1."""
    if not a or not b:
        return 1.0
    ranks = _doubled_ranks([*a, *b])
    found, expected = sum(ranks[: len(a)]), len(a) * (len(ranks) + 1)
    counts = _ways(ranks, len(a))
    apart = np.abs(np.arange(len(counts)) - expected) >= abs(found - expected)
    return float(counts[apart].sum() / counts.sum())


def least_chance(a: int, b: int) -> float:
    """What `chance` says of groups of these sizes that do not overlap at all."""
    return chance(range(a), range(a, a + b))


def _doubled_ranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each, from 1; equal ones have the mean of theirs."""
    ordered = np.sort(np.asarray(values, np.float64))
    first, last = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    ranks: list[int] = (first + 1 + last).tolist()
    return ranks


def _ways(ranks: Sequence[int], size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """In how many ways so many of the ranks add up to each sum."""
    top = sum(ranks)
    ways = np.zeros((size + 1, top + 1))
    ways[0, 0] = 1
    for rank in ranks:
        for taken in range(size, 0, -1):
            ways[taken, rank:] += ways[taken - 1, : top + 1 - rank]
    whole: np.ndarray[tuple[int], np.dtype[np.float64]] = ways[size]
    return whole
