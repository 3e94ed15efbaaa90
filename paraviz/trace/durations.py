"""Lengths of time as a person reads them."""

from __future__ import annotations

from paraviz.words import Numeral


def duration(ns: int) -> Numeral:
    """A length of time to three digits: "0", "380 ns", "12.4 µs", "5.01 ms", "61.0 s"."""
    if not ns:
        return Numeral("0")
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
        if abs(ns) < 999.5 * size:
            return Numeral(f"{_three_digits(ns / size) if size > 1 else ns} {unit}")
    return Numeral(f"{_three_digits(ns / 1e9)} s")


def _three_digits(value: float) -> str:
    decimals = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    return f"{value:.{decimals}f}"
