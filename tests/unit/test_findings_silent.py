"""Exceptions nobody asked for: what belongs together, and where it is none; by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, Trace
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import found_in

STORE, KEY_ERROR, VALUE_ERROR = range(3)
THINGS = (
    SharedObject("task", "store({…})"),
    SharedObject("exception", "KeyError"),
    SharedObject("exception", "ValueError"),
)
JOB = 100 << 30 | 1 << 29 | 1 << 15
"""The number of what a pool was handed in at once."""


def task(at_ms: int, number: int, error: int = KEY_ERROR, raised: int = 0) -> list[Event]:
    return [
        (at_ms * MS, ev.TASK_BEGIN, STORE, number),
        (at_ms * MS + 1, ev.RAISED, error, raised),
        (at_ms * MS + 2, ev.TASK_END, STORE, number),
    ]


def unasked(number: int, at_ms: int = 90, error: int = KEY_ERROR) -> Event:
    return at_ms * MS, ev.RESULT_UNASKED, error, number


def run(main: list[Event], *workers: list[Event], reason: str = "returned") -> Trace:
    """Every event is of the program's line 7."""
    kinds = ["process", *["thread"] * len(workers)]
    lanes = [
        lane(f"w{at}" if at else "MainThread", rows, end_ns=100 * MS, kind=kind, tid=at + 1)  # type: ignore[arg-type]
        for at, (rows, kind) in enumerate(zip([main, *workers], kinds, strict=True))
    ]
    lanes[0] = replace(lanes[0], end_reason=reason)
    lanes = [replace(each, sites=each.sites * 0) for each in lanes]
    return replace(trace(lanes, THINGS), sites=(Site("/of/work.py", 7),))


def test_of_one_function_and_kind_is_one() -> None:
    main = [unasked(5), unasked(6), unasked(7, error=VALUE_ERROR)]
    made = run(main, [*task(1, 5), *task(3, 6)], task(2, 7, VALUE_ERROR))
    one, other = found_in(made)
    assert one.kind == other.kind == "silent_exception"
    assert (one.at_ns, one.lane_index) == (MS + 1, 1)
    assert one.told.english.startswith("2 tasks of store were ended by KeyError at work.py:7, and")
    assert other.told.english.startswith(
        "1 task of store was ended by ValueError at work.py:7, and"
    )


def test_who_asked_for_one_knows() -> None:
    assert not found_in(run([unasked(5)], [*task(1, 5), *task(3, 6)]))
    assert found_in(run([unasked(5)], [*task(1, 5), *task(3, 6, VALUE_ERROR)]))


def test_a_part_of_what_was_handed_in_at_once() -> None:
    (finding,) = found_in(run([unasked(JOB)], [*task(1, JOB | 1), *task(3, JOB | 2)]))
    assert finding.told.english.startswith("1 task of store was ended by KeyError")


def test_a_result_that_is_no_tasks() -> None:
    result: list[Event] = [(MS, ev.RAISED, KEY_ERROR, -1), unasked(-1)]
    (finding,) = found_in(run(result))
    assert finding.told.english == "1 result is KeyError, and nobody asked for it"
    assert finding.at_ns == MS


@pytest.mark.parametrize("reason", ["raised ValueError", "exit 1", "exit 3"])
def test_a_program_that_failed_could_not_ask(reason: str) -> None:
    end: Event = (89 * MS, ev.PROGRAM_END, -1, 0)
    assert not found_in(run([end, unasked(5)], task(1, 5), reason=reason))
    assert found_in(run([unasked(5, 80), end], task(1, 5), reason=reason))
    assert found_in(run([end, unasked(5)], task(1, 5)))


def test_a_process_that_an_exception_ended_says_where() -> None:
    made = run([], [(99 * MS, ev.RAISED, KEY_ERROR, 0)])
    child = replace(made.lanes[1], kind="process", pid=101, end_reason="exit 1")
    (finding,) = found_in(replace(made, lanes=(made.lanes[0], child)))
    assert (finding.kind, finding.told.english) == (
        "raised",
        "w1 was ended by KeyError at work.py:7",
    )
    elsewhere = replace(child, values=child.values - 1)
    assert not found_in(replace(made, lanes=(made.lanes[0], elsewhere)))
