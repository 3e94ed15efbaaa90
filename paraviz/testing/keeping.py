"""Recordings of tests that fail or hang: this process records itself all the while, and what was
during such a test is cut out of that."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz.observe import within

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_PICTURES = 20
"""So many failures have their pictures in the report; drawing one takes a second."""
_LONGEST_NAME = 120


class Keeping:
    """Hooks of pytest."""

    def __init__(self, folder: Path, worker: str, *, keeps_all: bool) -> None:
        """`worker`: the one of pytest-xdist, or ""."""
        self._folder = folder
        self._worker = worker
        self._keeps_all = keeps_all
        self._since_ns = 0
        self._path = Path()
        self._test = "", ""
        """What it is called, and the file that it is in."""
        self._kept: list[Path] = []
        self._why_not = ""
        self._runs = False
        self._session = folder / f".session{worker}.pviz"
        # It loads while tests are collected.
        self._tried(lambda: within.prepare(self._session))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Begin to record."""
        self._tried(lambda: within.start(self._session))
        self._runs = not self._why_not

    def _tried(self, what: Callable[[], None]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._why_not:
                what()
        except (RuntimeError, OSError) as error:
            self._why_not = str(error)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, None, None]:
        """A test begins: should it end this process, that is what is kept."""
        if not self._why_not:
            self._since_ns = time.perf_counter_ns()
            self._path = self._folder / f"{_as_name(item.nodeid)}.pviz"
            self._test = item.nodeid, str(item.path)
            within.keep_since(self._since_ns, str(self._path), *self._test)
        yield

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, None]:
        """Cut it out if it failed."""
        until_ns = time.perf_counter_ns()
        outcome = yield
        report: pytest.TestReport = outcome.get_result()
        del call
        if self._why_not or not self._since_ns:
            return
        if report.failed:
            self._keep(until_ns)
            report.sections.append(("paraviz", self._told()))
        elif self._keeps_all and report.when == "teardown" and self._path not in self._kept:
            self._keep(until_ns)

    def _keep(self, until_ns: int) -> None:
        try:
            within.cut(self._since_ns, until_ns, str(self._path), *self._test)
        except RuntimeError as error:
            self._why_not = str(error)
            return
        if self._path not in self._kept:
            self._kept.append(self._path)

    def _told(self) -> str:
        """What is said of it in the report."""
        if self._why_not:
            return self._why_not
        lines = [f"recorded in {self._path}"]
        if len(self._kept) <= _PICTURES:
            lines += [_of_recording("info", self._path), _picture(self._path)]
        return "\n".join(lines)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Record no more."""
        if self._runs:
            within.discard()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where they are."""
        if self._why_not:
            terminalreporter.write_line(f"paraviz: {self._why_not}")
        elif self._kept:
            count, folder = len(self._kept), self._folder
            terminalreporter.write_line(f"paraviz: recordings of {count} tests in {folder}")


def _as_name(test: str) -> str:
    """The name of a test as that of a file."""
    name = re.sub(r"[^\w.\[\]=-]+", "-", test.replace(".py::", "-"))
    return name[-_LONGEST_NAME:].strip("-.")


def _of_recording(*words: str | Path) -> str:
    line = [sys.executable, "-m", "paraviz", *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.rstrip() or done.stderr.rstrip()


def _picture(recording: Path) -> str:
    drawn = recording.with_suffix(".txt")
    try:
        told = _of_recording("screenshot", "--size", "100x24", recording, "-o", drawn)
        return drawn.read_text("utf-8")
    except OSError:
        return told
    finally:
        drawn.unlink(missing_ok=True)
