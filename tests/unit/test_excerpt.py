"""Part of a trace as one of its own."""

from __future__ import annotations

import numpy as np

from paraviz import events as ev
from paraviz.trace.excerpt import CUT, excerpt
from paraviz.trace.model import Lane, Program, States, Trace

_START = ev.THREAD_START


def _lane(name: str, start: int, end: int, events: list[tuple[int, int, int, int]]) -> Lane:
    times, kinds, objects, values = zip(*events, strict=True) if events else ((), (), (), ())
    return Lane(
        name,
        pid=1,
        tid=1,
        kind="thread",
        start_ns=start,
        end_ns=end,
        end_reason="returned",
        times=np.array(times, np.int64),
        kinds=np.array(kinds, np.uint8),
        objects=np.array(objects, np.int32),
        values=np.array(values, np.int64),
        sites=np.full(len(events), -1, np.int32),
        text="abcdefg" if any(kind == ev.WRITE for kind in kinds) else "",
        emitted=len(events),
        states=States(
            np.array([start, start + 10], np.int64),
            np.array([0, 1], np.uint8),
            np.array([-1, len(events) - 1], np.int32),
        ),
    )


TRACE = Trace(
    Program("p"),
    (
        _lane(
            "main", 0, 100, [(5, ev.WRITE, 1, 3), (60, ev.THREAD_START, 2, 0), (70, ev.WRITE, 1, 4)]
        ),
        _lane("before", 0, 40, []),
        _lane("new", 60, 80, []),
    ),
    wall_ns=100,
)


def test_times_rows_and_texts_are_those_of_the_part() -> None:
    part = excerpt(TRACE, 50, 90)
    main, new = part.lanes
    assert (main.times.tolist(), main.objects.tolist()) == ([10, 20], [1, 1])
    assert main.text == "defg"
    assert (main.start_ns, main.end_ns, main.end_reason) == (0, 40, CUT)
    assert (new.name, new.start_ns, new.end_ns, new.end_reason) == ("new", 10, 30, "returned")
    assert main.states.starts.tolist() == [0]
    assert main.states.causes.tolist() == [1]
    assert part.wall_ns == 40
    assert not main.dropped


def test_a_cause_that_was_before_is_none() -> None:
    assert excerpt(TRACE, 20, 65).lanes[0].states.causes.tolist() == [-1]
