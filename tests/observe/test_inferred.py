"""States that are inferred say nothing that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.analysis.reports.info_json import told
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.formats import load
from paraviz.kernel.spent import usable_cpus
from paraviz.trace import State, Trace
from paraviz.trace.states.partition import state_totals
from tests.observe.running import run_observed

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="the system accounts no threads here"
)


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    recording = tmp_path_factory.mktemp("inferred") / "run.pviz"
    options = ("--kernel", "off", "-o", str(recording))
    outcome = run_observed("crowd_and_idle.py", options=options)
    assert outcome.code == 0, outcome.err.decode()
    shown = load(recording)
    assert shown.truth == "inferred"
    return shown


def running(trace: Trace, name: str) -> list[int]:
    lanes = [lane for lane in trace.lanes if lane.name.startswith(name)]
    return [state_totals(lane)[State.RUNNING] for lane in lanes]


def test_no_more_cpu_time_than_was_used(trace: Trace) -> None:
    assert 0 < sum(running(trace, "")) <= trace.cpu_ns
    # Each computes for 0.1 s of its own time, and does a little more.
    assert all(ran > 90_000_000 for ran in running(trace, "cruncher"))


def test_no_more_at_once_than_there_are_cpus(trace: Trace) -> None:
    figures = told(trace)["figures"]
    assert isinstance(figures, dict)
    assert figures["parallelism"]["most"] <= usable_cpus()


def test_idle_threads_do_not_run(trace: Trace) -> None:
    idlers = [lane for lane in trace.lanes if lane.name.startswith("idler")]
    assert len(idlers) == 3
    for lane in idlers:
        assert state_totals(lane)[State.RUNNING] < (lane.end_ns - lane.start_ns) / 4


def test_each_sentence_says_so(trace: Trace) -> None:
    figures = told(trace)["figures"]
    assert isinstance(figures, dict)
    assert figures["explained"]["cpu"].startswith("inferred: all workers together ran")
    assert "at most" in figures["explained"]["cpu"]
    assert figures["explained"]["wall"].count("inferred") == 0
    assert "inferred: workers ran for" in summary_text(trace)
