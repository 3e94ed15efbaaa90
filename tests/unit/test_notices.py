"""Notices: English in a trace, and whatever is said of a run can be told in German."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from paraviz.text import language
from paraviz.text.notices import (
    ARROWS,
    INSTANTS,
    KERNEL_LOST,
    LEFT_BEFORE,
    blind_spots,
    counted,
    repeated,
    told_notice,
)
from tools.words import ROOT


@pytest.fixture
def _german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "de")


def test_a_trace_has_them_in_english() -> None:
    assert counted(LEFT_BEFORE, 1) == "1 process left behind by the program ended"
    assert counted(KERNEL_LOST, 1234) == "the kernel lost 1,234 records of context switches"


@pytest.mark.usefixtures("_german")
@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (counted(LEFT_BEFORE, 1), "1 Prozess, den das Programm zurückließ, wurde beendet"),
        (counted(KERNEL_LOST, 1234), "der Kernel hat 1.234 Einträge über Kontextwechsel verloren"),
        (
            f"not shown: {counted(INSTANTS, 1)}, {counted(ARROWS, 2000)}, 3 {{unknown}}",
            "nicht gezeigt: 1 Zeitpunkt, 2.000 Pfeile, 3 {unknown}",
        ),
        ("of another version {x}", "of another version {x}"),
        ("the kernel lost ,, records of context switches",) * 2,
        (f"the kernel lost {'9' * 5000} records of context switches",) * 2,
    ],
)
def test_they_are_told_in_german(stored: str, told: str) -> None:
    assert told_notice(stored) == told


def test_what_could_not_be_observed_is_told_apart() -> None:
    blind = [
        "the probe for threading.Thread.join is off: Python 3.16.0 has no threading.Thread.join",
        "the probe for threads.locks is off: ValueError: no (in 3 processes)",
        "a child was started without a recorder: SpawnProcess-1",
        "1 process of the program was not observed: python -c",
    ]
    others = [counted(KERNEL_LOST, 1), "something of a later version", repeated("another", 2)]
    assert blind_spots([*others, *blind]) == blind


@pytest.mark.usefixtures("_german")
def test_what_several_processes_say_is_told_once() -> None:
    text = repeated("a probe for queue is off: it was imported in a way of its own", 1200)
    assert text.endswith("of its own (in 1,200 processes)")
    assert told_notice(text) == (
        "eine Sonde für queue ist aus: das Modul wurde auf eigenem Weg importiert "
        "(in 1.200 Prozessen)"
    )
    assert repeated("once", 1) == "once"


def notices_of_the_recorder() -> Iterator[str]:
    """What is said inside the observed process, its values made up."""
    for path in sorted((ROOT / "paraviz/observe").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            if name.lstrip("_") == "notice" and (text := said(node.args[0])):
                yield text


def said(node: ast.expr) -> str:
    """A text, or what stands between and in its braces."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(said, node.values))
    if isinstance(node, ast.FormattedValue):
        return "7" if node.format_spec else "x"
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.usefixtures("_german")
def test_whatever_the_recorder_says_can_be_told() -> None:
    texts = list(notices_of_the_recorder())
    assert len(texts) > 10
    assert [text for text in texts if told_notice(text) == text] == []
