"""What real programs leave in a recording."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.programs.catalogue import find
from paraviz.session import Session
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.histories.output import output_runs, writes
from tests.observe.running import run_recorded
from tests.trying import tries

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Lane, Trace


def run(name: str, *argv: str) -> Trace:
    """The trace of a program run to its end."""
    session = Session(find(name), argv)
    session.start()
    while session.pump(0.05):
        pass
    return session.snapshot()


def lane_named(trace: Trace, name: str) -> Lane:
    return next(lane for lane in trace.lanes if lane.name == name)


def text_of(trace: Trace, stream: int = ev.STDOUT) -> str:
    return "".join(text for _, text in output_runs(trace, stream))


def test_locked_printers() -> None:
    trace = run("printers", "--locked", "--n", "7", "--steps", "1000")
    assert text_of(trace) in ("aaaaaaabbbbbbb\n", "bbbbbbbaaaaaaa\n")
    assert [lane.name for lane in trace.lanes] == ["MainThread", "thread-a", "thread-b"]
    assert [lane.kind for lane in trace.lanes] == ["process", "thread", "thread"]
    assert all(lane.end_reason == "returned" for lane in trace.lanes)
    a = Counter(lane_named(trace, "thread-a").kinds.tolist())
    assert a[ev.WRITE] == 14, "print writes the letter and the empty end"
    assert a[ev.THREAD_BEGIN] == a[ev.THREAD_END] == 1
    assert a[ev.LOCK_ACQUIRED] == a[ev.LOCK_RELEASED] == 1
    main = lane_named(trace, "MainThread")
    joined = [
        int(to)
        for kind, to in zip(main.kinds.tolist(), main.objects.tolist(), strict=True)
        if kind == ev.JOIN_END
    ]
    assert joined == [1, 2]
    (history,) = lock_histories(trace)
    assert history.name == "lock"
    assert history.acquisitions == 2
    assert (history.hold_ends[0] <= history.hold_starts[1]).all()


def test_two_letters_interleave_and_stay_complete() -> None:
    trace = run("printers", "--n", "300", "--steps", "0", "--switch-interval", "0.000001")
    text = text_of(trace)
    assert Counter(text) == {"a": 300, "b": 300, "\n": 1}
    for lane, letter in ((1, "a"), (2, "b")):
        assert {w.text for w in writes(trace) if w.lane_index == lane} == {letter, ""}


@settings(max_examples=tries(12))
@example(locked=False, n=400, steps=50, interval=1e-6, unbuffered=False)
@example(locked=False, n=400, steps=50, interval=1e-6, unbuffered=True)
@given(
    locked=st.booleans(),
    n=st.integers(0, 400),
    steps=st.integers(0, 300),
    interval=st.sampled_from([1e-6, 1e-4, 0.005]),
    unbuffered=st.booleans(),
)
def test_text_rebuilt_is_the_text_written(
    tmp_path_factory: pytest.TempPathFactory,
    locked: bool,
    n: int,
    steps: int,
    interval: float,
    unbuffered: bool,
) -> None:
    # With each write a system call, made without the GIL, the order is decided elsewhere.
    environment = {"PYTHONUNBUFFERED": "1" if unbuffered else ""}
    folder = tmp_path_factory.mktemp("run")
    flags = ["--n", str(n), "--steps", str(steps), "--switch-interval", str(interval)]
    program = "../../../scenarios/printers.py"
    flags += ["--locked"] if locked else []
    outcome, trace = run_recorded(folder, program, *flags, environment=environment)
    assert text_of(trace) == outcome.out.decode()
    assert trace.dropped == 0
    assert sum(lane.emitted for lane in trace.lanes) == trace.events


def test_text_of_every_kind_is_rebuilt(tmp_path: Path) -> None:
    outcome, trace = run_recorded(tmp_path, "output.py")
    text = text_of(trace)
    assert "print|1|2.5!\nwrite\nlines\nmore\n" in text
    assert "äöü → 😀 \u2028\n" in text
    assert "caught\n" not in text.replace("'caught\\n'", "")
    assert text_of(trace, ev.STDERR) == "to stderr\n" == outcome.err.decode()


def test_why_lanes_end(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "raises.py")
    assert lane_named(trace, "worker").end_reason == "raised ValueError"
    assert lane_named(trace, "MainThread").end_reason == "raised KeyError"
    assert trace.exit_code == 1


@pytest.mark.parametrize(
    ("how", "code", "reason", "thread_reason"),
    [
        ("code", 3, "exit 3", "returned"),
        ("os", 7, "os._exit(7)", "cut off at exit"),
        ("daemon", 0, "returned", "cut off at exit"),
    ],
)
def test_how_programs_exit(
    tmp_path: Path, how: str, code: int, reason: str, thread_reason: str
) -> None:
    _, trace = run_recorded(tmp_path, "exits.py", how)
    assert trace.exit_code == code
    assert [lane.end_reason for lane in trace.lanes] == [reason, thread_reason]


def test_a_killed_program_keeps_what_arrived(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "signals.py", "SIGKILL")
    assert trace.exit_code == -9
    assert trace.end_reason == "killed by SIGKILL"
    assert trace.lanes[0].end_reason == "killed by SIGKILL"


def test_a_forked_child_is_a_process_of_its_own(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "forks.py")
    mains = [lane for lane in trace.lanes if lane.kind == "process"]
    assert len({lane.pid for lane in mains}) == len(mains) == 2
    assert "child 1 True\n" in mains[1].text
    assert mains[1].end_reason == "os._exit(5)"


def test_same_names_for_the_same_lanes_every_time() -> None:
    names = {tuple(lane.name for lane in run("printers", "--n", "1").lanes) for _ in range(3)}
    assert names == {("MainThread", "thread-a", "thread-b")}
