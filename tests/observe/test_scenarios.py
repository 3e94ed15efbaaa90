"""Each scenario does the same observed as plain, and shows what it is meant to show."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from paraviz.catalogue import scenarios
from paraviz.trace.claims import claims
from tests.observe.running import run_plain, run_scenario

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


def letters(printed: bytes) -> Counter[str]:
    """What was printed, whatever the order: threads are free in that."""
    return Counter(printed.decode())


@pytest.mark.parametrize("name", [scenario.name for scenario in scenarios()])
def test_the_same_observed_as_plain(name: str, tmp_path: Path) -> None:
    if name in MISSING and importlib.util.find_spec(MISSING[name]) is None:
        pytest.skip(f"{name} needs {MISSING[name]}")
    plain = run_plain(str(FOLDER / f"{name}.py"))
    observed, trace = run_scenario(tmp_path, name)
    assert (observed.code, observed.err) == (plain.code, plain.err)
    if name in MEASURES:
        assert bool(observed.out) == bool(plain.out)
    else:
        assert letters(observed.out) == letters(plain.out)
    assert trace.dropped == 0
    assert all(lane.end_reason for lane in trace.lanes)


def showed(tmp_path: Path, name: str, *flags: str) -> dict[str, bool]:
    """What a run of a scenario showed of its claims, by their names."""
    _, trace = run_scenario(tmp_path, name, *flags)
    return {claim.name: claim.holds for claim in claims(trace)}


@pytest.mark.parametrize(
    ("name", "shows", "flags", "shows_not"),
    [
        ("printers", "interleaved", "--locked", True),
        ("prime_threads", "one_at_a_time", "", False),
        ("hello_process", "processes", "", False),
        ("fib_map", "alone", "", False),
        ("fib_pool", "handed_out", "", False),
        ("prime_executor", "handed_out", "", False),
        ("shared_array", "lost_updates", "--locked", True),
        ("ping_pong", "messages", "", False),
        ("producers_consumers", "messages", "", False),
        ("deadlock", "deadlock", "--ordered", True),
        ("philosophers", "deadlock", "--remedy=ordered", True),
        ("starvation", "starves", "--fair", True),
    ],
)
def test_it_shows_what_it_is_meant_to_show(
    name: str, shows: str, flags: str, shows_not: bool, tmp_path: Path
) -> None:
    # Where the machine is busy an effect may fail to appear once: then the run says so.
    assert any(showed(tmp_path, name)[shows] for _ in range(3))
    if shows_not:
        assert not showed(tmp_path, name, *flags.split())[shows]
