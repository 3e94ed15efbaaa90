"""Which lanes have events of which kinds: a run has thousands of lanes, of which few have a lock or
a queue, and a look at one of them costs more than the look at its events."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Kinds, Lane


def lanes_with(lanes: Sequence[Lane], kinds: Iterable[int]) -> list[tuple[int, Lane]]:
    """Those that have an event of one of these kinds, each with its number, in their order."""
    has = _table(tuple(lanes))[:, list(kinds)].any(axis=1)
    return [(index, lanes[index]) for index in np.flatnonzero(has).tolist()]


@lru_cache(maxsize=1)
def _table(lanes: tuple[Lane, ...]) -> NDArray[np.bool_]:
    """bool[L, 256]: whether a lane has an event of a kind."""
    table = np.zeros((len(lanes), 256), bool)
    for row, lane in enumerate(lanes):
        if len(lane.kinds):
            table[row, lane.kinds] = True
    return table


def of_kinds(kinds: Kinds, wanted: Iterable[int]) -> NDArray[np.bool_]:
    """bool[n]: which events are of these kinds; `numpy.isin` takes ten times as long for few."""
    return _mask(tuple(wanted))[kinds]


@lru_cache(maxsize=512)
def _mask(wanted: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.zeros(256, bool)
    mask[list(wanted)] = True
    return mask
