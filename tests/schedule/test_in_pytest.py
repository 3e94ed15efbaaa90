"""Tests that explore: the fixture, the mark, and a schedule that is run again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import threading

import pytest


class Counter:
    def __init__(self):
        self.n = 0

    def up(self):
        n = self.n
        self.n = n + 1


def both(counter, lock=None):
    def up():
        if lock is None:
            counter.up()
        else:
            with lock:
                counter.up()

    threads = [threading.Thread(target=up, name=name) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.n == 2


def test_lost(explore):
    explore(both, Counter())


def test_with_a_lock(explore):
    found = explore(both, Counter(), threading.Lock())
    assert found.exhausted


@pytest.mark.explore(schedules=1)
def test_cut():
    both(Counter(), threading.Lock())
"""


def ran(folder: Path, *words: str) -> str:
    (folder / "test_counter.py").write_text(TESTS)
    plugin = ["-p", "paraviz.testing.explore_plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugin, "--rootdir", str(folder), *words]
    path = str(folder / "test_counter.py")
    # Whether it comes along by its entry point depends on how paraviz is installed.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, path], capture_output=True, timeout=120, text=True, env=environment
    )
    return done.stdout + done.stderr


def test_a_test_is_run_under_all_schedules(tmp_path: Path) -> None:
    told = ran(tmp_path)
    assert "1 failed, 1 passed, 1 skipped" in told, told
    assert "MainThread: AssertionError (test_counter.py:29)" in told
    # Both have read before one writes.
    reads = [line.strip() for line in told.splitlines() if "self.n = " in line]
    assert [each.split()[0] for each in reads[:4]] == ["reads", "reads", "writes", "writes"]
    token = next(line for line in told.splitlines() if "--schedule=" in line).strip()
    again = ran(tmp_path, token.removeprefix("pytest "), "-k", "lost")
    assert "1 failed" in again and "writes self.n = 1" in again
