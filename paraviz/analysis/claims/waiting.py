"""Claims about who waits for whom, and about what a program says of itself; see `running`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.text.durations import duration
from paraviz.text.translation import Phrase, phrase
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.histories.output import output_runs, writes
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from paraviz.analysis.claims.running import Measured
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Lane, Trace

STARVED = 0.5
"""From this share of its life on a consumer that waits for something to do is said to starve."""
FASTER = 1.25
"""From this speed-up on several workers are said to be faster than one."""

_JOINS = {ev.JOIN_BEGIN: (ev.JOIN_END,), ev.PROCESS_JOIN_BEGIN: (ev.PROCESS_JOIN_END,)}
_WAITS = {ev.WAIT_BEGIN: (ev.WAIT_END, ev.WAIT_ABANDONED)}
_GETS = {ev.GET_WAIT: (ev.GET, ev.WAIT_END, ev.WAIT_ABANDONED)}
_COUNTS = re.compile(r"expected (\d+), got (\d+)")
_ONE_OF = re.compile(r"(.+) \d+/(\d+)")
"""The name of a worker that says how many of its kind there are."""


def waits_for_the_end(trace: Trace) -> Measured:
    """One worker waits for another one's end: `join`. What the interpreter joins after the
    program's last line is not meant."""
    waits = []
    for index, lane in enumerate(trace.lanes):
        ended = lane.times[lane.kinds == ev.PROGRAM_END]
        last = int(ended[0]) if len(ended) else lane.end_ns
        for begin, end, other in _stretches(lane, _JOINS):
            if begin < last and 0 <= other < len(trace.lanes):
                until = trace.lanes[other].end_ns
                waits += [(end - begin, index, other)] if begin < until else []
    if not waits:
        return False, phrase("nobody waited for the end of another")
    lasted, waiter, other = max(waits)
    who, whose = (lane_label(trace.lanes, lane) for lane in (waiter, other))
    return True, phrase(
        "{waiter} waited {length} in join for the end of {other}",
        waiter=who,
        length=duration(lasted),
        other=whose,
    )


def in_step(trace: Trace) -> Measured:
    """Workers do round after round together: each writes something in each round, and nobody
    writes that of the next one before all have written that of this one."""
    order = [
        each.lane_index
        for each in writes(trace, ev.STDOUT)
        if each.lane_index and each.text.strip()
    ]
    done = dict.fromkeys(order, 0)
    if len(done) < 2:
        return False, phrase("no two workers wrote anything")
    apart = 0
    for lane in order:
        done[lane] += 1
        apart = max(apart, done[lane] - min(done.values()))
    rounds = max(done.values())
    if rounds < 2:
        return False, phrase("one round only: nobody could run ahead")
    if apart > 1:
        return False, phrase(
            "the quick ran ahead: up to {apart:,} of {rounds:,} rounds apart",
            apart=apart,
            rounds=rounds,
        )
    return True, _together(trace, rounds, list(done))


def _together(trace: Trace, rounds: int, workers: list[int]) -> Phrase:
    """Nobody ran ahead; and how long who waited most and who waited least stood at the barrier."""
    barriers = [index for index, one in enumerate(trace.objects) if one.kind.endswith("Barrier")]
    if not barriers:
        return phrase("nobody ran ahead in {rounds:,} rounds", rounds=rounds)
    waited = sorted((_waited(trace.lanes[lane], barriers[0]), lane) for lane in workers)
    (least, slow), (most, quick) = waited[0], waited[-1]
    return phrase(
        "nobody ran ahead in {rounds:,} rounds: "
        "in all {quick} waited {most} at `{barrier}`, {slow} {least}",
        rounds=rounds,
        quick=lane_label(trace.lanes, quick),
        most=duration(most),
        barrier=trace.objects[barriers[0]].name,
        slow=lane_label(trace.lanes, slow),
        least=duration(least),
    )


def _waited(lane: Lane, object_index: int) -> int:
    """ns for which a lane waited for a thing."""
    return sum(end - begin for begin, end, what in _stretches(lane, _WAITS) if what == object_index)


def waits_for_conditions(trace: Trace) -> Measured:
    """Some wait until there is something, others until there is room: both conditions matter."""
    waits = Counter(
        what
        for lane in trace.lanes
        for _, _, what in _stretches(lane, _WAITS)
        if "Condition" in trace.objects[what].kind
    )
    if not waits:
        return False, phrase("nobody waited for a condition")
    each = tuple(
        phrase("{times:,} × `{name}`", times=times, name=trace.objects[what].name)
        for what, times in waits.most_common()
    )
    if len(waits) < 2:
        return False, phrase("one condition only was waited for: {each}", each=each)
    return True, phrase("several conditions were waited for: {each}", each=each)


