"""The last line of a headless run: that something is wrong, and what is gravest."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.commands.headless import summary_line
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
