"""A trace with something of everything, for what arranges and draws its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from paraviz.trace.model import Counter, Cpu
from tests.traces import Event, lane, trace

if TYPE_CHECKING:
    from paraviz.trace import Lane

END = 100_000
"""ns; every time below is in thousandths of a µs."""
LOCK, QUEUE, LOAD, PARSE = range(4)
_OBJECTS = [
    SharedObject("Lock", "printer"),
    SharedObject("Queue", "todo"),
    SharedObject("mark", "load"),
    SharedObject("mark", "parse"),
]


def workshop(workers: int = 3) -> Trace:
    """A main thread, a logger and some workers `worker-1` …, in two processes. Worker 1 has the
    lock from 20 to 60 µs, worker 2 waits for it; worker 1 loads from 10 to 90 µs and parses in the
    midst of that. Two items go through a queue. CPU 0 is worker 1's half of the time."""
    return replace(
        trace(
            [*_first(), *(_worker(number) for number in range(1, workers + 1))], _OBJECTS, gil=False
        ),
        counters=(Counter("frequency", np.array([50_000]), np.array([2.5])),),
        cpus=(
            Cpu(0, np.array([10_000]), np.array([60_000]), np.array([2], np.int32)),
            Cpu(1, np.array([40_000]), np.array([50_000]), np.array([-1], np.int32)),
        ),
    )


def _first() -> list[Lane]:
    puts: list[Event] = [(10_000, ev.PUT, QUEUE, 1), (30_000, ev.PUT, QUEUE, 2)]
    main = lane("MainThread", puts, end_ns=END, kind="process", pid=100, tid=100)
    return [main, lane("logger", [], end_ns=END // 2, pid=100, tid=101)]


def _worker(number: int) -> Lane:
    events: list[Event] = []
    if number == 1:
        events = [
            (10_000, ev.SPAN_BEGIN, LOAD, 0),
            (20_000, ev.LOCK_ACQUIRED, LOCK, 0),
            (30_000, ev.SPAN_BEGIN, PARSE, 0),
            (40_000, ev.GET, QUEUE, 1),
            (50_000, ev.SPAN_END, PARSE, 0),
            (60_000, ev.LOCK_RELEASED, LOCK, 0),
            (90_000, ev.SPAN_END, LOAD, 0),
        ]
    elif number == 2:
        events = [
            (25_000, ev.LOCK_WAIT, LOCK, 0),
            (60_100, ev.LOCK_ACQUIRED, LOCK, 0),
            (70_000, ev.LOCK_RELEASED, LOCK, 0),
        ]
    return lane(
        f"worker-{number}",
        events,
        start_ns=number * 1_000 if number < 10 else 9_000,
        end_ns=END,
        kind="process" if number == 1 else "thread",
        pid=200,
        tid=200 + number,
    )
