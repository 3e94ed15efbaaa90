"""Locks as signals: one worker takes a Lock, another one lets go of it (which is allowed), and the
first waits for it again until then. Nobody owns such a lock: whoever took it last does not keep
others from going on, and his end takes nothing along.

A lock is a signal once a thread let go of it that had not taken it. So is one that is made at the
same line as a signal, as long as nobody has let go of what he took himself. Where neither is seen,
who takes a lock in the way of one that gives it back (`Site.gives_back`) is taken to own it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.states.of_tasks import hosts_of_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Lane, Refs, SharedObject, Trace

_KINDS = ("Lock", "multiprocessing.Lock")
"""What anybody may let go of, and only one has."""
_NUMBER = re.compile(r" \d+$")


def threads_of(lanes: Sequence[Lane]) -> Refs:
    """int32[L]: the lane of the thread that each lane's worker runs in: a task's, else its own."""
    result = np.arange(len(lanes), dtype=np.int32)
    for task, thread in hosts_of_tasks(lanes).items():
        result[task] = thread
    return result


def gives(
    thing: SharedObject, lanes: Sequence[Lane], threads: Refs, holders: Refs, releasers: Refs
) -> tuple[bool, bool]:
    """Whether somebody let go of a lock that another one had taken, and whether somebody did of
    what he had taken himself. `holders`, `releasers` (int32[n]): who took it each time, and who let
    it go, -1 for nobody."""
    rows = np.flatnonzero(releasers >= 0)
    holders, releasers = holders[rows], releasers[rows]
    others = threads[holders] != threads[releasers]
    if thing.kind not in _KINDS or not others.any():
        return False, bool((~others).any())
    # Where events are missing it may have taken it unseen.
    missing = np.array([lane.dropped > 0 for lane in lanes], bool)
    known = others & ~missing[holders] & ~missing[releasers]
    return bool(known.any()), bool((~others).any())


def alike(objects: Sequence[SharedObject]) -> list[tuple[str, str]]:
    """Kind and name of each object without the number that tells namesakes apart."""
    return [(thing.kind, _NUMBER.sub("", thing.name)) for thing in objects]


def is_owned(trace: Trace, lock: LockHistory, at_ns: int) -> bool:
    """Whether only the one who has a lock at a moment lets go of it, as far as is known."""
    if lock.is_signal or trace.objects[lock.object_index].kind.endswith("Semaphore"):
        return False
    if lock.is_given_back or trace.objects[lock.object_index].kind not in _KINDS:
        return True
    row = int(np.searchsorted(lock.hold_starts, at_ns, "right")) - 1
    return row < 0 or _site_gives_back(trace, lock, row)


def _site_gives_back(trace: Trace, lock: LockHistory, row: int) -> bool:
    lane, at = trace.lanes[int(lock.holders[row])], int(lock.hold_starts[row])
    found: NDArray[np.intp] = np.arange(*np.searchsorted(lane.times, (at, at + 1)))
    taken = (lane.kinds[found] == ev.LOCK_ACQUIRED) & (lane.objects[found] == lock.object_index)
    sites = lane.sites[found[taken]]
    return not len(sites) or sites[0] < 0 or trace.sites[int(sites[0])].gives_back
