"""Children that wait for a thread which the fork did not copy.

Of the parent's threads a forked child has but the one that forked; its locks, queues, events and
futures are its own. What it waits for there nobody can do but its own threads: where all of these
wait so to the end, it is in vain. That a thread of the parent is missed is proved by what it does
for the original: it puts what is got from there, sets it, gives it back, or it serves another queue
that the child puts into. Of futures it is whoever runs tasks, of coroutines who runs a loop.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.lines import at_line
from paraviz.analysis.findings.waits import DEATH_NS, told_waits, waiting_at
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.histories.forked_copies import main_of
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Fork, Lane, Trace

LASTED_NS = 200_000_000
"""A wait that is not seen to end lasts at least as long."""
NAMED = 3
"""Threads of the parent that are named."""
_ENDS = {
    ev.GET_WAIT: (ev.PUT,),
    ev.PUT_WAIT: (ev.GET,),
    ev.WAIT_BEGIN: (ev.SET, ev.NOTIFY, ev.GET, ev.WAIT_BEGIN),
    ev.LOCK_WAIT: (ev.LOCK_RELEASED,),
}
"""What ends a wait for a thing of one process: of a queue's `join`, whoever gets its items; of a
barrier, who waits there as well."""
_SERVES = (ev.GET_WAIT, ev.GET)
_RUNS_TASKS = (ev.TASK_BEGIN, ev.TASK_WAIT)
_OF_POOL = re.compile(r"\(_handle_(workers|tasks|results)\)$")
_LOOP = "event loop"


def forked_without_thread(material: Material) -> list[Finding]:
    """Each forked process that waits so to its end, or to that of the run."""
    trace, found = material.trace, []
    for place, fork in enumerate(trace.forks):
        material.pace(place / len(trace.forks))
        waits = _in_vain(trace, fork)
        threads = {wait.lane_index: _missed(trace, fork, wait) for wait in waits}
        missed = [wait for wait in waits if threads[wait.lane_index]]
        if missed:
            first = min(missed, key=lambda wait: wait.since_ns)
            found.append(_finding(trace, fork, missed, first, threads[first.lane_index]))
    return found


def _in_vain(trace: Trace, fork: Fork) -> list[Waiting]:
    """The waits of all threads of a child at its end, or none if one of them may go on."""
    main = main_of(trace.lanes, fork.pid)
    if main < 0 or not _is_cut_off(trace, trace.lanes[main]):
        return []
    end = trace.lanes[main].end_ns
    at = end - (1 if trace.live else DEATH_NS)
    waits = []
    for index, lane in enumerate(trace.lanes):
        if lane.pid == fork.pid and lane.kind != "task" and lane.start_ns <= at < lane.end_ns:
            # Who does anything after that has not been waiting to the end.
            goes_on = len(lane.times) and int(lane.times[-1]) > at
            wait = None if goes_on else waiting_at(trace, index, at)
            if wait is None or at - wait.since_ns < LASTED_NS or not _is_own(trace, wait):
                return []
            waits.append(wait)
    return waits


def _is_cut_off(trace: Trace, main: Lane) -> bool:
    """Whether a process has not ended by itself."""
    return trace.live or main.end_reason.startswith(("stopped", "killed"))


def _is_own(trace: Trace, wait: Waiting) -> bool:
    """Whether only threads of the same process can end the wait."""
    if wait.kind in (ev.RESULT_WAIT, ev.JOIN_BEGIN):
        return True
    if wait.kind not in _ENDS or wait.object_index < 0:
        return False
    kind = trace.objects[wait.object_index].kind
    if wait.kind == ev.LOCK_WAIT and not kind.endswith("Semaphore"):
        # Of a lock it counts who held it: `forked_locked`.
        return False
    return not kind.startswith("multiprocessing.") and kind not in (_LOOP, "connections", "import")


def _missed(trace: Trace, fork: Fork, wait: Waiting) -> list[int]:
    """The threads of the parent that the child lacks for this wait to end."""
    if fork.by < 0 or wait.kind == ev.JOIN_BEGIN:
        return []
    parent = trace.lanes[fork.by]
    left = [
        index
        for index, lane in enumerate(trace.lanes)
        if lane.pid == parent.pid
        and lane.kind != "task"
        and lane.tid != parent.tid
        and lane.start_ns <= fork.at_ns < lane.end_ns
    ]
    if wait.kind == ev.RESULT_WAIT:
        return [index for index in left if _makes_results(trace, trace.lanes[index])]
    if trace.objects[wait.object_index].copy_of < 0:
        return []
    wanted = _originals(trace, {wait.object_index})
    served = _originals(trace, _put_into(trace, fork.pid))
    return [
        index
        for index in left
        if _does(trace.lanes[index], _ENDS[wait.kind], wanted)
        or _does(trace.lanes[index], _SERVES, served)
    ]


def _makes_results(trace: Trace, lane: Lane) -> bool:
    """Whether futures are what a thread is at: of an executor, of a pool, of an event loop."""
    if of_kinds(lane.kinds, _RUNS_TASKS).any() or _OF_POOL.search(lane.name):
        return True
    loops = {row for row, thing in enumerate(trace.objects) if thing.kind == _LOOP}
    return _does(lane, (ev.WAIT_BEGIN,), loops)


def _originals(trace: Trace, things: set[int]) -> set[int]:
    """What forks made copies of, up the line of forks."""
    found = set()
    for thing in things:
        while (thing := trace.objects[thing].copy_of) >= 0:
            found.add(thing)
    return found


def _put_into(trace: Trace, pid: int) -> set[int]:
    """The queues into which a process put something."""
    found: set[int] = set()
    for lane in trace.lanes:
        if lane.pid == pid:
            rows = (lane.kinds == ev.PUT) & (lane.objects >= 0)
            found.update(distinct(lane.objects[rows]).tolist())
    return found


def _does(lane: Lane, kinds: tuple[int, ...], things: set[int]) -> bool:
    rows = of_kinds(lane.kinds, kinds) & np.isin(lane.objects, list(things))
    return bool(rows.any())


def _finding(
    trace: Trace, fork: Fork, waits: list[Waiting], first: Waiting, missed: list[int]
) -> Finding:
    until = max(trace.lanes[wait.lane_index].end_ns for wait in waits)
    cost = sum(trace.lanes[wait.lane_index].end_ns - wait.since_ns for wait in waits)
    named = [phrase("{worker}", worker=lane_label(trace.lanes, lane)) for lane in missed[:NAMED]]
    if len(missed) > NAMED:
        named.append(phrase("…"))
    return Finding(
        kind="forked_without_thread",
        severity="fault",
        told=phrase(
            "{waits}{line}, for {length} and in vain: the fork did not copy the thread that"
            " {parent} has for it: {threads}",
            "{waits}{line}, for {length} and in vain: the fork did not copy the threads that"
            " {parent} has for it: {threads}",
            count=len(missed),
            waits=told_waits(trace, [first]),
            line=at_line(trace, first.site),
            length=duration(trace.lanes[first.lane_index].end_ns - first.since_ns),
            parent=_label_of_process(trace, fork),
            threads=tuple(named),
        ),
        at_ns=first.since_ns,
        until_ns=until,
        lane_index=first.lane_index,
        cost_ns=cost,
        proof=(("workers", len(waits)), ("threads", len(missed)), ("waited_ns", cost)),
    )


def _label_of_process(trace: Trace, fork: Fork) -> str:
    """What the parent is called."""
    main = main_of(trace.lanes, trace.lanes[fork.by].pid)
    return lane_label(trace.lanes, main if main >= 0 else fork.by)
