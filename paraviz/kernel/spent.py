"""CPU time of threads, and the time they waited for a CPU, as the system accounts them: seen from
outside in /proc/<pid>/task/<tid>/schedstat now and then."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable


class Spent(Struct, frozen=True, eq=False):
    """Columns of looks at threads' accounts, one row each, sorted by time."""

    times: NDArray[np.int64]
    """int64[n]: ns of CLOCK_MONOTONIC, or since an origin."""
    tids: NDArray[np.int32]
    """int32[n]: thread."""
    ran: NDArray[np.int64]
    """int64[n]: ns it had run up to then, which may lag behind by a tick."""
    waited: NDArray[np.int64]
    """int64[n]: ns it had waited for a CPU up to when it last got one."""

    def __len__(self) -> int:
        return len(self.times)

    def since(self, origin: int) -> Spent:
        """The same with times counted from `origin`."""
        return Spent(self.times - origin, self.tids, self.ran, self.waited)

    def rows(self, chosen: NDArray[np.int64] | slice) -> Spent:
        """Some of the rows."""
        return Spent(self.times[chosen], self.tids[chosen], self.ran[chosen], self.waited[chosen])


def spent_of(rows: Iterable[tuple[int, int, int, int]] = ()) -> Spent:
    """Columns of (time, tid, ran, waited)."""
    table = np.array(list(rows), np.int64).reshape(-1, 4)
    times, tids, ran, waited = (table[:, column].copy() for column in range(4))
    return Spent(times, tids.astype(np.int32), ran, waited)


def spent_joined(first: Spent, then: Spent) -> Spent:
    """The rows of one, then of the other."""
    return Spent(
        np.concatenate((first.times, then.times)),
        np.concatenate((first.tids, then.tids)),
        np.concatenate((first.ran, then.ran)),
        np.concatenate((first.waited, then.waited)),
    )


def usable_cpus() -> int:
    """How many CPUs this process, and what it starts, may use; 0 where that is not known."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 0


def parsed(line: bytes) -> tuple[int, int] | None:
    """What a line says (Documentation/scheduler/sched-stats.rst): ns it ran, ns it waited; None
    where the kernel does not count."""
    fields = line.split()
    if len(fields) < 2 or fields[:2] == [b"0", b"0"]:
        return None
    return int(fields[0]), int(fields[1])
