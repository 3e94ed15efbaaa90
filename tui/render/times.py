"""Times as a person reads them: a unit, and at most four digits."""

from __future__ import annotations

UNITS: tuple[tuple[int, str], ...] = (
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "µs"),
    (1, "ns"),
)
"""Length in ns and sign, from long to short."""

_DIGITS = 4


def time_text(ns: int) -> str:
    """A time or a length with its unit, rounded to four digits: `12.41 ms`."""
    if ns < 0:
        return "-" + time_text(-ns)
    if ns == 0:
        return "0 s"
    length, sign = next((length, sign) for length, sign in UNITS if ns >= length)
    value = ns / length
    decimals = 0 if length == 1 else max(0, _DIGITS - len(str(int(value))))
    text = f"{value:.{decimals}f}"
    if decimals and "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text} {sign}"


def steady_text(ns: int) -> str:
    """As `time_text`, to two decimals of seconds: for a clock that runs while one reads it."""
    return f"{ns / 1e9:.2f} s"
