"""Locks that are lost with a thread: a daemon is cut off when its process ends, whatever it does.

All that a process says before it ends has arrived, or its lanes know how much is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.durations import duration
from paraviz.trace.findings.finding import Finding
from paraviz.trace.model import lane_label
from paraviz.words import phrase

if TYPE_CHECKING:
    from paraviz.trace.findings.finding import Material
    from paraviz.trace.locks import LockHistory

CUT_OFF = "cut off at exit"
"""How the lane of a daemon ends, as `observe.recorder` has it."""


def locks_lost(material: Material) -> list[Finding]:
    """Each lock that a thread held when it was cut off."""
    lanes = material.trace.lanes
    cut = np.array([lane.end_reason == CUT_OFF and not lane.dropped for lane in lanes], bool)
    if not cut.any():
        return []
    ends = np.array([lane.end_ns for lane in lanes], np.int64)
    result = []
    for lock in material.locks:
        holders = lock.holders
        held = cut[holders] & (lock.hold_ends >= ends[holders])
        result += [_finding(material, lock, row) for row in np.flatnonzero(held).tolist()]
    return result


def _finding(material: Material, lock: LockHistory, row: int) -> Finding:
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
