"""Locks that are lost with a worker: a daemon is cut off when its process ends, whatever it does;
others end, by an exception perhaps, and do not give back what they hold.

All that a process says before it ends has arrived, or its lanes know how much is missing. Of one
that ended otherwise a lock is lost where others wait for it in vain, `LockHistory.lost_ns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.raised import error_of
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory

CUT_OFF = "cut off at exit"
"""How the lane of a daemon ends, as `observe.recorder` has it."""


def locks_lost(material: Material) -> list[Finding]:
    """Each lock that a worker took along; what a signal killed is told of by `killed`."""
    return _cut_off(material) + _kept(material)


def _cut_off(material: Material) -> list[Finding]:
    """Each lock that a thread held when it was cut off."""
    lanes = material.trace.lanes
    cut = np.array([lane.end_reason == CUT_OFF and not lane.dropped for lane in lanes], bool)
    if not cut.any():
        return []
    ends = np.array([lane.end_ns for lane in lanes], np.int64)
    result = []
    for place, lock in enumerate(material.known.locks):
        material.pace(place / len(material.known.locks))
        # Nobody owns a signal, and who waits for what he took himself is at nothing.
        if lock.is_signal:
            continue
        holders = lock.holders
        held = cut[holders] & (lock.owners >= 0) & (lock.hold_ends >= ends[holders])
        rows = [row for row in np.flatnonzero(held).tolist() if not _waits_for_it(lock, row)]
        result += [_of_daemon(material, lock, row) for row in rows]
    return result


def _waits_for_it(lock: LockHistory, row: int) -> bool:
    """Whether who holds a lock waits for it at the end of the hold."""
    own = lock.waiters == lock.holders[row]
    return bool((own & (lock.wait_ends >= lock.hold_ends[row])).any())


def _kept(material: Material) -> list[Finding]:
    """Each lock for which others wait in vain since its holder ended."""
    result = []
    for lock in material.known.locks:
        if lock.lost_ns >= 0:
            how = material.trace.lanes[int(lock.holders[-1])].end_reason
            if how != CUT_OFF and not how.startswith("killed"):
                result.append(_of_dead(material, lock))
    return result


def _of_dead(material: Material, lock: LockHistory) -> Finding:
    index = int(lock.holders[-1])
    lane = material.trace.lanes[index]
    waited = np.maximum(lock.wait_ends - np.maximum(lock.wait_starts, lock.lost_ns), 0)
    cost, error = int(waited.sum()), error_of(lane)
    words = N_("{worker} ended while it held `{lock}`: others waited {length} for it in vain")
    if error:
        words = N_(
            "{worker} was ended by {error} while it held `{lock}`: others waited {length} for it"
            " in vain"
        )
    return Finding(
        kind="lock_lost",
        severity="fault",
        told=phrase(
            words,
            worker=lane_label(material.trace.lanes, index),
            error=error,
            lock=lock.name,
            length=duration(cost),
        ),
        at_ns=lock.lost_ns,
        until_ns=int(lock.hold_ends[-1]),
        lane_index=index,
        object_index=lock.object_index,
        cost_ns=cost,
        proof=(("held_ns", lock.lost_ns - int(lock.hold_starts[-1])), ("waited_ns", cost)),
    )


def _of_daemon(material: Material, lock: LockHistory, row: int) -> Finding:
    index = int(lock.holders[row])
    since, until = int(lock.hold_starts[row]), int(lock.hold_ends[row])
    return Finding(
        kind="lock_lost",
        severity="fault",
        told=phrase(
            "{worker} was cut off at the end of its process while it held `{lock}`, for {length}:"
            " what it was at is not finished",
            worker=lane_label(material.trace.lanes, index),
            lock=lock.name,
            length=duration(until - since),
        ),
        at_ns=since,
        until_ns=until,
        lane_index=index,
        object_index=lock.object_index,
        proof=(("held_ns", until - since),),
    )
