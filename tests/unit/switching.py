"""Context switches by hand: as the kernel writes them, as columns, and the states they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.kernel import records
from paraviz.kernel.records import IN, OUT, Switches, in_order
from paraviz.kernel.waits import waits_of
from paraviz.trace.states.from_kernel import with_kernel_states
from tests import traces
from tests.unit.strategies import state_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.traces import Event

MS = 1_000_000
LETTERS = "?RCGLB"
BUSY = [(0, IN), (19, OUT)]
IDLE = [(1, OUT)]
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


def spelled(
    events: list[Event],
    own: list[tuple[int, int]],
    other: list[tuple[int, int]] = [],  # noqa: B006
    other_events: list[Event] = [],  # noqa: B006
    *,
    looks: Sequence[tuple[float, int]] = (),
    end_ms: int = 20,
    gil: bool = True,
) -> str:
    """A letter a ms (running, CPU, GIL, lock, blocked) of a thread with these events, switches and
    looks at it, beside another; times are ms."""

    def scaled(rows: list[Event]) -> list[Event]:
        return [(at * MS, kind, obj, value) for at, kind, obj, value in rows]

    made = [
        traces.lane("one", scaled(events), end_ns=end_ms * MS, tid=1),
        traces.lane("two", scaled(other_events), end_ns=end_ms * MS, tid=2),
    ]
    switches = in_order(
        [
            columns(
                [
                    (at * MS, tid, 100, 0, kind)
                    for tid, rows in ((1, own), (2, other))
                    for at, kind in rows
                ]
            )
        ]
    )
    waits = waits_of((int(at * MS), 1, reason) for at, reason in looks)
    lane = with_kernel_states(made, switches, waits, gil=gil, switch_interval_s=0.005)[0]
    return "".join(LETTERS[state_at(lane, at * MS)] for at in range(end_ms))
