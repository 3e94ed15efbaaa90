"""The last line of a headless run: that something is wrong, and what is gravest."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.commands.headless import summary_line
from paraviz.formats import load
from paraviz.trace import Trace
from tests.traces import printers
from tests.unit.finding import in_line
from tests.unit.hanging import MAIN, QUEUE, Worker, hung, waits

DEAD: Worker = ("t dier", "raised ValueError", [])


def last(made: Trace) -> str:
    return summary_line(made, None).splitlines()[-1]


def test_nothing_is_added_where_nothing_is_found() -> None:
    assert last(printers()).startswith("paraviz: printers ended · ")


def test_the_only_finding_is_told() -> None:
    assert last(in_line(60)).startswith("paraviz: ▲ `lock` serialises 4 workers: they spent ")


def test_of_several_the_gravest_is_told() -> None:
    told = last(hung(MAIN, waits(ev.GET_WAIT, QUEUE), DEAD))
    assert told.startswith("paraviz: ✗ 2 findings, the gravest: nobody has run since ")


def test_it_does_not_look_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraviz.analysis.findings.within.LOOKS_FOR_S", -1.0)
    assert last(in_line(60)).endswith("paraviz info says it")


def test_without_findings_it_is_how_the_run_failed_or_what_cost_most() -> None:
    waited = load(Path(__file__).parents[1] / "data" / "printers_locked.pviz")
    assert last(waited) == "paraviz: · thread-b waited 47.4 ms for `lock`, held by thread-a"
    failed = replace(waited, exit_code=1, end_reason="exited with 1")
    assert last(failed) == "paraviz: ✗ printers exited with 1"
