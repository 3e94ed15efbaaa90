"""Locks: who held one, who waited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.trace.histories.locks import LockHistory, lock_histories
from tests import traces

WAIT, GOT, GAVE_UP, RELEASED = (
    ev.LOCK_WAIT,
    ev.LOCK_ACQUIRED,
    ev.LOCK_ABANDONED,
    ev.LOCK_RELEASED,
)
Step = tuple[int, int, int]
"""(time in ns, kind, lane)"""


def histories(*steps: Step, lock: int = 0, ends: tuple[int, ...] = (100, 100)) -> list[LockHistory]:
    lanes = [
        traces.lane(
            f"t{row}", [(at, kind, lock, 0) for at, kind, who in steps if who == row], end_ns=end
        )
        for row, end in enumerate(ends)
    ]
    objects = [SharedObject("Lock", name) for name in ("first", "second")]
    return lock_histories(traces.trace(lanes, objects))


def holds(lock: LockHistory) -> list[tuple[int, int, int]]:
    columns = (lock.hold_starts, lock.hold_ends, lock.holders)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def waits(lock: LockHistory) -> list[tuple[int, int, int]]:
    columns = (lock.wait_starts, lock.wait_ends, lock.waiters)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_two_threads_take_turns() -> None:
    (lock,) = histories(
        (10, GOT, 0), (12, WAIT, 1), (20, RELEASED, 0), (21, GOT, 1), (30, RELEASED, 1)
    )
    assert holds(lock) == [(10, 20, 0), (21, 30, 1)]
    assert waits(lock) == [(12, 21, 1)]
    assert (lock.acquisitions, lock.contended) == (2, 1)
    assert (lock.wait_ns, lock.longest_wait_ns, lock.held_ns) == (9, 9, 19)
    assert [lock.holder_at(at) for at in (9, 10, 19, 20, 21, 30)] == [-1, 0, 0, -1, 1, -1]
    assert [lock.waiters_at(at) for at in (11, 12, 20, 21)] == [[], [1], [1], []]


def test_a_wait_given_up_is_a_wait_and_no_hold() -> None:
    (lock,) = histories((10, GOT, 0), (12, WAIT, 1), (17, GAVE_UP, 1), (20, RELEASED, 0))
    assert holds(lock) == [(10, 20, 0)]
    assert waits(lock) == [(12, 17, 1)]


def test_what_never_ends_lasts_to_the_end_of_its_lane() -> None:
    (lock,) = histories((10, GOT, 0), (12, WAIT, 1), ends=(50, 60))
    assert holds(lock) == [(10, 50, 0)]
    assert waits(lock) == [(12, 60, 1)]


def test_an_event_after_the_end_of_its_lane_makes_no_negative_hold() -> None:
    (lock,) = histories((10, GOT, 0), (12, WAIT, 1), ends=(5, 5))
    assert (lock.held_ns, lock.wait_ns) == (0, 0)


def test_a_lock_may_be_released_by_another_thread() -> None:
    (lock,) = histories((10, GOT, 0), (20, RELEASED, 1), (25, GOT, 0), (30, RELEASED, 1))
    assert holds(lock) == [(10, 20, 0), (25, 30, 0)]


def test_a_release_ends_the_releasers_own_hold_first() -> None:
    (lock,) = histories((10, GOT, 0), (11, GOT, 1), (20, RELEASED, 1), (30, RELEASED, 0))
    assert holds(lock) == [(10, 30, 0), (11, 20, 1)]
    assert lock.holder_at(15) == 1
    assert lock.holder_at(25) == 0


def test_a_release_does_not_end_the_releasers_own_wait() -> None:
    """A signal handler may release what its thread waits for."""
    (lock,) = histories((10, GOT, 0), (12, WAIT, 0), (15, RELEASED, 0), (17, GOT, 0))
    assert waits(lock) == [(12, 17, 0)]
    assert holds(lock) == [(10, 15, 0), (17, 100, 0)]


def test_only_locks_with_events_have_a_history() -> None:
    (lock,) = histories((10, GOT, 0), lock=1)
    assert (lock.name, lock.object_index) == ("second", 1)
    assert histories((10, GOT, 0), lock=-1) == histories((10, GOT, 0), lock=2) == []


steps = st.lists(
    st.tuples(
        st.integers(0, 90), st.sampled_from([WAIT, GOT, GAVE_UP, RELEASED]), st.integers(0, 2)
    ),
    max_size=30,
).map(lambda steps: sorted(steps, key=lambda step: (step[0], step[2])))


@given(steps)
def test_histories_are_as_told_one_by_one(steps: list[Step]) -> None:
    found = histories(*steps, ends=(100, 50, 70))
    assert len(found) == bool(steps)
    for lock in found:
        assert (holds(lock), waits(lock)) == one_by_one(steps, (100, 50, 70))


owned = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 9), st.integers(0, 2)), max_size=12
).map(
    lambda holds: sorted(
        step for at, long, lane in holds for step in ((at, GOT, lane), (at + long, RELEASED, lane))
    )
)
"""Everybody gives back what he got, a semaphore's places also several at once."""
handed = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=40).map(
    lambda rows: [
        (at, GOT, at % 2) if is_got else (at, RELEASED, 2)
        for at, is_got in sorted(rows, key=lambda row: (row[0], not row[1]))
    ]
)
"""Nobody does: two get it, another one gives it back."""


