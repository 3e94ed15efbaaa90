"""Whether a run ended while its workers waited for each other."""

from __future__ import annotations

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from paraviz.tui.render.view import TraceView
from tests.traces import lane, trace

FORKS = [SharedObject("Lock", "left"), SharedObject("Lock", "right")]


def circle(until: int, *rest: tuple[int, int, int, int]) -> Trace:
    rows = [
        [(0, ev.LOCK_ACQUIRED, own, 0), (5, ev.LOCK_WAIT, other, 0)]
        for own, other in ((0, 1), (1, 0))
    ]
    rows[0] += rest
    return trace([lane(str(at), each, end_ns=until) for at, each in enumerate(rows)], FORKS)


def test_whoever_is_ended_in_a_circle_may_end_before_the_run_does() -> None:
    made = circle(25)
    assert TraceView.of(made).ends_in_deadlock
    longer = trace([*made.lanes, lane("main", [], end_ns=40)], FORKS)
    assert longer.end_ns == 40 and TraceView.of(longer).ends_in_deadlock


def test_one_that_gives_up_breaks_it() -> None:
    view = TraceView.of(circle(25, (15, ev.LOCK_ABANDONED, 1, 0)))
    assert view.deadlocks and not view.ends_in_deadlock
