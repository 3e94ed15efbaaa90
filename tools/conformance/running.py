"""Running tests in a process of their own, plain or observed, and what came of each."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_PROGRAM = Path(__file__).parent / "programs" / "run_tests.py"
_OBSERVED = ("-m", "paraviz", "run", "--headless")
_LAST_WORDS = 2_000
_SUMMARY = re.compile(r"· ([\d,]+) events · ([\d,]+) dropped ·")
_running: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended."""

    kind: str
    """`ok`, `skipped`, `failed`, `error`, `expected failure`, `unexpected success`; `begun` where
    the process ended in the middle of it, `missing` where it never came to it."""
    why: str = ""
    """The end of the traceback, or the reason for skipping."""
    seconds: float = 0.0


MISSING = Outcome("missing")


END = "the end of the process"
"""Stands among the tests for how the process that ran them ended."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a process that ran tests left behind."""

    outcomes: dict[str, Outcome]
    """By test id, and by `END`."""
    seconds: float
    events: int = 0
    """How many events were recorded: none of a plain run."""
    dropped: int = 0
    """How many were lost."""

    def of(self, test_id: str) -> Outcome:
        """How a test ended."""
        return self.outcomes.get(test_id, MISSING)


def run(
    names: Sequence[str], *, observed: bool, limit_s: float, without: Sequence[str] = ()
) -> Results:
    """Run what `unittest` finds under these names, save the tests whose ids match a pattern of
    `without`; after `limit_s` seconds all of it is killed."""
    # Sockets lie below the folder, and their paths must be short.
    with tempfile.TemporaryDirectory(prefix="pvz", ignore_cleanup_errors=True) as folder:
        order: dict[str, object] = {"names": list(names), "without": list(without)}
        return _run_in(Path(folder), order, observed=observed, limit_s=limit_s)


def _run_in(folder: Path, order: dict[str, object], *, observed: bool, limit_s: float) -> Results:
    library, work, outcomes = folder / "lib", folder / "work", folder / "outcomes.jsonl"
    library.mkdir()
    work.mkdir()
    outcomes.touch()
    (library / "test").symlink_to(_tests_of_the_standard_library())
    order_file = folder / "order.json"
    order_file.write_text(json.dumps(order | {"library": str(library), "outcomes": str(outcomes)}))
    command = [sys.executable, *(_OBSERVED if observed else ()), str(_PROGRAM), str(order_file)]
    began_s = time.monotonic()
    with (folder / "said").open("w+b") as said:
        popen = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=work,
            env=os.environ | {"TMPDIR": str(work)},
            start_new_session=True,
        )
        end = _wait(popen, limit_s)
        said.seek(0, os.SEEK_END)
        said.seek(max(0, said.tell() - _LAST_WORDS))
        last_words = said.read().decode("utf-8", "replace")
    seconds = time.monotonic() - began_s
    summary = _SUMMARY.search(last_words)
    counts = [int(count.replace(",", "")) for count in summary.groups()] if summary else []
    return Results(_read(outcomes) | {END: Outcome(end, last_words, seconds)}, seconds, *counts)


def _tests_of_the_standard_library() -> str:
    """The folder of the package `test`."""
    found = find_spec("test")
    assert found is not None and found.submodule_search_locations
    return found.submodule_search_locations[0]


def end_all() -> None:
    """End all that runs now: what a terminal sends does not reach its sessions."""
    for popen in list(_running):
        popen.kill()


def _wait(popen: subprocess.Popen[bytes], limit_s: float) -> str:
    """How it ended, in words; nothing of it is left."""
    _running.append(popen)
    try:
        code = popen.wait(limit_s)
        # paraviz reports a signal as a shell does.
        end = f"exit code {code if code >= 0 else 128 - code}"
    except subprocess.TimeoutExpired:
        end = f"not at its end after {limit_s:g} s"
    finally:
        _running.remove(popen)
        try:
            os.killpg(popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        popen.wait()
    return end


def _read(path: Path) -> dict[str, Outcome]:
    """The last line of each test counts."""
    outcomes = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        outcomes[told["test"]] = Outcome(told["outcome"], told["why"], told["seconds"])
    return outcomes
