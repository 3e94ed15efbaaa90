"""Workers that a signal killed.

A pool ends its workers by SIGTERM when it is done, so that alone is nothing; neither is what
another worker of the program did on purpose (`Process.kill`, `os.kill`). What a worker that was
killed did last may never have been sent: a lock it held is told only where somebody waits for it in
vain afterwards.
"""

from __future__ import annotations

import re
import signal as signals
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import WORTH_NS, Finding
from paraviz.analysis.findings.unanswered import task_of, waits_in_vain
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Lane, Trace

_SIGNAL = re.compile(r"killed by (?:signal )?(\S+)")
ASKED = frozenset(("SIGTERM", "SIGINT", "SIGHUP"))
"""Signals by which programs and people ask a process to end."""

SLACK_NS = 50_000_000
"""An end may have been seen so much later than it was, never earlier; a stamp may be that late."""
_AT_ONCE_NS = 100_000_000
_GRACE_NS = 1_100_000_000
"""A run that is stopped ends within this time, `session.GRACE_S` and a little more."""


def killed(material: Material) -> list[Finding]:
    """Each process that a signal killed while the program ran: all but those that were asked to
    end, and of these those whose lock nobody gets any more."""
    trace = material.trace
    result = []
    for index, lane in enumerate(trace.lanes):
        signal = _SIGNAL.fullmatch(lane.end_reason)
        # Of a process without probes there is no telling whether it was meant.
        if lane.kind != "process" or not lane.probes or signal is None:
            continue
        if not _by_itself(trace, index):
            continue
        material.pace(index / len(trace.lanes))
        lock = _lock_in_vain(material, index)
        meant = signal[1] in ASKED or _on_purpose(trace, index, signal[1])
        if lock is not None or not meant:
            result.append(_finding(trace, index, signal[1], lock))
    return result


def _on_purpose(trace: Trace, index: int, name: str) -> bool:
    """Whether another worker sent it this signal while it lived."""
    victim, number = trace.lanes[index], _number(name)
    for lane in trace.lanes:
        rows = np.flatnonzero((lane.kinds == ev.PROCESS_KILL) & (lane.objects == index))
        sent = (lane.times[rows] >= victim.start_ns) & (
            lane.times[rows] <= victim.end_ns + SLACK_NS
        )
        if lane.pid != victim.pid and (sent & (lane.values[rows] == number)).any():
            return True
    return False


def _number(name: str) -> int:
    """The number of a signal by its name, or as it is told without one."""
    known = getattr(signals, name, None)
    return int(known) if known is not None else int(name) if name.isdecimal() else 0


def _by_itself(trace: Trace, index: int) -> bool:
    """Whether it ended before the program did: what outlives it is ended by paraviz."""
    end, whole = trace.lanes[index].end_ns, trace.lanes[0]
    if not trace.end_reason.startswith("stopped"):
        return index == 0 or end < whole.end_ns
    # Asked to end, the program ends at once without a word, or it ends others first.
    at_once = whole.end_reason == trace.end_reason
    return end < whole.end_ns - (_AT_ONCE_NS if at_once else _GRACE_NS)


def _lock_in_vain(material: Material, index: int) -> LockHistory | None:
    """The lock that it held, for which somebody waits from then on, and which nobody gets."""
    lane = material.trace.lanes[index]
    for lock in material.known.locks:
        if lock.is_signal or not lock.acquisitions or lock.hold_starts[-1] > lane.end_ns:
            continue
        held = (lock.owners == index) & (lock.hold_ends >= lane.end_ns)
        if held.any() and _vain_ns(lock, lane) >= WORTH_NS:
            return lock
    return None


def _vain_ns(lock: LockHistory, lane: Lane) -> int:
    """How long others waited for a lock after the lane's end, all together."""
    waited = lock.wait_ends - np.maximum(lock.wait_starts, lane.end_ns)
    return int(np.maximum(waited, 0).sum())


def _finding(trace: Trace, index: int, signal: str, lock: LockHistory | None) -> Finding:
    lane = trace.lanes[index]
    row = task_of(lane)
    task = trace.objects[int(lane.objects[row])].name if row >= 0 else ""
    vain = waits_in_vain(trace, lane)
    cost, until, words = 0, lane.end_ns, N_("{worker} was killed by {signal}")
    if lock is not None:
        cost, until = _vain_ns(lock, lane), int(lock.waits_over[-1])
        words = N_(
            "{worker} was killed by {signal} and held `{lock}`: others waited {length} for it in"
            " vain"
        )
    elif vain is not None:
        cost, until = vain.lasted_ns, vain.until_ns
        words = N_(
            "{worker} was killed by {signal} in its task {task}, which nobody does again: {waiter}"
            " waits at {place} for its result in vain, for {length}"
        )
    elif task:
        words = N_("{worker} was killed by {signal}; the last that is known of it is {task}")
    return Finding(
        kind="killed",
        severity="fault",
        told=phrase(
            words,
            worker=lane_label(trace.lanes, index),
            signal=signal,
            task=task,
            lock=lock.name if lock is not None else "",
            length=duration(cost),
            **(vain.values(trace) if vain is not None else {}),
        ),
        at_ns=lane.end_ns,
        until_ns=until,
        lane_index=index,
        object_index=lock.object_index if lock is not None else -1,
        cost_ns=cost,
        proof=(("lived_ns", lane.end_ns - lane.start_ns), ("waited_ns", cost)),
    )
