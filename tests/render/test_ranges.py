"""What lies between two moments: its shares, against counting them by hand."""

from __future__ import annotations

import random
import re

import pytest

from paraviz import events as ev
from paraviz.trace import State, Trace
from paraviz.tui.render.doing import STATE_VERBS
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.ranges import range_sentence
from paraviz.tui.render.spans import span_at
from paraviz.tui.render.times import time_text
from paraviz.tui.render.view import TraceView
from tests.render.arranged import workshop
from tests.traces import lane, printers, trace

US = 1_000


def said(shown: Trace, lane_index: int, start_ns: int, end_ns: int) -> list[str]:
    view = TraceView.of(shown)
    return [row_text(row) for row in range_sentence(view, lane_index, start_ns, end_ns)]


def brute(shown: Trace, lane_index: int, start_ns: int, end_ns: int) -> dict[State, int]:
    """ns in each state, span by span."""
    found: dict[State, int] = {}
    at = start_ns
    while at < end_ns:
        span = span_at(shown, lane_index, at)
        until = min(span.end_ns, end_ns)
        found[span.state] = found.get(span.state, 0) + until - at
        at = until
    return found


def shares(line: str) -> dict[State, str]:
    """The share of each state as the sentence tells it."""
    return {
        state: match[1]
        for state, verb in STATE_VERBS.items()
        if verb and (match := re.search(rf"{re.escape(verb)} (< 1|\d+)%", line))
    }


@pytest.mark.parametrize("locked", [False, True])
def test_the_shares_are_those_of_the_spans(*, locked: bool) -> None:
    shown = printers(locked=locked)
    chance = random.Random(4)
    for _ in range(60):
        start, end = sorted(chance.sample(range(shown.end_ns), 2))
        lane_index = chance.randrange(len(shown.lanes))
        told = shares(said(shown, lane_index, start, end)[0])
        counted = brute(shown, lane_index, start, end)
        counted.pop(State.NOT_ALIVE, None)
        assert told.keys() == counted.keys()
        for state, ns in counted.items():
            percent = 100 * ns / (end - start)
            if percent < 1:
                assert told[state] == "< 1"
            else:
                assert abs(int(told[state]) - percent) <= 0.5


def test_the_workers_that_run_at_once_are_counted() -> None:
    shown = workshop()
    chance = random.Random(5)
    for _ in range(40):
        start, end = sorted(chance.sample(range(shown.end_ns), 2))
        ran = sum(
            brute(shown, index, start, end).get(State.RUNNING, 0)
            for index in range(len(shown.lanes))
        )
        average = re.match(r"on average (\d+\.\d\d) workers", said(shown, 0, start, end)[1])
        assert average is not None
        assert float(average[1]) == pytest.approx(ran / (end - start), abs=0.0051)


def test_a_task_is_no_worker_of_its_own() -> None:
    lanes = [
        lane("MainThread", [], end_ns=10 * US, kind="process"),
        lane("task", [(0, ev.COROUTINE_RUN, -1, 0)], end_ns=10 * US, kind="task"),
    ]
    shown = trace(lanes, gil=False)
    assert span_at(shown, 1, 5 * US).state is State.RUNNING
    assert said(shown, 1, 0, 10 * US) == [
        "10 µs from 0 s to 10 µs · task runs 100%",
        "on average 1.00 workers run at once",
    ]


def test_the_words() -> None:
    shown = workshop()
    assert said(shown, 3, 20 * US, 70 * US) == [
        f"50 µs from 20 µs to 70 µs · worker-2 runs 30% {waits()} 70%",
        "on average 3.90 workers run at once",
    ]


def waits() -> str:
    return STATE_VERBS[State.WAITING_LOCK]


def test_a_moment_has_no_length_and_a_trace_may_have_no_lanes() -> None:
    assert said(workshop(), 0, 30 * US, 30 * US)[0].startswith(f"0 s from {time_text(30 * US)}")
    view = TraceView.of(trace([]))
    assert range_sentence(view, 0, 0, 10) == ([], [])
