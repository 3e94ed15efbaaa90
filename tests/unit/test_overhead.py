"""What observing cost."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.overhead import observing_ns, share_of_observing
from paraviz.trace import SharedObject, State, Trace
from tests.traces import Event, lane, trace
from tests.unit.test_findings_brakes import states

COSTS = (("lock", 1_000.0), ("usual", 2_000.0), ("write", 3_000.0), ("step", 9_000.0))


def run(*kinds: int, costs: tuple[tuple[str, float], ...] = (), objects: str = "Lock") -> Trace:
    events: list[Event] = [(at, kind, 0, 0) for at, kind in enumerate(kinds, 1)]
    made = trace([lane("a", events, end_ns=1_000_000)], [SharedObject(objects, "it")])
    return replace(made, emit_ns=100.0, costs=costs)


def test_each_kind_by_what_it_takes_where_that_was_not_measured() -> None:
    assert observing_ns(run(ev.LOCK_RELEASED)) == 500
    assert observing_ns(run(ev.MARK)) == 700
    assert observing_ns(run(ev.COROUTINE_RUN)) == 1600


def test_and_by_what_was_measured() -> None:
    assert observing_ns(run(ev.LOCK_RELEASED, costs=COSTS)) == pytest.approx(1_200)
    assert observing_ns(run(ev.MARK, costs=COSTS)) == 2_000
    assert observing_ns(run(ev.COROUTINE_RUN, costs=COSTS)) == 9_000
    assert observing_ns(run(ev.WRITE, costs=COSTS)) == pytest.approx(3_900)
    of_processes = run(ev.LOCK_RELEASED, costs=COSTS, objects="multiprocessing.Lock")
    assert observing_ns(of_processes) == 4_000


def test_the_kernels_record_costs_too_and_so_does_sending() -> None:
    made = replace(trace([]), emit_ns=100.0, context_switches=10)
    assert observing_ns(made) == 0
    assert observing_ns(replace(made, truth="kernel")) == 6000
    assert observing_ns(replace(made, costs=COSTS, sent_ns=500)) == 500


def busy(runs_ms: int, waits_ms: int, marks: int, workers: int = 1) -> Trace:
    """Workers that run, and then wait for a CPU; each noted so many marks."""
    made = run(*[ev.MARK] * marks, costs=COSTS)
    own = states((runs_ms, State.RUNNING), (waits_ms, State.WAITING_CPU))
    end = (runs_ms + waits_ms) * 1_000_000
    one = replace(made.lanes[0], states=own, end_ns=end)
    return replace(made, lanes=(one,) * workers, wall_ns=end, truth="kernel")


def test_on_a_busy_machine_it_takes_longer() -> None:
    assert share_of_observing(busy(4, 0, 1_000)) == pytest.approx(0.5)
    assert share_of_observing(busy(4, 12, 1_000)) == pytest.approx(0.5)
    assert observing_ns(busy(4, 12, 1_000)) == pytest.approx(8_000_000)


def test_workers_at_once_are_not_added_up() -> None:
    assert share_of_observing(busy(4, 0, 1_000, workers=4)) == pytest.approx(0.5)


def test_no_more_than_all_of_its_time() -> None:
    assert 0.9 < share_of_observing(busy(4, 0, 50_000)) < 1


def test_who_reads_is_in_the_way_where_cpus_are_short() -> None:
    idle, crowded = busy(4, 0, 0), busy(4, 12, 0)
    assert observing_ns(replace(idle, read_ns=4_000_000)) == 0
    assert observing_ns(replace(crowded, read_ns=4_000_000)) == pytest.approx(3_000_000)
