"""Event loops that were kept from running: who was held up, and where it is none; by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, Trace
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import found_in

READY, RUN, AWAIT, END = (
    ev.COROUTINE_READY,
    ev.COROUTINE_RUN,
    ev.COROUTINE_AWAIT,
    ev.COROUTINE_END,
)
SLEEPS, STREAM, JOB = range(3)
THINGS = (
    SharedObject("task", "sleep"),
    SharedObject("task", "StreamReader.read"),
    SharedObject("task", "job"),
)
LOOP_TID = 1
BLOCK: list[Event] = [
    (0, READY, -1, 0),
    (1 * MS, RUN, -1, 0),
    (2 * MS, ev.SLEEP_BEGIN, -1, 0),
    (202 * MS, ev.SLEEP_END, -1, 0),
    (203 * MS, AWAIT, SLEEPS, 0),
]


def looped(
    *others: list[Event],
    blocker: list[Event] = BLOCK,
    main: tuple[Event, ...] = (),
    end_ms: int = 300,
) -> Trace:
    """A loop's thread and its tasks; every event is of the program's line 7."""
    lanes = [
        lane("MainThread", main, end_ns=end_ms * MS, kind="process", tid=LOOP_TID),
        *(
            lane(name, events, end_ns=end_ms * MS, kind="task", tid=LOOP_TID, end_reason="")
            for name, events in [
                ("blocker", blocker),
                *((f"other {number}", events) for number, events in enumerate(others)),
            ]
        ),
    ]
    lanes = [replace(each, sites=each.sites * 0) for each in lanes]
    return replace(trace(lanes, THINGS, gil=False), sites=(Site("/of/work.py", 7),))


def ready(at_ms: int, runs_ms: int, late_ms: int = 0, awaits: int = SLEEPS) -> list[Event]:
    """A task that awaits something and goes on after that."""
    return [
        (0, AWAIT, awaits, 0),
        (at_ms * MS, READY, -1, late_ms * MS),
        (runs_ms * MS, RUN, -1, 0),
        ((runs_ms + 1) * MS, AWAIT, SLEEPS, 0),
    ]


def test_who_was_ready_and_whose_timer_was_due() -> None:
    made = looped(ready(10, 204), ready(205, 206, late_ms=101), ready(205, 206))
    (finding,) = found_in(made)
    proof = dict(finding.proof)
    assert (finding.kind, finding.severity) == ("loop_blocked", "waste")
    assert proof["held_up"] == 2 and proof["times"] == 1 and proof["lasted_ns"] == 202 * MS
    assert finding.cost_ns == (203 - 10 + 203 - 104) * MS
    assert "it slept at work.py:7; 2 others were to go on meanwhile" in finding.told.english


def test_what_came_from_outside_meanwhile() -> None:
    (finding,) = found_in(looped(ready(204, 205, awaits=STREAM)))
    assert dict(finding.proof)["held_up"] == 1 and finding.cost_ns == 0
    rested: tuple[Event, ...] = ((203 * MS + 1, ev.WAIT_BEGIN, JOB, 0),)
    assert not found_in(looped(ready(204, 205, awaits=STREAM), main=rested))
    assert not found_in(looped(ready(230, 231, awaits=STREAM)))


@pytest.mark.parametrize("other", [[], ready(180, 204), ready(202, 204), ready(250, 251)])
def test_nobody_was_to_go_on(other: list[Event]) -> None:
    assert not found_in(looped(other))


def test_a_step_that_is_never_over_holds_up_everybody() -> None:
    (finding,) = found_in(looped([(0, AWAIT, SLEEPS, 0)], blocker=BLOCK[:3]))
    assert finding.severity == "fault" and dict(finding.proof)["held_up"] == 1
    assert "to the end of the run" in finding.told.english


def test_a_thread_that_waits_for_the_gil_keeps_nobody() -> None:
    made = looped(ready(10, 204))
    blocker = made.lanes[1]
    starved = replace(blocker.states, states=blocker.states.states * 0 + 3)
    lanes = (made.lanes[0], replace(blocker, states=starved), *made.lanes[2:])
    assert not found_in(replace(made, lanes=lanes))


def test_a_step_that_waits_for_its_own_loop() -> None:
    waits: list[Event] = [
        (0, RUN, -1, 0),
        (MS, ev.FOR_OWN_LOOP, JOB, 0),
        (MS, ev.RESULT_WAIT, JOB, 0),
        (151 * MS, ev.RESULT, JOB, 0),
        (152 * MS, END, -1, 0),
    ]
    (finding,) = found_in(looped(blocker=waits))
    assert finding.severity == "fault"
    assert "at work.py:7 for job, which its own loop would have to run" in finding.told.english
    waits[1] = (MS, ev.MARK, JOB, 0)
    assert not found_in(looped(blocker=waits))


def test_a_callback_that_takes_long() -> None:
    took: Event = (203 * MS, ev.CALLBACK_LONG, JOB, 200 * MS)
    (finding,) = found_in(looped(ready(10, 204), blocker=[], main=(took,)))
    assert "the callback `job` held up its event loop for 200 ms" in finding.told.english
    late: Event = (205 * MS, ev.CALLBACK_LATE, JOB, 100 * MS)
    (finding,) = found_in(looped(blocker=[], main=(took, late)))
    assert dict(finding.proof)["held_up"] == 1 and finding.cost_ns == 98 * MS


def test_the_same_line_again_and_again_is_one() -> None:
    twice = [*BLOCK, *((at + 210 * MS, *rest) for at, *rest in BLOCK)]
    blocker = [(int(at), int(kind), int(obj), int(value)) for at, kind, obj, value in twice]
    other = [*ready(10, 204), *((at + 210 * MS, k, o, v) for at, k, o, v in ready(10, 204))]
    (finding,) = found_in(looped(other, blocker=blocker, end_ms=600))
    assert "2 times, 404 ms in all" in finding.told.english
