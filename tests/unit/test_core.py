"""The compiled core and the Python code that does the same where there is none."""

from __future__ import annotations

import _thread
import struct
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.observe import gathering
from paraviz.observe.compiled import OFF, core

needs_core = pytest.mark.skipif(core is None, reason="there is no compiled core")
KINDS = [gathering.Events, *([] if core is None else [core.Events])]


@needs_core
def test_both_sides_mean_the_same_by_their_numbers() -> None:
    names = [name for name in vars(core) if name.isupper()]
    assert len(names) >= 9
    for name in names:
        assert getattr(core, name) == getattr(ev, name), name


def test_it_can_be_left_out() -> None:
    code = "from paraviz.observe.compiled import core; print(core)"
    environment = {"PATH": "/usr/bin:/bin", OFF: "1", "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"


def integers(pieces: list[tuple[bytearray, int]], room: int) -> list[int]:
    assert not any(any(piece[:room]) for piece, _ in pieces)
    return [
        number
        for piece, _ in pieces
        for number in struct.unpack(f"={(len(piece) - room) // 8}q", piece[room:])
    ]


@pytest.mark.parametrize("kind", KINDS)
@given(
    st.lists(st.tuples(st.integers(1, 255), st.none() | st.integers(-(2**62), 2**62)), max_size=99),
    st.integers(0, 40),
    st.integers(2, 30),
)
def test_what_is_taken_is_what_was_appended(
    kind: Any, emitted: list[tuple[int, int | None]], room: int, half: int
) -> None:
    events = kind()
    for word, value in emitted * 3:
        if value is None:
            events.emit(word)
        else:
            events.emit_value(word, value)
    events.extend((1, 2, 3, ev.EXTRA))
    numbers = 2 * sum(2 - (value is None) for _, value in emitted * 3) + 4
    assert len(events) == numbers
    pieces = events.take(room, 2 * half)
    assert not events.take(room, 2 * half) and len(events) == 0
    assert sum(count for _, count in pieces) == 3 * len(emitted) + 1
    assert all(len(piece) <= room + 16 * half for piece, _ in pieces)
    # No event is parted from its value.
    assert all(integers([piece], room)[1] != ev.EXTRA for piece in pieces)
    found = integers(pieces, room)
    expected = [
        word
        for kind, value in emitted * 3
        for word in ((kind,) if value is None else (kind, ev.EXTRA))
    ]
    assert found[1::2] == [*expected, 2, ev.EXTRA]
    stamps = [at for at, word in zip(found[::2], found[1::2], strict=True) if word != ev.EXTRA]
    assert all(a <= b for a, b in pairwise(stamps[:-1]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_that_is_too_large_is_cut_off(kind: Any) -> None:
    events = kind()
    events.emit_value(5, 2**64 + 7)
    events.extend((1, -(2**63) - 1))
    found = integers(events.take(0, 100), 0)
    assert found[2] == 7 and found[-1] == 2**63 - 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_dropped_is_counted(kind: Any) -> None:
    events = kind()
    for number in range(20_000):
        events.emit_value(ev.word(ev.WRITE, 1), number)
        events.emit(ev.THREAD_END)
    assert events.drop() == (40_000, 20_000)
    assert len(events) == 0 and events.drop() == (0, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_number_is_refused_and_appends_nothing(kind: Any) -> None:
    events = kind()
    with pytest.raises((TypeError, struct.error)):
        events.extend((1, "2"))
        events.take(0, 100)
    if core is not None and kind is core.Events:
        with pytest.raises(TypeError):
            events.emit("1")
        with pytest.raises(TypeError):
            events.emit_value(1)
        assert len(events) == 0


class ALane:
    """What has events."""

    def __init__(self) -> None:
        self.events = core.Events()


@pytest.fixture
def lanes() -> Iterator[list[Any]]:
    """The lanes that were made, each by the first event of its thread."""
    made: list[Any] = []

    def begin() -> Any:
        made.append(ALane())
        return made[-1]

    core.begin_sites("/library/", (), ("/kin/",), "/ours/", 1_000)
    core.begin_locks(type(_thread.allocate_lock()), type(_thread.RLock()))
    made.append(core.Here(begin))
    yield made
    core.Here(ALane)


def told(lane: Any) -> list[tuple[int, int]]:
    """The kinds and objects of its events."""
    words = integers(lane.events.take(0, 7_000), 0)[1::2]
    return [(word & ev.KIND_MASK, word >> ev.KIND_BITS & ev.OBJECT_MASK) for word in words]


@needs_core
def test_each_thread_has_a_lane_from_its_first_event_on(lanes: list[Any]) -> None:
    here = lanes.pop()
    done = [_thread.allocate_lock() for _ in range(5)]

    def body(lock: Any) -> None:
        here.emit(7)
        assert here.lane.events is lanes[-1].events
        here.late_ns = 3
        lock.release()

    for lock in done:
        lock.acquire()
        _thread.start_new_thread(body, (lock,))
        lock.acquire()
    assert [told(lane) for lane in lanes] == [[(7, 0)]] * 5
    assert here.late_ns == 0
    other = ALane()
    here.enter(other)
    here.emit_value(8, 9)
    assert here.lane is other and told(other) == [(8, 0), (0, 0)]


@needs_core
def test_a_lane_that_sleeps_wakes_somebody_by_its_first_event(lanes: list[Any]) -> None:
    here, woken, lane = lanes.pop(), [], ALane()
    here.enter_asleep(lane, lambda: woken.append(1))
    assert not woken
    here.emit(1)
    here.emit(2)
    assert woken == [1] and len(lane.events) == 4


@needs_core
def test_an_interrupt_while_a_lane_wakes_somebody_comes_after_the_event(lanes: list[Any]) -> None:
    here, lane = lanes.pop(), ALane()

    def interrupted() -> None:
        raise KeyboardInterrupt

    here.enter_asleep(lane, interrupted)
    lock = core.Lock(_thread.allocate_lock(), 7)
    with pytest.raises(KeyboardInterrupt):
        lock.acquire()
        for _ in range(100):
            pass
    assert lock.locked(), "what was done is done"
    assert told(lane) == [(ev.LOCK_ACQUIRED, 7)]


@needs_core
def test_a_lock_tells_what_happens_to_it(lanes: list[Any]) -> None:
    del lanes[:]
    lock = core.Lock(_thread.allocate_lock(), 7)
    with lock:
        assert not lock.acquire(False) and not lock.acquire(blocking=False)
        assert not lock.acquire(True, 0.001) and not lock.acquire(timeout=0.001)
    assert lock.acquire(1, -1)
    lock.release()
    with pytest.raises(RuntimeError):
        lock.release()
    for wrong in ((1, 2, 3), ("no", "number"), (False, 5), (True, -7)):
        with pytest.raises((TypeError, ValueError)):
            lock.acquire(*wrong)
    with pytest.raises(OverflowError):
        lock.acquire(timeout=1e300)
    for wrongly in ({"unheard_of": 1}, {"blocking": True}):
        with pytest.raises(TypeError):
            lock.acquire(True, **wrongly)
    assert not lock.locked()
    limited = [(ev.WAIT_LIMIT, 0), (0, 0), (ev.LOCK_WAIT, 7), (ev.LOCK_ABANDONED, 7)]
    pair = [(ev.LOCK_ACQUIRED, 7), (ev.LOCK_RELEASED, 7)]
    assert told(lanes[0]) == [pair[0], *limited, *limited, pair[1], *pair]


@needs_core
def test_of_an_rlock_only_the_outermost_are_events(lanes: list[Any]) -> None:
    del lanes[:]
    lock = core.RLock(_thread.RLock(), 9)
    pair = [(ev.LOCK_ACQUIRED, 9), (ev.LOCK_RELEASED, 9)]
    with lock:
        assert lock.acquire() and lock.acquire(False) and lock.acquire(timeout=1)
        assert lock._depth == 4
        for _ in range(3):
            lock.release()
    with pytest.raises(RuntimeError):
        lock.release()
    assert told(lanes[0]) == pair
    lock.acquire()
    lock.acquire()
    saved = lock._release_save()
    assert lock._depth == 0
    lock._acquire_restore(saved)
    assert lock._depth == 2
    lock.release()
    lock.release()
    assert told(lanes[0]) == pair * 2


@needs_core
@pytest.mark.parametrize("kind", ["Lock", "RLock"])
def test_who_has_to_wait_says_so_until_it_is_had(lanes: list[Any], kind: str) -> None:
    del lanes[:]
    inner = _thread.allocate_lock() if kind == "Lock" else _thread.RLock()
    lock = getattr(core, kind)(inner, 3)
    done = _thread.allocate_lock()
    done.acquire()

    def body() -> None:
        with lock:
            done.release()

    with lock:
        _thread.start_new_thread(body, ())
        while not len(lanes) > 1 or not len(lanes[1].events):
            pass
    done.acquire()
    with lock:
        pass
    assert told(lanes[1])[:2] == [(ev.LOCK_WAIT, 3), (ev.LOCK_ACQUIRED, 3)]
