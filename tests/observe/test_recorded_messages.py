"""What queues and connections between processes leave in a recording."""

from __future__ import annotations

import linecache
import multiprocessing
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from paraviz import events as ev
from paraviz.observe.probes.processes.queue_parts import number_in, with_number
from paraviz.trace.causality.messages import messages
from paraviz.trace.labels import state_label
from tests.observe.running import run_recorded
from tests.observe.test_recorded_conditions import happened, lane_named

if TYPE_CHECKING:
    from paraviz.trace import Lane, Trace

ITEMS = 20
UNPICKLABLE_AFTER = 5
"""The item after which the main thread puts one that is never sent."""
KINDS = (*ev.PUT_KINDS, ev.SEND_WAIT, ev.SEND, ev.RECEIVE_WAIT, ev.RECEIVE)


@pytest.fixture(scope="module", params=multiprocessing.get_all_start_methods())
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    outcome, recorded = run_recorded(
        tmp_path_factory.mktemp("messages"), "messages.py", request.param
    )
    assert outcome.code == 0
    assert outcome.err.count(b"Error") == 1
    return recorded


def values(trace: Trace, lane: str, kind: int, name: str) -> list[int]:
    """The values of a lane's events of a kind about the object of that name."""
    chosen = lane_named(trace, lane)
    return [
        int(chosen.values[row])
        for row in np.flatnonzero(chosen.kinds == kind)
        if trace.objects[chosen.objects[row]].name == name
    ]


def states(trace: Trace, lane: Lane) -> set[str]:
    pairs = zip(lane.states.states.tolist(), lane.states.causes.tolist(), strict=True)
    return {state_label(trace, lane, state, cause) for state, cause in pairs}


def test_every_channel_is_one_thing_in_all_processes(trace: Trace) -> None:
    kinds = {thing.name: thing.kind.removeprefix("multiprocessing.") for thing in trace.objects}
    kinds = {name: kind for name, kind in kinds.items() if "task" != kind != "connections"}
    assert kinds == {
        "jobs": "Queue",
        "narrow": "Queue",
        "tasks": "JoinableQueue",
        "simple": "SimpleQueue",
        "records": "Queue",
        "near": "Connection",
        "far": "Connection",
        "reader": "Connection",
        "writer": "Connection",
    }
    peers = {
        thing.name: trace.objects[thing.peer].name for thing in trace.objects if thing.peer + 1
    }
    assert peers == {"near": "far", "far": "near", "reader": "writer", "writer": "reader"}
    assert not trace.notices and trace.dropped == 0


def test_a_get_has_the_number_of_its_put(trace: Trace) -> None:
    for name, count in (("jobs", ITEMS), ("narrow", 2), ("tasks", 3)):
        put = values(trace, "MainThread", ev.PUT, name)
        if name == "jobs":
            del put[UNPICKLABLE_AFTER + 1], put[ITEMS:]
        assert values(trace, "worker", ev.GET, name) == put
        assert len(set(put)) == count and 0 not in put
    for name in ("simple", "records"):
        (number,) = values(trace, "worker", ev.PUT, name)
        assert values(trace, "MainThread", ev.GET, name) == [number]


def test_waiting_names_the_channel(trace: Trace) -> None:
    assert {
        "blocked: put into `narrow`",
        "blocked: wait for `tasks`",
        "blocked: receive from `near`",
        "blocked: wait for `connections`",
    } <= states(trace, lane_named(trace, "MainThread"))
    waits = states(trace, lane_named(trace, "worker"))
    assert {"blocked: get from `jobs`", "blocked: receive from `far`"} <= waits


def test_a_wait_for_readers_and_for_the_item_is_one(trace: Trace) -> None:
    got = ["get from `jobs`", "go on after `jobs`", "got from `jobs`", "write"]
    for number in (1, 2):
        events = happened(trace, lane_named(trace, f"getter {number}"))
        assert [event for event in events if "`jobs`" in event] == got[:3]


def test_what_is_given_up_says_so(trace: Trace) -> None:
    events = happened(trace, lane_named(trace, "MainThread"))
    for begin in ("get from `narrow`", "receive from `near`"):
        last = len(events) - 1 - events[::-1].index(begin)
        assert events[last + 1] == "give up waiting for " + begin.split()[-1]


def test_who_did_the_last_task_notifies_who_joins(trace: Trace) -> None:
    events = happened(trace, lane_named(trace, "worker"))
    assert events.count("notify `tasks`") == 1
    assert "go on after `tasks`" in happened(trace, lane_named(trace, "MainThread"))


def test_messages_go_from_lane_to_lane(trace: Trace) -> None:
    found = messages(trace)
    main, worker = (trace.lanes.index(lane_named(trace, name)) for name in ("MainThread", "worker"))
    passed: dict[tuple[str, int], list[int]] = {}
    for sender, sent, receiver, received in zip(
        found.senders, found.sent, found.receivers, found.received, strict=True
    ):
        out, into = trace.lanes[sender], trace.lanes[receiver]
        assert out.times[sent] <= into.times[received]
        assert out.values[sent] == into.values[received]
        name = trace.objects[out.objects[sent]].name
        passed.setdefault((name, int(sender)), []).append(int(receiver))
    assert passed[("near", main)] == [worker] * 3
    assert passed[("far", worker)] == [main] * 3
    assert passed[("jobs", main)][:ITEMS] == [worker] * ITEMS
    for name in ("records", "simple", "writer"):
        assert passed[(name, worker)] == [main]
    assert len(found) == 7 + ITEMS + 2 + 2 + 3 + 2


def test_every_event_has_the_line_that_caused_it(trace: Trace) -> None:
    for name in ("MainThread", "worker"):
        lane = lane_named(trace, name)
        for row in np.flatnonzero(np.isin(lane.kinds, KINDS)).tolist():
            thing, site = trace.objects[lane.objects[row]], trace.sites[lane.sites[row]]
            line = linecache.getline(site.file, site.line)
            logged = thing.name == "records" and name == "worker"
            assert ("logger.warning" if logged else f"{thing.name}.") in line


def test_a_number_behind_a_pickle_disturbs_nobody() -> None:
    for item in (None, "text.", b"." * 10_000, list(range(300))):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            pickled = pickle.dumps(item, protocol)
            message = with_number(memoryview(pickled), 2**53 - 1)
            assert pickle.loads(message) == item
            assert number_in(message) == 2**53 - 1
            assert number_in(pickled) == 0
    assert number_in(b"") == number_in(b"pvz\0") == 0
