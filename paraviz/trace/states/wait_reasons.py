"""What a thread was seen waiting for, for each of its stretches off the CPU.

Whoever leaves a CPU by its own will does so in one place and comes back to go on: one look at it in
between tells what the whole stretch was for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paraviz.kernel.syscalls import FUTEX
from paraviz.kernel.waits import GIL, READY, SURE_NS

if TYPE_CHECKING:
    from paraviz.kernel.waits import Waits
    from paraviz.trace.model import Times

UNSEEN = -2
"""Nobody looked during a stretch."""
PROMPT_NS = 1_000_000
"""How much later than asked most threads wake."""
NEVER = np.iinfo(np.int64).max
LATE_NS = 2_000_000
"""How much later than asked a thread may wake."""


class WaitReasons:
    """The looks at each thread, in time order."""

    def __init__(self, waits: Waits, *, gil: bool) -> None:
        """`gil`: whether there is one; else what looks like it is a futex like any other."""
        waiting = np.flatnonzero(waits.reasons != READY)
        order = waiting[np.argsort(waits.tids[waiting], kind="stable")]
        self._tids, self._times = waits.tids[order], waits.times[order]
        reasons = waits.reasons[order]
        self._reasons = reasons if gil else np.where(reasons == GIL, np.int16(FUTEX), reasons)
        ready = np.flatnonzero(waits.reasons == READY)
        ready = ready[np.argsort(waits.tids[ready], kind="stable")]
        self._ready_tids, self._ready_times = waits.tids[ready], waits.times[ready]

    def ready(self, tid: int, starts: Times, ends: Times) -> Times:
        """int64[k]: when a thread was first seen ready within each of its stretches, or NEVER. A
        look takes its time: what it saw may have been just before the stretch."""
        first = np.searchsorted(self._ready_tids, tid)
        last = np.searchsorted(self._ready_tids, tid, "right")
        times = np.append(self._ready_times[first:last], NEVER)
        at = times[np.searchsorted(times[:-1], starts + SURE_NS)]
        return np.where(at < ends, at, NEVER)

    def last_gil(self, tid: int, starts: Times, ends: Times) -> Times:
        """int64[k]: when a thread was last seen waiting for the GIL in each of its stretches, or
        when that began."""
        first, last = np.searchsorted(self._tids, tid), np.searchsorted(self._tids, tid, "right")
        times = self._times[first:last][self._reasons[first:last] == GIL]
        at = np.append(times, 0)[np.searchsorted(times, ends) - 1]
        return np.maximum(np.where(len(times) > 0, at, starts), starts)

    def of(self, tid: int, starts: Times, ends: Times) -> NDArray[np.int16]:
        """int16[k]: the reason that a thread's stretches were seen to have, or UNSEEN."""
        first, last = np.searchsorted(self._tids, tid), np.searchsorted(self._tids, tid, "right")
        times = np.append(self._times[first:last], np.iinfo(np.int64).max)
        reasons = np.append(self._reasons[first:last], np.int16(UNSEEN))
        row = np.searchsorted(times[:-1], starts)
        return np.where(times[row] < ends, reasons[row], np.int16(UNSEEN))


def longest_ask_ns(interval_ns: int) -> int:
    """How long a thread may be off the CPU that wants the GIL: it asks for it again after each
    switch interval, on a busy CPU somewhat later."""
    return 2 * interval_ns + LATE_NS


def usually_gil(
    starts: Times, ends: Times, seen: NDArray[np.int16], free: NDArray[np.bool_], interval_ns: int
) -> NDArray[np.bool_]:
    """bool[k]: whether a stretch off the CPU that nobody looked at is likeliest a wait for the GIL.

    What the thread was seen waiting for nearest in time, in a stretch about as long, is taken to be
    what it waited for again; where there is no such, only a long stretch of a thread that nobody
    ever looked at is for anything else.
    `free`: which stretches the lane's events say nothing of.
    """
    result = np.ones(len(seen), bool)
    sizes = np.digitize(ends - starts, [interval_ns + PROMPT_NS, longest_ask_ns(interval_ns)], True)
    for size in range(3):
        rows = np.flatnonzero(sizes == size)
        known = rows[(free & (seen != UNSEEN))[rows]]
        if not len(known) and size == 2:
            known = np.flatnonzero(free & (seen != UNSEEN))
            result[rows] = (seen != UNSEEN).any()
        if len(known):
            result[rows] = seen[_nearest(starts, known, rows)] == GIL
    return result


def usually_gil_asleep(
    starts: Times, ends: Times, seen: NDArray[np.int16], idle: NDArray[np.bool_], interval_ns: int
) -> NDArray[np.bool_]:
    """bool[k]: which stretches off the CPU that nobody looked at are likeliest waits for the GIL,
    though hardly anybody else in the process was active: who has it sleeps with it, as C code may.
    Only looks at the same thread tell, nearest in time, at stretches about as long.
    `idle`: in which stretches hardly anybody was active, and the lane's events say nothing.
    """
    result = np.zeros(len(seen), bool)
    sizes = np.digitize(ends - starts, [interval_ns // 2, interval_ns + PROMPT_NS])
    for size in range(3):
        rows = np.flatnonzero(idle & (sizes == size))
        known = rows[seen[rows] != UNSEEN]
        if len(known):
            result[rows] = seen[_nearest(starts, known, rows)] == GIL
    return result


def _nearest(times: Times, known: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each of `rows` the one of `known`, both sorted, that is nearest in time."""
    at = np.searchsorted(known, rows)
    before, after = known[np.maximum(at - 1, 0)], known[np.minimum(at, len(known) - 1)]
    to_before, to_after = np.abs(times[rows] - times[before]), np.abs(times[after] - times[rows])
    return np.where(to_before <= to_after, before, after)
