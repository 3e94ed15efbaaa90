"""From the bytes of a ring to columns of context switches.

A record is a head (type, flags, size), a body and, with `sample_id_all`, a tail that says who,
when and on which CPU. Context switches have no body, and all but a few records are context
switches: runs of them are read as arrays, the rest one by one (perf_event_open(2)).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.kernel.tasks import Ended, Fork, Named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.kernel.tasks import TaskRecords

IN = 0
"""A thread gets a CPU."""
OUT = 1
"""It leaves the CPU because it waits for something."""
PREEMPTED = 2
"""It is taken off the CPU although it could go on."""
EXIT = 3
"""It ends."""

RECORD_LOST = 2
RECORD_COMM = 3
RECORD_EXIT = 4
RECORD_FORK = 7
RECORD_SWITCH = 14
MISC_SWITCH_OUT = 1 << 13
MISC_SWITCH_OUT_PREEMPT = 1 << 14
MISC_COMM_EXEC = 1 << 13

HEAD = struct.Struct("=IHH")
"""type, flags, size of the whole record in bytes."""
WHO = struct.Struct("=iiQII")
"""The tail: process, thread, ns, CPU, 0."""
TASK = struct.Struct("=iiiiQ")
"""The body of an EXIT, and of a FORK: process, its parent, thread, its parent, ns."""
COMM = struct.Struct("=ii")
"""How the body of a COMM begins: process, thread; its name follows, ended by a zero."""
LOST = struct.Struct("=QQ")
"""The body of a LOST: event, number of records."""

_SWITCH = np.dtype(
    [
        ("type", "u4"),
        ("misc", "u2"),
        ("size", "u2"),
        ("pid", "i4"),
        ("tid", "i4"),
        ("time", "i8"),
        ("cpu", "u4"),
        ("zero", "u4"),
    ]
)
_FIRST_LOOK = 64
_GROWTH = 8


class Switches(Struct, frozen=True, eq=False):
    """Columns of context switches, one row each."""

    times: NDArray[np.int64]
    """int64[n]: ns of CLOCK_MONOTONIC, or since an origin; sorted where it is said so."""
    tids: NDArray[np.int32]
    """int32[n]: thread; -1 for one that is all but gone."""
    pids: NDArray[np.int32]
    """int32[n]: its process."""
    cpus: NDArray[np.int16]
    """int16[n]: where."""
    kinds: NDArray[np.uint8]
    """uint8[n]: IN, OUT, PREEMPTED or EXIT."""

    def __len__(self) -> int:
        return len(self.times)

    def rows(self, chosen: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Switches:
        """Some of the rows."""
        return Switches(
            self.times[chosen],
            self.tids[chosen],
            self.pids[chosen],
            self.cpus[chosen],
            self.kinds[chosen],
        )

    def since(self, origin: int) -> Switches:
        """The same with times counted from `origin`."""
        return Switches(self.times - origin, self.tids, self.pids, self.cpus, self.kinds)


def joined(parts: Sequence[Switches]) -> Switches:
    """All rows of all parts, end to end."""
    if len(parts) == 1:
        return parts[0]
    return Switches(
        np.concatenate([np.empty(0, np.int64), *(part.times for part in parts)]),
        np.concatenate([np.empty(0, np.int32), *(part.tids for part in parts)]),
        np.concatenate([np.empty(0, np.int32), *(part.pids for part in parts)]),
        np.concatenate([np.empty(0, np.int16), *(part.cpus for part in parts)]),
        np.concatenate([np.empty(0, np.uint8), *(part.kinds for part in parts)]),
    )


def in_order(parts: Sequence[Switches]) -> Switches:
    """All rows of all parts, sorted by time; rows of equal time stay in their order."""
    whole = joined(parts)
    return whole.rows(np.argsort(whole.times, kind="stable"))


def exits(switches: Switches) -> dict[int, int]:
    """When each thread ended that did, as in `switches.times`; the last one of a number."""
    rows = np.flatnonzero(switches.kinds == EXIT)
    return dict(zip(switches.tids[rows].tolist(), switches.times[rows].tolist(), strict=True))


def parsed(data: bytes, tasks: TaskRecords | None = None) -> tuple[Switches, int]:
    """The switches among whole records, in their order, and the number of records lost.

    `tasks` takes who was forked, what got a name and who ended."""
    parts: list[Switches] = []
    lost, at, look = 0, 0, _FIRST_LOOK
    while at + HEAD.size <= len(data):
        run = _leading_switches(data, at, look)
        if len(run):
            parts.append(_columns(run))
            at += run.nbytes
            look *= _GROWTH
            continue
        look = _FIRST_LOOK
        record_type, misc, size = HEAD.unpack_from(data, at)
        if size < HEAD.size + WHO.size or at + size > len(data):
            break  # no record ends like this; there is no telling where the next one begins
        if record_type == RECORD_LOST:
            lost += LOST.unpack_from(data, at + HEAD.size)[1]
        elif record_type == RECORD_EXIT:
            parts.append(_exit(data, at, size))
            if tasks is not None:
                tasks.ends.append(_ended(data, at))
        elif record_type == RECORD_FORK and tasks is not None:
            tasks.forks.append(_fork(data, at))
        elif record_type == RECORD_COMM and tasks is not None:
            tasks.names.append(_named(data, at, size, begins=bool(misc & MISC_COMM_EXEC)))
        elif record_type == RECORD_SWITCH:
            one = np.frombuffer(data, _SWITCH, 1, at)
            parts.append(_columns(one))
        at += size
    return joined(parts), lost


def _leading_switches(data: bytes, at: int, look: int) -> NDArray[np.void]:
    """The run of switches that begins at a byte, as far as `look` records go."""
    count = min(look, (len(data) - at) // _SWITCH.itemsize)
    window = np.frombuffer(data, _SWITCH, count, at)
    other = (window["type"] != RECORD_SWITCH) | (window["size"] != _SWITCH.itemsize)
    ends = np.flatnonzero(other)
    return window[: ends[0]] if len(ends) else window


def _columns(run: NDArray[np.void]) -> Switches:
    out = (run["misc"] & MISC_SWITCH_OUT) != 0
    preempted = (run["misc"] & MISC_SWITCH_OUT_PREEMPT) != 0
    kinds = np.where(out, np.where(preempted, PREEMPTED, OUT), IN)
    return Switches(
        run["time"].copy(),
        run["tid"].copy(),
        run["pid"].copy(),
        run["cpu"].astype(np.int16),
        kinds.astype(np.uint8),
    )


def _exit(data: bytes, at: int, size: int) -> Switches:
    pid, _, tid, _, time = TASK.unpack_from(data, at + HEAD.size)
    cpu = WHO.unpack_from(data, at + size - WHO.size)[3]
    return Switches(
        np.array([time], np.int64),
        np.array([tid], np.int32),
        np.array([pid], np.int32),
        np.array([cpu], np.int16),
        np.array([EXIT], np.uint8),
    )


def _fork(data: bytes, at: int) -> Fork:
    pid, parent, tid, _, at_ns = TASK.unpack_from(data, at + HEAD.size)
    return Fork(at_ns, pid, tid, parent)


def _ended(data: bytes, at: int) -> Ended:
    pid, _, tid, _, at_ns = TASK.unpack_from(data, at + HEAD.size)
    return Ended(at_ns, pid, tid)


def _named(data: bytes, at: int, size: int, *, begins: bool) -> Named:
    pid, tid = COMM.unpack_from(data, at + HEAD.size)
    name = data[at + HEAD.size + COMM.size : at + size - WHO.size].partition(b"\0")[0]
    at_ns = WHO.unpack_from(data, at + size - WHO.size)[2]
    return Named(at_ns, pid, tid, name.decode(errors="replace"), begins)
