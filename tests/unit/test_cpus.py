"""Who was on which CPU, against a walk from switch to switch."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from paraviz.kernel.records import EXIT, IN, OUT, PREEMPTED
from paraviz.trace.histories.cpus import cpu_histories
from tests.traces import lane
from tests.unit.switching import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Lane
    from tests.unit.switching import Row

Stay = tuple[int, int, int]
"""(start, end, lane)"""


def stays_of(lanes: Sequence[Lane], rows: Sequence[Row]) -> dict[int, list[Stay]]:
    return {
        cpu.number: list(
            zip(cpu.starts.tolist(), cpu.ends.tolist(), cpu.lanes.tolist(), strict=True)
        )
        for cpu in cpu_histories(lanes, columns(rows))
    }


def walked(lanes: Sequence[Lane], rows: Sequence[Row]) -> dict[int, list[Stay]]:
    """The same, one CPU and one switch at a time."""
    result: dict[int, list[Stay]] = {}
    for cpu in sorted({row[3] for row in rows}):
        mine = [row for row in rows if row[3] == cpu]
        stays: list[Stay] = []
        last: Row | None = None
        for row, following in zip(mine, [*mine[1:], None], strict=True):
            at, kind, who = row[0], row[4], owner(lanes, row)
            if kind == IN:
                stays.append((at, following[0] if following else rows[-1][0], who))
            elif who >= 0 and (last is None or last[4] != IN):
                born = lanes[who].start_ns
                stays.append((max(last[0], born) if last else born, at, who))
            last = row
        result[cpu] = [stay for stay in stays if stay[1] > stay[0]]
    return result


def owner(lanes: Sequence[Lane], row: Row) -> int:
    """The last thread born with that number by then."""
    own = [
        (each.start_ns, index)
        for index, each in enumerate(lanes)
        if each.tid == row[1] and each.kind != "task" and each.start_ns <= row[0]
    ]
    return max(own)[1] if own else -1


some_lanes = st.lists(
    st.builds(
        lambda tid, start, kind: lane(
            "w", [], tid=tid, start_ns=start, end_ns=start + 10, kind=kind
        ),
        st.integers(1, 4),
        st.integers(-5, 50),
        st.sampled_from(["process", "thread", "task"]),
    ),
    max_size=5,
)
some_rows = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.integers(1, 5),
        st.just(100),
        st.integers(0, 2),
        st.sampled_from([IN, IN, OUT, OUT, PREEMPTED, EXIT]),
    ),
    max_size=25,
).map(sorted)


@given(some_lanes, some_rows)
def test_stays_are_those_of_a_walk(lanes: list[Lane], rows: list[Row]) -> None:
    assert stays_of(lanes, rows) == walked(lanes, rows)


@given(some_lanes, some_rows)
def test_nobody_is_on_a_cpu_with_another(lanes: list[Lane], rows: list[Row]) -> None:
    for stays in stays_of(lanes, rows).values():
        assert all(start < end for start, end, _ in stays)
        assert all(a[1] <= b[0] for a, b in pairwise(stays))


def test_two_threads_take_turns_on_one_cpu() -> None:
    lanes = [
        lane("a", [], tid=1, start_ns=2, end_ns=90),
        lane("b", [], tid=2, start_ns=5, end_ns=90),
    ]
    rows: list[Row] = [
        (20, 1, 100, 0, OUT),
        (20, 2, 100, 0, IN),
        (35, 2, 100, 0, PREEMPTED),
        (40, 1, 100, 3, IN),
        (50, 9, 100, 3, IN),
        (60, 2, 100, 0, IN),
        (80, 1, 100, 3, IN),
        (95, 2, 100, 0, EXIT),
    ]
    assert stays_of(lanes, rows) == {
        0: [(2, 20, 0), (20, 35, 1), (60, 95, 1)],
        3: [(40, 50, 0), (50, 80, -1), (80, 95, 0)],
    }


def test_a_number_that_is_used_again_is_the_later_thread() -> None:
    lanes = [
        lane("a", [], tid=1, start_ns=0, end_ns=10),
        lane("b", [], tid=1, start_ns=20, end_ns=40),
    ]
    rows: list[Row] = [
        (1, 1, 100, 0, IN),
        (11, 1, 100, 0, EXIT),
        (25, 1, 100, 0, OUT),
    ]
    assert stays_of(lanes, rows) == {0: [(1, 11, 0), (20, 25, 1)]}


def test_without_switches_there_are_no_cpus() -> None:
    assert cpu_histories([], columns([])) == ()
