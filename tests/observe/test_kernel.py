"""The operating system's own record of real programs, and what happens where it is refused."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from paraviz import cli
from paraviz import events as ev
from paraviz.errors import KernelError
from paraviz.formats import load
from paraviz.kernel import perf
from paraviz.kernel.runtime import runtime_of
from paraviz.kernel.waits import GIL
from paraviz.programs.catalogue import find
from paraviz.session import Kernel, Session, settled
from paraviz.trace import Lane, State, Trace
from paraviz.trace.labels import state_label
from paraviz.trace.states.partition import state_totals
from tests.observe.refusing import NO_FILTER
from tests.observe.running import PROGRAMS, run_observed, run_plain, run_recorded

MS = 1_000_000
REFUSED = perf.available()
with_runtime = pytest.mark.skipif(
    not Path("/proc/self/syscall").exists() or runtime_of(os.getpid()) is None,
    reason="what a thread waits for cannot be seen here",
)
with_record = pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}")


def run(program: str, *argv: str) -> Trace:
    """The trace of a program run to its end, with the kernel's record."""
    session = Session(find(str(PROGRAMS / program)), argv, kernel="require")
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    assert trace.truth == "kernel"
    assert trace.exit_code == 0
    assert not [notice for notice in trace.notices if "lost" in notice]
    for lane in trace.lanes:
        assert sum(state_totals(lane).values()) == lane.end_ns - lane.start_ns
    return trace


def stretches(lane: Lane, state: State) -> tuple[list[int], list[int]]:
    """Begins and ends of a lane's stretches in a state."""
    starts = lane.states.starts
    ends = np.append(starts[1:], lane.end_ns)
    chosen = lane.states.states == state
    return starts[chosen].tolist(), ends[chosen].tolist()


def named(trace: Trace, name: str) -> Lane:
    return next(lane for lane in trace.lanes if lane.name == name)


def stolen_ns() -> int:
    """For how long the host took CPUs away that something wanted to run on (proc(5), `steal`)."""
    ticks = int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8])
    return ticks * 10**9 // os.sysconf("SC_CLK_TCK")


@with_record
@pytest.mark.parametrize("kind", ["threads", "fork"])
def test_running_is_the_cpu_time_that_is_accounted(kind: str) -> None:
    before = stolen_ns()
    trace = run("spinning.py", kind, "2", "0.2")
    # A virtual machine may lose its CPUs meanwhile: who was on one is on it still, and is accounted
    # nothing.
    stolen = stolen_ns() - before
    told = int(trace.lanes[0].text)
    running = sum(state_totals(lane)[State.RUNNING] for lane in trace.lanes)
    assert told > 400 * MS
    # Beside the 2 %: a process begins before its lane and ends after it does (on a busy machine
    # that takes milliseconds), and the shipper is in no lane.
    processes = sum(lane.kind == "process" for lane in trace.lanes)
    assert -0.02 * told < running - told + 10 * MS * processes
    assert running - told < 0.02 * told + 10 * MS * processes + stolen
    assert trace.context_switches > 0


@with_record
def test_threads_with_a_gil_take_turns() -> None:
    trace = run("spinning.py", "threads", "2", "0.15")
    if not trace.gil:
        pytest.skip("no GIL")
    one, other = trace.lanes[1:]
    both = 0
    for begin, end in zip(*stretches(one, State.RUNNING), strict=True):
        for begin_2, end_2 in zip(*stretches(other, State.RUNNING), strict=True):
            both += max(0, min(end, end_2) - max(begin, begin_2))
    running = state_totals(one)[State.RUNNING]
    assert both < 0.05 * running
    for lane in (one, other):
        totals = state_totals(lane)
        assert totals[State.WAITING_GIL] > 0.2 * (lane.end_ns - lane.start_ns)
        assert totals[State.WAITING_LOCK] == 0


@with_record
def test_what_threads_wait_for() -> None:
    trace = run("known_waits.py")
    sleeper, waiter = (state_totals(named(trace, name)) for name in ("sleeper", "waiter"))
    assert sleeper[State.BLOCKED] > 0.9 * 250 * MS
    assert sleeper[State.WAITING_LOCK] == 0 and sleeper[State.RUNNING] < 20 * MS
    assert waiter[State.WAITING_LOCK] > 0.9 * 200 * MS
    assert waiter[State.RUNNING] < 20 * MS
    main = named(trace, "MainThread")
    assert state_totals(main)[State.BLOCKED] > 0.9 * 250 * MS
    for lane in trace.lanes:
        gil = state_totals(lane)[State.WAITING_GIL]
        assert gil < 0.1 * (lane.end_ns - lane.start_ns), lane.name


