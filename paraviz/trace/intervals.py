"""Sets of stretches of time, as a column of begins and one of ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from paraviz.trace.model import Times


def union(begins: Times, ends: Times) -> tuple[Times, Times]:
    """The moments inside any of the stretches [begins[i], ends[i]), as the fewest stretches.

    `begins` (int64[n]) must not decrease. Returns sorted columns of stretches that neither overlap
    nor touch. A sweep over the running maximum of the ends, O(n).
    """
    if not len(begins):
        return begins, ends
    reach = np.maximum.accumulate(ends)
    apart = begins[1:] > reach[:-1]
    return begins[np.concatenate(([True], apart))], reach[np.concatenate((apart, [True]))]
