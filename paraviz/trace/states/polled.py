"""States from looks at what the system accounts a thread, where context switches are not recorded.

Between two looks it is known how long the thread ran and how long it waited for a CPU, not when: it
is drawn first as running, then as waiting, then as blocked. Sums are true, moments only to a look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.model import States
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.kernel.spent import Spent


def polled_states(spent: Spent, start_ns: int, end_ns: int) -> States:
    """Of one thread; `spent`: its rows, by time."""
    inside = (spent.times >= start_ns) & (spent.times < end_ns)
    rows = spent.rows(np.flatnonzero(inside))
    marks: list[tuple[int, int]] = [(start_ns, int(State.BLOCKED))]
    for at, until, ran, waited in zip(
        rows.times[:-1].tolist(),
        rows.times[1:].tolist(),
        np.diff(rows.ran).tolist(),
        np.diff(rows.waited).tolist(),
        strict=True,
    ):
        ran = min(max(0, ran), until - at)
        waited = min(max(0, waited), until - at - ran)
        if ran:
            marks.append((at, int(State.RUNNING)))
        if waited:
            marks.append((at + ran, int(State.WAITING_CPU)))
        if ran + waited < until - at:
            marks.append((at + ran + waited, int(State.BLOCKED)))
    if len(rows):
        marks.append((int(rows.times[-1]), int(State.BLOCKED)))
    kept: list[tuple[int, int]] = []
    for at, state in marks:
        if kept and kept[-1][0] == at:
            kept.pop()
        if not kept or kept[-1][1] != state:
            kept.append((at, state))
    starts, states = zip(*kept, strict=True)
    return States(
        np.array(starts, np.int64),
        np.array(states, np.uint8),
        np.full(len(kept), -1, np.int32),
    )
