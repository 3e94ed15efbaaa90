"""Critical paths of real programs, the order of whose workers is known by construction."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.formats import load
from tests.observe.running import run_observed
from tests.unit.figuring import figures_of

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.analysis.figures.critical import CriticalPath
    from paraviz.trace import Trace

KERNELS = ("auto", "off")
THREADS = (
    *("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "Event", "Condition", "Semaphore"),
    "join",
)
PROCESSES = ("Queue", "SimpleQueue", "JoinableQueue", "Pipe", "poll", "wait", "Event")


def recorded(
    folder: Path, *arguments: str, kernel: str, program: str = "relay.py"
) -> tuple[Trace, CriticalPath]:
    """The recording of a relay, and its critical path."""
    recording = folder / "run.pviz"
    options = ("-o", str(recording), "--kernel", kernel)
    outcome = run_observed(program, *arguments, options=options)
    assert (outcome.code, outcome.err) == (0, b"")
    trace = load(recording)
    return trace, figures_of(trace, 0, trace.wall_ns).critical


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("what", "method", "ways"),
    [
        ("threads", "fork", THREADS),
        ("processes", "fork", PROCESSES),
        ("processes", "spawn", PROCESSES),
    ],
)
def test_every_runner_is_on_it_in_turn(
    tmp_path: Path, what: str, method: str, ways: tuple[str, ...], kernel: str
) -> None:
    trace, path = recorded(tmp_path, what, method, kernel=kernel)
    names = [trace.lanes[lane].name for lane in path.lanes.tolist()]
    runs = [name for name, _ in groupby(name for name in names if name != "QueueFeederThread")]
    expected = ["MainThread", *(f"after {way}" for way in ways), "MainThread"]
    assert runs[-len(expected) :] == expected


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_every_task_is_on_it(tmp_path: Path, method: str, kernel: str) -> None:
    trace, path = recorded(tmp_path, "pools", method, kernel=kernel)
    # What the worker of a pool that is ended did last it may never have told.
    assert tasks_on(trace, path) in (9, 10)


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_job_that_a_coroutine_awaits_is_on_it(tmp_path: Path, kernel: str) -> None:
    trace, path = recorded(tmp_path, kernel=kernel, program="relay_tasks.py")
    names = [trace.lanes[lane].name for lane in path.lanes.tolist()]
    makers = ("asyncio_0", "own_0", "own_0")
    expected = ["MainThread", *(each for maker in makers for each in (maker, "MainThread"))]
    assert [name for name, _ in groupby(names)][: len(expected)] == expected


def tasks_on(trace: Trace, path: CriticalPath) -> int:
    """How many tasks there are, each of which is on the path in its middle."""
    told = 0
    for index, lane in enumerate(trace.lanes):
        begins, ends = (lane.times[lane.kinds == kind] for kind in (ev.TASK_BEGIN, ev.TASK_END))
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=False):
            told += 1
            row = int(np.searchsorted(path.starts, (begin + end) // 2, "right")) - 1
            assert path.lanes[row] == index, (lane.name, begin, end)
    return told
