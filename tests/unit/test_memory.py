"""Shared memory: reads, writes and lost updates, beside a reference that tries all pairs."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.reports.summary_json import summary
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.trace import Lane, SharedObject, Trace
from paraviz.trace.histories.shared_memory import Overwrite, shared_histories, shown_value
from tests import traces

if TYPE_CHECKING:
    from tests.traces import Event

READ, WRITE = ev.MEMORY_READ, ev.MEMORY_WRITE
THINGS = (SharedObject("Value", "counter", typecode="i"), SharedObject("Array", "array"))


def of(*lanes: list[Event], things: tuple[SharedObject, ...] = THINGS) -> Trace:
    rows = [traces.lane(f"w{index}", lane, end_ns=100) for index, lane in enumerate(lanes)]
    return traces.trace(rows, things)


def update(read_at: int, write_at: int, value: int = 0) -> list[Event]:
    """`counter += 1`, as it is recorded."""
    return [
        (read_at, READ, 0, value),
        (write_at, ev.MEMORY_BEFORE, 0, value),
        (write_at, WRITE, 0, value + 1),
    ]


def test_two_reads_before_two_writes_lose_one_update() -> None:
    (counter,) = shared_histories(of(update(1, 4), update(2, 3)))
    assert (counter.name, counter.reads, counter.writes) == ("counter", 2, 2)
    assert counter.overwrites == (Overwrite(0, 0, 2, 1, 2),)
    assert counter.lost_updates == 1


def test_who_holds_on_to_an_old_value_overwrites_many() -> None:
    others = [*update(1, 2), *update(3, 4, 1), *update(5, 6, 2)]
    (counter,) = shared_histories(of(update(0, 7), others))
    assert [(one.lane_index, one.other_row) for one in counter.overwrites] == [(0, 8)]
    assert counter.lost_updates == 3


def test_who_sets_a_turn_again_and_again_updates_nothing() -> None:
    """As in Peterson's algorithm: `turn` is waited for in one line and set in another."""

    def setting(value: int, times: tuple[int, int, int], read_line: int) -> Lane:
        kinds = WRITE, READ, WRITE
        rows = [(at, kind, 0, value) for at, kind in zip(times, kinds, strict=True)]
        made = traces.lane(f"w{value}", rows, end_ns=100)
        return replace(made, sites=np.array([1, read_line, 1], np.int32))

    def lost(read_line: int) -> int:
        lanes = [setting(0, (0, 10, 12), read_line), setting(1, (1, 2, 11), 2)]
        return sum(one.lost_updates for one in shared_histories(traces.trace(lanes, THINGS)))

    assert lost(read_line=2) == 0
    # What is read and written in one line is an update, whatever it writes.
    assert lost(read_line=1) == 1


def test_what_comes_back_is_not_lost() -> None:
    others = [*update(1, 2), *update(3, 4, 1), *update(5, 8, 2)]
    (counter,) = shared_histories(of(update(0, 7), others))
    assert [one.lane_index for one in counter.overwrites] == [0, 1]
    assert counter.lost_updates == 1


def test_a_write_without_a_read_begins_anew() -> None:
    (counter,) = shared_histories(of([*update(1, 2), (5, WRITE, 0, 0)], update(6, 7)))
    assert counter.lost_updates == 0


@pytest.mark.parametrize(
    "lanes",
    [
        (update(1, 2), update(3, 4, 1)),
        (update(1, 2) + update(3, 4, 1),),
        ([(1, WRITE, 0, 1), (3, WRITE, 0, 3)], [(2, WRITE, 0, 2)]),
        (update(1, 4), [(2, READ, 0, 0), (3, READ, 0, 0)]),
        (update(2, 4), [(2, WRITE, 0, 7)]),
        ([(1, READ, 1, 1), (4, WRITE, 1, 1)], [(3, WRITE, 1, 1)]),
        ([(1, READ, 0, 1), (4, WRITE, 0, 1)], [(3, WRITE, 1, 1)]),
    ],
    ids=["after", "own", "blind", "readers", "at once", "whole", "another"],
)
def test_what_loses_nothing(lanes: tuple[list[Event], ...]) -> None:
    assert not any(one.lost_updates for one in shared_histories(of(*lanes)))


def test_memory_that_nobody_used_is_not_told() -> None:
    assert shared_histories(of()) == []
    assert [one.object_index for one in shared_histories(of([(1, READ, 1, 4)]))] == [1]


ACCESSES = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from((READ, WRITE)), st.integers(0, 2), st.just(0)),
    max_size=12,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


