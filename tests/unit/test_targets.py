"""Targets of probes: there, with these arguments, using these names."""

from __future__ import annotations

import sys

import pytest

from paraviz.observe import targets
from paraviz.observe.targets import change, needs

VERSION = ".".join(map(str, sys.version_info[:3]))
HERE = __name__


class Kind:
    def method(self, first: int, *, second: int = 0) -> int:
        def inner() -> int:
            return first.bit_length()

        return inner() + second

    def anything(self, *args: object, **kwargs: object) -> None: ...


@pytest.mark.parametrize(
    "target",
    [
        "Kind",
        "Kind.method",
        "Kind.method(self, first, second)",
        "Kind.method: bit_length second",
        "Kind.method(self, first, second): bit_length",
        "Kind: bit_length",
        "Kind.anything(self, other)",
        "Kind.gone | {here}.Kind.method(self, first, second)",
    ],
)
def test_what_is_as_it_is_known(target: str) -> None:
    assert change(f"{HERE}.{target.format(here=HERE)}") == ""


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("Kind.gone", f"Python {VERSION} has no {HERE}.Kind.gone"),
        ("Kind.gone.deeper", f"Python {VERSION} has no {HERE}.Kind.gone.deeper"),
        (
            "Kind.method(self, first)",
            f"{HERE}.Kind.method takes other arguments in Python {VERSION}",
        ),
        ("Kind.method: bit_count", f"{HERE}.Kind.method works in another way in Python {VERSION}"),
        ("Kind: bit_count", f"{HERE}.Kind works in another way in Python {VERSION}"),
    ],
)
def test_what_is_not(target: str, said: str) -> None:
    assert change(f"{HERE}.{target}") == said


def test_nothing_is_imported_to_find_out() -> None:
    sys.modules.pop("this", None)
    assert change("this.s") == f"Python {VERSION} has no this.s"
    assert "this" not in sys.modules


def test_what_somebody_has_wrapped_is_looked_into() -> None:
    assert change("contextlib.contextmanager: helper wraps") == ""
    assert change("time.sleep(anything): at_all") == ""


def test_a_probe_stays_away_or_says_why_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(targets, "_notice", said.append)
    monkeypatch.setattr(targets, "DECLARED", {})
    done: list[str] = []

    @needs("time.sleep", "time.gone")
    def first() -> None:
        done.append("first")

    @needs("time.sleep")
    def second() -> None:
        done.append("second")
        raise ValueError("no")

    @needs("time.sleep")
    def third(word: str) -> None:
        done.append(word)

    first()
    second()
    third("third")
    assert done == ["second", "third"]
    assert said == [
        f"the probe for time.sleep is off: Python {VERSION} has no time.gone",
        "the probe for time.sleep is off: ValueError: no",
    ]
    assert len(targets.DECLARED) == 3
