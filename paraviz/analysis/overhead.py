"""What observing cost the program: its events with the wrappers that made them, sending them, and
the kernel's record of context switches.

What an event of a family costs is measured in the program itself when it is over, on the machine
and under the load it ran with (`Trace.costs`), as the CPU time of its probes beside that of what
they replace; of kinds that have no family, and of recordings that do not know it, it is a multiple
of what is known. So is the CPU time of those who send (`Trace.sent_ns`).

CPU time becomes time by how long each worker waited for a CPU for each second that it ran: whoever
has to do twice as much on a busy machine waits twice as long, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.kinds import of_kinds
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Trace

_SENT = 3.0
"""Times the noting down: an event is packed and sent."""
_SWITCH = 6.0
"""Times the noting down: the kernel records that a thread leaves a CPU, and that one comes."""
_USUAL = 4.0
_TIMES = np.full(256, _USUAL)
"""float64[256]: times the noting down: the wrapper around an event of each kind, with that."""
for _kinds, _times in (
    (ev.LOCK_KINDS, 2.0),
    ((ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE), 8.0),
    ((ev.SEND, ev.SEND_WAIT, ev.RECEIVE, ev.RECEIVE_WAIT), 12.0),
    ((ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY), 13.0),
):
    _TIMES[list(_kinds)] = _times
_FAMILIES = {
    "lock": (ev.LOCK_KINDS, 0.9, 1.2),
    "memory": ((ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE), 1.0, 1.2),
    "step": ((ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY), 1.3, 1.0),
    "write": ((ev.WRITE,), 2.5, 1.3),
}
"""The kinds of each family, and times what is measured of it, with a compiled core and without: in
the midst of a program it costs more than again and again."""
_MORE = {
    (ev.SEND, ev.SEND_WAIT, ev.RECEIVE, ev.RECEIVE_WAIT): 5.0,
    (ev.THREAD_START, ev.COROUTINE_CREATE): 8.0,
    (ev.THREAD_BEGIN, ev.PROCESS_START): 60.0,
    (ev.TASK_SUBMIT, ev.TASK_BEGIN, ev.TASK_END, ev.RESULT_WAIT, ev.RESULT, ev.RESULT_SET): 7.0,
}
"""Kinds that cost so many times what is usual."""
_OF_PROCESSES = 2.0
"""So many times what is usual an event of a lock costs that processes share."""
_LOAD_LIMIT = 50.0
_MOST = 0.97
"""Of a worker's time observing cannot have taken more."""


def observing_ns(trace: Trace) -> float:
    """About how long all workers together were held up by being observed; 0 where it is not known
    what an event costs."""
    each = _each_ns(trace)
    if not each.any() and not (trace.sent_ns or trace.read_ns):
        return 0.0
    shared = _shared_locks(trace)
    extra = max(_OF_PROCESSES * float(each[ev.MARK]) - float(each[ev.LOCK_WAIT]), 0.0)
    threads = [lane for lane in trace.lanes if lane.kind != "task"]
    spent = [_on_cpu(lane) for lane in threads]
    ran, waited = sum(runs for runs, _ in spent), sum(waits for _, waits in spent)
    # What tasks do runs in one of the threads.
    tasks = sum(_noted_ns(lane, each) for lane in trace.lanes if lane.kind == "task")
    cost = (min(tasks, _MOST * ran) if ran else tasks) * _load(ran, waited)
    for lane, (runs, waits) in zip(threads, spent, strict=True):
        noted = _noted_ns(lane, each)
        if trace.costs and len(shared):
            used = of_kinds(lane.kinds, ev.LOCK_KINDS) & np.isin(lane.objects, shared)
            noted += extra * int(np.count_nonzero(used))
        cost += (min(noted, _MOST * runs) if runs else noted) * _load(runs, waits)
    beside = trace.dropped * float(each[ev.MARK])
    if trace.costs:
        beside += trace.sent_ns
    if trace.truth == "kernel":
        beside += trace.emit_ns * _SWITCH * trace.context_switches
    # Reading takes its time in a process of its own, whose CPU others may wait for.
    read = trace.read_ns * waited / max(ran + waited, 1)
    return cost + beside * _load(ran, waited) + read


def _noted_ns(lane: Lane, each: NDArray[np.float64]) -> float:
    return float(np.bincount(lane.kinds, minlength=256) @ each)


def _shared_locks(trace: Trace) -> NDArray[np.intp]:
    """The locks that processes share, as rows of `Trace.objects`."""
    kinds = (known.kind for known in trace.objects)
    return np.flatnonzero([kind.startswith("multiprocessing.") for kind in kinds])


def share_of_observing(trace: Trace) -> float:
    """Of the time that a run took, how much went into being observed: of workers that run at once
    it is that of each."""
    observing = observing_ns(trace)
    if not observing:
        return 0.0
    busy = sum(sum(_on_cpu(lane)) for lane in trace.lanes if lane.kind != "task")
    return min(_MOST, observing / max(trace.wall_ns, busy, 1))


def _each_ns(trace: Trace) -> NDArray[np.float64]:
    """float64[256]: what an event of each kind costs."""
    known = dict(trace.costs)
    if "usual" not in known:
        return trace.emit_ns * (_TIMES + _SENT)
    result = np.full(256, known["usual"])
    for kinds, times in _MORE.items():
        result[list(kinds)] *= times
    for name, (kinds, compiled, python) in _FAMILIES.items():
        if name in known:
            result[list(kinds)] = known[name] * (compiled if trace.core == "compiled" else python)
    return result


def _on_cpu(lane: Lane) -> tuple[int, int]:
    """How long it ran, and how long it waited for a CPU."""
    states = lane.states
    if not len(states):
        return 0, 0
    lasted = np.diff(states.starts, append=lane.end_ns)
    runs, waits = (
        int(lasted[states.states == state].sum()) for state in (State.RUNNING, State.WAITING_CPU)
    )
    return runs, waits


def _load(runs: float, waits: float) -> float:
    """How long it takes to have a CPU for a second."""
    return min(1.0 + waits / runs, _LOAD_LIMIT) if runs else 1.0
