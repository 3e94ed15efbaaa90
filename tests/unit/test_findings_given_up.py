"""Tasks that somebody gave up and whose end he waited for, by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, Trace
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import found_in, kinds

NUMBER = 5
SLOW = (SharedObject("task", "slow()"), SharedObject("task", "any task"))
LIMIT: Event = (9, ev.WAIT_LIMIT, -1, 200 * MS)


def run(main: list[Event], *, ends: int = 1_000) -> Trace:
    """A worker is at its task from 10 ms on; times in ms, each event in line 7."""
    work: list[Event] = [(10, ev.TASK_BEGIN, 0, NUMBER), (ends, ev.TASK_END, 0, NUMBER)]
    main = [(1, ev.TASK_SUBMIT, 0, NUMBER), *main]
    lanes = [
        lane(name, [(at * MS, *rest) for at, *rest in rows], end_ns=end * MS, tid=end)  # type: ignore[misc]
        for name, rows, end in (("m", main, 2_000), ("w", work, ends + 1))
    ]
    lanes = [replace(each, sites=each.sites * 0) for each in lanes]
    return replace(trace(lanes, SLOW), sites=(Site("/of/work.py", 7),))


def waited(thing: int, *, until: int = 211, number: int = NUMBER) -> list[Event]:
    return [LIMIT, (10, ev.RESULT_WAIT, thing, number), (until, ev.RESULT, thing, number)]


JOINED: list[Event] = [(300, ev.JOIN_BEGIN, 1, 0), (1_002, ev.JOIN_END, 1, 0)]
LATER: list[Event] = [
    (1_509, ev.WAIT_LIMIT, -1, 200 * MS),
    (1_510, ev.RESULT_WAIT, 0, NUMBER),
    (1_711, ev.RESULT, 0, NUMBER),
]
CALLED_OFF: list[Event] = [(250, ev.TASK_UNSTOPPED, 0, NUMBER)]


@pytest.mark.parametrize(
    ("main", "how"),
    [
        (waited(0), "m gave slow() up after 200 ms at work.py:7"),
        (waited(1, number=77), "m gave slow() up after 200 ms at work.py:7"),
        (CALLED_OFF, "m gave slow() up at work.py:7"),
    ],
    ids=("its result", "any of several", "called off"),
)
def test_given_up_and_joined(main: list[Event], how: str) -> None:
    (finding,) = found_in(run([*main, *JOINED]))
    assert finding.kind == "given_up_joined"
    assert finding.told.english == (
        f"{how}, yet 700 ms went into waiting for the end of 1 such task: to leave or"
        " shut down its executor joins its worker w at work.py:7"
    )
    assert (finding.at_ns, finding.until_ns, finding.cost_ns) == (300 * MS, 1_000 * MS, 700 * MS)


@pytest.mark.parametrize(
    "made",
    [
        run(JOINED),
        run([*waited(0, until=150), *JOINED]),
        run([*waited(0), (220, ev.RESULT_WAIT, 0, NUMBER), (230, ev.RESULT, 0, NUMBER), *JOINED]),
        run([*waited(0), *JOINED], ends=350),
        run([*JOINED, *LATER]),
        run(waited(0)),
    ],
    ids=("no limit", "in time", "asked again", "soon over", "afterwards", "nobody joins"),
)
def test_what_is_none(made: Trace) -> None:
    assert "given_up_joined" not in kinds(made)


def test_one_that_never_ends_is_told_while_it_is_waited_for() -> None:
    made = run([*waited(0), *JOINED[:1]], ends=1_999)
    (finding,) = [each for each in found_in(made) if each.kind == "given_up_joined"]
    assert finding.cost_ns == 1_699 * MS
