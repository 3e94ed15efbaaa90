"""What must hold of columns before they are believed, in little memory, each in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from paraviz.errors import FormatError
from paraviz.formats.native.meta import TIME_LIMIT_NS
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Times

Scalar = TypeVar("Scalar", bound=np.generic)

CHUNK = 1 << 16
"""Rows looked at together: so few that what one step computes is still in a cache at the next."""


def offsets_of(lengths: Sequence[int] | NDArray[np.int64]) -> Times:
    """Where pieces of these lengths begin and end when laid end to end."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def joined(parts: Sequence[NDArray[Scalar]], dtype: type[Scalar]) -> NDArray[Scalar]:
    """The parts laid end to end."""
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


def check_offsets(name: str, offsets: Times, pieces: int | None, *columns: NDArray[Any]) -> None:
    """Raise FormatError unless the offsets cut these columns into so many pieces, or any number."""
    fits = len(offsets) == pieces + 1 if pieces is not None else len(offsets) > 0
    require(fits, _("{name} does not fit the lanes").format(name=name))
    require(offsets[0] == 0 and ascending(offsets), _("{name} is out of order").format(name=name))
    for column in columns:
        words = _("a column of {name} has a wrong length")
        require(len(column) == offsets[-1], words.format(name=name))


def check_times(name: str, times: Times, offsets: Times | None = None) -> None:
    """Raise FormatError for times beyond the limit; where each piece is known to be in order, its
    ends tell of it."""
    if offsets is not None:
        some = np.flatnonzero(np.diff(offsets))
        times = times[np.concatenate((offsets[:-1][some], offsets[1:][some] - 1))]
    require(
        int(times.min(initial=0)) >= -TIME_LIMIT_NS and int(times.max(initial=0)) <= TIME_LIMIT_NS,
        _("{name} holds an absurd time").format(name=name),
    )


def ascending(values: Times, offsets: Times | None = None, *, strictly: bool = False) -> bool:
    """Whether values never decrease (`strictly`: always increase), save where a piece begins."""
    for first in range(0, len(values) - 1, CHUNK):
        part = values[first : first + CHUNK + 1]
        wrong = part[1:] <= part[:-1] if strictly else part[1:] < part[:-1]
        if not wrong.any():
            continue
        rows = np.flatnonzero(wrong) + (first + 1)
        if offsets is None or not (offsets[np.searchsorted(offsets, rows)] == rows).all():
            return False
    return True


def damaged(what: str) -> FormatError:
    """The error of a file that is not as it was written; `what` in the current language."""
    return FormatError(_("damaged: {what}").format(what=what))


def require(holds: bool, what: str) -> None:
    """Raise FormatError unless something holds."""
    if not holds:
        raise damaged(what)
