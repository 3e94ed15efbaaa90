"""What a look at a live run costs early, and when there are millions of events: CPU time of its
snapshot and of the view that is drawn, for as many new events."""

from __future__ import annotations

import statistics
import time

import numpy as np

from paraviz import events as ev
from paraviz.observe.descriptions import described
from paraviz.programs.catalogue import find
from paraviz.session.builder import TraceBuilder
from paraviz.session.session import Session
from paraviz.tui.render.view import TraceView

THREADS = 4
NEW = 50_000
"""Events from one look to the next."""
EARLY, LATE = range(5, 11), range(60, 66)
"""Which looks are compared."""
EVENT_NS = 1_000


def measure() -> dict[str, object]:
    """Medians of CPU time: of early looks, and of late ones with ten times as much behind them."""
    session, builder = _session()
    view: TraceView | None = None
    took = []
    for number in range(LATE[-1] + 1):
        _feed(builder, number)
        began = time.thread_time_ns()
        view = TraceView.of(session.snapshot(), number, view)
        took.append(time.thread_time_ns() - began)
    assert view is not None
    early = statistics.median(took[number] for number in EARLY)
    late = statistics.median(took[number] for number in LATE)
    return {
        "events": view.trace.events,
        "us_a_new_event": round(late / NEW / 1e3, 3),
        "bytes_an_event": round(_bytes(view) / view.trace.events, 1),
        "late_over_early": round(late / early, 2),
        "to_reach": "late_over_early <= 1.3, bytes_an_event <= 24",
    }


def _session() -> tuple[Session, TraceBuilder]:
    """A session that nothing runs in, and what would take in its events."""
    session = Session(find("hello"), kernel="off")
    builder = session._builder
    process = {"ppid": 1, "python": "3.11.7", "gil": True, "cpu_ns": 0, "switches": 0}
    builder.feed(described(ev.PROCESS, pid=1, **process))  # type: ignore[arg-type]
    for lane in range(THREADS):
        kind = "thread" if lane else "process"
        about = {"lane": lane, "name": f"t{lane}", "tid": lane + 1, "kind": kind}
        builder.feed(described(ev.LANE, pid=1, at_ns=1, **about))  # type: ignore[arg-type]
    builder.feed(described(ev.OBJECT, pid=1, object=1, kind="Lock", name="lock"))
    _send(builder, 0, np.array([[1, ev.PROGRAM_BEGIN]], np.int64), 0)
    return session, builder


def _feed(builder: TraceBuilder, number: int) -> None:
    """Threads that take a lock in turns, a hundred times each."""
    times = np.arange(number * NEW, (number + 1) * NEW) * EVENT_NS + 2
    words = np.where(np.arange(NEW) % 2, ev.word(ev.LOCK_RELEASED, 1), ev.word(ev.LOCK_ACQUIRED, 1))
    whose = np.arange(NEW) // 200 % THREADS
    for lane in range(THREADS):
        own = whose == lane
        _send(builder, lane, np.stack((times[own], words[own]), axis=1), number * int(own.sum()))


def _send(builder: TraceBuilder, lane: int, pairs: np.ndarray, before: int) -> None:
    body = ev.EVENTS_HEAD.pack(1, lane, before) + pairs.tobytes()
    builder.feed(ev.message(ev.EVENTS, body))


def _bytes(view: TraceView) -> int:
    """What the columns of a view take that are as long as the run."""
    lanes = view.trace.lanes
    count = view.index.nbytes
    for lane in lanes:
        states = lane.states
        count += lane.times.nbytes + lane.kinds.nbytes + lane.objects.nbytes + lane.sites.nbytes
        count += states.starts.nbytes + states.states.nbytes + states.causes.nbytes
    return count
