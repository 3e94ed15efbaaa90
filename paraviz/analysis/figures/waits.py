"""Waits that the events of one lane bracket, and the columns of those that another one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paraviz import events as ev

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Kinds, Lane, Refs, Times

_RECEIPT, _BEGIN, _WOKEN, _ELSE = 1, 2, 3, 4
_ROLES = np.zeros(256, np.uint8)
"""What an event is to those who look for receipts."""
_ROLES[[ev.GET, ev.RECEIVE]] = _RECEIPT
_ROLES[[ev.GET_WAIT, ev.RECEIVE_WAIT]] = _BEGIN
_ROLES[ev.WAIT_END] = _WOKEN
_ROLES[[ev.WAIT_BEGIN, ev.WAIT_ABANDONED, ev.PUT_WAIT, ev.PUT, ev.SEND_WAIT, ev.SEND]] = _ELSE


class Waits(NamedTuple):
    """Waits that were met, as columns of n rows, by their ends and then by their begins."""

    begins: Times
    ends: Times
    objects: Refs


_NO_WAITS = Waits(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32))


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
    # Most lanes of a run of thousands have none.
    if not (lane.kinds == begin).any():
        return _NO_WAITS
    wanted = np.zeros(256, bool)
    wanted[[begin, end, *other_ends]] = True
    rows = np.flatnonzero(wanted[lane.kinds] & (lane.objects >= 0))
    rows = rows[np.argsort(lane.objects[rows], kind="stable")]
    objects, kinds, times = lane.objects[rows], lane.kinds[rows], lane.times[rows]
    met = (objects[1:] == objects[:-1]) & (kinds[:-1] == begin) & (kinds[1:] == end)
    begins, ends, objects = times[:-1][met], times[1:][met], objects[1:][met]
    order = np.lexsort((begins, ends))
    return Waits(begins[order], ends[order], objects[order])


def receipts_of(lane: Lane) -> Waits:
    """The waits for an item or a message that was then got, from where the first of them began to
    where it was got: who is woken and finds nothing there goes on to wait, and who asked first
    whether something is there takes it later on."""
    roles = _ROLES[lane.kinds]
    if not roles.any():
        return _NO_WAITS
    rows = np.flatnonzero((roles > 0) & (lane.objects >= 0))
    rows = rows[np.argsort(lane.objects[rows], kind="stable")]
    objects, times = lane.objects[rows], lane.times[rows]
    first = _chain_begins(objects, _ROLES[lane.kinds[rows]])
    last = np.flatnonzero(_ROLES[lane.kinds[rows]] == _RECEIPT)
    last = last[first[last] < last]
    begins, ends, objects = times[first[last]], times[last], objects[last]
    order = np.lexsort((begins, ends))
    return Waits(begins[order], ends[order], objects[order])


def _chain_begins(objects: Refs, roles: Kinds) -> NDArray[np.intp]:
    """intp[n]: for each event the one that began the wait that it belongs to; itself for one that
    begins a wait, or belongs to none."""
    one, two = np.zeros((2, len(roles)), np.uint8)
    near = objects[1:] == objects[:-1]
    one[1:] = np.where(near, roles[:-1], 0)
    two[2:] = np.where(near[1:] & near[:-1], roles[:-2], 0)
    # A wait's end whose begin is missing, or that ended one for something else, links nothing.
    woken = (one == _WOKEN) & (two == _BEGIN)
    linked = (roles == _WOKEN) & (one == _BEGIN)
    linked |= ((roles == _BEGIN) & woken) | ((roles == _RECEIPT) & (woken | (one == _BEGIN)))
    return np.maximum.accumulate(np.where(linked, 0, np.arange(len(roles))))