def limited(trace: Trace) -> Measured:
    """A semaphore lets only so many in, and the others wait."""
    semaphores = [
        one for one in lock_histories(trace) if "Semaphore" in trace.objects[one.object_index].kind
    ]
    if not semaphores:
        return False, phrase("nobody was inside a semaphore")
    history = max(semaphores, key=lambda one: (one.contended, one.acquisitions))
    told = phrase(
        "never more than {most:,} at once inside `{name}`",
        most=_most_inside(history),
        name=history.name,
    )
    if not history.contended:
        return False, phrase("{told}, but nobody had to wait", told=told)
    return True, phrase(
        "{told}: {waited:,} of {all:,} had to wait",
        told=told,
        waited=history.contended,
        all=history.acquisitions,
    )


def _most_inside(history: LockHistory) -> int:
    """How many held it at once. Who leaves does so before the next one comes."""
    at = np.concatenate((history.hold_ends, history.hold_starts))
    steps = np.repeat(np.array([-1, 1]), [len(history.hold_ends), len(history.hold_starts)])
    return int(np.cumsum(steps[np.argsort(at, kind="stable")]).max(initial=0))


def says_lost(trace: Trace) -> Measured:
    """Updates of a variable are lost. No probe sees a variable: this is what the program wrote."""
    said = _COUNTS.findall("".join(text for _, text in output_runs(trace, ev.STDOUT)))
    if not said:
        return False, phrase("the program did not say how many updates were lost")
    expected, got = map(int, said[-1])
    if got >= expected:
        return False, phrase("the program says: no update was lost of {all:,}", all=expected)
    return True, phrase(
        "the program says: {lost:,} of {all:,} updates were lost",
        lost=expected - got,
        all=expected,
    )


def starves_for_items(trace: Trace) -> Measured:
    """A consumer spends most of its life waiting at an empty queue."""
    waits: Counter[tuple[int, int]] = Counter()
    for index, lane in enumerate(trace.lanes):
        for begin, end, queue in _stretches(lane, _GETS):
            waits[index, queue] += end - begin
    if not waits:
        return False, phrase("nobody waited for something to get")
    (index, queue), waited = waits.most_common(1)[0]
    lane, name = trace.lanes[index], trace.objects[queue].name
    share = waited / max(lane.end_ns - lane.start_ns, 1)
    where = phrase(
        "{length} at `{name}`, {share:.0%} of its life",
        length=duration(waited),
        name=name,
        share=share,
    )
    worker = lane_label(trace.lanes, index)
    if share < STARVED:
        return False, phrase(
            "nobody starved: {worker} waited longest, {where}", worker=worker, where=where
        )
    return True, phrase("{worker} starved: {where}", worker=worker, where=where)


def faster(trace: Trace) -> Measured:
    """Several workers are faster than one: the speed-up of each kind beside the ideal."""
    crowds: dict[tuple[str, int], list[Lane]] = {}
    for lane in trace.lanes:
        if named := _ONE_OF.fullmatch(lane.name):
            crowds.setdefault((named[1], int(named[2])), []).append(lane)
    took = {
        crowd: max(max(lane.end_ns for lane in lanes) - min(lane.start_ns for lane in lanes), 1)
        for crowd, lanes in crowds.items()
    }
    one = next((lasted for (_, count), lasted in took.items() if count == 1), 0)
    ups = {key: key[1] * one / lasted for key, lasted in took.items() if key[1] > 1}
    if not one or not ups:
        return False, phrase("nothing to compare: it takes one worker alone and several")
    each = ", ".join(f"{kind} {up:.2f} of {count}" for (kind, count), up in ups.items())
    if max(ups.values()) < FASTER:
        return False, phrase("several were no faster than one: speed-up {each}", each=each)
    return True, phrase("several were faster than one: speed-up {each}", each=each)


def _stretches(lane: Lane, kinds: Mapping[int, tuple[int, ...]]) -> Iterator[tuple[int, int, int]]:
    """(begin, end, object) from each event of these kinds to the next one that ends it; one that
    nothing ends lasts as long as the lane."""
    rows = of_kinds(lane.kinds, [*kinds, *(end for ends in kinds.values() for end in ends)])
    columns = lane.times[rows], lane.kinds[rows], lane.objects[rows]
    begun: tuple[int, int, int] | None = None
    for at, kind, what in zip(*(column.tolist() for column in columns), strict=True):
        if kind in kinds:
            begun = at, kind, what
        elif begun is not None and kind in kinds[begun[1]] and what == begun[2]:
            yield begun[0], at, what
            begun = None
    if begun is not None:
        yield begun[0], max(lane.end_ns, begun[0]), begun[2]


WAITING_CLAIMS: dict[str, Callable[[Trace], Measured]] = {
    "waits_for_the_end": waits_for_the_end,
    "in_step": in_step,
    "waits_for_conditions": waits_for_conditions,
    "limited": limited,
    "says_lost": says_lost,
    "starves_for_items": starves_for_items,
    "faster": faster,
}
"""For `claims.CLAIMS`."""
