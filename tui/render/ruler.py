"""The ruler: round moments along a viewport.

Ticks stand at multiples of 1, 2 or 5 · 10^n, far enough apart that their labels never touch. A
label has at most four digits; where the moment itself would need more, the ruler counts from a
`base` that it names once, and its labels begin with a plus.
"""

from __future__ import annotations

from msgspec import Struct

from paraviz.words import localized

from .times import UNITS
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


def ruler(viewport: Viewport, columns: int) -> Ruler:
    """The finest ruler whose labels fit into `columns`."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            found = _try(viewport, columns, step * factor)
            if found is not None:
                return found
        step *= 10


def _try(viewport: Viewport, columns: int, step: int) -> Ruler | None:
    """The ruler with this step in ns, or None if its labels would touch."""
    apart = step * columns // viewport.span_ns
    if apart < _GAP + len("|0 s"):
        return None
    first = -(-viewport.start_ns // step) * step
    moments = list(range(first, viewport.end_ns, step))
    labels, base = _labels(moments, step)
    if len(moments) > 1 and max(map(len, labels)) + _GAP > apart:
        return None
    ticks = [
        Tick(viewport.column(at, columns), at, label)
        for at, label in zip(moments, labels, strict=True)
    ]
    return Ruler(tuple(ticks), base)


def _labels(moments: list[int], step: int) -> tuple[list[str], str]:
    """Labels of moments, and what they count from."""
    if not moments:
        return [], ""
    most = max(abs(moments[0]), abs(moments[-1]))
    found = _unit(most, step)
    if found is not None:
        length, sign, decimals = found
        return [localized(f"{at / length:.{decimals}f} {sign}") for at in moments], ""
    power = step
    while power < moments[-1] - moments[0] + step:
        power *= 10
    base = moments[0] // power * power
    found = _unit(moments[-1] - base, step)
    assert found is not None
    length, sign, decimals = found
    return [localized(f"+{(at - base) / length:.{decimals}f} {sign}") for at in moments], exact(
        base
    )


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
    """A moment to its last digit, in groups: `1 s 234 ms`."""
    sign, rest = ("-", -ns) if ns < 0 else ("", ns)
    parts = []
    for length, unit in UNITS:
        whole, rest = divmod(rest, length)
        if whole:
            parts.append(f"{whole} {unit}")
    return sign + (" ".join(parts) or "0 s")
