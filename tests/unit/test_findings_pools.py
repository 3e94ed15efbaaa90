"""Pools that are unbalanced and workers that are idle: the edges of both rules, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.findings.pools import pools
from paraviz.trace import SharedObject, Trace
from paraviz.trace.model import Cpu
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import found_in, kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Lane

CHUNK, WHOLE, OTHER, LARGER, FOREIGN = range(5)
THINGS = [SharedObject("task", name) for name in ("f × 1", "f × 7", "g(1)", "f × 8", "g × 7")]
WAIT, BEGIN, END, NONE = ev.TASK_WAIT, ev.TASK_BEGIN, ev.TASK_END, ev.TASK_NONE
LENGTHS = [[10, 10, 10, 100], [10, 10, 10]]
"""ms of the tasks of two workers: the longest is handed out last."""


def worker(
    at: int, lengths: Sequence[int], *, blocked: bool = True, name: str = "", end: int = 200
) -> Lane:
    """A worker that does tasks of these lengths, in ms, from 10 ms on without a pause."""
    events: list[Event] = []
    now = 10 * MS
    for length in lengths:
        events += [(now - 1, WAIT, -1, 0), (now, BEGIN, CHUNK, 0)]
        events += [(now + 1, ev.SLEEP_BEGIN, -1, 0)] if blocked else []
        now += length * MS
        events += [(now - 2, END, CHUNK, 0)]
    events += [(now if lengths else 9 * MS, WAIT, -1, 0)]
    named = name or f"Worker-{at}"
    return lane(named, events, end_ns=end * MS, pid=100 + at, tid=at, kind="process")


def pool(
    workers: Sequence[Lane],
    *,
    asks: int = WHOLE,
    asked_ms: int = 9,
    answered_ms: int = 190,
    more: Sequence[Event] = (),
    cpus: int = 2,
) -> Trace:
    """Workers that main started, and waits for the result of a map from `asked_ms` on."""
    starts = [(1 + at, ev.PROCESS_START, at, 0) for at in range(1, len(workers) + 1)]
    waits = [(asked_ms * MS, ev.RESULT_WAIT, asks, 0), (answered_ms * MS, ev.RESULT, asks, 0)]
    main = lane("main", sorted([*starts, *waits, *more]), end_ns=200 * MS, kind="process")
    none = np.empty(0, np.int64)
    return replace(
        trace([main, *workers], THINGS),
        truth="kernel",
        cpus=tuple(Cpu(at, none, none, np.empty(0, np.int32)) for at in range(cpus)),
    )


def two(lengths: Sequence[Sequence[int]] = LENGTHS, *, blocked: bool = True) -> list[Lane]:
    return [worker(at + 1, each, blocked=blocked) for at, each in enumerate(lengths)]


def without_last(each: Lane, count: int) -> Lane:
    """The lane without its last events."""
    names = ("times", "kinds", "objects", "values", "sites")
    return replace(each, **{name: getattr(each, name)[:-count] for name in names})


def test_the_longest_task_last() -> None:
    (finding,) = found_in(pool(two()))
    assert finding.kind == "unbalanced_pool"
    assert (finding.lane_index, finding.at_ns) == (1, 40 * MS)
    assert finding.until_ns == 140 * MS - 2
    proof = dict(finding.proof)
    assert proof["lost_ns"] == 100 * MS
    # From when its worker was ready, and with a pause of 2 ns.
    assert proof["possible_ns"] == 100 * MS - 1
    assert proof["took_ns"] == 130 * MS - 2


def test_what_a_slow_generator_made_late_was_not_there_before() -> None:
    """Who gets the long task had none before: no order would have brought it forward."""
    busy, free = worker(1, [10, 10, 60, 80], end=250), worker(2, [10, 10, 10], end=250)
    joins = [(9 * MS, ev.PROCESS_JOIN_BEGIN, 1, 0)]
    assert kinds(pool([busy, free], more=joins, asks=OTHER)) == ["unbalanced_pool"]
    ended = free.times[free.kinds == END][-1]
    lasting = np.where(busy.kinds == END, busy.times, 0)
    early = np.flatnonzero(lasting)[2]
    times = busy.times.copy()
    times[early] = ended
    assert "unbalanced_pool" not in kinds(
        pool([replace(busy, times=times), free], more=joins, asks=OTHER)
    )


def test_a_single_long_task_cannot_be_handed_out_better() -> None:
    assert kinds(pool(two([[100, 10], [10, 10, 10, 10, 10]]))) == ["idle_workers"]


def test_evenly_handed_out() -> None:
    assert kinds(pool(two([[30, 30, 20], [20, 20, 20, 10]]))) == []


def test_the_longest_first_is_as_good_as_it_gets() -> None:
    assert kinds(pool(two([[60], [10, 10, 10, 10, 10, 10]]))) == []


def test_nobody_says_that_all_tasks_were_there() -> None:
    assert "unbalanced_pool" not in kinds(pool(two(), asks=OTHER))


def test_a_map_of_more_calls_than_there_were() -> None:
    assert "unbalanced_pool" not in kinds(pool(two(), asks=LARGER))


def test_a_map_of_another_function() -> None:
    assert "unbalanced_pool" not in kinds(pool(two(), asks=FOREIGN))


def test_a_map_whose_result_is_there_before_the_last_task_ends() -> None:
    assert "unbalanced_pool" not in kinds(pool(two(), answered_ms=120))


def test_each_map_is_looked_at_by_itself() -> None:
    lanes = []
    for at, lengths in enumerate(([10, 10, 30], [10, 10])):
        events: list[Event] = []
        for begin in (10, 100):
            now = begin * MS
            for length in lengths:
                events += [(now - 1, WAIT, -1, 0), (now, BEGIN, CHUNK, 0)]
                events += [(now + 1, ev.SLEEP_BEGIN, -1, 0)]
                now += length * MS
                events += [(now - 2, END, CHUNK, 0)]
            events += [(now - 1, WAIT, -1, 0)]
        lanes.append(lane(f"W-{at}", events, end_ns=200 * MS, pid=101 + at, kind="process"))
    five = [*THINGS, SharedObject("task", "f × 5")]
    more = [(99 * MS, ev.RESULT_WAIT, len(THINGS), 0), (195 * MS, ev.RESULT, len(THINGS), 0)]
    made = pool(lanes, asks=len(THINGS), answered_ms=90, more=more)
    found = found_in(replace(made, objects=tuple(five)))
    assert [(each.kind, each.at_ns) for each in found] == [
        ("unbalanced_pool", 30 * MS),
        ("unbalanced_pool", 120 * MS),
    ]


def test_what_had_begun_before_all_were_known_to_be_there_stays_as_it_was() -> None:
    assert "unbalanced_pool" not in kinds(pool(two(), asked_ms=41))
    lengths = [[10, 10, 10, 10, 100], [10, 10, 10]]
    (finding,) = found_in(pool(two(lengths), asks=LARGER, asked_ms=15))
    # The first two until 20 ms, the longest from then on.
    assert dict(finding.proof)["possible_ns"] == pytest.approx(110 * MS, abs=10)


def test_who_joins_a_worker_has_closed_the_pool() -> None:
    joins = [(9 * MS, ev.PROCESS_JOIN_BEGIN, 1, 0)]
    assert kinds(pool(two(), asks=OTHER, more=joins)) == ["unbalanced_pool"]
    late = [(41 * MS, ev.PROCESS_JOIN_BEGIN, 1, 0)]
    assert "unbalanced_pool" not in kinds(pool(two(), asks=OTHER, more=late))
    another = [(9 * MS, ev.PROCESS_JOIN_BEGIN, 0, 0)]
    assert "unbalanced_pool" not in kinds(pool(two(), asks=OTHER, more=another))


def test_tasks_that_need_the_same_cpu_do_not_get_faster() -> None:
    assert kinds(pool(two(blocked=False))) == ["unbalanced_pool"]
    assert "unbalanced_pool" not in kinds(pool(two(blocked=False), cpus=1))
    made = pool(two(blocked=False))
    threads = [replace(each, kind="thread") for each in made.lanes[1:]]
    assert "unbalanced_pool" not in kinds(replace(made, lanes=(made.lanes[0], *threads)))


def test_tasks_that_wait_for_something_may_wait_for_each_other() -> None:
    one, other = two()
    times = np.append(one.times, 139 * MS)
    order = np.argsort(times, kind="stable")
    waits = replace(
        one,
        times=times[order],
        kinds=np.append(one.kinds, np.uint8(ev.WAIT_BEGIN))[order],
        objects=np.append(one.objects, np.int32(OTHER))[order],
        values=np.append(one.values, 0)[order],
        sites=np.append(one.sites, np.int32(-1))[order],
    )
    assert "unbalanced_pool" not in kinds(pool([waits, other]))


def test_who_left_has_been_replaced() -> None:
    one, other = two()
    left = without_last(other, 1)
    assert "unbalanced_pool" not in kinds(pool([one, left]))


def test_the_end_that_a_killed_worker_did_not_tell_is_that_of_its_map() -> None:
    one, other = two()
    cut = without_last(one, 2)
    (finding,) = found_in(pool([cut, other]))
    assert (finding.kind, finding.until_ns) == ("unbalanced_pool", 190 * MS)
    joins = [(9 * MS, ev.PROCESS_JOIN_BEGIN, 1, 0)]
    assert "unbalanced_pool" not in kinds(pool([cut, other], asks=OTHER, more=joins))
    cut = without_last(other, 2)
    assert "unbalanced_pool" not in kinds(pool([one, cut], asks=OTHER, more=joins))


def test_a_worker_without_a_task() -> None:
    (finding,) = found_in(pool([*two([[40, 40], [40, 40]]), worker(3, [])]))
    assert (finding.kind, finding.lane_index) == ("idle_workers", 3)
    assert "Worker-3 never got a task" in finding.told.english
    assert dict(finding.proof)["without_a_task"] == 1


def test_idle_for_less_than_half_of_the_time() -> None:
    half = two([[40, 40], [40]])
    assert kinds(pool(half)) == []
    assert kinds(pool(two([[40, 50], [40]]))) == ["idle_workers"]


def test_idle_while_nobody_had_a_task() -> None:
    """The pool waits for its tasks, not a worker for its share of them."""
    pause = 60
    lanes = []
    for at in (1, 2):
        events: list[Event] = [(9, WAIT, -1, 0)]
        for begin in (10, 10 + 20 + pause):
            events += [(begin * MS, BEGIN, CHUNK, 0), ((begin + 20) * MS, END, CHUNK, 0)]
            events += [((begin + 20) * MS + 1, WAIT, -1, 0)]
        lanes.append(lane(f"Worker-{at}", events, end_ns=200 * MS, pid=100 + at, kind="process"))
    assert kinds(pool(lanes)) == []


def test_two_pools_are_told_apart_by_what_is_started_in_between() -> None:
    lanes = [*two(), worker(3, [10]), worker(4, [10])]
    made = pool(lanes)
    assert [each.workers for each in pools(made)] == [(1, 2, 3, 4)]
    helper = lane("Thread-1 (_handle_tasks)", [], end_ns=200 * MS)
    main = lane(
        "main",
        [
            (1 + at, ev.PROCESS_START, lane_index, 0)
            for at, lane_index in enumerate((1, 2, 5, 3, 4))
        ],
        end_ns=200 * MS,
        kind="process",
    )
    made = trace([main, *lanes, helper], THINGS)
    assert [each.workers for each in pools(made)] == [(1, 2), (3, 4)]


def test_workers_of_two_names_are_of_two_pools() -> None:
    lanes = [worker(at, [10], name=f"{'ab'[at > 2]}_{at}") for at in range(1, 5)]
    assert [each.workers for each in pools(pool(lanes))] == [(1, 2), (3, 4)]


def test_a_number_that_comes_again_is_of_another_pool() -> None:
    lanes = [worker(at, [10], name=f"w_{at % 2}") for at in range(4)]
    assert [each.workers for each in pools(pool(lanes))] == [(1, 2), (3, 4)]


def test_what_is_started_when_all_others_have_ended_is_of_another_pool() -> None:
    early = [worker(at, [10], end=30) for at in (1, 2)]
    late = [worker(at, [10]) for at in (3, 4)]
    made = pool([*early, *late])
    main = lane(
        "main",
        [(at * MS, ev.PROCESS_START, row, 0) for row, at in enumerate((1, 2, 40, 41), 1)],
        end_ns=200 * MS,
        kind="process",
    )
    made = replace(made, lanes=(main, *made.lanes[1:]))
    assert [each.workers for each in pools(made)] == [(1, 2), (3, 4)]


def test_a_worker_alone_is_no_pool() -> None:
    assert pools(pool([worker(1, [10])])) == []


def test_idle_since_what_is_mapped_over_is_slow() -> None:
    """The thread that hands tasks on says when it got one late."""
    made = pool(two([[100, 10], [10, 10, 10, 10, 10]]))
    lanes = [replace(each, values=np.where(each.kinds == BEGIN, 8, 0)) for each in made.lanes]
    assert kinds(replace(made, lanes=tuple(lanes))) == ["idle_workers"]
    late: list[Event] = [(60 * MS, ev.TASK_DRAWN, CHUNK, 8), (61 * MS, ev.TASK_PASSED, CHUNK, 8)]
    carrier = lane("carrier", late, end_ns=200 * MS)
    assert kinds(replace(made, lanes=(*lanes, carrier))) == []
    soon = replace(carrier, start_ns=55 * MS)
    assert kinds(replace(made, lanes=(*lanes, soon))) == ["idle_workers"]


def test_one_task_for_each_worker_is_shared_out_well() -> None:
    assert kinds(pool(two([[100], [20]]))) == []
    assert kinds(pool(two([[100, 20], [20]]))) == ["idle_workers"]


def test_what_is_soon_over_is_the_begin_of_its_workers() -> None:
    assert kinds(pool(two([[10, 10], [2]]))) == []
    assert kinds(pool(two([[20, 20], [4]]))) == ["idle_workers"]
