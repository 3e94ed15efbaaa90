"""Copies of the standard library's multiprocessing (`multiprocess`, `billiard`) and what builds on
it (`loky`, which `joblib` carries along): their workers are observed as its own are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.analysis.reports.info_json import told
from tests.observe.running import run_plain, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace

OUT = b"9 42 3\n[1, 4, 9] 16\n"


def record(folder: Path, program: str, *args: str) -> tuple[bytes, Trace]:
    """What it printed, and the trace of a run that has all of its processes' probes."""
    outcome, trace = run_recorded(folder, program, *args)
    assert outcome.code == 0, outcome.err
    assert told(trace)["blind"] == []
    return outcome.out, trace


def called(trace: Trace, *endings: str) -> list[Lane]:
    """The processes with such names."""
    return [lane for lane in trace.lanes if lane.kind == "process" and lane.name.endswith(endings)]


def tasks(trace: Trace, lanes: list[Lane]) -> list[str]:
    """The tasks that they began and ended."""
    names = [
        trace.objects[number].name
        for lane in lanes
        for number in lane.objects[lane.kinds == ev.TASK_BEGIN]
    ]
    assert len(names) == sum((lane.kinds == ev.TASK_END).sum() for lane in lanes)
    return sorted(names)


@pytest.mark.parametrize(
    ("package", "method"),
    [
        ("multiprocess", "spawn"),
        ("billiard", "spawn"),
        *(
            pytest.param(package, method, marks=pytest.mark.slow)
            for package in ("multiprocess", "billiard")
            for method in ("fork", "forkserver")
        ),
    ],
)
def test_copies_are_observed_as_the_original(tmp_path: Path, package: str, method: str) -> None:
    pytest.importorskip(package)
    in_doubt = method == "forkserver" or sys.version_info >= (3, 15)
    if in_doubt and run_plain("kin.py", package, method).code:
        pytest.skip(f"{package} itself does not start processes like this on this Python")
    out, trace = record(tmp_path, "kin.py", package, method)
    assert out == OUT
    (one,), (two,) = called(trace, "worker one"), called(trace, "worker two")
    assert one.probes and two.probes and one.end_reason == two.end_reason == "returned"
    kinds = {object_.name: object_.kind for object_ in trace.objects}
    assert kinds["lock"] == "multiprocessing.Lock" and kinds["event"] == "multiprocessing.Event"
    assert kinds["queue"] == "multiprocessing.Queue" and kinds["total"] == "Value"
    main = trace.lanes[0]
    for kind in (ev.PROCESS_START, ev.PROCESS_JOIN_END, ev.SET, ev.GET, ev.SEND, ev.RECEIVE):
        assert kind in main.kinds
    assert {ev.LOCK_ACQUIRED, ev.PUT} <= set(one.kinds) and ev.RECEIVE in two.kinds
    (put,), (got,) = one.values[one.kinds == ev.PUT], main.values[main.kinds == ev.GET]
    assert put == got
    workers = called(trace, *(f"PoolWorker-{number}" for number in (3, 4)))
    assert tasks(trace, workers) == ["fail(5)", *["square × 1"] * 3, "square(4)"]
    submitted = main.values[main.kinds == ev.TASK_SUBMIT]
    assert len(set(submitted)) == 3
    raised = [lane for lane in workers if ev.RAISED in lane.kinds]
    assert len(raised) == 1


@pytest.mark.slow
def test_lokys_workers_are_observed(tmp_path: Path) -> None:
    pytest.importorskip("loky")
    out, trace = record(tmp_path, "kin_loky.py", "loky")
    assert out == b"[0, 1, 4]\nValueError\n"
    workers = called(trace, "LokyProcess-1", "LokyProcess-2")
    assert [lane.end_reason for lane in workers] == ["returned"] * 2
    assert tasks(trace, workers) == ["fail(5)", *["square × 1"] * 3]
    assert sum((lane.kinds == ev.RAISED).sum() for lane in workers) == 1
    main = trace.lanes[0]
    begun = {value for lane in workers for value in lane.values[lane.kinds == ev.TASK_BEGIN]}
    assert begun == set(main.values[main.kinds == ev.TASK_SUBMIT])


def test_joblibs_tasks_have_the_names_of_what_they_call(tmp_path: Path) -> None:
    pytest.importorskip("joblib")
    out, trace = record(tmp_path, "kin_loky.py", "joblib")
    assert out == b"[0, 1, 4]\n"
    workers = called(trace, "LokyProcess-1", "LokyProcess-2")
    assert len(workers) == 2 and all(lane.probes for lane in workers)
    assert tasks(trace, workers) == ["square(0)", "square(1)", "square(2)"]
