"""The figures of any range of a run: told, written, called off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.figures import Material, as_json, explained, figures
from paraviz.trace import SharedObject, Trace
from paraviz.trace.index import index_of
from tests import traces
from tests.unit.figuring import figures_of, ranges, some_traces

if TYPE_CHECKING:
    from paraviz.analysis.figures import Figures

Range = tuple[int, int]


@given(some_traces(), ranges())
def test_every_figure_can_be_told_and_written(trace: Trace, within: Range) -> None:
    found = figures_of(trace, *within)
    figures_told = explained(found)
    names = [figure.name for figure in figures_told]
    assert len(set(names)) == len(names) == 12
    for figure in figures_told:
        assert figure.title and figure.phrase.english and "\n" not in figure.phrase.english
    written = as_json(found)
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert list(written["explained"]) == names  # type: ignore[call-overload]


def test_keys_for_machines_stay() -> None:
    trace = traces.printers(locked=True)
    written = as_json(figures_of(trace, trace.start_ns, trace.end_ns))
    told = " ".join(written)
    assert told == (
        "start_ns end_ns wall_ns cpu_ns parallelism speedup tasks_speedup switches workers "
        "fairness critical_path locks tasks queues explained"
    )
    assert keys(written["parallelism"]) == "average most time_by_count_ns edges_ns over_time"
    assert keys(written["workers"]) == (
        "lane running_ns waiting_cpu_ns waiting_gil_ns waiting_lock_ns blocked_ns voluntary forced"
    )
    assert keys(written["critical_path"]) == (
        "parts changes running_ns waiting_cpu_ns waiting_gil_ns waiting_lock_ns blocked_ns "
        "not_alive_ns workers longest"
    )
    assert keys(written["locks"]) == (
        "object name wait_ns longest_wait_ns waits acquisitions held_ns"
    )
    assert keys(written["tasks"]) == "count own_ns median_ns p95_ns longest histogram"


def test_what_figures_say() -> None:
    """Two workers, one after the other at a lock; tasks of 4 and of 6 ns, one in a queue."""
    lanes = [
        traces.lane(
            "a",
            [
                (0, ev.TASK_BEGIN, 0, 0),
                (0, ev.LOCK_ACQUIRED, 1, 0),
                (4, ev.LOCK_RELEASED, 1, 0),
                (4, ev.TASK_END, 0, 0),
                (5, ev.PUT, 2, 1),
            ],
            end_ns=10,
        ),
        traces.lane(
            "b",
            [(0, ev.LOCK_WAIT, 1, 0), (4, ev.LOCK_ACQUIRED, 1, 0), (4, ev.TASK_BEGIN, 0, 0)],
            end_ns=10,
        ),
    ]
    things = [SharedObject("task", "f"), SharedObject("Lock", "lock"), SharedObject("Queue", "q")]
    trace = traces.trace(lanes, things, gil=False)
    told = {figure.name: figure.phrase.english for figure in explained(figures_of(trace, 0, 10))}
    assert told == {
        "wall": "10 ns from begin to end by the clock",
        "cpu": "inferred: all workers together ran on CPUs for at most 15 ns",
        "parallelism": "inferred: 1.50 workers ran at once on average, 2 at most, "
        "at least two for 50% of the time",
        "speedup": "inferred: running one after another would take 1.50 times the wall time",
        "tasks_speedup": "inferred: the tasks one after another would take 10 ns, 1.00 times the "
        "wall time, if none waited for a CPU, for the GIL or for a lock",
        "switches": "inferred: workers ceased to run 1 time because they had to wait; how often "
        "another one got the CPU only the operating system could tell",
        "states": "inferred: of their lives workers ran for 75%, waited for a CPU for 0%, for the "
        "GIL for 0%, for locks for 20%, and were blocked for 5%",
        "fairness": "inferred: Jain's index would be 1 if all 2 workers that wanted to run had run "
        "equally long, and 0.50 if only one had: it is 0.96",
        "critical_path": "inferred: who shortens this chain of work and waits shortens the run: "
        "9 ns of running and 1 ns of waiting, most of it by a",
        "locks": "workers lost 4 ns waiting for locks, 4 ns of it for `lock`",
        "tasks": "2 tasks under way: half took up to 4 ns, 95% up to 6 ns, the longest, "
        "`f` of b, 6 ns",
        "queues": "in `q`, the fullest queue, lay 1.0 items on average, 1 at least and 1 at most",
    }


def test_they_can_be_cancelled_anywhere() -> None:
    trace = traces.printers(locked=True)
    index = index_of(trace)

    def with_patience(times: int) -> Figures | None:
        left = iter([False] * times)
        return figures(trace, index, 0, 10, is_cancelled=lambda: next(left, True))

    outcomes = [with_patience(times) is None for times in range(100)]
    assert outcomes == sorted(outcomes, reverse=True)
    assert 10 < outcomes.index(False) < 100


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    trace = traces.printers(locked=True)
    figures(trace, index_of(trace), trace.start_ns, trace.end_ns, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_material_is_found_once() -> None:
    trace = traces.printers(locked=True)
    index, material = index_of(trace), Material(trace)
    first = figures(trace, index, 0, trace.end_ns, material=material)
    known = material.jumps, material.locks, material.tasks, material.depths
    again = figures(replace(trace), index, 0, trace.end_ns, material=material)
    assert first is not None and again is not None
    assert as_json(first) == as_json(again)
    found = (material.jumps, material.locks, material.tasks, material.depths)
    assert all(one is other for one, other in zip(found, known, strict=True))


def test_a_range_has_to_begin_before_it_ends() -> None:
    trace = traces.printers()
    with pytest.raises(ValueError, match="a range from 5 to 4"):
        figures(trace, index_of(trace), 5, 4)


def keys(value: object) -> str:
    """Those of a mapping, or of the first one in a list."""
    first = value[0] if isinstance(value, list) else value
    assert isinstance(first, dict)
    return " ".join(first)
