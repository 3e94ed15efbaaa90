"""Why those wait in vain who are stuck, by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from tests.unit.finding import found_in
from tests.unit.hanging import MAIN, QUEUE, Worker, hung, waits

BOX, GATE = 12, 13
MORE = (SharedObject("Condition", "box"), SharedObject("Barrier", "gate"))


def why(*workers: Worker, site_of: dict[int, int] | None = None) -> str:
    """The reasons that are told of a run that is stuck. `site_of`: the line, from 0, of each event
    of a kind in all workers."""
    made: Trace = hung(*workers)
    made = replace(made, objects=(*made.objects, *MORE), sites=made.sites * 3)
    if site_of:
        for lane in made.lanes:
            for kind, site in site_of.items():
                lane.sites[lane.kinds == kind] = site
    (finding,) = (each for each in found_in(made) if each.kind == "stuck")
    _, _, told = finding.told.english.partition("; ")
    return told


def test_a_notify_that_came_before() -> None:
    early: Worker = ("t producer", "returned", [(4, ev.NOTIFY, BOX, 0)])
    late: Worker = ("t producer", "returned", [(40, ev.NOTIFY, BOX, 0)])
    consumer = waits(ev.WAIT_BEGIN, BOX, "t consumer")
    told = (
        "the last notify of `box` came 6.00 ms before consumer waited, from producer at work.py:1"
    )
    assert why(MAIN, consumer, early).startswith(told)
    assert why(MAIN, consumer, late) == ""
    assert why(MAIN, consumer) == ""


def test_a_barrier_that_one_did_not_come_to() -> None:
    ranks = [waits(ev.WAIT_BEGIN, GATE, f"t rank-{n}") for n in range(2)]
    gone: Worker = ("t rank-2", "returned", [])
    came: Worker = ("t rank-2", "returned", [(3, ev.NOTIFY, GATE, 0)])
    told = "`gate` needs more than the 2 that wait there, and rank-2 ended without coming to it"
    assert why(MAIN, *ranks, gone) == told
    assert why(MAIN, *ranks, came) == ""
    assert why(MAIN, *ranks, ("t other", "returned", [])) == ""


def test_fewer_last_items_than_workers() -> None:
    main: Worker = ("p main", "", [(2, ev.PUT, QUEUE, 1), (5, ev.JOIN_BEGIN, 1, 0)])
    ended: Worker = ("t worker-2", "returned", [(3, ev.GET, QUEUE, 1)])
    idle = [waits(ev.GET_WAIT, QUEUE, f"t worker-{n}") for n in range(2)]
    told = "1 of 3 that take from `q` ended, the other 2 wait for items that main did not put"
    assert why(main, *idle, ended) == told
    assert why(main, *idle) == ""


@pytest.mark.parametrize(("site", "told"), [(2, True), (0, False)])
def test_each_keeps_one_and_wants_another(site: int, told: bool) -> None:
    events = [(4, ev.GET, QUEUE, 1), (10, ev.GET_WAIT, QUEUE, 0)]
    both: list[Worker] = [(f"t request-{n}", "", list(events)) for n in range(2)]
    found = why(MAIN, *both, site_of={ev.GET_WAIT: site})
    assert found.startswith("each that waits has taken one of `q` at work.py:1") == told
