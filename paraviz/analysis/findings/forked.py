"""Locks that a fork copied locked: of the parent's threads the child has but the one that forked.
What another one held nobody lets go of there, and what it was importing nobody finishes.

Proved by who held it at the fork, and by those who wait for the copy in vain. Silent where the copy
was let go of or made anew (as by `os.register_at_fork`), and where nobody in the child wants it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import WORTH_NS, Finding
from paraviz.analysis.findings.lines import at_line, site_at
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.histories.forked_copies import fork_of, thread_at
from paraviz.trace.histories.lock_signals import threads_of
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Trace

_OVER = (ev.WAIT_END, ev.WAIT_ABANDONED)
_LOCK = N_(
    "{worker} waited {length} in vain for `{thing}`{line}, which was copied locked at the fork:"
    " {holder} held it, which this process does not have"
)
_OWN_LOCK = N_(
    "{worker} waited {length} in vain for `{thing}`{line}, which was copied locked at the fork:"
    " {holder} forked while it held it"
)
_IMPORT = N_(
    "{worker} waited {length} in vain{line} for the import of {thing}, whose lock was copied locked"
    " at the fork: {holder} was importing it, which this process does not have"
)


def forked_locked(material: Material) -> list[Finding]:
    """Each lock that was copied locked and is waited for, and each such import."""
    return _of_locks(material) + _of_imports(material.trace)


def _of_locks(material: Material) -> list[Finding]:
    found = []
    threads = threads_of(material.trace.lanes)
    for lock in material.known.locks:
        if lock.copied_from < 0 or lock.releasers[0] >= 0:
            continue
        keeper = int(lock.holders[0])
        own = keeper != lock.copied_from
        rows = np.flatnonzero(lock.wait_ends > lock.hold_starts[0])
        if own:
            # Others may be waiting until the thread that forked lets go of it.
            rows = rows[threads[lock.waiters[rows]] == threads[keeper]]
        if len(rows):
            found.append(_of_lock(material.trace, lock, rows, own=own))
    return [each for each in found if each.cost_ns >= WORTH_NS]


def _of_lock(trace: Trace, lock: LockHistory, rows: NDArray[np.intp], *, own: bool) -> Finding:
    lasted = lock.wait_ends[rows] - lock.wait_starts[rows]
    longest = int(rows[np.argmax(lasted)])
    waiter, at = int(lock.waiters[longest]), int(lock.wait_starts[longest])
    original = lock.object_index
    while trace.objects[original].copy_of >= 0:
        original = trace.objects[original].copy_of
    return _finding(
        trace,
        _OWN_LOCK if own else _LOCK,
        waiter=waiter,
        at=at,
        until=int(lock.wait_ends[rows].max()),
        thing=trace.objects[original].name,
        index=lock.object_index,
        holder=lock.copied_from,
        cost=int(lasted.sum()),
        workers=len(distinct(lock.waiters[rows])),
    )


def _of_imports(trace: Trace) -> list[Finding]:
    """Each import that waits for one which another process's thread is at."""
    found = []
    for index, lane in enumerate(trace.lanes):
        for row in np.flatnonzero(lane.kinds == ev.IMPORTED_BY).tolist():
            at, owner = int(lane.times[row]), int(lane.values[row])
            fork = fork_of(trace, lane.pid)
            if fork is None:
                continue
            holder = thread_at(trace.lanes, owner, fork.at_ns)
            thing = int(lane.objects[row])
            if holder < 0 or trace.lanes[holder].pid == lane.pid:
                continue
            over = np.flatnonzero(of_kinds(lane.kinds, _OVER) & (lane.objects == thing))
            over = over[over > row]
            until = int(lane.times[over[0]]) if len(over) else lane.end_ns
            found.append(
                _finding(
                    trace,
                    _IMPORT,
                    waiter=index,
                    at=at,
                    until=until,
                    thing=trace.objects[thing].name.removeprefix("import "),
                    index=-1,
                    holder=holder,
                    cost=until - at,
                    workers=1,
                )
            )
    return [each for each in found if each.cost_ns >= WORTH_NS]


def _finding(
    trace: Trace,
    words: str,
    *,
    waiter: int,
    at: int,
    until: int,
    thing: str,
    index: int,
    holder: int,
    cost: int,
    workers: int,
) -> Finding:
    return Finding(
        kind="forked_locked",
        severity="fault",
        told=phrase(
            words,
            worker=lane_label(trace.lanes, waiter),
            length=duration(cost),
            thing=thing,
            line=at_line(trace, site_at(trace.lanes[waiter], at)),
            holder=lane_label(trace.lanes, holder),
        ),
        at_ns=at,
        until_ns=until,
        lane_index=waiter,
        object_index=index,
        cost_ns=cost,
        proof=(("workers", workers), ("waited_ns", cost)),
    )