@with_record
@with_runtime
def test_waits_that_no_event_tells_of_have_a_name() -> None:
    trace = run("unseen_waits.py")
    for name, label in (("read", "blocked: in read"), ("poll", "blocked: in epoll_wait")):
        lane = named(trace, name)
        lengths = np.diff(lane.states.starts, append=lane.end_ns)
        labels = [
            state_label(trace, lane, *row)
            for row in zip(lane.states.states.tolist(), lane.states.causes.tolist(), strict=True)
        ]
        told = sum(int(ns) for ns, each in zip(lengths, labels, strict=True) if each == label)
        assert told > 0.6 * (lane.end_ns - lane.start_ns), dict(zip(labels, lengths, strict=True))


@with_record
@with_runtime
def test_a_child_is_looked_at_too() -> None:
    session = Session(find(str(PROGRAMS / "spinning_child.py")), kernel="require")
    session.start()
    while session.pump(0.05):
        pass
    trace, seen = session.snapshot(), session._account.waits(0)
    spinners = [lane.tid for lane in trace.lanes if lane.name.startswith("spinner")]
    assert len(spinners) == 2
    reasons = set(seen.reasons[np.isin(seen.tids, spinners)].tolist())
    assert (GIL in reasons) == trace.gil


def test_sleeps_tell_how_long_they_are_meant_to_be(tmp_path: Path) -> None:
    observed, trace = run_recorded(tmp_path, "odd_sleeps.py")
    assert observed == run_plain("odd_sleeps.py") and observed.code == 0
    lane = trace.lanes[0]
    sleeps = lane.kinds == ev.SLEEP_BEGIN
    assert lane.values[sleeps].tolist()[:6] == [1, 2 * MS, 0, 0, 0, 0]
    places = [trace.sites[site] for site in lane.sites[sleeps].tolist()]
    assert {os.path.basename(place.file) for place in places} == {"odd_sleeps.py"}
    assert len({place.line for place in places}) == 2


@with_record
def test_a_process_that_is_forked_is_recorded_too() -> None:
    trace = run("spinning.py", "fork", "2", "0.1")
    workers = [lane for lane in trace.lanes if lane.pid != trace.lanes[0].pid]
    assert len(workers) == 2
    for lane in workers:
        assert abs(state_totals(lane)[State.RUNNING] - 100 * MS) < 40 * MS
        # Only the shipper may have had it.
        assert state_totals(lane)[State.WAITING_GIL] < 5 * MS


@with_record
def test_a_live_snapshot_knows_what_was_recorded_so_far() -> None:
    program, argv = find(str(PROGRAMS / "spinning.py")), ["threads", "2", "5"]
    session = Session(program, argv, kernel="require")
    session.start()
    try:
        while len((trace := session.snapshot()).lanes) < 3 or trace.wall_ns < 100 * MS:
            assert session.pump(0.02)
        assert trace.truth == "kernel" and trace.live
    finally:
        session.stop()
    assert session.snapshot().truth == "kernel"


@with_record
def test_nothing_of_it_reaches_the_program(tmp_path: Path) -> None:
    program = tmp_path / "descriptors.py"
    program.write_text(
        "import os\n"
        "for name in sorted(os.listdir('/proc/self/fd')):\n"
        "    try: print(os.readlink(f'/proc/self/fd/{name}'))\n"
        "    except OSError: pass\n"
        "print('perf' in open('/proc/self/maps').read())\n"
    )
    outcome = run_observed(str(program), options=("--kernel", "require"))
    assert b"perf_event" not in outcome.out
    assert outcome.out.endswith(b"False\n")


@with_record
def test_nothing_of_it_is_left_open() -> None:
    for _ in range(2):
        run("spinning.py", "threads", "1", "0.001")
        now = len(os.listdir("/proc/self/fd"))
        run("spinning.py", "threads", "1", "0.001")
        assert len(os.listdir("/proc/self/fd")) == now


def test_off_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perf, "open_event", lambda *_: pytest.fail("an event was opened"))
    session = Session(find(str(PROGRAMS / "spinning.py")), ["threads", "1", "0.01"], kernel="off")
    session.start()
    while session.pump(0.05):
        pass
    assert session.snapshot().truth == "inferred"