@given(st.lists(ACCESSES, max_size=4))
def test_it_finds_what_trying_all_pairs_finds(lanes: list[list[Event]]) -> None:
    things = (*THINGS[:1], SharedObject("Array", "array[0]", typecode="d"), THINGS[1])
    found = shared_histories(of(*lanes, things=things))
    expected = {
        index: [lane_row for lane_row in reference(lanes, index) if things[index].typecode]
        for index in {row[2] for lane in lanes for row in lane}
    }
    assert {one.object_index: list(one.overwrites) for one in found} == expected
    for one in found:
        assert one.lost_updates == (
            lost_of(lanes, one.object_index) if things[one.object_index].typecode else 0
        )


def lost_of(lanes: list[list[Event]], index: int) -> int:
    """Played through: each write has the writes before it that the value it was made from had."""
    accesses = sorted(
        (at, kind == READ, lane, row)
        for lane, rows in enumerate(lanes)
        for row, (at, kind, obj, _) in enumerate(rows)
        if obj == index
    )
    place = {(lane, row): at for at, (_, _, lane, row) in enumerate(accesses)}
    before: list[frozenset[int]] = [frozenset()]
    kept: set[int] = set()
    for at, (_, is_read, lane, row) in enumerate(accesses):
        own = [earlier for earlier in range(row) if lanes[lane][earlier][2] == index]
        if is_read:
            before.append(before[at])
        elif own and lanes[lane][own[-1]][1] == READ:
            before.append(before[min(at, place[lane, own[-1]])] | {at})
        else:
            kept |= before[at]
            before.append(frozenset({at}))
    writes = sum(not is_read for _, is_read, _, _ in accesses)
    return writes - len(kept | before[-1])


def reference(lanes: list[list[Event]], index: int) -> list[Overwrite]:
    """Every update with the last of the writes of others that came between."""
    writes = sorted(
        (at, lane, row)
        for lane, rows in enumerate(lanes)
        for row, (at, kind, obj, _) in enumerate(rows)
        if kind == WRITE and obj == index
    )
    lost = []
    for written in writes:
        _, lane, row = written
        earlier = [before for before in range(row) if lanes[lane][before][2] == index]
        if not earlier or lanes[lane][earlier[-1]][1] != READ:
            continue
        read_at = lanes[lane][earlier[-1]][0]
        between = [other for other in writes if read_at < other[0] and other < written]
        if between:
            assert between[-1][1] != lane
            lost.append(Overwrite(lane, earlier[-1], row, *between[-1][1:]))
    return lost


def test_a_million_events() -> None:
    rng = np.random.default_rng(1)
    n, lanes = 250_000, []
    for index in range(4):
        events = np.zeros((n, 4), np.int64)
        events[:, 0] = np.sort(rng.integers(0, 10 * n, n))
        events[:, 1] = np.where(rng.random(n) < 0.5, READ, WRITE)
        events[:, 2] = rng.integers(0, 50, n)
        lanes.append(traces.lane(f"w{index}", events, end_ns=10 * n))  # type: ignore[arg-type]
    trace = Trace(traces.trace([]).program, tuple(lanes), (THINGS[0],) * 50)
    found = shared_histories(trace)
    assert sum(one.reads + one.writes for one in found) == 4 * n
    assert sum(len(one.overwrites) for one in found) > n // 10


@pytest.mark.parametrize(
    ("value", "typecode", "shown"),
    [
        (-3, "i", -3),
        (1, "?", True),
        (97, "c", "a"),
        (-1, "Q", 2**64 - 1),
        (struct.unpack("=q", struct.pack("=d", 2.5))[0], "f", 2.5),
        (-5, "c", -5),
        (12, "", 12),
    ],
)
def test_values_as_the_program_had_them(value: int, typecode: str, shown: object) -> None:
    assert shown_value(value, typecode) == shown
    assert type(shown_value(value, typecode)) is type(shown)


def test_the_summary_tells_of_it_where_there_is_any() -> None:
    trace = of([(1, READ, 1, 1), *update(2, 5)], update(3, 4))
    told = summary(trace)["shared"]
    assert told == [
        {"name": "counter", "kind": "Value", "reads": 2, "writes": 2, "lost_updates": 1},
        {"name": "array", "kind": "Array", "reads": 1, "writes": 0, "lost_updates": 0},
    ]
    head, *rows = summary_text(trace).partition("shared memory")[2].split("\n\n")[0].splitlines()
    assert head.split() == ["read", "written", "lost", "updates"]
    assert [row.split() for row in rows] == [["counter", *"221"], ["array", *"100"]]
    assert "shared memory" not in summary_text(of())
