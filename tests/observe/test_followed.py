"""Python programs that a program starts by itself, observed as well (`--follow`)."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.formats import load
from paraviz.kernel import perf
from paraviz.text.notices import blind_spots
from tests.observe.running import Outcome, run_observed, run_plain

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")
REFUSED = perf.available()
needs_kernel = pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Trace]:
    recording = tmp_path_factory.mktemp("followed") / "run.pviz"
    options = ("--follow", "-o", str(recording))
    return run_observed("follows.py", options=options), load(recording)


def mains(trace: Trace, ending: str) -> list[Lane]:
    """The lanes of processes whose names end so."""
    return [one for one in trace.lanes if one.kind == "process" and one.name.endswith(ending)]


def test_they_do_the_same_as_plain(run: tuple[Outcome, Trace]) -> None:
    plain, observed = run_plain("follows.py"), run[0]
    assert observed.out.decode() == plain.out.decode()
    assert observed.err.decode() == plain.err.decode()
    assert observed.code == plain.code == 0


def test_each_has_its_lanes_with_their_names_and_ends(run: tuple[Outcome, Trace]) -> None:
    _, trace = run
    ends = [lane.end_reason for lane in mains(trace, " followed.py")]
    assert ends.count("returned") == 3 and ends.count("exit 7") == 3
    assert ends.count("raised ValueError") == 1
    assert all(lane.probes and lane.text for lane in mains(trace, " followed.py"))
    (by_code, broken, _) = [lane.end_reason for lane in mains(trace, " -c")][-3:]
    assert (by_code, broken) == ("returned", "raised ZeroDivisionError")
    assert [lane.end_reason for lane in mains(trace, " -m followed")] == ["returned"]
    assert [lane.end_reason for lane in mains(trace, " -")] == ["raised OSError"]


def test_their_threads_and_children_have_lanes(run: tuple[Outcome, Trace]) -> None:
    _, trace = run
    threads = [lane for lane in trace.lanes if lane.name == "inner"]
    assert len(threads) == 8
    (child,) = mains(trace, "grandchild")
    assert child.probes and child.text == "at work\n"
    (starter,) = [
        lane
        for lane in trace.lanes
        if trace.lanes.index(child) in lane.objects[lane.kinds == ev.PROCESS_START]
    ]
    assert starter.name.endswith("followed.py")


@needs_kernel
def test_one_program_after_the_other_in_one_process(run: tuple[Outcome, Trace]) -> None:
    _, trace = run
    main, last = trace.lanes[0], mains(trace, " followed.py")[-1]
    assert main.pid == last.pid and main.end_ns == last.start_ns
    assert main.end_reason.startswith("replaced by python") and last.text.count("last") == 2
    (forked,) = [lane for lane in trace.lanes if lane.text == "forked\n"]
    (then,) = [lane for lane in mains(trace, ".py") if lane.pid == forked.pid and lane != forked]
    assert forked.end_reason.startswith("replaced by") and then.end_reason == "exit 7"


def test_pythons_behind_shells_and_scripts_are_followed(tmp_path: Path) -> None:
    recording, folder = tmp_path / "run.pviz", tmp_path / "scripts"
    options = ("--follow", "-o", str(recording))
    observed = run_observed("follows_through.py", str(folder), options=options)
    plain = run_plain("follows_through.py", str(folder))
    assert observed.out.decode() == plain.out.decode()
    assert observed.err.decode() == plain.err.decode()
    trace = load(recording)
    followed = [lane for lane in mains(trace, " followed.py") if lane.probes]
    ends = [lane.end_reason for lane in followed]
    assert ends == ["returned"] * 3 + ["exit 7"] + ["returned"] * 3
    assert all(lane.text for lane in followed)
    assert sum(lane.probes for lane in mains(trace, " own")) == 3
    assert sum(lane.probes for lane in mains(trace, " found")) == 1
    (missed,) = blind_spots(trace.notices)
    if not REFUSED:
        assert missed.startswith("2 Python programs were not followed: python followed.py, python")
    assert not any("follow.py" in f"{lane.name} {lane.command}" for lane in trace.lanes)


def test_those_that_cannot_be_observed_have_none(run: tuple[Outcome, Trace]) -> None:
    _, trace = run
    (missing,) = mains(trace, " file.py")
    assert not missing.probes and missing.end_reason == "exited with 2"
    assert [one.name for one in trace.lanes if not one.probes and not one.helper] == [
        missing.name,
        missing.name.partition(" ")[0],
    ]


def test_without_being_asked_none_is_observed() -> None:
    observed, plain = run_observed("follows.py"), run_plain("follows.py")
    assert observed.out.decode() == plain.out.decode()
