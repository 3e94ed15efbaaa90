"""No signal, and no exception that is raised from outside, finds a lock half taken."""

from __future__ import annotations

import pytest

from paraviz.observe.compiled import OFF
from tests.observe.running import run_observed


@pytest.mark.parametrize(
    ("kind", "environment"),
    [
        pytest.param("Lock", {}, marks=pytest.mark.slow),
        pytest.param("RLock", {}, marks=pytest.mark.slow),
        pytest.param("Lock", {OFF: "1"}, marks=pytest.mark.slow),
        ("RLock", {OFF: "1"}),
    ],
    ids=["Lock core", "RLock core", "Lock fallback", "RLock fallback"],
)
def test_no_lock_is_lost(kind: str, environment: dict[str, str]) -> None:
    outcome = run_observed("interrupted_locks.py", kind, "150", environment=environment)
    assert (outcome.out, outcome.err, outcome.code) == (b"lost 0\n", b"", 0)
