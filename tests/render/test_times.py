"""Times as a person reads them."""

from __future__ import annotations

import pytest

from paraviz.text import language
from paraviz.tui.render.times import steady_text, time_text


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 s"),
        (7, "7 ns"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (999_900, "999.9 µs"),
        (999_950, "1 ms"),
        (999_950_000, "1 s"),
        (12_410_000, "12.41 ms"),
        (12_414_999, "12.41 ms"),
        (1_000_000_000, "1 s"),
        (83_000_000_000, "83 s"),
        (-2_500_000, "-2.5 ms"),
        (599_900_000_000, "599.9 s"),
        (1_000_000_000_000, "16 min 40 s"),
        (3_599_600_000_000, "1 h 0 min"),
        (10_800_000_000_000, "3 h 0 min"),
        (-100_000_000_000_000, "-1 d 4 h"),
        (94_608_000_000_000_000, "1095 d"),
    ],
)
def test_a_time_has_a_unit_and_at_most_four_digits(ns: int, text: str) -> None:
    assert time_text(ns) == text


def test_german_has_a_decimal_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAVIZ_LANG", "de")
    monkeypatch.setattr(language, "_chosen", None)
    assert [time_text(12_410_000), time_text(7), steady_text(840_000_000)] == [
        *("12,41 ms", "7 ns", "0,84 s")
    ]


def test_a_running_clock_keeps_its_width() -> None:
    assert steady_text(840_000_000) == "0.84 s"
