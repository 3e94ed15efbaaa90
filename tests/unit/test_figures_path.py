"""Critical paths: against going back ns by ns."""

from __future__ import annotations

import itertools
import re

from hypothesis import given

from paraviz import events as ev
from paraviz.analysis.figures.critical import CANDIDATES
from paraviz.trace import Lane, State, Trace
from paraviz.trace.causality.edges import Edges
from tests.unit.figuring import figures_of, moments, ranges, some_traces

MESSAGE, START, JOIN, WAKE = range(4)
JOINS = {
    ev.JOIN_END: (ev.JOIN_BEGIN, ev.JOIN_END),
    ev.PROCESS_JOIN_END: (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END),
}
"""For what ends a join: what begins it, and all that is about it."""
RECEIPTS = {ev.GET: "G", ev.RECEIVE: "G", ev.GET_WAIT: "w", ev.RECEIVE_WAIT: "w", ev.WAIT_END: "e"}
OTHERS = (ev.WAIT_BEGIN, ev.WAIT_ABANDONED, ev.PUT_WAIT, ev.PUT, ev.SEND_WAIT, ev.SEND)
"""What is about a queue or a connection, a letter each."""
Moment = tuple[int, State, int]
"""Lane, state, cause."""


@given(some_traces(), ranges())
def test_each_moment_of_a_path(trace: Trace, within: tuple[int, int]) -> None:
    path = figures_of(trace, *within).critical
    found = [
        (int(path.lanes[row]), State(int(path.states[row])), int(path.causes[row]))
        for row in range(len(path))
        for _ in range(int(path.starts[row]), int(path.ends[row]))
    ]
    assert found == going_back(trace, *within)


@given(some_traces(), ranges())
def test_its_parts_add_up_to_the_range(trace: Trace, within: tuple[int, int]) -> None:
    path = figures_of(trace, *within).critical
    bounds = [*path.starts.tolist(), *path.ends.tolist()[-1:]]
    assert path.ends.tolist() == bounds[1:]
    assert (bounds[0], bounds[-1]) == within if within[0] < within[1] else not bounds
    assert all(begin < end for begin, end in itertools.pairwise(bounds))
    assert path.times.sum() == within[1] - within[0]
    by_lane = path.times_by_lane(len(trace.lanes))
    assert by_lane.sum() == (path.times.sum() if (path.lanes >= 0).any() else 0)
    lanes = path.lanes.tolist()
    assert path.changes == sum(one != other for one, other in itertools.pairwise(lanes))
    longest = [int(path.ends[row] - path.starts[row]) for row in path.longest(3)]
    assert longest == sorted((path.ends - path.starts).tolist(), reverse=True)[:3]
    for row in range(len(path)):
        assert path.why(trace, row)


def going_back(trace: Trace, start_ns: int, end_ns: int) -> list[Moment]:
    """Who did what at each ns of a critical path."""
    lives = [moments(lane) for lane in trace.lanes]
    ran = [
        (at, -lane)
        for lane, life in enumerate(lives)
        for at in range(start_ns, end_ns)
        if trace.lanes[lane].kind != "task" and life.get(at, (None,))[0] is State.RUNNING
    ]
    if not ran:
        return [(-1, State.NOT_ALIVE, -1)] * (end_ns - start_ns)
    last = sorted({lane: at for at, lane in sorted(ran)}.items(), key=lambda each: each[::-1])
    lanes = [-lane for lane, _ in reversed(last)]
    lanes = lanes[:CANDIDATES] if end_ns < trace.end_ns else lanes[:1]
    paths = [path_to(trace, lives, lane, (start_ns, end_ns)) for lane in lanes]
    return max(paths, key=lambda path: sum(state is State.RUNNING for _, state, _ in path))


def path_to(
    trace: Trace, lives: list[dict[int, tuple[State, int]]], lane: int, within: tuple[int, int]
) -> list[Moment]:
    """The path that ends with a lane."""
    start_ns, end_ns = within
    left = [jump for jump in all_jumps(trace) if jump[0] < end_ns]
    result: list[Moment] = []
    for at in reversed(range(start_ns, end_ns)):
        while own := [place for place, jump in enumerate(left) if jump[1] == lane]:
            when, _, origin = left[own[-1]]
            if when <= at:
                break
            lane, left = origin, left[: own[-1]]
        result.append((lane, *lives[lane].get(at, (State.NOT_ALIVE, -1))))
    return result[::-1]


