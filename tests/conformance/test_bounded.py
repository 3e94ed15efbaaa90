"""A part of the standard library's own tests ends observed as it ends plain; `make conformance`
compares the whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.conformance.comparing import Difference, compare
from tools.conformance.exceptions import Listed, listed
from tools.conformance.modules import BOUNDED, Selection
from tools.conformance.running import END

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="starts processes by fork")


ALWAYS = (0, 4)
"""Selections that are compared with each run of the suite: of threads, and of forked processes;
`make slow` compares the rest."""
SELECTIONS = [
    pytest.param(each, id=each.name, marks=[pytest.mark.slow] if place not in ALWAYS else [])
    for place, each in enumerate(BOUNDED)
]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_same_observed_as_plain(selection: Selection) -> None:
    if not selection.shipped:
        pytest.skip(f"this interpreter ships no {selection.needs}")
    comparison = compare(selection, listed())
    assert not comparison.different
    assert comparison.same > len(selection.names), "hardly anything was compared"
    assert comparison.observed.events > 0
    assert comparison.observed.dropped == 0


def _names(differences: tuple[Difference, ...]) -> list[str]:
    return [one.test.removeprefix("differing.Differing.test_") for one in differences]


def test_what_differs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEN_BY_A_TEST", str(tmp_path / "seen"))
    out = Listed("*.test_left_out", "it ends the process", run=False)
    known = Listed("*.test_subtests", "one of them differs")
    ends = Listed("*.test_ends_the_process", "it ends the process", run=False)
    comparison = compare(Selection("differing", ("differing",), "test"), [out, known, ends])
    assert [one.test for _, one in comparison.listed] == ["differing.Differing.test_subtests"]
    assert _names(comparison.different) == ["always"]
    assert _names(comparison.varied) == ["once"]
    # These two, and the end of the process.
    assert comparison.same == 3 and comparison.failing == 1


def test_what_does_not_end_is_different() -> None:
    names = ("differing.Differing.test_ends_the_process", "differing.Differing.test_passes")
    comparison = compare(Selection("differing", names, "test"), [])
    assert _names(comparison.different)[0] == "ends_the_process"
    assert comparison.different[0].observed.kind == "begun"
    assert comparison.different[-1].test == END
    assert comparison.different[-1].observed.kind == "exit code 3"
    assert _names(comparison.varied) == ["passes"]


def test_what_does_not_end_even_plain_cannot_be_compared() -> None:
    names = ("differing.Differing.test_left_out",)
    comparison = compare(Selection("differing", names, "test"), [])
    assert _names(comparison.different) == ["left_out", END]


def test_what_cannot_be_loaded_is_different() -> None:
    comparison = compare(Selection("nothing", ("no_such_module",), "test"), [])
    assert [one.plain.kind for one in comparison.different] == ["error"]
