"""What the tests of findings share: traces by hand, and what is found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.findings import Finding, findings
from paraviz.trace import SharedObject
from paraviz.trace.index import StateIndex
from tests.traces import MS, Event, lane, trace

if TYPE_CHECKING:
    from paraviz.trace import Trace

GOT, GAVE, WAITS, UP = ev.LOCK_ACQUIRED, ev.LOCK_RELEASED, ev.LOCK_WAIT, ev.LOCK_ABANDONED
LOCKS = [SharedObject("Lock", "lock"), SharedObject("Semaphore", "places")]


def found_in(made: Trace) -> list[Finding]:
    """All that is found."""
    return list(findings(made, StateIndex(made.lanes)))


def kinds(made: Trace) -> list[str]:
    """The kinds of all that is found."""
    return [each.kind for each in found_in(made)]


def in_line(
    turns: int,
    workers: int = 4,
    *,
    held: int = MS,
    what: int = 0,
    returns: bool = True,
    again: int = -1,
    waits: bool = False,
    passer: int = -1,
) -> Trace:
    """Workers that get a lock in turn, each 1 ms after the other, and are back in line as soon as
    they gave it back; in turn `again` one gets it twice, after it waited or not; in turn `passer`
    one passes that did not wait."""
    events: list[list[Event]] = [[] for _ in range(workers)]
    passing: list[Event] = []
    for at in range(workers):
        events[at].append((at, WAITS, what, 0))
    for turn in range(turns):
        own = events[turn % workers]
        begin = (turn + 1) * MS
        own += [(begin, GOT, what, 0)]
        if turn == again:
            own += [(begin + 10, GAVE, what, 0)]
            own += [(begin + 11, WAITS, what, 0)] if waits else []
            own += [(begin + 12, GOT, what, 0)]
        own += [(begin + held - 5, GAVE, what, 0)]
        if turn == passer:
            passing += [(begin + held - 4, GOT, what, 0), (begin + held - 3, GAVE, what, 0)]
        if returns:
            own += [(begin + held - 2, WAITS, what, 0)]
    end = (turns + 2) * MS
    events.append(passing)
    return trace([lane(f"w{at}", rows, end_ns=end) for at, rows in enumerate(events)], LOCKS)