def all_jumps(trace: Trace) -> list[tuple[int, int, int]]:
    """When, who waits, who let it go on: by when."""
    kinds, table = Edges(trace).table
    result = []
    for kind, origin, sent, lane, arrived, _ in zip(
        kinds.tolist(), *(column.tolist() for column in table), strict=True
    ):
        if kind == START:
            result.append(((min(sent, trace.lanes[lane].start_ns), lane, origin), kind))
        elif kind == WAKE or any(
            begin <= sent for begin in began(trace.lanes[lane], kind, arrived)
        ):
            result.append(((sent, lane, origin), kind))
    stuck = {index for index, lane in enumerate(trace.lanes) if ends_waiting(lane)}
    known = [jump for jump, kind in result if kind != JOIN or jump[2] not in stuck]
    return sorted(known + results_handed(trace), key=lambda jump: jump[0])


def ends_waiting(lane: Lane) -> bool:
    """Whether the last thing a worker did was to wait for something."""
    last = moments(lane).get(lane.end_ns - 1)
    return last is not None and last[0] in (State.WAITING_LOCK, State.BLOCKED)


def results_handed(trace: Trace) -> list[tuple[int, int, int]]:
    """The jumps to those whose tasks made results that were waited for."""
    ends = sorted(
        (at, lane, row, trace.objects[about].name)
        for lane, worker in enumerate(trace.lanes)
        for row, (at, kind, about) in enumerate(events_of(worker))
        if kind == ev.TASK_END and about >= 0
    )
    result = []
    for lane, waiter in enumerate(trace.lanes):
        for end, begin, about in sorted(results_of(waiter)):
            name = trace.objects[about].name
            within = [each for each in ends if begin <= each[0] <= end]
            levels = (
                [each for each in within if each[3] == name],
                [each for each in within if function(each[3]) == function(name)],
                within if name == "any task" else [],
            )
            made = next((level[-1] for level in levels if level), None)
            if made is not None and made[1] != lane:
                result.append((made[0], lane, made[1]))
    return result


def function(name: str) -> str:
    """That of a task."""
    return name.split(" × ", maxsplit=1)[0].split("(", maxsplit=1)[0]


def results_of(lane: Lane) -> list[tuple[int, int, int]]:
    """End, begin and object of each wait for a result."""
    found = []
    for about in (0, 1):
        of_result = (ev.RESULT_WAIT, ev.RESULT)
        rows = [each for each in events_of(lane) if each[1] in of_result and each[2] == about]
        for before, after in itertools.pairwise(rows):
            if (before[1], after[1]) == of_result:
                found.append((after[0], before[0], about))
    return found


def events_of(lane: Lane) -> list[tuple[int, int, int]]:
    """Time, kind and object of each event."""
    return list(zip(*(c.tolist() for c in (lane.times, lane.kinds, lane.objects)), strict=True))


def began(lane: Lane, kind: int, at_ns: int) -> list[int]:
    """When the waits for edges of a kind began that ended at a moment."""
    rows = events_of(lane)
    result = []
    for row, (at, what, about) in enumerate(rows):
        if at != at_ns or about < 0:
            continue
        before = [each for each in rows[:row] if each[2] == about]
        if kind == MESSAGE and RECEIPTS.get(what) == "G":
            own = [each for each in before if each[1] in RECEIPTS or each[1] in OTHERS]
            word = "".join(RECEIPTS.get(each[1], "o") for each in own)
            # From the first wait of those that a wake-up without an item goes between.
            found = re.search("(we)*w$|(we)+$", word)
            if found:
                result.append(own[found.start()][0])
        elif kind == JOIN and what in JOINS:
            begin = JOINS[what][0]
            own = [each for each in before if each[1] in JOINS[what]]
            if own and own[-1][1] == begin:
                result.append(own[-1][0])
    return result
