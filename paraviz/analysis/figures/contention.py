"""Locks and queues within a range: what each lock cost, and how full each queue was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.analysis.figures.within import lengths_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.cancellation import Pace
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Counter


class LockLoss(Struct, frozen=True):
    """What waiting for a lock cost in a range."""

    object_index: int
    """Its row of `Trace.objects`."""
    name: str
    """Its name."""
    wait_ns: int
    """All waiting in the range together, of several workers at once as often."""
    longest_wait_ns: int
    """The longest wait, as far as it lies in the range."""
    waits: int
    """How many waits lie in the range, if only in part."""
    acquisitions: int
    """How often somebody got it in the range."""
    held_ns: int
    """All holding in the range together."""


class QueueDepth(Struct, frozen=True):
    """How much lay in a queue in a range."""

    name: str
    """Its name."""
    least: int
    """At any moment at which something is known of it."""
    mean: float
    """Over the same time."""
    most: int
    """At any such moment."""
    known_ns: int
    """For how long something is known of it."""


def lock_losses(
    locks: Sequence[LockHistory], start_ns: int, end_ns: int, pace: Pace
) -> tuple[LockLoss, ...]:
    """The locks that were used in [start_ns, end_ns), by time lost."""
    losses = []
    for place, lock in enumerate(locks):
        pace(place / len(locks))
        waited = lengths_within(lock.wait_starts, lock.wait_ends, start_ns, end_ns)
        held = lengths_within(lock.hold_starts, lock.hold_ends, start_ns, end_ns)
        got = np.diff(np.searchsorted(lock.hold_starts, (start_ns, end_ns)))
        loss = LockLoss(
            lock.object_index,
            lock.name,
            wait_ns=int(waited.sum()),
            longest_wait_ns=int(waited.max(initial=0)),
            waits=int(np.count_nonzero(waited)),
            acquisitions=int(got[0]),
            held_ns=int(held.sum()),
        )
        if loss.wait_ns or loss.held_ns or loss.acquisitions:
            losses.append(loss)
    return tuple(sorted(losses, key=lambda loss: (-loss.wait_ns, loss.object_index)))


def queue_depths_within(
    depths: Sequence[Counter], start_ns: int, end_ns: int
) -> tuple[QueueDepth, ...]:
    """How full the queues were in [start_ns, end_ns), in their order; those of which nothing is
    known by then are left out."""
    result = []
    for depth in depths:
        rows = slice(max(int(depth.times.searchsorted(start_ns, "right")) - 1, 0), None)
        starts, values = depth.times[rows], depth.values[rows]
        ends = np.append(starts[1:], np.int64(end_ns))
        lasted = lengths_within(starts, np.maximum(ends, starts), start_ns, end_ns)
        values, lasted = values[lasted > 0], lasted[lasted > 0]
        if len(values):
            known = int(lasted.sum())
            result.append(
                QueueDepth(
                    depth.name,
                    least=int(values.min()),
                    mean=float(values @ lasted) / known,
                    most=int(values.max()),
                    known_ns=known,
                )
            )
    return tuple(result)