def _refuse(*_: int) -> int:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_required_but_refused_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(perf, "open_event", _refuse)
    ran = tmp_path / "ran"
    program = tmp_path / "program.py"
    program.write_text(f"open({str(ran)!r}, 'w')\n")
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "--headless", "--kernel", "require", str(program)])
    assert ended.value.code == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("paraviz: no kernel truth: ") and err.count("\n") == 1
    if sys.platform == "linux":
        assert "kernel.perf_event_paranoid" in err
    assert not ran.exists()


@with_record
def test_refused_at_the_last_moment_ends_the_host_before_the_program_ran(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(perf, "require", lambda: None)
    monkeypatch.setattr(perf, "open_event", _refuse)
    ran = tmp_path / "ran"
    program = tmp_path / "program.py"
    program.write_text(f"open({str(ran)!r}, 'w')\n")
    before = psutil.Process().children()
    session = Session(find(str(program)), kernel="require")
    with pytest.raises(KernelError, match="no kernel truth"):
        session.start()
    session.stop()
    assert not ran.exists()
    assert psutil.Process().children() == before


def _where_refused(*words: str) -> subprocess.CompletedProcess[str]:
    refusing = Path(__file__).with_name("refusing.py")
    command = [sys.executable, str(refusing), str(errno.EPERM), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode == NO_FILTER:
        pytest.skip("no seccomp filter can be set here")
    return done


def test_where_seccomp_refuses_auto_infers(tmp_path: Path) -> None:
    recording = tmp_path / "run.pviz"
    program = str(PROGRAMS / "locks.py")
    done = _where_refused("run", "--headless", "--quiet", "-o", str(recording), program)
    plain = run_plain("locks.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == plain.out.decode()
    assert load(recording).truth == "inferred"


def test_where_seccomp_refuses_require_says_so() -> None:
    program = str(PROGRAMS / "locks.py")
    done = _where_refused("run", "--headless", "--kernel", "require", program)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("paraviz: no kernel truth: perf_event_open is forbidden here")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("kernel", ["off", pytest.param("require", marks=with_record)])
def test_states_of_a_run_that_goes_on_are_those_at_its_end(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what is recent is derived anew with each look."""
    monkeypatch.setattr(settled, "MOST_EVENTS", 20)
    monkeypatch.setattr(settled, "LEAST_EVENTS", 10)
    before = stolen_ns()
    session = Session(find("pipe_or_queue"), kernel=kernel)
    session.start()
    seen = anew = session.snapshot()
    while session.pump(0.01):
        seen = session.snapshot()
        kept, session._deriving.settled = session._deriving.settled, settled.Settled()
        anew = session.snapshot()
        session._deriving.settled = kept
    trace = session.snapshot()
    assert sum(part.first for part in seen.recent) > 100
    assert not anew.recent and not trace.recent
    for lane in seen.lanes:
        if len(lane.states):
            assert lane.states.starts[0] == lane.start_ns
            assert (np.diff(lane.states.starts) > 0).all()
    # Accounts are late by as much as the host took the CPUs away; what was settled is not revised.
    disturbed = (stolen_ns() - before) / trace.wall_ns if kernel == "off" else 0.0
    assert agreement(seen, anew) > 0.95 - min(disturbed, 0.15)
    # What is inferred is bound by the CPU time that a thread tells as it ends.
    assert kernel == "off" or agreement(seen, trace) > 0.95


def agreement(seen: Trace, other: Trace) -> float:
    """The share of the time in which lanes have the same state in both; of most of `seen`."""
    moments = np.arange(0, seen.wall_ns - settled.LAG_NS, MS // 20)
    agree = []
    for lane in seen.lanes:
        if len(lane.states):
            same = next(o for o in other.lanes if (o.tid, o.kind) == (lane.tid, lane.kind))
            agree.append((states_then(lane, moments) == states_then(same, moments)).mean())
    assert len(agree) > 2
    return float(np.mean(agree))


def states_then(lane: Lane, moments: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The lane's state at each moment, 0 outside its life."""
    rows = np.searchsorted(lane.states.starts, moments, "right") - 1
    alive = (rows >= 0) & (moments < lane.end_ns)
    return np.where(alive, np.append(lane.states.states, np.uint8(0))[rows], np.uint8(0))
