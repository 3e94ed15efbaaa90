"""Flows of other tools' traces: from where to where, kept and written again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from paraviz.formats import load, save
from paraviz.trace.causality.edges import Edge, Edges
from tests.unit.test_chrome_foreign import Event, event, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

LAUNCH = [
    {**event("X", 0, dur=10), "name": "launch"},
    {**event("X", 20, 2, dur=10), "name": "kernel"},
    event("s", 5, id=1, cat="f"),
    event("f", 20, 2, id=1, cat="f", bp="e"),
]


def flows(trace: Trace) -> list[tuple[int, ...]]:
    if trace.flows is None:
        return []
    found = trace.flows
    columns = (found.from_lanes, found.from_ns, found.to_lanes, found.to_ns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_flow_leads_from_each_step_to_the_next(tmp_path: Path) -> None:
    steps = [event("t", 12, 2, id=1, cat="f"), event("f", 11, 2, id=2, cat="f")]
    trace = loaded(tmp_path, [*LAUNCH, *steps])
    assert flows(trace) == [(0, 5_000, 1, 12_000)]
    # What leads from the thread to itself is no arrow, and one has no begin.
    assert trace.notices[1:] == ("not shown: 2 arrows",)
    assert Edges(trace).touching(1, 0, 30_000) == (Edge("flow", 0, 5_000, 1, 12_000, -1),)


@pytest.mark.parametrize(
    ("steps", "passed"),
    [
        ([event("s", 5, id=1, cat="f")], 1),
        ([event("s", 5, id=1, cat="f"), event("f", 20, 2, id=1, cat="g")], 2),
        ([event("s", 5, id=1, cat="f"), event("f", 20, 9, id=1, cat="f")], 2),
        ([event("s", "never", id=1, cat="f")], 1),
    ],
    ids=["no end", "other categories", "no lane", "no time"],
)
def test_what_leads_nowhere_is_counted(steps: list[Event], passed: int, tmp_path: Path) -> None:
    trace = loaded(tmp_path, [*LAUNCH[:2], *steps])
    assert flows(trace) == []
    assert trace.notices[-1] == f"not shown: {passed} arrow{'s' * (passed > 1)}"


def test_flows_are_kept_and_written_again(tmp_path: Path) -> None:
    trace = loaded(tmp_path, LAUNCH)
    save(trace, tmp_path / "kept.pviz")
    assert flows(load(tmp_path / "kept.pviz")) == flows(trace) == [(0, 5_000, 1, 20_000)]
    save(trace, tmp_path / "again.json")
    written = json.loads((tmp_path / "again.json").read_bytes())["traceEvents"]
    steps = [(each["ph"], each["ts"], each["tid"]) for each in written if each["ph"] in "sf"]
    assert steps == [("s", 5, 1), ("f", 20, 2)]
