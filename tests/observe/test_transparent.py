"""A program does the same observed as plain: output, errors, exit code."""

from __future__ import annotations

import multiprocessing

import pytest

from tests.observe.running import run_observed, run_plain, shell_code
from tests.observe.test_green import skip_without

ORDERED = [
    ("raises.py",),
    ("chained.py",),
    ("identity.py", "an argument", "--flag", "-m"),
    ("locks.py",),
    ("lock_types.py",),
    ("green_threads.py",),
    ("green_threads.py", "before"),
    *(("green_libraries.py", library) for library in ("none", "gevent", "eventlet")),
    ("conditions.py",),
    ("semaphores.py",),
    ("raw_threads.py",),
    ("imports.py",),
    ("queues.py",),
    ("subinterpreters.py",),
    ("marks.py",),
    ("subclasses.py",),
    ("hooks.py",),
    ("recursion.py",),
    ("children.py",),
    *(("pickled.py", method) for method in multiprocessing.get_all_start_methods()),
    ("forks.py",),
    ("forks_alone.py",),
    ("programs.py",),
    *(("processes.py", method) for method in multiprocessing.get_all_start_methods()),
    *(("process_locks.py", method) for method in multiprocessing.get_all_start_methods()),
    *(("channels.py", method) for method in multiprocessing.get_all_start_methods()),
    *(("shared_memory.py", method) for method in multiprocessing.get_all_start_methods()),
    *(("logs.py", method) for method in ("fork", "spawn")),
    *(("coroutines.py", how) for how in ("end", "exit", "interrupt", "raise")),
    *(("results.py", method) for method in multiprocessing.get_all_start_methods()),
    ("syntax.txt",),
    *(("exits.py", how) for how in ("end", "daemon", "code", "message", "none", "interrupt")),
    *(("exits.py", how) for how in ("os", "exec")),
    *(("signals.py", name) for name in ("SIGTERM", "SIGINT", "SIGKILL", "SIGSEGV", "SIGUSR1")),
    ("signals.py", "SIGTERM", "handled"),
    ("waits_for_signal.py",),
    *(("output.py", how) for how in ("end", "replaced", "closed", "every")),
]


@pytest.mark.parametrize("command", ORDERED, ids=" ".join)
def test_same_observed_as_plain(command: tuple[str, ...]) -> None:
    if command[0] == "green_libraries.py" and command[1] != "none":
        skip_without(command[1])
    plain, observed = run_plain(*command), run_observed(*command)
    assert observed.out == plain.out
    assert observed.err == plain.err
    assert observed.code == shell_code(plain.code)


def test_reads_the_same_input() -> None:
    text = b"one\ntwo\nthree\nfour\n"
    plain, observed = run_plain("reads.py", stdin=text), run_observed("reads.py", stdin=text)
    assert (observed.code, observed.out, observed.err) == (plain.code, plain.out, plain.err)
    assert b"'two'" in observed.out
