"""The context switches that the recent part of a run follows from: those since, and before them the
last one of each thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz.kernel import records
from paraviz.kernel.records import Switches, in_order, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.session.settled import Tail
    from paraviz.trace.model import Lane

WOKEN_NS = 1_000_000_000
"""Wakings are kept for so long beyond: who was woken waits for its CPU."""


class LastSwitches:
    """The last switch of each thread before a moment that moves on."""

    def __init__(self) -> None:
        self._last = in_order(())
        self._until_ns: int | None = None

    def recent(
        self, tails: Sequence[Tail], switches: Switches, since_ns: int
    ) -> tuple[list[Lane], Switches]:
        """The tails' lanes, those of threads that were off their CPUs beginning when they left
        them, and the switches to derive from. `switches`: all, sorted by time."""
        first, stop = 0, int(np.searchsorted(switches.times, since_ns, "right"))
        known = self._last
        if self._until_ns is not None and self._until_ns <= since_ns:
            first = int(np.searchsorted(switches.times, self._until_ns, "right"))
        else:
            known = in_order(())
        self._last = _last_of_each(known, switches.rows(slice(first, stop)))
        self._until_ns = since_ns
        left = self._last.rows(self._last.kinds != records.IN)
        left_at = dict(zip(left.tids.tolist(), left.times.tolist(), strict=True))
        lanes = []
        for tail in tails:
            at_ns = left_at.get(tail.lane.tid)
            lane = tail.lane
            if tail.goes_on and at_ns is not None and lane.kind != "task":
                start = max(tail.birth_ns, min(lane.start_ns, at_ns - 1))
                lane = replace(lane, start_ns=start)
            lanes.append(lane)
        return lanes, joined((self._last, switches.rows(slice(stop, None))))


def _last_of_each(before: Switches, fresh: Switches) -> Switches:
    both = joined((before, fresh))
    order = np.argsort(both.tids, kind="stable")
    tids = both.tids[order]
    last = np.ones(len(tids), bool)
    last[:-1] = tids[1:] != tids[:-1]
    return in_order((both.rows(order[last]),))
