"""Numbers over time: recorded, the depth of queues, the value of shared variables."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from paraviz.trace.histories.counters import counters, queue_depths, shared_values
from paraviz.trace.model import Counter
from tests.traces import Event, lane, trace

QUEUES = [SharedObject("Queue", "todo"), SharedObject("Queue", "done")]


def told(found: tuple[Counter, ...]) -> list[tuple[str, list[tuple[int, float]]]]:
    for each in found:
        assert (each.times.dtype.name, each.values.dtype.name) == ("int64", "float64")
    return [
        (each.name, list(zip(each.times.tolist(), each.values.tolist(), strict=True)))
        for each in found
    ]


def queued(*workers: list[Event]) -> Trace:
    return trace([lane(f"w{i}", rows, end_ns=99) for i, rows in enumerate(workers)], QUEUES)


def written(typecode: str, *values: int) -> Trace:
    rows: list[Event] = [(at, ev.MEMORY_WRITE, 0, value) for at, value in enumerate(values)]
    shared = SharedObject("Value", "balance", typecode=typecode)
    return trace([lane("w", rows, end_ns=99)], [shared], gil=False)


def test_a_queue_is_as_deep_as_what_was_put_and_not_got() -> None:
    shown = queued(
        [(10, ev.PUT, 0, 1), (20, ev.PUT, 0, 2), (50, ev.PUT, 1, 1)],
        [(5, ev.GET_WAIT, 0, 0), (15, ev.GET, 0, 1), (30, ev.GET, 0, 2)],
    )
    assert told(queue_depths(shown)) == [
        ("todo", [(10, 1.0), (15, 0.0), (20, 1.0), (30, 0.0)]),
        ("done", [(50, 1.0)]),
    ]


def test_what_is_got_before_it_is_known_was_there() -> None:
    shown = queued([(10, ev.GET, 0, 0), (20, ev.GET, 0, 0), (30, ev.PUT, 0, 1)])
    assert told(queue_depths(shown)) == [("todo", [(10, 1.0), (20, 0.0), (30, 1.0)])]


steps = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([ev.PUT, ev.GET]), st.integers(-1, 1)),
    max_size=12,
)


@given(steps, steps)
def test_depths_are_those_of_a_walk(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]
) -> None:
    workers = [sorted(one, key=lambda step: step[0]), sorted(other, key=lambda step: step[0])]
    shown = queued(*([(at, kind, obj, 0) for at, kind, obj in rows] for rows in workers))
    # By time; of one moment the first lane's come first, each lane's in its own order.
    merged = sorted((step for rows in workers for step in rows), key=lambda step: step[0])
    expected = []
    for number, queue in enumerate(QUEUES):
        depth, walk = 0, []
        for at, kind, obj in merged:
            if obj == number:
                depth += 1 if kind == ev.PUT else -1
                walk.append((at, depth))
        if walk:
            ground = min(0, *(depth for _, depth in walk))
            expected.append((queue.name, [(at, float(depth - ground)) for at, depth in walk]))
    assert told(queue_depths(shown)) == expected
    assert all((each.values >= 0).all() for each in queue_depths(shown))


def bits(value: float) -> int:
    return int(struct.unpack("=q", struct.pack("=d", value))[0])


@pytest.mark.parametrize(
    ("typecode", "values", "shown"),
    [
        ("i", (3, -4), [3.0, -4.0]),
        ("d", (bits(0.5), bits(-2.25)), [0.5, -2.25]),
        ("f", (bits(0.5), bits(8.0)), [0.5, 8.0]),
        ("Q", (-1, 7), [float(2**64 - 1), 7.0]),
        ("L", (7, -(1 << 63)), [7.0, float(2**63)]),
    ],
)
def test_a_shared_value_is_what_was_last_written(
    typecode: str, values: tuple[int, ...], shown: list[float]
) -> None:
    assert told(shared_values(written(typecode, *values))) == [("balance", list(enumerate(shown)))]


@pytest.mark.parametrize("typecode", ["", "s", "c", "u"])
def test_what_is_no_number_is_not_counted(typecode: str) -> None:
    assert shared_values(written(typecode, 1, 2)) == ()


def test_what_never_changed_is_not_counted() -> None:
    assert shared_values(written("i", 5)) == ()


def test_recorded_counters_come_first_then_queues_then_values() -> None:
    rows: list[Event] = [
        (1, ev.MEMORY_WRITE, 0, 1),
        (2, ev.MEMORY_WRITE, 0, 2),
        (3, ev.PUT, 1, 1),
    ]
    objects = [SharedObject("Value", "balance", typecode="i"), QUEUES[0]]
    recorded = Counter("frequency", np.array([0], np.int64), np.array([1.0]))
    shown = replace(trace([lane("w", rows, end_ns=9)], objects), counters=(recorded,))
    found = counters(shown)
    assert [each.name for each in found] == ["frequency", "todo", "balance"]
    assert found[0] is recorded


def test_nothing_is_counted_in_an_empty_trace() -> None:
    assert counters(trace([])) == ()
