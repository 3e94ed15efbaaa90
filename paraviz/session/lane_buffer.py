"""What has arrived of one lane: columns that grow, and its text."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.model import Kinds, LaneKind, Refs, Times

Columns = tuple[Times, Kinds, Refs, Times, Refs]
"""Stamps, kinds, object numbers, values, site numbers."""
Translate = Callable[["NDArray[np.int64] | slice", Refs], "tuple[Refs, NDArray[np.bool_]]"]
"""From rows of a lane and the numbers there to rows of the trace, and which of these may be others
later."""

_ROOM = 1 << 10
"""Rows that a column begins with."""
_LARGE, _MANY = 1 << 20, 64
"""From so many on it gets room for so many times as many: each time all of it is there twice."""


class Growing:
    """A column that grows at its end. What has been handed out of it never changes.

    Memory of zeros that nothing was written to is none that the system counts: so far more than is
    needed is asked for each time, and a column of nothing but zeros takes none.
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
            rows = self._zeros(length)
            if self._used:
                rows[: self._length] = self._rows[: self._length]
            self._rows = rows
        if fresh.any():
            self._used = True
            self._rows[self._length : length] = fresh
        self._length = length

    def _zeros(self, length: int) -> NDArray[Any]:
        """Room for so many rows, and for more."""
        room = len(self._rows) * (_MANY if len(self._rows) >= _LARGE else 2)
        try:
            return np.zeros(max(length, room), self._rows.dtype)
        except MemoryError:
            # As where memory that is never touched counts as well.
            return np.zeros(length + length // 4, self._rows.dtype)

    def mend(self, rows: NDArray[np.int64], values: NDArray[Any]) -> None:
        """Replace some rows, of a copy: what was handed out stays as it was."""
        old, self._rows = self.so_far(), np.zeros(len(self._rows), self._rows.dtype)
        self._rows[: self._length] = old
        self._rows[rows] = values
        self._used = True

    def so_far(self) -> NDArray[Any]:
        """A view of all rows."""
        return self._rows[: self._length]


class Numbered:
    """A column of the numbers that a process gave to things, which become rows of the trace: each
    once, when it is first asked for, and those again that were not known then or may have moved."""

    __slots__ = ("_column", "_done", "_fresh", "_numbers", "_open", "waiting")

    def __init__(self) -> None:
        self._column = Growing(np.int32)
        self._done = 0
        self._fresh: list[NDArray[Any]] = []
        self.waiting = 0
        """How many numbers are no rows yet."""
        self._open: NDArray[np.int64] = np.empty(0, np.int64)
        """The rows that may be others later."""
        self._numbers: Refs = np.empty(0, np.int32)
        """What the process called them."""

    def append(self, fresh: NDArray[Any]) -> None:
        """Add numbers."""
        self._fresh.append(fresh)
        self.waiting += len(fresh)

    def take_in(self, translate: Translate) -> None:
        """Make rows of the numbers that came since."""
        if not self.waiting:
            return
        fresh = np.concatenate(self._fresh)
        self._fresh, self.waiting = [], 0
        found, is_open = translate(slice(self._done, self._done + len(fresh)), fresh)
        self._column.append(found)
        rows = np.flatnonzero(is_open)
        if len(rows):
            self._open = np.concatenate((self._open, rows + self._done))
            self._numbers = np.concatenate((self._numbers, fresh[rows]))
        self._done += len(fresh)

    def rows(self, translate: Translate) -> Refs:
        """int32[n]: rows of the trace, -1 for none. A view that stays as it is."""
        if len(self._open):
            found, is_open = translate(self._open, self._numbers)
            if (found != self._column.so_far()[self._open]).any():
                self._column.mend(self._open, found)
            self._open, self._numbers = self._open[is_open], self._numbers[is_open]
        self.take_in(translate)
        return self._column.so_far()


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
    times: Growing = field(default_factory=lambda: Growing(np.int64))
    """Relative to `base`."""
    kinds: Growing = field(default_factory=lambda: Growing(np.uint8))
    objects: Numbered = field(default_factory=Numbered)
    values: Growing = field(default_factory=lambda: Growing(np.int64))
    sites: Numbered = field(default_factory=Numbered)

    def take(self, pairs: NDArray[np.int64], before: int = 0) -> None:
        """Add records (int64[n, 2], see `paraviz.events`). `before`: how many the lane emitted
        before these."""
        stamps, kinds, objects, values, sites = _decoded(pairs)
        if not len(stamps):
            return
        self.emitted = max(self.emitted, before + len(stamps))
        if self.latest is not None:
            stamps[0] = max(int(stamps[0]), self.latest)
        # A signal handler's events come between the stamp and the record of what it interrupts.
        np.maximum.accumulate(stamps, out=stamps)
        self.latest = int(stamps[-1])
        stamps -= self.base
        self.times.append(stamps)
        self.kinds.append(kinds)
        self.objects.append(objects)
        self.values.append(values)
        self.sites.append(sites)

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
