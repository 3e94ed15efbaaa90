"""Context switches by hand: as the kernel writes them, and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.kernel import records
from paraviz.kernel.records import Switches

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[int, int, int, int, int]
"""(time in ns, thread, process, CPU, kind)"""


def columns(rows: Sequence[Row]) -> Switches:
    """Rows as columns."""
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Switches(
        table[:, 0].copy(),
        table[:, 1].astype(np.int32),
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.int16),
        table[:, 4].astype(np.uint8),
    )


def rows_of(switches: Switches) -> list[Row]:
    """Columns as rows."""
    columns = (
        switches.times,
        switches.tids,
        switches.pids,
        switches.cpus,
        switches.kinds,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


def record(row: Row) -> bytes:
    """A row as the kernel writes it."""
    time, tid, pid, cpu, kind = row
    who = records.WHO.pack(pid, tid, time, cpu, 0)
    if kind == records.EXIT:
        return odd(records.RECORD_EXIT, records.TASK.pack(pid, 1, tid, 1, time), who)
    misc = {records.IN: 0, records.OUT: records.MISC_SWITCH_OUT}.get(
        kind, records.MISC_SWITCH_OUT | records.MISC_SWITCH_OUT_PREEMPT
    )
    return records.HEAD.pack(records.RECORD_SWITCH, misc, 32) + who


def lost(count: int) -> bytes:
    """The kernel's word that records found no room."""
    return odd(records.RECORD_LOST, records.LOST.pack(1, count))


def odd(record_type: int, body: bytes, who: bytes = bytes(24)) -> bytes:
    """A record of any other kind."""
    return records.HEAD.pack(record_type, 0, 8 + len(body) + len(who)) + body + who
