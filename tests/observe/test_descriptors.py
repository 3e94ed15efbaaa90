"""A program that closes descriptors it did not open, and one that may have few."""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.observe.compiled import OFF
from paraviz.text.notices import FELL_SILENT, blind_spots, counted
from tests.observe.running import LIMIT_S, PROGRAMS

METHODS = multiprocessing.get_all_start_methods()
SOFT, HARD = 200, 100_000


def limited(command: list[str], hard: int, **environment: str) -> str:
    """What it says on both streams, with few descriptors; `hard`: how many it may ask for."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (SOFT, hard))

    done = subprocess.run(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
        check=False,
        preexec_fn=limit,
        env=os.environ | environment,
    )
    return f"{done.stdout}{done.returncode}"


@pytest.mark.parametrize("environment", [{}, {OFF: "1"}], ids=["core", "fallback"])
@pytest.mark.parametrize(
    "hard",
    [pytest.param(SOFT, marks=pytest.mark.slow), HARD],
    ids=["at its limit", "below its limit"],
)
def test_nothing_of_ours_is_in_what_it_opens_after_it_closed_all(
    tmp_path: Path, hard: int, environment: dict[str, str]
) -> None:
    if hard > resource.getrlimit(resource.RLIMIT_NOFILE)[1]:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    program = [str(PROGRAMS / "closes_all.py"), *METHODS]
    file = tmp_path / "run.pviz"
    run = ["-m", "paraviz", "run", "--headless", "-q", "-o", str(file)]
    plain = limited(program, hard)
    assert "foreign" not in plain
    assert limited([*run, *program], hard, **environment) == plain
    trace = load(file)
    if hard > SOFT:
        # Where ours stands no number of the program's reaches.
        assert sum(lane.name.startswith("Thread-") for lane in trace.lanes) >= 2
        assert not blind_spots(trace.notices)
    else:
        assert counted(FELL_SILENT, 1) in trace.notices
        assert counted(FELL_SILENT, 1) in blind_spots(trace.notices)
