"""How far a run is, said when that changed and not too often."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

import pytest

from paraviz.commands.progress_lines import EVERY_S, ProgressLines, progress_lines
from paraviz.trace import Trace
from tests import traces


def run(ended: int, lanes: int = 3) -> Trace:
    """A run with so many threads, some of them ended."""
    reasons = ["returned"] * ended + [""] * (lanes - ended)
    threads = [traces.lane("w", [], end_ns=9, end_reason=reason) for reason in reasons]
    return traces.trace([traces.lane("main", [], end_ns=9, kind="process"), *threads])


@dataclass
class Clock:
    """A clock that stands, and how long a snapshot takes by it."""

    now: float = 0.0
    takes: float = 0.0
    looks: int = 0

    def __call__(self) -> float:
        return self.now

    def snapshot(self, trace: Trace) -> Trace:
        self.now += self.takes
        self.looks += 1
        return trace


def test_it_speaks_when_something_has_changed() -> None:
    clock, said = Clock(), io.StringIO()
    lines = ProgressLines(said, clock)
    for ended in (0, 0, 2):
        clock.now += EVERY_S
        lines.look(lambda ended=ended: clock.snapshot(run(ended)))  # type: ignore[misc]
    assert said.getvalue().splitlines() == [
        "paraviz: 0 of 3 threads ended",
        "paraviz: 2 of 3 threads ended",
    ]


def test_it_looks_seldom_and_the_more_so_the_longer_a_look_takes() -> None:
    clock = Clock(takes=1.0)
    lines = ProgressLines(io.StringIO(), clock)
    lines.look(lambda: clock.snapshot(run(0)))
    assert clock.looks == 0, "not at once"
    clock.now = EVERY_S
    lines.look(lambda: clock.snapshot(run(0)))
    clock.now += EVERY_S + 20
    lines.look(lambda: clock.snapshot(run(1)))
    assert clock.looks == 1, "a look of a second is worth half a minute of rest"
    clock.now += 10
    lines.look(lambda: clock.snapshot(run(1)))
    assert clock.looks == 2


def test_a_program_without_countable_work_and_a_closed_terminal_are_borne() -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    clock = Clock(EVERY_S)
    lines = ProgressLines(Gone(), lambda: clock.now)
    clock.now *= 2
    lines.look(lambda: clock.snapshot(run(0)))
    lines.look(lambda: clock.snapshot(traces.trace([])))


def test_only_a_terminal_is_told_and_only_of_the_lectures_sizes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    assert progress_lines(["--as-in-lecture"]) is not None
    assert progress_lines([]) is None
    for other in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stderr", other)
        assert progress_lines(["--as-in-lecture"]) is None
