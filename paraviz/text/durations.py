"""Lengths of time as a person reads them."""

from __future__ import annotations

from itertools import pairwise

from paraviz.text.translation import Numeral

LONG_NS = 600 * 10**9
"""From here on lengths are told in minutes, hours and days."""
LONG_UNITS: tuple[tuple[int, str], ...] = (
    (86_400 * 10**9, "d"),
    (3_600 * 10**9, "h"),
    (60 * 10**9, "min"),
    (10**9, "s"),
)
"""Length in ns and sign, from long to short."""
_DAYS_ALONE = 100
"""So many days are told without hours."""


def duration(ns: int) -> Numeral:
    """A length of time to three digits: "0", "380 ns", "12.4 µs", "5.01 ms", "61.0 s"; from
    `LONG_NS` on as `long_duration`."""
    if not ns:
        return Numeral("0")
    if abs(ns) >= LONG_NS:
        return Numeral(long_duration(ns))
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
        if abs(ns) < 999.5 * size:
            return Numeral(f"{_three_digits(ns / size) if size > 1 else ns} {unit}")
    return Numeral(f"{_three_digits(ns / 1e9)} s")


def long_duration(ns: int) -> str:
    """A length in two units that follow each other: "16 min 40 s", "2 h 59 min", "12 d 4 h", "1095
    d"."""
    if ns < 0:
        return "-" + long_duration(-ns)
    for (length, sign), (part, part_sign) in pairwise(LONG_UNITS):
        # Rounded first: what rounds to sixty minutes is an hour.
        rounded = (ns + part // 2) // part * part
        if rounded < length and sign != "min":
            continue
        whole, rest = divmod(rounded, length)
        if sign == "d" and whole >= _DAYS_ALONE:
            return f"{(ns + length // 2) // length} d"
        return f"{whole} {sign} {rest // part} {part_sign}"
    raise AssertionError(ns)


def _three_digits(value: float) -> str:
    decimals = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    return f"{value:.{decimals}f}"
