"""What cost most in a run.

A cost accuses nobody: it says where time went, whether that is right or wrong. What is wrong is a
finding. Costs are told of locks by how long workers stood in line for them, and of tasks that took
far longer than others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from msgspec import Struct

from paraviz.analysis.findings.lines import at_line, site_at
from paraviz.text.durations import duration
from paraviz.text.translation import Phrase, phrase
from paraviz.trace.histories.spans import span_name
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.figures import Material
    from paraviz.analysis.findings import Finding
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Trace

CostKind = Literal["lock_wait", "slow_task"]
WORTH_NS = 1_000_000
"""Less than this is not worth a word."""
_MOST_LOCKS = 5
_MOST_TASKS = 3
_SLOW = 4
"""A task is slow that took so many times the median."""
_FEW_TASKS = 4
"""Of fewer tasks than these none is said to be slow."""


class Cost(Struct, frozen=True):
    """Where time went."""

    kind: CostKind
    """What took it."""
    told: Phrase
    """One sentence with its figures."""
    at_ns: int
    """Where the longest part of it begins."""
    until_ns: int
    """Where that ends."""
    lane_index: int
    """Whose that is, as a row of `Trace.lanes`."""
    cost_ns: int
    """All of it together."""
    object_index: int = -1
    """The lock, as a row of `Trace.objects`, or -1."""
    holder: int = -1
    """Who had it when the longest wait began, or -1."""
    site: int = -1
    """The line of the longest part, as a row of `Trace.sites`, or -1."""
    victims: tuple[int, ...] = ()
    """All who waited."""


def costs(trace: Trace, material: Material) -> list[Cost]:
    """What cost most, the dearest first; of a foreign trace nothing is known."""
    if trace.is_foreign:
        return []
    found = [cost for lock in material.locks if (cost := _of_lock(trace, lock)) is not None]
    found.sort(key=lambda cost: -cost.cost_ns)
    both = found[:_MOST_LOCKS] + _slow_tasks(trace, material)
    return sorted(both, key=lambda cost: -cost.cost_ns)


def untold(dear: Sequence[Cost], found: Sequence[Finding]) -> list[Cost]:
    """Those of locks that no finding is about."""
    told = {each.object_index for each in found if each.object_index >= 0}
    return [cost for cost in dear if cost.object_index not in told]


def _of_lock(trace: Trace, lock: LockHistory) -> Cost | None:
    """What the waits for one lock cost; for a signal one waits until there is something to do."""
    if lock.is_signal or not len(lock.wait_starts):
        return None
    lasted = lock.wait_ends - lock.wait_starts
    total = int(lasted.sum())
    if total < WORTH_NS:
        return None
    row = int(np.argmax(lasted))
    waiter, at, until = (
        int(lock.waiters[row]),
        int(lock.wait_starts[row]),
        int(lock.wait_ends[row]),
    )
    holder, held_at = _holder(trace, lock, at)
    site = site_at(trace.lanes[waiter], at)
    victims = tuple(np.unique(lock.waiters).tolist())
    first = phrase(
        "{worker} waited {length} for `{lock}`{line}{by}",
        worker=lane_label(trace.lanes, waiter),
        length=duration(until - at),
        lock=lock.name,
        line=at_line(trace, site),
        by=_held_by(trace, holder, held_at),
    )
    if len(lasted) > 1:
        first = phrase(
            "{first}; {count:,} wait for it took {total}",
            "{first}; {count:,} waits for it took {total} together",
            first=first,
            count=len(lasted),
            total=duration(total),
        )
    return Cost(
        "lock_wait",
        first,
        at,
        until,
        waiter,
        total,
        lock.object_index,
        holder,
        site,
        victims,
    )


def _held_by(trace: Trace, holder: int, held_at: int) -> Phrase | str:
    if holder < 0:
        return ""
    name = lane_label(trace.lanes, holder)
    line = at_line(trace, site_at(trace.lanes[holder], held_at))
    return phrase(", held by {holder}{line}", holder=name, line=line)


def _holder(trace: Trace, lock: LockHistory, at_ns: int) -> tuple[int, int]:
    """Who had a lock that one at a time has, and since when; -1 where that is not known."""
    if trace.objects[lock.object_index].kind.endswith("Semaphore"):
        return -1, -1
    row = lock.hold_at(at_ns)
    if row < 0:
        return -1, -1
    return int(lock.holders[row]), int(lock.hold_starts[row])


def _slow_tasks(trace: Trace, material: Material) -> list[Cost]:
    """Tasks that took far longer than half of them."""
    tasks = material.tasks
    if len(tasks.starts) < _FEW_TASKS:
        return []
    lasted = tasks.ends - tasks.starts
    median = int(np.median(lasted))
    found = []
    for row in np.argsort(-lasted, kind="stable")[:_MOST_TASKS].tolist():
        length = int(lasted[row])
        if length < max(WORTH_NS, _SLOW * median):
            break
        lane = int(tasks.lanes[row])
        told = phrase(
            "{task} of {worker} took {length}; of {tasks:,} tasks half took no more than {median}",
            task=span_name(trace, int(tasks.names[row])),
            worker=lane_label(trace.lanes, lane),
            length=duration(length),
            tasks=len(lasted),
            median=duration(median),
        )
        at, until = int(tasks.starts[row]), int(tasks.ends[row])
        found.append(Cost("slow_task", told, at, until, lane, length))
    return found
