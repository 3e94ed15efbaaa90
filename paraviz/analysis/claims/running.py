"""Claims: what a scenario is meant to show, checked on the run that was recorded.

Each claim is a function from a trace to what was measured. It does not say what should have been
seen but what was; `holds` tells whether that is the effect.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.claims.waiting import WAITING_CLAIMS
from paraviz.text.durations import duration
from paraviz.text.translation import N_, Phrase, phrase
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.messages import messages
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.histories.output import writes
from paraviz.trace.histories.shared_memory import shared_histories
from paraviz.trace.model import lane_label
from paraviz.trace.states.inferences import inferred
from paraviz.trace.states.partition import State, state_totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from paraviz.trace.model import Lane, Times, Trace

ONE_AT_A_TIME = 0.05
"""Up to this share of the time two threads may be on a CPU at once although there is a GIL: whoever
gives it away is not off its CPU at once, and who waits for it wakes to look."""
AT_ONCE = 0.25
"""From this share of the time on workers are said to run at once."""
ALL_OF_IT = 0.9
"""From this share of the running on one worker is said to do all of it."""
ALONE = 0.1
"""From this share of the run on the last worker is said to decide when it ends."""


Measured = tuple[bool, Phrase]
"""Whether the effect was there, and one sentence with its figures."""


class Claim(Struct, frozen=True):
    """What a run showed."""

    name: str
    """Which claim it is."""
    holds: bool
    """Whether the effect that it is about was there."""
    phrase: Phrase
    """One sentence with its figures."""

    @property
    def mark(self) -> str:
        """A sign before it. An effect that was there is neither good nor bad: it may be a fault."""
        return "●" if self.holds else "○"

    @property
    def text(self) -> str:
        """The sentence in English, for machines."""
        return self.phrase.english

    @property
    def told(self) -> str:
        """The sentence in the current language."""
        return self.phrase.told


def claims(trace: Trace) -> list[Claim]:
    """What a run showed of each claim of its program; unknown ones are passed over."""
    known = [name for name in trace.program.claims if name in CLAIMS]
    return [_claim(name, trace) for name in known]


def _claim(name: str, trace: Trace) -> Claim:
    holds, told = CLAIMS[name](trace)
    return Claim(name, holds, inferred(told) if trace.is_inferred and name in _OF_STATES else told)


def one_at_a_time(trace: Trace) -> Measured:
    """Threads of one process never run at once: there is one GIL."""
    together = busy = 0
    for pid in {lane.pid for lane in trace.lanes}:
        threads = [lane for lane in trace.lanes if lane.pid == pid and lane.kind != "task"]
        by_count = _time_by_count(threads)
        busy += int(by_count[1:].sum())
        together += int(by_count[2:].sum())
    share = together / busy if busy else 0.0
    holds = share <= ONE_AT_A_TIME
    if holds:
        words = N_(
            "no two threads of a process ran at once: on two CPUs for {share:.1%} of the time"
        )
    else:
        words = N_("threads ran at once: on two CPUs for {share:.1%} of the time")
    return holds, phrase(words, share=share)


def at_once(trace: Trace) -> Measured:
    """Workers run at once: true parallelism."""
    by_count = _time_by_count([lane for lane in trace.lanes if lane.kind != "task"])
    busy = int(by_count[1:].sum())
    share = int(by_count[2:].sum()) / busy if busy else 0.0
    average = float(by_count @ np.arange(len(by_count))) / busy if busy else 0.0
    holds = share >= AT_ONCE
    words = N_(
        "hardly any two workers ran at once: {share:.0%} of the time, {average:.2f} on average"
    )
    if holds:
        words = N_("workers ran at once: {share:.0%} of the time, {average:.2f} on average")
    return holds, phrase(words, share=share, average=average)


def lost_updates(trace: Trace) -> Measured:
    """Updates of shared memory are lost."""
    histories = shared_histories(trace)
    lost = [one for one in histories if one.lost_updates]
    written, total = sum(one.writes for one in histories), sum(one.lost_updates for one in lost)
    if not lost:
        return False, phrase("no update was lost of {written:,}", written=written)
    each = tuple(
        phrase("{lost:,} of `{name}`", lost=one.lost_updates, name=one.name) for one in lost
    )
    return True, phrase(
        "{lost:,} of {written:,} updates lost: {each}", lost=total, written=written, each=each
    )


def deadlock(trace: Trace) -> Measured:
    """Workers wait for each other in a circle."""
    found = deadlocks(trace, lock_histories(trace))
    if not found:
        return False, phrase("no deadlock")
    circle = " → ".join(lane_label(trace.lanes, lane) for lane in found[0].lanes)
    lasted = duration(found[0].end_ns - found[0].start_ns)
    first = lane_label(trace.lanes, found[0].lanes[0])
    return True, phrase(
        "deadlock for {length}: {circle}", length=lasted, circle=f"{circle} → {first}"
    )


def last_decides(trace: Trace) -> Measured:
    """The last worker works alone while all others have ended."""
    workers = [lane for lane in trace.lanes[1:] if lane.kind == "process" and not lane.helper]
    if len(workers) < 2:
        return False, phrase("there are no two workers")
    *_, before, last = sorted(workers, key=lambda lane: lane.end_ns)
    alone = last.end_ns - before.end_ns
    holds = alone >= ALONE * trace.wall_ns
    words = N_("{worker} did not decide the end: alone for {length} after all others")
    if holds:
        words = N_("{worker} decided the end: alone for {length} after all others")
    return holds, phrase(words, worker=last.name, length=duration(alone))


def interleaved(trace: Trace) -> Measured:
    """The outputs of workers interleave."""
    written = [each for each in writes(trace, ev.STDOUT) if each.text.strip()]
    lanes = [each.lane_index for each in written]
    changes = sum(one != other for one, other in itertools.pairwise(lanes))
    least = max(len(set(lanes)) - 1, 0)
    holds = changes > least
    if holds:
        return True, phrase(
            "outputs interleaved: the writer changed {count:,} time",
            "outputs interleaved: the writer changed {count:,} times",
            count=changes,
        )
    return False, phrase(
        "each worker's output stands in one piece: the writer changed {count:,} time",
        "each worker's output stands in one piece: the writer changed {count:,} times",
        count=changes,
    )


def starves(trace: Trace) -> Measured:
    """One worker has its say only when all others are done."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for each in writes(trace, ev.STDOUT):
        if each.text.strip() and trace.lanes[each.lane_index].kind == "thread":
            first.setdefault(each.lane_index, each.at_ns)
            last[each.lane_index] = each.at_ns
    if len(first) < 2:
        return False, phrase("no two threads wrote anything")
    late = max(first, key=first.__getitem__)
    others = max(at for lane, at in last.items() if lane != late)
    name = lane_label(trace.lanes, late)
    if first[late] > others:
        return True, phrase(
            "{worker} starved: it wrote nothing before all others were done", worker=name
        )
    waited = duration(first[late] - trace.lanes[late].start_ns)
    return False, phrase(
        "nobody starved: {worker}, the last to write anything, did so after {length}",
        worker=name,
        length=waited,
    )


