"""Long times along a ruler: in days, hours and minutes or, where the moment of the origin is known,
as dates and times of day in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from paraviz.text.durations import LONG_UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECOND, MINUTE, HOUR, DAY = (length for length, _ in reversed(LONG_UNITS))
_STEPS = (
    *(SECOND * count for count in (1, 2, 5, 10, 30)),
    *(MINUTE * count for count in (1, 2, 5, 10, 30)),
    *(HOUR * count for count in (1, 2, 6, 12)),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def long_steps() -> Iterator[int]:
    """Round steps in ns from a second on: parts of minutes, hours and days, then 1, 2 or 5 · 10^n
    days."""
    yield from _STEPS
    days = 1
    while True:
        yield from (DAY * days * factor for factor in (1, 2, 5))
        days *= 10


@lru_cache(maxsize=8)
def origin_ns(recorded_at: str) -> int | None:
    """An ISO 8601 moment as ns since 1970; None for what is none."""
    try:
        moment = datetime.fromisoformat(recorded_at)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not _FIRST < moment < _LAST:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000


def elapsed_labels(moments: Sequence[int], step: int) -> tuple[list[str], int]:
    """Labels of moments that are multiples of `step`, of two units at most, and the moment in ns
    that they count from: 0, or the beginning of a day or an hour."""
    base = 0
    most = max(abs(moments[0]), abs(moments[-1]))
    if step < HOUR and most >= DAY:
        base = moments[0] // DAY * DAY
    if step < MINUTE and max(abs(moments[0] - base), abs(moments[-1] - base)) >= HOUR:
        base = moments[0] // HOUR * HOUR
    sign = "+" if base else ""
    return [sign + _elapsed(at - base, step) for at in moments], base


def _elapsed(ns: int, step: int) -> str:
    if ns < 0:
        return "-" + _elapsed(-ns, step)
    parts = []
    for length, sign in LONG_UNITS:
        whole, ns = divmod(ns, length)
        if whole:
            parts.append(f"{whole} {sign}")
    if parts:
        return " ".join(parts)
    return next(f"0 {sign}" for length, sign in LONG_UNITS if step >= length)


def dated_labels(moments: Sequence[int], step: int) -> tuple[list[str], str]:
    """Labels of moments in ns since 1970, and the date that they are of, or "" where one of the
    labels says it."""
    labels = [date(at) if at % DAY == 0 else time_of_day(at, step) for at in moments]
    return labels, "" if any(at % DAY == 0 for at in moments) else date(moments[0])


def date(at_ns: int) -> str:
    """The day of a moment in ns since 1970: 2026-03-01, in any language."""
    return f"{_EPOCH + timedelta(microseconds=at_ns // 1_000):%Y-%m-%d}"


def time_of_day(at_ns: int, step: int) -> str:
    """The time of a moment in ns since 1970, as exact as multiples of `step` need: 06:30,
    06:30:15, 06:30:15.25."""
    minutes, seconds = divmod(at_ns % DAY, MINUTE)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    if step % MINUTE == 0:
        return text
    text += f":{seconds // SECOND:02}"
    digits = 0
    while step * 10**digits % SECOND:
        digits += 1
    return f"{text}.{seconds % SECOND:09}"[: len(text) + 1 + digits] if digits else text
