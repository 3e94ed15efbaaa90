"""Waits that the events of one lane bracket, and the columns of those that another one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Refs, Times


class Waits(NamedTuple):
    """Waits that were met, as columns of n rows, by their ends and then by their begins."""

    begins: Times
    ends: Times
    objects: Refs


class JumpColumns(NamedTuple):
    """Who let whom go on, as columns of n rows."""

    at: Times
    """When."""
    lanes: Refs
    """Who had waited."""
    origins: Refs
    """Who let it go on, another lane."""


def waits_of(lane: Lane, begin: int, end: int, other_ends: tuple[int, ...] = ()) -> Waits:
    """The waits that an event of kind `begin` begins and one of kind `end` ends, about the same
    thing, with nothing about it in between. `other_ends`: the kinds that end one unmet."""
    wanted = np.zeros(256, bool)
    wanted[[begin, end, *other_ends]] = True
    rows = np.flatnonzero(wanted[lane.kinds] & (lane.objects >= 0))
    rows = rows[np.argsort(lane.objects[rows], kind="stable")]
    objects, kinds, times = lane.objects[rows], lane.kinds[rows], lane.times[rows]
    met = (objects[1:] == objects[:-1]) & (kinds[:-1] == begin) & (kinds[1:] == end)
    begins, ends, objects = times[:-1][met], times[1:][met], objects[1:][met]
    order = np.lexsort((begins, ends))
    return Waits(begins[order], ends[order], objects[order])
