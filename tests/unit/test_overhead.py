"""What observing cost."""

from __future__ import annotations

from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.overhead import observing_ns
from tests.traces import lane, trace


def test_each_kind_by_what_it_takes() -> None:
    def cost(kind: int) -> float:
        return observing_ns(replace(trace([lane("a", [(1, kind, 0, 0)], end_ns=9)]), emit_ns=100.0))

    assert cost(ev.LOCK_RELEASED) == 500
    assert cost(ev.MARK) == 700
    assert cost(ev.COROUTINE_RUN) == 1600


def test_the_kernels_record_costs_too() -> None:
    made = replace(trace([]), emit_ns=100.0, context_switches=10)
    assert observing_ns(made) == 0
    assert observing_ns(replace(made, truth="kernel")) == 6000
