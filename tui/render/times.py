"""Times as a person reads them: a unit, and at most four digits; long ones in days."""

from __future__ import annotations

from paraviz.text.durations import LONG_NS, long_duration
from paraviz.text.translation import localized

UNITS: tuple[tuple[int, str], ...] = (
    (1_000_000_000, "s"),
    (1_000_000, "ms"),
    (1_000, "µs"),
    (1, "ns"),
)
"""Length in ns and sign, from long to short."""

_DIGITS = 4


def time_text(ns: int) -> str:
    """A time or a length with its unit, rounded to four digits: `12.41 ms`; from ten minutes on
    `2 h 59 min`."""
    if ns < 0:
        return "-" + time_text(-ns)
    if ns == 0:
        return "0 s"
    if ns >= LONG_NS:
        return long_duration(ns)
    # From where a unit rounds to a thousand of itself the next one is written.
    length, sign = next((length, sign) for length, sign in UNITS if ns >= length - length // 20_000)
    value = ns / length
    decimals = 0 if length == 1 else max(0, _DIGITS - len(str(int(value))))
    text = f"{value:.{decimals}f}"
    if decimals and "." in text:
        text = text.rstrip("0").rstrip(".")
    return localized(f"{text} {sign}")


def steady_text(ns: int) -> str:
    """As `time_text`, to two decimals of seconds: for a clock that runs while one reads it."""
    if abs(ns) >= LONG_NS:
        return long_duration(ns)
    return localized(f"{ns / 1e9:.2f} s")
