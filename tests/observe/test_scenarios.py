"""Each scenario does the same observed as plain."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from paraviz.programs.catalogue import scenarios
from tests.observe.running import run_called, run_plain, run_scenario

FOLDER = Path(__file__).parents[2] / "scenarios"
MEASURES = frozenset(
    {
        *("counter_race", "shared_array", "pipe_or_queue", "gil_or_not", "starvation"),
        *("deadlock", "philosophers", "bounded_buffer", "semaphore"),
    }
)
"""Those that print what they measured, or a result that a race decides."""
MISSING = {"image_pool": "PIL"}
"""What a scenario needs that does not come along."""
SMALL: dict[str, dict[str, int]] = {
    "fib_processes": {"first": 14},
    "gil_or_not": {"limit": 20_000},
    "prime_threads": {"first": 1_000_000_000},
    "image_pool": {"images": 5, "size": 60},
    "barrier": {"steps": 200_000},
    "shared_array": {"n": 2_000},
    "pipe_or_queue": {"n": 300},
    "hello_process": {"steps": 1_000_000},
    "semaphore": {"rounds": 20_000},
    "starvation": {"steps": 80_000},
}
"""What is the same in little is tried in little."""


def letters(printed: bytes) -> Counter[str]:
    """What was printed, whatever the order: threads are free in that."""
    return Counter(printed.decode())


@pytest.mark.parametrize("name", [scenario.name for scenario in scenarios()])
def test_the_same_observed_as_plain(name: str, tmp_path: Path) -> None:
    if name in MISSING and importlib.util.find_spec(MISSING[name]) is None:
        pytest.skip(f"{name} needs {MISSING[name]}")
    small = SMALL.get(name, {})
    plain = run_called(FOLDER, name, small) if small else run_plain(str(FOLDER / f"{name}.py"))
    words = [f"--{parameter}={value}" for parameter, value in small.items()]
    observed, trace = run_scenario(tmp_path, name, *words)
    assert (observed.code, observed.err) == (plain.code, plain.err)
    if name in MEASURES:
        assert bool(observed.out) == bool(plain.out)
    else:
        assert letters(observed.out) == letters(plain.out)
    assert trace.dropped == 0
    assert all(lane.end_reason for lane in trace.lanes)
