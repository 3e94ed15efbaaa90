"""Lock convoys: workers that stand in line at a lock again and again.

As Blasgen, Gray, Mitoma and Price have it (*The Convoy Phenomenon*, 1979): the lock is held for
short times, and yet whoever gives it back soon stands in line again behind the others, so that the
line does not go away by itself. A convoy is told where a line of `LINE` or more is handed the lock
`HAND_OVERS` times in a row and more, whoever takes part comes `RETURNS` times on average, and holds
it for `SHORT` of the time that he waits or less (medians). Many that come once and wait for one
another are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import WORTH_NS, Finding
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Times

LINE = 3
"""Workers in line, the one who gets the lock included."""
HAND_OVERS = 12
"""In a row, each to another worker that stood in line."""
RETURNS = 3
"""Turns that each worker has, on average."""
SHORT = 0.4
"""Of the time waited, the lock is held for this share at most."""


def lock_convoys(material: Material) -> list[Finding]:
    """Each convoy at each lock; semaphores have none, they let several in, nor have signals, for
    which one waits until there is something to do."""
    found = []
    for place, lock in enumerate(material.known.locks):
        material.pace(place / len(material.known.locks))
        kind = material.trace.objects[lock.object_index].kind
        one = not (lock.is_signal or kind.endswith("Semaphore"))
        if lock.contended >= HAND_OVERS and one:
            found += [each for run in _runs(lock) if (each := _convoy(lock, *run)) is not None]
    return found


def _runs(lock: LockHistory) -> Iterator[tuple[slice, Times]]:
    """Hand-overs in a row, as rows of the lock's holds, with how long each new holder waited."""
    got = lock.hold_starts
    line = np.searchsorted(lock.wait_starts, got) - np.searchsorted(lock.waits_over, got)
    if np.count_nonzero(line >= LINE) < HAND_OVERS:
        return
    waited = _waited(lock)
    handed = (waited >= 0) & (line >= LINE)
    handed[:1] = False
    handed[1:] &= lock.holders[1:] != lock.holders[:-1]
    edges = np.flatnonzero(np.diff(handed.astype(np.int8), prepend=0, append=0)).tolist()
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - first >= HAND_OVERS:
            yield slice(first, stop), waited[first:stop]


def _waited(lock: LockHistory) -> Times:
    """int64[n]: how long each holder had waited in line, -1 who had not."""
    lanes = max(int(lock.holders.max(initial=0)), int(lock.waiters.max(initial=0))) + 1
    # A wait that was met ends with the very event that begins the hold.
    over = lock.wait_ends * lanes + lock.waiters
    order = np.argsort(over)
    got = lock.hold_starts * lanes + lock.holders
    place = np.minimum(np.searchsorted(over[order], got), len(over) - 1)
    row = order[place]
    return np.where(over[row] == got, lock.hold_starts - lock.wait_starts[row], -1)


def _convoy(lock: LockHistory, rows: slice, waited: Times) -> Finding | None:
    held = lock.hold_ends[rows] - lock.hold_starts[rows]
    workers: NDArray[np.int32] = distinct(lock.holders[rows])
    count, hold, wait = len(held), int(np.median(held)), int(np.median(waited))
    cost = int(waited.sum())
    if len(workers) < LINE or count < RETURNS * len(workers) or hold > SHORT * wait:
        return None
    if cost < WORTH_NS:
        return None
    at, until = int(lock.hold_starts[rows][0]), int(lock.hold_ends[rows][-1])
    return Finding(
        kind="lock_convoy",
        severity="waste",
        told=phrase(
            "convoy at `{lock}` for {length}: {workers:,} workers in line, {turns:,} turns in a"
            " row, each held it for {held} and waited {waited} (medians); {cost} of waiting",
            lock=lock.name,
            length=duration(until - at),
            workers=len(workers),
            turns=count,
            held=duration(hold),
            waited=duration(wait),
            cost=duration(cost),
        ),
        at_ns=at,
        until_ns=until,
        lane_index=int(lock.holders[rows][int(np.argmax(waited))]),
        object_index=lock.object_index,
        cost_ns=cost,
        proof=(
            ("workers", len(workers)),
            ("turns", count),
            ("held_ns", hold),
            ("waited_ns", wait),
        ),
    )
