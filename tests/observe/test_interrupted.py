"""Ctrl-C in children: what they report of it is as if they were not observed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.observe.running import Outcome, run_observed, run_plain, shell_code

COMMANDS = [
    *(("fork", kind) for kind in ("THREADS", "PROCESSES")),
    *(("fork", "some", how) for how in ("format", "log", "stack")),
    *((method, "some") for method in ("spawn", "forkserver")),
    ("fork", "idle"),
    *((method, "busy") for method in ("fork", "spawn")),
    *((method, "executor") for method in ("fork", "spawn")),
]
linux = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="when a thread rests is asked of /proc"
)


def told(outcome: Outcome) -> str:
    return re.sub("0x[0-9a-f]+", "0x", outcome.err.decode())


@linux
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_frame_of_ours_is_in_what_a_child_reports(command: tuple[str, ...]) -> None:
    plain = run_plain("interrupted.py", *command)
    observed = run_observed("interrupted.py", *command)
    assert observed.out == plain.out
    assert told(observed) == told(plain)
    assert observed.code == shell_code(plain.code) == 0
    if command[-1] not in ("executor", "stack"):
        assert "KeyboardInterrupt" in told(plain)


def test_threads_that_are_left_are_waited_for_without_a_word_of_ours(tmp_path: Path) -> None:
    program = tmp_path / "left.py"
    program.write_text(LEFT)
    plain, observed = run_plain(str(program)), run_observed(str(program))
    assert told(observed) == told(plain)
    assert "KeyboardInterrupt" in told(plain)
    assert observed.code == shell_code(plain.code)


LEFT = """
import os, signal, sys, threading, time
main = threading.main_thread().ident
def interrupt():
    while sys._current_frames()[main].f_code.co_name != "_shutdown":
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
    while sys._current_frames()[main].f_code.co_name == "_shutdown":
        time.sleep(0.01)
threading.Thread(target=interrupt).start()
"""
