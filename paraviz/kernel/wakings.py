"""When threads were woken, by the kernel's own tracepoint `sched_waking`, where that is allowed.

A thread is woken by whoever ends its wait, which may be an interrupt or a process that does not
belong to the program. So the wakings of all threads of the system are read, on each CPU, and those
of others are thrown away at once. That takes the right to watch the whole system (CAP_PERFMON, or
root); without it, when a thread was woken is concluded (`trace.woken`).

Layout: perf_event_open(2), PERF_RECORD_SAMPLE; events/sched/sched_waking/format in tracefs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.kernel import perf
from paraviz.kernel.records import HEAD, LOST, RECORD_LOST
from paraviz.kernel.rings import Ring, open_rings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paraviz.kernel.rings import Opener

TRACEFS = (Path("/sys/kernel/tracing"), Path("/sys/kernel/debug/tracing"))
RECORD_SAMPLE = 9
_FORMAT = "events/sched/sched_waking/format"
_NUMBER = re.compile(r"^ID: (\d+)$", re.MULTILINE)
_WHOM = re.compile(r"field:pid_t\spid;\s*offset:(\d+);\s*size:4;")
_EARLY_NS = 50_000
"""It may be woken that long before it has left its CPU: it was on its way to sleep."""


class Wakings(Struct, frozen=True, eq=False):
    """Columns of wake-ups, one row each."""

    times: NDArray[np.int64]
    """int64[n]: ns of CLOCK_MONOTONIC, or since an origin; sorted where it is said so."""
    tids: NDArray[np.int32]
    """int32[n]: who was woken."""

    def __len__(self) -> int:
        return len(self.times)

    def rows(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Wakings:
        """Some of the rows."""
        return Wakings(self.times[chosen], self.tids[chosen])

    def since(self, origin: int) -> Wakings:
        """The same with times counted from `origin`."""
        return Wakings(self.times - origin, self.tids)


def wakings_of(rows: Iterable[tuple[int, int]] = ()) -> Wakings:
    """Wake-ups from (ns, thread)."""
    table = np.array(list(rows), np.int64).reshape(-1, 2)
    return Wakings(table[:, 0], table[:, 1].astype(np.int32))


def wakings_joined(parts: Sequence[Wakings]) -> Wakings:
    """All rows of all parts, sorted by time."""
    times = np.concatenate([np.empty(0, np.int64), *(part.times for part in parts)])
    tids = np.concatenate([np.empty(0, np.int32), *(part.tids for part in parts)])
    order = np.argsort(times, kind="stable")
    return Wakings(times[order], tids[order])


class ByThread:
    """Wake-ups by whom they woke."""

    def __init__(self, wakings: Wakings) -> None:
        """`wakings`: sorted by time."""
        self._order = np.argsort(wakings.tids, kind="stable")
        self._tids = wakings.tids[self._order]
        self._times = wakings.times[self._order]

    def first_within(
        self, tid: int, starts: NDArray[np.int64], ends: NDArray[np.int64], never: int
    ) -> NDArray[np.int64]:
        """int64[n]: when a thread was woken in each of its stretches, one after the other; `never`
        where that is not recorded. Who was woken on its way to sleep is ready from the beginning;
        but what ended the stretch before the last one does not count again."""
        rows = np.searchsorted(self._tids, (tid, tid + 1))
        times = np.append(self._times[slice(*rows)], never)
        since = np.maximum(starts - _EARLY_NS, np.append(starts[:1] - _EARLY_NS, starts[:-1]))
        first = times[np.searchsorted(times[:-1], since, "left")]
        result: NDArray[np.int64] = np.where(first < ends, np.maximum(first, starts + 1), never)
        within = times[np.searchsorted(times[:-1], starts, "left")]
        return np.where(within < ends, np.maximum(within, starts + 1), result)


class Point(Struct, frozen=True):
    """The tracepoint, as this kernel has it."""

    number: int
    offset: int
    """Where in its data the number of the woken thread stands, in bytes."""


def point() -> Point | None:
    """The tracepoint, or None where it cannot be looked up."""
    for folder in TRACEFS:
        try:
            text = (folder / _FORMAT).read_text()
        except OSError:
            continue
        number, field = _NUMBER.search(text), _WHOM.search(text)
        if number and field:
            return Point(int(number[1]), int(field[1]))
    return None


class WakingRings:
    """The wakings of the whole system, emptied from outside."""

    def __init__(self, opener: Opener | None = None) -> None:
        """`opener`: in place of the kernel's."""
        self.lost = 0
        self._opener = opener
        self._offset = 0
        self._rings: list[Ring] = []
        self._parts: list[Wakings] = []

    @property
    def descriptors(self) -> list[int]:
        """Those that can be polled."""
        return [ring.descriptor for ring in self._rings]

    def open(self, cpus: Sequence[int]) -> None:
        """Begin, where that is allowed; else nothing is recorded."""
        found = point()
        if found is None:
            return
        self._offset = found.offset

        def opened(_pid: int, cpu: int, watermark: int) -> int:
            return perf.open_tracepoint(found.number, cpu, watermark)

        try:
            self._rings = open_rings(-1, cpus, self._opener or opened)
        except OSError:
            self._rings = []

    @property
    def is_open(self) -> bool:
        """Whether wakings are recorded."""
        return bool(self._rings)

    def drain(self) -> None:
        """Empty the rings."""
        for ring in self._rings:
            data = ring.drain()
            if data:
                part, lost = parsed(data, self._offset)
                self._parts.append(part)
                self.lost += lost

    def keep(self, tids: NDArray[np.int32]) -> None:
        """Throw away what was drained of all threads but these (sorted). Who sleeps has left a
        CPU, which is recorded earlier: drain this first."""
        self._parts = [part.rows(np.isin(part.tids, tids)) for part in self._parts]

    def take(self) -> Wakings:
        """What was drained since the last call."""
        parts, self._parts = self._parts, []
        return wakings_joined(parts)

    def close(self) -> None:
        """Record no more."""
        for ring in self._rings:
            ring.close()
        self._rings = []


def parsed(data: bytes, offset: int) -> tuple[Wakings, int]:
    """The wakings among whole records, and the number of records lost. `offset`: where in a
    tracepoint's data the woken thread stands."""
    at, lost = 0, 0
    parts: list[Wakings] = []
    while at + HEAD.size <= len(data):
        kind, _, size = HEAD.unpack_from(data, at)
        if size < HEAD.size or at + size > len(data):
            break
        if kind == RECORD_SAMPLE and size >= _RAW + offset + 4:
            run = _leading(data, at, size, offset)
            parts.append(Wakings(run["time"].copy(), run["tid"].copy()))
            at += size * len(run)
            continue
        if kind == RECORD_LOST:
            lost += LOST.unpack_from(data, at + HEAD.size)[1]
        at += size
    return wakings_joined(parts), lost


_TIME, _RAW = 16, 36
"""In a sample: its head, who and where it happened, when, on which CPU, and how long the
tracepoint's data is, stand before that."""


def _leading(data: bytes, at: int, size: int, offset: int) -> NDArray[np.void]:
    """The run of samples of one size that begins at a byte."""
    layout = np.dtype(
        {
            "names": ["type", "size", "time", "tid"],
            "formats": ["u4", "u2", "i8", "i4"],
            "offsets": [0, 6, _TIME, _RAW + offset],
            "itemsize": size,
        }
    )
    window = np.frombuffer(data, layout, (len(data) - at) // size, at)
    other = np.flatnonzero((window["type"] != RECORD_SAMPLE) | (window["size"] != size))
    return window[: other[0]] if len(other) else window