@given(owned, handed, steps)
def test_so_they_are_where_it_is_known_who_gives_back(
    own: list[Step], others: list[Step], mixed: list[Step]
) -> None:
    for one in (own, others):
        later = [(at + 100, kind, lane) for at, kind, lane in mixed]
        both = sorted([*one, *later], key=lambda step: (step[0], step[2]))
        for lock in histories(*both, ends=(300, 250, 270)):
            assert (holds(lock), waits(lock)) == one_by_one(both, (300, 250, 270))


def test_what_is_given_back_is_not_given_back_again_by_another() -> None:
    (lock,) = histories(
        *((10, GOT, 0), (11, GOT, 1), (20, RELEASED, 0), (30, RELEASED, 2)), ends=(99, 99, 99)
    )
    assert holds(lock) == [(10, 20, 0), (11, 30, 1)]


def test_a_long_line_of_releases_without_an_owner_comes_to_an_end() -> None:
    """One acquisition is missing: each release then ends another's hold, until nobody has it."""
    turns = [(10 * at, GOT, at % 2) for at in range(1, 40)]
    turns += [(10 * at + 11, RELEASED, at % 2) for at in range(40)]
    (lock,) = histories(*sorted(turns), ends=(500, 500))
    assert (holds(lock), []) == one_by_one(
        sorted(turns, key=lambda step: (step[0], step[2])), (500, 500)
    )
    assert lock.hold_ends.max() < 500


def one_by_one(
    steps: list[Step], ends: tuple[int, ...]
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    held: list[tuple[int, int]] = []
    waiting: dict[int, list[int]] = {}
    holds, waits = [], []
    for at, kind, lane in steps:
        if kind == WAIT:
            waiting.setdefault(lane, []).append(at)
        elif kind == RELEASED:
            own = [hold for hold in held if hold[1] == lane]
            if held:
                ended = own[-1] if own else held[0]
                held.remove(ended)
                holds.append((ended[0], at, ended[1]))
        else:
            if waiting.get(lane):
                waits.append((waiting[lane].pop(), at, lane))
            if kind == GOT:
                held.append((at, lane))
    holds += [(since, max(since, ends[lane]), lane) for since, lane in held]
    open_ = [(since, lane) for lane, begun in waiting.items() for since in begun]
    waits += [(since, max(since, ends[lane]), lane) for since, lane in open_]
    return sorted(holds), sorted(waits)
