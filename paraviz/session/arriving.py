"""What has arrived of one lane: columns that grow, and its text."""

from __future__ import annotations

import codecs
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.model import Kinds, LaneKind, Refs, Times

Columns = tuple[Times, Kinds, Refs, Times, Refs]
"""Stamps, kinds, object numbers, values, site numbers."""

_DTYPES = (np.int64, np.uint8, np.int32, np.int64, np.int32)
_ROOM = 1 << 10
"""Rows that a column begins with."""


class Growing:
    """A column that grows at its end. What has been handed out of it never changes.

    Memory of zeros that nothing was written to is none that the system counts: so twice as much is
    asked for each time, and a column of nothing but zeros takes none.
    """

    __slots__ = ("_length", "_rows", "_used")

    def __init__(self, dtype: type[np.generic]) -> None:
        self._rows: NDArray[Any] = np.zeros(_ROOM, dtype)
        self._length = 0
        self._used = False

    def append(self, fresh: NDArray[Any]) -> None:
        """Add rows."""
        length = self._length + len(fresh)
        if length > len(self._rows):
            rows = np.zeros(max(length, 2 * len(self._rows)), self._rows.dtype)
            if self._used:
                rows[: self._length] = self._rows[: self._length]
            self._rows = rows
        self._used = self._used or bool(fresh.any())
        if self._used:
            self._rows[self._length : length] = fresh
        self._length = length

    def so_far(self) -> NDArray[Any]:
        """A view of all rows."""
        return self._rows[: self._length]


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("surrogatepass")


class LaneSoFar(Struct):
    """What is known of one lane; stamps are absolute, those of events relative to `base`."""

    pid: int
    number: int
    base: int
    name: str = ""
    tid: int = 0
    kind: LaneKind = "thread"
    start: int = 0
    end: int | None = None
    reason: str = ""
    emitted: int = 0
    born: int = 0
    """When its process was forked, where that is well before it could say anything; else 0 or its
    start."""
    probes: bool = True
    helper: bool = False
    command: str = ""
    cpu_ns: int = -1
    """CPU time its thread used in its life; -1 where that is not known."""
    latest: int | None = None
    """The stamp of its last event."""
    decoder: codecs.IncrementalDecoder = field(default_factory=_decoder)
    pieces: list[str] = field(default_factory=list)
    _columns: tuple[Growing, ...] = field(
        default_factory=lambda: tuple(Growing(dtype) for dtype in _DTYPES)
    )

    def take(self, pairs: NDArray[np.int64]) -> None:
        """Add records (int64[n, 2], see `paraviz.events`)."""
        fresh: tuple[NDArray[Any], ...] = _decoded(pairs)
        stamps = fresh[0]
        if not len(stamps):
            return
        if self.latest is not None:
            stamps[0] = max(int(stamps[0]), self.latest)
        # A signal handler's events come between the stamp and the record of what it interrupts.
        np.maximum.accumulate(stamps, out=stamps)
        self.latest = int(stamps[-1])
        stamps -= self.base
        for column, rows in zip(self._columns, fresh, strict=True):
            column.append(rows)

    @property
    def columns(self) -> Columns:
        """All that has arrived. Views that stay as they are."""
        times, kinds, objects, values, sites = (column.so_far() for column in self._columns)
        return times, kinds, objects, values, sites

    def text(self) -> str:
        """All it wrote that came so far."""
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


def _decoded(pairs: NDArray[np.int64]) -> Columns:
    """Records as columns, extras folded into their event."""
    stamps, words = pairs[:, 0], pairs[:, 1]
    is_extra = words == ev.EXTRA
    values = np.zeros(len(pairs), np.int64)
    rows = np.flatnonzero(is_extra)
    values[rows - 1] = stamps[rows]
    events = ~is_extra
    words = words[events]
    return (
        stamps[events],
        (words & ev.KIND_MASK).astype(np.uint8),
        (words >> ev.KIND_BITS & ev.OBJECT_MASK).astype(np.int32),
        values[events],
        (words >> ev.SITE_SHIFT).astype(np.int32),
    )
