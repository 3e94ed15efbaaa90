"""Runs that hang, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, Trace
from tests.traces import MS, Event, lane, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import LaneKind

LOCK, QUEUE, EVENT, OUTER, INNER, FUTURE, IN, OUT, OPEN, AWAITED, GROUP, LOOP = range(12)
THINGS = (
    SharedObject("multiprocessing.Lock", "lock"),
    SharedObject("Queue", "q"),
    SharedObject("Event", "ready"),
    SharedObject("task", "outer(0)"),
    SharedObject("task", "inner(0)"),
    SharedObject("task", "a task"),
    SharedObject("Connection", "receiver", peer=7),
    SharedObject("Connection", "sender", peer=6),
    SharedObject("Connection", "listener"),
    SharedObject("task", "Event.wait"),
    SharedObject("task", "gather"),
    SharedObject("event loop", "event loop"),
)
END = 2_000
"""ms; the run was stopped then."""
STOPPED = "stopped at its time limit of 2 s"

Worker = tuple[str, str, "Sequence[Event]"]
"""Kind and name, how it ended ("": with the run), its events at times in ms."""


def hung(*workers: Worker, how: str = STOPPED, source: str = "") -> Trace:
    """A run whose first worker is `main`; every event is of the program's line 1."""
    lanes = []
    for number, (name, ended, events) in enumerate(workers):
        kinds_: dict[str, LaneKind] = {"p": "process", "t": "thread", "a": "task"}
        rows = [(at * MS, kind, obj, value) for at, kind, obj, value in events]
        if not number:
            rows.insert(0, (0, ev.PROGRAM_BEGIN, -1, ev.LIMITS_TOLD))
        until = 100 if ended else END
        made = lane(
            name.partition(" ")[2],
            rows,
            end_ns=until * MS,
            kind=kinds_[name[0]],
            pid=100 + (number if name[0] == "p" else 0),
            tid=number if name[0] != "a" else 0,
            end_reason=ended or how,
        )
        lanes.append(replace(made, sites=made.sites * 0))
    made_of = trace(lanes, THINGS, gil=False)
    program = replace(made_of.program, path="work.py", source=source)
    sites = (Site("work.py", 1),)
    return replace(made_of, end_reason=how, program=program, sites=sites)


MAIN: Worker = ("p main", "", [(5, ev.JOIN_BEGIN, 1, 0)])


def waits(kind: int, thing: int, name: str = "t worker", at: int = 10) -> Worker:
    return name, "", [(at, kind, thing, 0)]
