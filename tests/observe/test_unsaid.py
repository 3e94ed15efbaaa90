"""What processes do not say themselves: that they ended, or that they are there at all."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.kernel import perf
from paraviz.programs.catalogue import find
from paraviz.session import Session
from paraviz.session.process_watcher import Looks
from paraviz.trace import Lane, Trace
from tests.observe.running import PROGRAMS
from tests.observe.test_stopping import wait_until

if TYPE_CHECKING:
    from paraviz.session.kernel_recording import Kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")
REFUSED = perf.available()
KERNEL = pytest.mark.parametrize(
    "kernel",
    [
        "off",
        pytest.param(
            "require",
            marks=pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}"),
        ),
    ],
)
PYTHON = os.path.basename(sys.executable)


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    """Sessions that end with the test."""
    begun: list[Session] = []
    yield begun
    for session in begun:
        session.stop()


def victim(trace: Trace) -> Lane | None:
    return next((lane for lane in trace.lanes if lane.name == "victim"), None)


def is_there(session: Session) -> bool:
    assert session.pump(0.02)
    return victim(session.snapshot()) is not None


def has_ended(session: Session) -> bool:
    assert session.pump(0.02)
    lane = victim(session.snapshot())
    return lane is not None and bool(lane.end_reason)


def has_joined(session: Session) -> bool:
    assert session.pump(0.02)
    return any("joined" in lane.text for lane in session.snapshot().lanes)


@KERNEL
@pytest.mark.parametrize(
    ("how", "reason"), [("killed", "killed by SIGKILL"), ("exits", "exited with 3")]
)
def test_a_worker_that_nobody_joins_has_ended(
    kernel: Kernel, how: str, reason: str, tmp_path: Path, sessions: list[Session]
) -> None:
    ends, joins = tmp_path / "end", tmp_path / "join"
    argv = [str(ends), str(joins), how]
    session = Session(find(str(PROGRAMS / "unreaped.py")), argv, kernel=kernel)
    sessions.append(session)
    session.start()
    wait_until(lambda: is_there(session), "the worker is there")
    ends.touch()
    wait_until(lambda: has_ended(session), "the worker has ended")
    first = victim(session.snapshot())
    joins.touch()
    wait_until(lambda: has_joined(session), "it is joined")
    session.stop()
    trace = session.snapshot()
    last = victim(trace)
    assert first is not None and last is not None and len(trace.lanes) == 2
    assert first.end_reason == last.end_reason == reason
    assert first.end_ns == last.end_ns
    main = trace.lanes[0]
    assert last.end_ns < main.times[main.kinds == ev.PROCESS_JOIN_END][0]
    assert main.end_reason == "stopped"


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_child_that_has_not_spoken_is_called_what_its_parent_calls_it(
    method: str, tmp_path: Path, sessions: list[Session]
) -> None:
    ends = tmp_path / "end"
    argv = [method, str(ends)]
    session = Session(find(str(PROGRAMS / "silent_children.py")), argv, kernel="off")
    sessions.append(session)
    session.start()

    def called() -> set[str]:
        assert session.pump(0.02)
        return {lane.name for lane in session.snapshot().lanes}

    wait_until(lambda: {"work-1", "work-2"} <= called(), "they are called by their names")
    wait_until(lambda: any("Process-3" in name for name in called()), "the third one is, too")
    ends.touch()
    while session.pump(0.05):
        pass
    names = {
        "work-1",
        "work-2",
        "Process-3",
        "SpawnProcess-3",
        "ForkServerProcess-3",
        "ForkProcess-3",
    }
    called_so = [lane.name for lane in session.snapshot().lanes if lane.name in names]
    assert len(called_so) == 3


def test_how_processes_end_for_which_nobody_waits_or_somebody_else_did() -> None:
    looks = Looks(lambda: None)
    started = [subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) for _ in range(2)]
    try:
        pids = [one.pid for one in started]
        never_seen = 2**22 + 1
        assert looks.look([], pids, [*pids, never_seen]) == []
        for one in started:
            one.kill()
        started[0].wait()
        wait_until(
            lambda: os.waitid(os.P_PID, pids[1], os.WEXITED | os.WNOWAIT) is not None, "it ended"
        )
        ends = looks.look([], pids, [*pids, never_seen])
        assert [(end.pid, end.code) for end in ends] == [(pids[0], None), (pids[1], -9)]
    finally:
        for one in started:
            one.communicate()


@KERNEL
def test_who_never_reported_has_a_lane(kernel: Kernel) -> None:
    # Only the kernel's record has what is gone within a millisecond and was started by C.
    argv = ["true"] if kernel == "require" else []
    session = Session(find(str(PROGRAMS / "strangers.py")), argv, kernel=kernel)
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    names = [f"{PYTHON} -c", f"{PYTHON} -m timeit", "sleep 600"]
    others = [lane for lane in trace.lanes if not lane.probes]
    assert [lane.name for lane in others][:3] == names
    assert [lane.kind for lane in others[:3]] == ["process"] * 3
    assert all(lane.start_ns < lane.end_ns and len(lane.states) for lane in others[:3])
    assert others[2].command == "sleep 600"
    if argv:
        shell, true = others[3:]
        # Whether its command line was seen before it was gone is chance.
        assert shell.name in ("sh", "sh -c env true; true") and shell.end_reason == "ended"
        assert (true.name, true.end_reason) == ("true", "ended")
    assert [lane.helper for lane in others] == [False] * len(others)
    told = ", ".join(names) + (", …" if argv else "")
    views, left = trace.notices
    assert views == (
        f"{len(others)} processes have no probes, only the system's view of them is known: {told}"
    )
    assert left.startswith("3 processes left behind by the program were ended")
