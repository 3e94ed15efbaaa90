"""What the system accounts each lane's thread, as it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from paraviz.kernel.spent import Spent
    from paraviz.trace.model import Lane


class Accounts:
    """The looks at what each thread had spent."""

    def __init__(self, spent: Spent) -> None:
        self._spent = spent.rows(np.argsort(spent.tids, kind="stable"))

    def of(self, lane: Lane) -> Spent:
        """Those at a lane's thread, in its life."""
        its = np.searchsorted(self._spent.tids, (lane.tid, lane.tid + 1))
        own = self._spent.rows(slice(*its.tolist()))
        first = int(np.searchsorted(own.times, lane.start_ns))
        return own.rows(slice(first, int(np.searchsorted(own.times, lane.end_ns, "right"))))
