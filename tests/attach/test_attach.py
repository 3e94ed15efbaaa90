"""`paraviz attach`: a program that runs already is recorded from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import paraviz
from paraviz.kernel.spent import spent_of
from paraviz.trace.states.partition import State
from paraviz.trace.states.polled import polled_states

_PROGRAM = """
import threading, time
lock = threading.Lock()
def holder():
    while True:
        with lock:
            time.sleep(0.4)
def spin():
    while True:
        pass
def waiter():
    time.sleep(0.1)
    while True:
        with lock:
            time.sleep(0.01)
for each in (holder, waiter, spin):
    threading.Thread(target=each, name=each.__name__, daemon=True).start()
print("ready", flush=True)
time.sleep(60)
"""


def test_it_is_recorded_and_left_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "run.pviz"
    with subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=subprocess.PIPE) as program:
        try:
            assert program.stdout is not None
            program.stdout.readline()
            words = ["attach", str(program.pid), "--headless", "-o", str(target), "--for", "1"]
            done = subprocess.run(
                [sys.executable, "-m", "paraviz", *words],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert program.poll() is None
        finally:
            program.kill()
    if "its memory was not read" in done.stderr:
        pytest.skip("the memory of others may not be read here")
    assert not done.returncode, done.stderr
    trace = paraviz.read(target)
    lanes = {lane.name: lane for lane in trace.lanes}
    assert set(lanes) == {"MainThread", "holder", "spin", "waiter"}
    ran = {name: _in(lane, State.RUNNING) for name, lane in lanes.items()}
    assert max(ran, key=lambda name: ran[name]) == "spin"
    assert ran["MainThread"] < trace.wall_ns / 10
    assert trace.stands
    assert _in(lanes["waiter"], State.WAITING_LOCK) > _in(lanes["holder"], State.WAITING_LOCK)
    assert "looked at from outside" in trace.notices[0]


def _in(lane: object, state: State) -> int:
    states, end = lane.states, lane.end_ns  # type: ignore[attr-defined]
    ends = [*states.starts[1:].tolist(), end]
    return sum(
        until - at
        for at, until, each in zip(states.starts.tolist(), ends, states.states, strict=True)
        if each == state
    )


def test_sums_of_polled_states_are_those_of_the_system() -> None:
    spent = spent_of([(0, 1, 0, 0), (100, 1, 30, 20), (200, 1, 130, 20)])
    states = polled_states(spent, 0, 250)
    assert states.starts.tolist() == [0, 30, 50, 100, 200]
    assert states.states.tolist() == [
        *(State.RUNNING, State.WAITING_CPU, State.BLOCKED, State.RUNNING, State.BLOCKED)
    ]
    assert np.all(states.causes == -1)
