"""Where silent threads stand, in recordings of a program that hangs in each of its threads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz.formats import load
from paraviz.trace import State
from paraviz.trace.states.at_rest import stand_within
from tests.observe.running import PROGRAMS, run_observed

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from paraviz.trace.model import Stand

PROGRAM = "stands.py"
LIMIT_S = 4
"""It is stopped after so many seconds: each thread has rested long before."""
COMMAND = f"{Path(sys.executable).name} -c"


@pytest.fixture(scope="module", params=["auto", "off"])
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    recording = tmp_path_factory.mktemp("stands") / "run.pviz"
    options = ("-o", str(recording), "--time-limit", str(LIMIT_S), "--kernel", request.param)
    run_observed(PROGRAM, options=options)
    return load(recording)


def last_of(trace: Trace, name: str) -> Stand:
    row = next(row for row, lane in enumerate(trace.lanes) if lane.name == name)
    found = stand_within(trace, row, 0, trace.lanes[row].end_ns)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "line", "function"),
    [
        ("receiver", "here.recv(1)", "here.recv"),
        ("importer", "print(module, here.recv(1))", "here.recv"),
        ("again", "import slow_module  # noqa: F401", "import"),
        ("polling", "with state:", ""),
        ("updating", 'log.warning("state is old")', "Logger.warning"),
        ("unread", "child.wait()", "Popen.wait"),
        ("both", 'child.stdin.write(b"y" * 200_000)', "child.stdin.write"),
        ("patient", "child.wait()", "Popen.wait"),
    ],
)
def test_the_line_and_what_it_called(trace: Trace, name: str, line: str, function: str) -> None:
    stand = last_of(trace, name)
    lines = (PROGRAMS / PROGRAM).read_text().splitlines()
    assert lines[trace.sites[stand.site].line - 1].strip() == line
    assert stand.function == function


def test_who_has_what_is_waited_for(trace: Trace) -> None:
    others = {name: last_of(trace, name) for name in ("again", "updating", "polling")}
    assert {
        name: (stand.what, stand.thing, stand.other >= 0 and trace.lanes[stand.other].name)
        for name, stand in others.items()
    } == {
        "again": ("import", "slow_module", "importer"),
        "updating": ("handler", "Dashboard", "polling"),
        "polling": ("", "", False),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="pipes are seen in /proc")
def test_whose_pipe_is_full(trace: Trace) -> None:
    found = {name: last_of(trace, name) for name in ("unread", "both", "patient", "receiver")}
    assert {name: (stand.what, stand.is_stuffed) for name, stand in found.items()} == {
        "unread": ("child", True),
        "both": ("pipe", True),
        "patient": ("child", False),
        "receiver": ("", False),
    }
    assert {found[name].thing for name in ("unread", "both", "patient")} == {COMMAND}


@pytest.mark.skipif(sys.platform != "linux", reason="a thread's CPU clock is read by its number")
def test_who_did_not_run_was_blocked(trace: Trace) -> None:
    for name in ("receiver", "unread", "both"):
        stand = last_of(trace, name)
        lane = trace.lanes[stand.lane_index]
        assert stand.until_ns >= lane.end_ns - 10_000_000
        row = int(lane.states.starts.searchsorted(stand.at_ns, "right")) - 1
        assert lane.states.states[row] == State.BLOCKED
