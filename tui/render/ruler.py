"""The ruler: round moments along a viewport.

Ticks stand at multiples of 1, 2 or 5 · 10^n, far enough apart that their labels never touch. A
label has at most four digits; where the moment itself would need more, the ruler counts from a
`base` that it names once, and its labels begin with a plus. From ten minutes on they stand at parts
of hours and days, as `calendar` has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.text.durations import LONG_NS, LONG_UNITS
from paraviz.text.translation import localized

from .calendar import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    date,
    dated_labels,
    elapsed_labels,
    long_steps,
    origin_ns,
    time_of_day,
)
from .times import UNITS, time_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .viewport import Viewport

_DIGITS = 4
_GAP = 3
"""Columns between the end of a label and the next tick."""


class Tick(Struct, frozen=True):
    """A marked moment."""

    column: int
    """Where."""
    at_ns: int
    """When."""
    label: str
    """As it is written, beginning one column to the right of the mark."""


class Ruler(Struct, frozen=True):
    """Ticks for one viewport."""

    ticks: tuple[Tick, ...]
    """From left to right."""
    base: str = ""
    """What the labels count from, or "" for the trace's origin."""
    base_ns: int = 0
    """The same as a moment."""
    origin_ns: int | None = None
    """The trace's origin in ns since 1970, where the labels are dates and times of day."""
    step_ns: int = 1
    """From one tick to the next."""

    def flag(self, at_ns: int) -> str:
        """A moment as it is told beside these ticks, finer than they are."""
        if self.origin_ns is None:
            if self.base_ns:
                return f"+{time_text(at_ns - self.base_ns)}"
            return time_text(at_ns)
        at_ns += self.origin_ns
        step = next((each for each in (DAY, HOUR) if self.step_ns >= each), SECOND)
        return f"{date(at_ns)} {time_of_day(at_ns, MINUTE if step > SECOND else self.step_ns)}"


def ruler(viewport: Viewport, columns: int, recorded_at: str = "") -> Ruler:
    """The finest ruler whose labels fit into `columns`. That of a trace of days which tells when it
    was `recorded_at` has dates."""
    origin = None
    if viewport.high_ns - viewport.low_ns >= DAY and recorded_at:
        origin = origin_ns(recorded_at)
    is_long = max(abs(viewport.start_ns), abs(viewport.end_ns)) >= LONG_NS
    for step in _steps(is_long=is_long):
        found = _try(viewport, columns, step, origin, is_long=is_long)
        if found is not None:
            return found
    raise AssertionError(viewport)


def _steps(*, is_long: bool) -> Iterator[int]:
    step = 1
    while not is_long or step < SECOND:
        yield from (step * factor for factor in (1, 2, 5))
        step *= 10
    yield from long_steps()


def _try(
    viewport: Viewport, columns: int, step: int, origin: int | None, *, is_long: bool
) -> Ruler | None:
    """The ruler with this step in ns, or None if its labels would touch."""
    apart = step * columns // viewport.span_ns
    if apart < _GAP + len("|0 s"):
        return None
    shift = origin or 0
    first = -(-(viewport.start_ns + shift) // step) * step - shift
    moments = list(range(first, viewport.end_ns, step))
    labels: list[str] = []
    base, base_ns = "", 0
    if moments and origin is not None:
        labels, base = dated_labels([at + origin for at in moments], step)
    elif moments and is_long and step >= SECOND:
        labels, base_ns = elapsed_labels(moments, step)
        base = exact(base_ns) if base_ns else ""
    elif moments:
        labels, base_ns = _labels(moments, step)
        base = exact(base_ns) if base_ns else ""
    if len(moments) > 1 and max(map(len, labels)) + _GAP > apart:
        return None
    ticks = [
        Tick(viewport.column(at, columns), at, label)
        for at, label in zip(moments, labels, strict=True)
    ]
    return Ruler(tuple(ticks), base, base_ns, origin, step)


def _labels(moments: list[int], step: int) -> tuple[list[str], int]:
    """Labels of moments, and what they count from in ns."""
    most = max(abs(moments[0]), abs(moments[-1]))
    found = _unit(most, step)
    if found is not None:
        length, sign, decimals = found
        return [localized(f"{at / length:.{decimals}f} {sign}") for at in moments], 0
    power = step
    while power < moments[-1] - moments[0] + step:
        power *= 10
    base = moments[0] // power * power
    found = _unit(moments[-1] - base, step)
    assert found is not None
    length, sign, decimals = found
    labels = [localized(f"+{(at - base) / length:.{decimals}f} {sign}") for at in moments]
    return labels, base


def _unit(most: int, step: int) -> tuple[int, str, int] | None:
    """Length, sign and decimals that write multiples of `step` up to `most` in few digits."""
    for length, sign in UNITS:
        if most < length and length > 1:
            continue
        decimals = 0
        while step * 10**decimals % length:
            decimals += 1
        if len(str(most // length)) + decimals <= _DIGITS:
            return length, sign, decimals
    return None


def exact(ns: int) -> str:
    """A moment to its last digit, in groups: `1 s 234 ms`, `2 d 3 h`."""
    sign, rest = ("-", -ns) if ns < 0 else ("", ns)
    parts = []
    for length, unit in (*LONG_UNITS[:-1], *UNITS) if rest >= LONG_NS else UNITS:
        whole, rest = divmod(rest, length)
        if whole:
            parts.append(f"{whole} {unit}")
    return sign + (" ".join(parts) or "0 s")
