"""Workers that wait for tasks which one thread pickles, by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, State, Trace
from paraviz.trace.model import States
from tests.traces import MS, Event, lane, trace
from tests.unit.finding import found_in
from tests.unit.test_findings_brakes import states

JOB = 100 << 30 | 1 << 29 | 1 << 15
TASKS = 12
NAMES = (SharedObject("task", "convert × 1"),)


def run(
    carries: States, *, took: int = 1, drawn: int = 0, submitted: int = 0, feeder: bool = False
) -> Trace:
    """Two workers get a task in turn, one every 20 ms, which takes them `took` ms; the thread that
    sends them got each from its iterable after `drawn` ms."""
    carried: list[Event] = []
    work: list[list[Event]] = [[], []]
    for number in range(TASKS):
        part, sent = JOB | number + 1, (number + 1) * 20
        own = work[number % 2]
        own.append((max(sent - 40 + took, 1), ev.TASK_WAIT, -1, 0))
        own += [(sent, ev.TASK_BEGIN, 0, part), (sent + took, ev.TASK_END, 0, part)]
        if drawn:
            carried.append((sent - 20 + drawn, ev.TASK_DRAWN, 0, part))
        if not feeder:
            carried.append((sent, ev.TASK_PASSED, 0, part))
    main: list[Event] = [
        (submitted, ev.TASK_SUBMIT, 0, JOB),
        (submitted, ev.PROCESS_START, 3, 0),
        (submitted, ev.PROCESS_START, 4, 0),
    ]
    manager: list[Event] = [(0, ev.THREAD_START, 1, 0), (260, ev.RESULT_TAKEN, 0, JOB | TASKS)]
    rows = (main, carried, manager if feeder else [], *work)
    names = ("m", "QueueFeederThread" if feeder else "carrier", "manager", "worker-1", "worker-2")
    lanes = [
        lane(
            name,
            [(at * MS, *rest) for at, *rest in own],  # type: ignore[misc]
            end_ns=300 * MS,
            pid=100 if place < 3 else 98 + place,
            tid=place + 1,
            kind="thread" if 0 < place < 3 else "process",
        )
        for place, (name, own) in enumerate(zip(names, rows, strict=True))
    ]
    lanes = [replace(each, sites=each.sites * 0) for each in lanes]
    made = trace(lanes, NAMES)
    main_lane, carrier, *others = made.lanes
    known = (main_lane, replace(carrier, states=carries), *others)
    return replace(made, lanes=known, sites=(Site("/a/work.py", 7),))


BUSY = states((300, State.RUNNING))


@pytest.mark.parametrize("feeder", [False, True], ids=("of a pool", "of an executor"))
def test_one_thread_pickles_for_all(feeder: bool) -> None:
    (finding,) = [each for each in found_in(run(BUSY, feeder=feeder)) if "pickl" in each.kind]
    assert finding.lane_index == 1 and finding.severity == "waste"
    proof = dict(finding.proof)
    assert (proof["workers"], proof["tasks"]) == (2, TASKS)
    assert "pickle and send 12 tasks of convert at work.py:7" in finding.told.english
    assert "the tasks themselves took 1.00 ms" in finding.told.english


@pytest.mark.parametrize(
    "made",
    [
        run(BUSY, took=35),  # the workers are at their tasks
        run(states((300, State.BLOCKED))),  # the pipe is full, or nothing is there to send
        run(states((300, State.WAITING_GIL))),  # another thread computes
        run(BUSY, drawn=18),  # what is mapped over is slow
        run(BUSY, submitted=250),  # and was not there before
    ],
    ids=("at work", "blocked", "no GIL", "slow iterable", "late"),
)
def test_what_holds_them_up_is_something_else(made: Trace) -> None:
    assert not [each for each in found_in(made) if each.kind == "pickling_bound"]
