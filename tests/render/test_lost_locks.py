"""Locks that somebody took along when he ended: as histories, as rows, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from paraviz.trace.causality.wait_chain import chain
from paraviz.trace.histories.locks import VAIN_NS, lock_histories
from paraviz.tui.render.groups import Grouping
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.locks import lock_row, lock_rows
from paraviz.tui.render.resources import track_sentence
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.tracks import Arrangement, Track, arranged
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
from paraviz.tui.render.waiting import beyond
from tests.traces import MS, Event, lane, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

WAIT, GOT, GAVE, GAVE_UP = (
    ev.LOCK_WAIT,
    ev.LOCK_ACQUIRED,
    ev.LOCK_RELEASED,
    ev.LOCK_ABANDONED,
)
END = 300
"""ms, of the run."""
HOLDS: tuple[Event, ...] = ((30 * MS, GOT, 0, 0),)
WAITS: tuple[Event, ...] = ((50 * MS, WAIT, 0, 0),)


def dier(
    holds: Sequence[Event] = HOLDS,
    waits: Sequence[Event] = WAITS,
    *,
    how: str = "raised ValueError",
    waiter: str = "stopped",
    kind: str = "Lock",
    waiter_end: int = END,
) -> Trace:
    """`dier` ends at 100 ms; `victim` at the end of the run."""
    lanes = [
        lane("dier", holds, end_ns=100 * MS, end_reason=how, tid=1),
        lane("victim", waits, end_ns=waiter_end * MS, end_reason=waiter, tid=2),
    ]
    return replace(trace(lanes, [SharedObject(kind, "door")], gil=False), wall_ns=END * MS)


def lost(made: Trace) -> tuple[int, int]:
    """When it was lost, and the end of the last holding, in ms."""
    (lock,) = lock_histories(made)
    return (lock.lost_ns // MS if lock.lost_ns >= 0 else -1), int(lock.hold_ends[-1]) // MS


def test_it_stays_held_as_long_as_somebody_waits_for_it() -> None:
    made = dier()
    assert lost(made) == (100, END)
    (lock,) = lock_histories(made)
    assert [lock.holder_at(at * MS) for at in (29, 30, 99, 100, END - 1, END)] == [
        *(-1, 0, 0, 0, 0, -1)
    ]
    (step,) = chain(made, [lock], None, 1, 200 * MS)
    assert (step.lane_index, step.why) == (0, "lock")


def test_until_the_last_one_gives_up() -> None:
    twice = [*WAITS, (150 * MS, GAVE_UP, 0, 0), (160 * MS, WAIT, 0, 0), (200 * MS, GAVE_UP, 0, 0)]
    assert lost(dier(waits=twice)) == (100, 200)


@pytest.mark.parametrize(
    "made",
    [
        dier(waits=[]),
        dier(waits=[*WAITS, (90 * MS, GAVE_UP, 0, 0)]),
        dier(waits=[*WAITS, (200 * MS, GOT, 0, 0)]),
        dier(waits=[*WAITS, (200 * MS, GOT, 0, 0), (201 * MS, GAVE, 0, 0)]),
        dier(waits=[*WAITS, (200 * MS, GAVE, 0, 0)]),
        dier([*HOLDS, (99 * MS, GAVE, 0, 0)]),
        dier(how=""),
        dier(how="stopped"),
        dier(kind="Semaphore"),
        dier(waiter_end=105),
        dier(waiter="killed by SIGTERM"),
    ],
    ids=(
        "nobody waits",
        "who waited gave up before",
        "another one got it",
        "another one got it and gave it back",
        "another one gave it back",
        "it gave it back",
        "it lives",
        "the run was stopped",
        "a permit",
        "all end together",
        "who waits may not have told that he got it",
    ),
)
def test_as_far_as_is_known_it_was_given_back(made: Trace) -> None:
    assert lost(made)[0] == -1


steps = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from([WAIT, GOT, GAVE_UP, GAVE]), st.integers(0, 2)),
    max_size=12,
).map(sorted)


@given(steps, st.sampled_from(["", "returned", "stopped"]))
def test_of_the_last_holder_only_and_proven_by_a_wait(
    steps: list[tuple[int, int, int]], how: str
) -> None:
    ends = (100, 150, 220)
    lanes = [
        lane(
            f"w{who}",
            [(at * MS, kind, 0, 0) for at, kind, whose in steps if whose == who and at < end],
            end_ns=end * MS,
            end_reason=how if who < 2 else "returned",
        )
        for who, end in enumerate(ends)
    ]
    for lock in lock_histories(trace(lanes, [SharedObject("Lock", "door")], gil=False)):
        assert (lock.hold_ends >= lock.hold_starts).all()
        if lock.lost_ns < 0:
            assert all(
                until <= ends[holder] * MS or until in lock.hold_starts or (at, GAVE) in told
                for until, holder in zip(lock.hold_ends.tolist(), lock.holders, strict=True)
                for at, told in [(until // MS, {(at, kind) for at, kind, _ in steps})]
            )
            continue
        assert how == "returned" or lock.holders[-1] == 2
        assert lock.lost_ns == ends[lock.holders[-1]] * MS >= lock.hold_starts[-1]
        assert lock.hold_ends[-1] == lock.wait_ends.max() >= lock.lost_ns + VAIN_NS
        assert lock.holder_at(int(lock.hold_ends[-1]) - 1) == lock.holders[-1]


def drawn(columns: int, begin: int = 0) -> str:
    view = TraceView.of(dier())
    end = END * MS
    return row_text(lock_row(view, Viewport(begin * MS, end, 0, end, end), columns, 0))


def test_its_row_tells_the_dead_from_the_living() -> None:
    assert drawn(30) == "   ┣━ dier✗┄┄ 1 waits ┄┄┄┄┄┄┄┄"
    assert drawn(10, 150) == "┄┄ dier ┄┄"


def test_it_has_a_row_at_any_size() -> None:
    view = TraceView.of(dier())
    end = END * MS
    for columns in (1, 2, 3, 50, 200):
        row = row_text(lock_row(view, Viewport(0, end, 0, end, end), columns, 0))
        assert len(row) == columns
        assert {"✗", "┄"} & set(row)
    rows = lock_rows(view, Viewport(0, end, 0, end, end), 30, 0, 3)
    assert [len(row_text(row)) for row in rows] == [30, 30, 30]


def said(at_ms: int) -> str:
    rows = sentence(TraceView.of(dier()), 1, at_ms * MS)
    return " ".join(row_text(row) for row in rows)


def test_whoever_waits_is_told_of_the_dead() -> None:
    assert "held by dier for 170 ms (since 30 ms), which ended at 100 ms" in said(200)
    assert "held by dier for 50 ms (since 30 ms)" in said(80)
    assert "which ended" not in said(80)


def test_whoever_waits_for_one_that_waits_for_the_dead() -> None:
    lanes = [
        *dier().lanes[:1],
        lane("victim", [(20 * MS, GOT, 1, 0), *WAITS], end_ns=END * MS, end_reason="stopped"),
        lane("third", [(60 * MS, WAIT, 1, 0)], end_ns=END * MS, end_reason="stopped"),
    ]
    things = [SharedObject("Lock", "door"), SharedObject("Lock", "window")]
    view = TraceView.of(trace(lanes, things, gil=False))
    assert row_text(beyond(view, 2, 200 * MS)) == "victim ← dier, which ended at 100 ms"
    assert "which ended" not in row_text(beyond(view, 2, 80 * MS))


def test_the_lock_itself_tells_of_him() -> None:
    view = TraceView.of(dier())
    tracks = arranged(view, Arrangement(grouping=Grouping.NAME))
    head, below = track_sentence(view, tracks, Track("lock", 0), 200 * MS)
    assert row_text(head) == "door is held by dier since 30 ms, which ended at 100 ms"
    assert row_text(below) == "waiting: victim"
    head, _ = track_sentence(view, tracks, Track("lock", 0), 80 * MS)
    assert "which ended" not in row_text(head)