def processes(trace: Trace) -> Measured:
    """The program runs in more than one process."""
    pids = sorted({lane.pid for lane in trace.lanes if not lane.helper})
    return len(pids) > 1, phrase(
        "{count} process: {pids}",
        "{count} processes: {pids}",
        count=len(pids),
        pids=", ".join(map(str, pids)),
    )


def alone(trace: Trace) -> Measured:
    """One worker does all the work."""
    ran = {
        index: state_totals(lane)[State.RUNNING]
        for index, lane in enumerate(trace.lanes)
        if lane.kind != "task" and not lane.helper
    }
    if not ran:
        return False, phrase("nobody ran")
    most = max(ran, key=ran.__getitem__)
    share = ran[most] / max(sum(ran.values()), 1)
    holds = share >= ALL_OF_IT
    name = lane_label(trace.lanes, most)
    words = N_("{worker} did not do all the work: {share:.0%} of the running")
    if holds:
        words = N_("{worker} did all the work: {share:.0%} of the running")
    return holds, phrase(words, worker=name, share=share)


def handed_out(trace: Trace) -> Measured:
    """Tasks are handed to several workers as they fall free."""
    counts = [int(np.count_nonzero(lane.kinds == ev.TASK_BEGIN)) for lane in trace.lanes]
    counts = sorted(count for count in counts if count)
    if not counts:
        return False, phrase("no task was handed out")
    least, most = counts[0], counts[-1]
    each = least if least == most else phrase("{least} to {most}", least=least, most=most)
    return len(counts) > 1, phrase(
        "{tasks:,} tasks for {count} worker, {each} each",
        "{tasks:,} tasks for {count} workers, {each} each",
        tasks=sum(counts),
        count=len(counts),
        each=each,
    )


def messages_between(trace: Trace) -> Measured:
    """Workers send each other messages."""
    found = messages(trace)
    apart = found.senders != found.receivers
    if not apart.any():
        return False, phrase("no message went from one worker to another")
    took = [
        int(trace.lanes[receiver].times[received] - trace.lanes[sender].times[sent])
        for sender, sent, receiver, received in zip(
            *(column[apart].tolist() for column in (found.senders, found.sent)),
            *(column[apart].tolist() for column in (found.receivers, found.received)),
            strict=True,
        )
    ]
    middle = duration(int(np.median(took)))
    return True, phrase(
        "{count:,} message between workers, on its way for {length} (median)",
        "{count:,} messages between workers, each on its way for {length} (median)",
        count=len(took),
        length=middle,
    )


def _time_by_count(lanes: Iterable[Lane]) -> Times:
    """int64[c]: ns during which so many of these lanes ran."""
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for lane in lanes:
        runs = lane.states.states == State.RUNNING
        starts.append(lane.states.starts[runs])
        ends.append(np.append(lane.states.starts[1:], lane.end_ns)[: len(runs)][runs])
    begun, ended = np.concatenate(starts), np.concatenate(ends)
    at = np.concatenate((begun, ended))
    steps = np.repeat(np.array([1, -1]), [len(begun), len(ended)])
    order = np.argsort(at, kind="stable")
    running = np.cumsum(steps[order])[:-1] if len(at) else np.empty(0, np.int64)
    lengths = np.diff(at[order])
    return np.bincount(np.maximum(running, 0), weights=lengths, minlength=3).astype(np.int64)


_OF_STATES = ("one_at_a_time", "at_once", "alone")
"""Those that go by when workers ran."""
CLAIMS: dict[str, Callable[[Trace], Measured]] = {
    "one_at_a_time": one_at_a_time,
    "at_once": at_once,
    "lost_updates": lost_updates,
    "deadlock": deadlock,
    "last_decides": last_decides,
    "interleaved": interleaved,
    "starves": starves,
    "processes": processes,
    "alone": alone,
    "handed_out": handed_out,
    "messages": messages_between,
    **WAITING_CLAIMS,
}
