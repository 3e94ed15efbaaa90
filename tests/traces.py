"""Small traces by hand, for tests of what stands above the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace import Lane, Program, SharedObject, Trace
from paraviz.trace.states.from_events import with_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import LaneKind

Event = tuple[int, int, int, int]
"""(time in ns, kind, object, value)"""


def lane(
    name: str,
    events: Sequence[Event],
    *,
    start_ns: int = 0,
    end_ns: int,
    text: str = "",
    pid: int = 100,
    tid: int = 0,
    kind: LaneKind = "thread",
    end_reason: str = "returned",
) -> Lane:
    """A lane with these events, its states not yet derived."""
    columns = np.array(events, np.int64).reshape(-1, 4)
    return Lane(
        name=name,
        pid=pid,
        tid=tid,
        kind=kind,
        start_ns=start_ns,
        end_ns=end_ns,
        end_reason=end_reason,
        times=columns[:, 0].copy(),
        kinds=columns[:, 1].astype(np.uint8),
        objects=columns[:, 2].astype(np.int32),
        values=columns[:, 3].copy(),
        sites=np.full(len(columns), -1, np.int32),
        text=text,
        emitted=len(columns),
    )


def trace(
    lanes: Sequence[Lane],
    objects: Sequence[SharedObject] = (),
    *,
    name: str = "program.py",
    switch_interval_s: float = 0.005,
    gil: bool = True,
) -> Trace:
    """A finished trace of these lanes, states derived."""
    derived = with_states(lanes, gil=gil, switch_interval_s=switch_interval_s)
    return Trace(
        program=Program(name),
        lanes=tuple(derived),
        objects=tuple(objects),
        wall_ns=max((lane.end_ns for lane in lanes), default=0),
        exit_code=0,
        end_reason="ended",
        python="3.11.7",
        gil=gil,
        switch_interval_s=switch_interval_s,
    )


MS = 1_000_000


def printers(n: int = 20, *, locked: bool = False) -> Trace:
    """The lecture's two printers as they might have gone: 26 ms, main and two threads."""
    a: list[Event] = [(1 * MS, ev.THREAD_BEGIN, -1, 0)]
    b: list[Event] = [(2 * MS, ev.THREAD_BEGIN, -1, 0)]
    at = 2 * MS
    if locked:
        b += [(at, ev.LOCK_WAIT, 0, 0)]
        a += [(at - MS // 2, ev.LOCK_ACQUIRED, 0, 0)]
    turns = [a] * n + [b] * n if locked else [(a, b)[i // 5 % 2] for i in range(2 * n)]
    for i, events in enumerate(turns):
        if locked and i == n:
            a += [(at, ev.LOCK_RELEASED, 0, 0)]
            b += [(at + MS // 100, ev.LOCK_ACQUIRED, 0, 0)]
        at += MS // 2
        events.append((at, ev.WRITE, ev.STDOUT, 1))
    if locked:
        b += [(at, ev.LOCK_RELEASED, 0, 0)]
    ends = a[-1][0] + MS // 10, b[-1][0] + MS // 10
    main: list[Event] = [
        (0, ev.PROGRAM_BEGIN, -1, 0),
        (MS // 2, ev.THREAD_START, 1, 0),
        (MS, ev.THREAD_START, 2, 0),
        (MS + MS // 2, ev.JOIN_BEGIN, 1, 0),
        (ends[0], ev.JOIN_END, 1, 0),
        (ends[0] + MS // 50, ev.JOIN_BEGIN, 2, 0),
        (max(ends) + MS // 20, ev.JOIN_END, 2, 0),
        (max(ends) + MS // 10, ev.WRITE, ev.STDOUT, 1),
        (max(ends) + MS // 5, ev.PROGRAM_END, -1, 0),
    ]
    lanes = [
        lane("MainThread", main, end_ns=main[-1][0], text="\n", kind="process", tid=100),
        lane("thread-a", a, start_ns=1 * MS, end_ns=ends[0], text="a" * n, tid=101),
        lane("thread-b", b, start_ns=2 * MS, end_ns=ends[1], text="b" * n, tid=102),
    ]
    return trace(lanes, [SharedObject("Lock", "lock")] if locked else [], name="printers")
