"""Looks at silent threads from within their process, by a clock that is told."""

from __future__ import annotations

import itertools
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from paraviz import events as ev
from paraviz.observe import stands
from paraviz.observe.lane import Lane
from paraviz.observe.stands import FIRST_NS, LONGEST_NS, SHARE, Stands


class Clock:
    """What time it is, and how much CPU time each thread has used."""

    def __init__(self) -> None:
        self.now = 1
        self.used = 5

    def __call__(self) -> int:
        return self.now

    def cpu(self, _clock: int) -> int:
        return self.used


class Reports(list[tuple[int, dict[str, Any]]]):
    """What was reported."""

    def __call__(self, message_type: int, **fields: Any) -> None:
        self.append((message_type, fields))

    @property
    def types(self) -> list[int]:
        return [each for each, _ in self]


class Thing:
    """Something that a thread holds."""


class Blocked:
    """A thread that waits for a lock until the test lets it go."""

    def __init__(self) -> None:
        self.lock, self.made = threading.Lock(), threading.Event()
        self.lock.acquire()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        self.made.wait()

    def run(self) -> None:
        self.lane = Lane(7, "blocked")
        thing = Thing()
        self.thing = weakref.ref(thing)
        self.made.set()
        self.lock.acquire()

    def end(self) -> None:
        self.lock.release()
        self.thread.join()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    told = Clock()
    monkeypatch.setattr(stands, "perf_counter_ns", told)
    monkeypatch.setattr(stands, "_cpu_ns", told.cpu)
    return told


@pytest.fixture
def blocked() -> Iterator[Blocked]:
    one = Blocked()
    yield one
    if one.thread.is_alive():
        one.end()


def looking(reports: Reports) -> Callable[[Lane], int]:
    found = Stands(reports, lambda frame: frame.f_lineno << ev.SITE_SHIFT)

    def look(lane: Lane) -> int:
        before = len(reports)
        found.look([lane])
        assert not found.off
        return len(reports) - before

    return look


def test_who_is_silent_is_looked_at_and_then_only_once_it_ran(
    clock: Clock, blocked: Blocked
) -> None:
    reports = Reports()
    look = looking(reports)
    assert look(blocked.lane) == 0, "it may have emitted something just now"
    clock.now += FIRST_NS
    assert look(blocked.lane) == 1
    (_, told) = reports[0]
    assert told["lane"] == 7 and told["at_ns"] == clock.now and told["rested_ns"] == 0
    assert told["site"] == Blocked.run.__code__.co_firstlineno + 5
    clock.now += LONGEST_NS
    assert look(blocked.lane) == 1
    for _ in range(5):
        clock.now += LONGEST_NS
        assert look(blocked.lane) == 0, "it stands where it stood"
    rested = clock.now
    clock.used += 1
    clock.now += LONGEST_NS
    assert look(blocked.lane) == 1
    assert reports.types == [ev.STANDS, ev.RESTS, ev.STANDS]
    assert reports[-1][1]["rested_ns"] == rested


def test_who_emits_is_left_alone(clock: Clock, blocked: Blocked) -> None:
    look = looking(Reports())
    for _ in range(5):
        clock.now += LONGEST_NS
        blocked.lane.sent += 1
        assert look(blocked.lane) == 0
        clock.now += LONGEST_NS
        blocked.lane.emit(1)
        assert look(blocked.lane) == 0
        blocked.lane.events.drop()


def test_the_longer_it_is_silent_the_more_seldom(clock: Clock, blocked: Blocked) -> None:
    look = looking(Reports())
    seen = []
    for _ in range(200):
        clock.now += FIRST_NS // 2
        clock.used += 1
        if look(blocked.lane):
            seen.append(clock.now)
    pauses = [after - before for before, after in itertools.pairwise(seen)]
    assert pauses == sorted(pauses) and LONGEST_NS <= pauses[-1] < 2 * LONGEST_NS


def test_looks_take_a_set_share_of_the_time(
    clock: Clock, blocked: Blocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = 1_000_000

    def dear(_clock: int) -> int:
        clock.now += cost
        return 1

    reports = Reports()
    look = looking(reports)
    look(blocked.lane)
    monkeypatch.setattr(stands, "_cpu_ns", dear)
    clock.now += LONGEST_NS
    assert look(blocked.lane) == 1
    began = clock.now
    while not look(blocked.lane):
        clock.now += FIRST_NS
    assert clock.now - began >= cost / SHARE - 2 * cost - FIRST_NS


def test_no_frame_lives_longer_for_it(clock: Clock, blocked: Blocked) -> None:
    look = looking(Reports())
    look(blocked.lane)
    clock.now += FIRST_NS
    assert look(blocked.lane) == 1
    assert blocked.thing() is not None
    blocked.end()
    assert blocked.thing() is None


def test_a_look_that_is_forbidden_is_the_last(clock: Clock, blocked: Blocked) -> None:
    def forbidden(_frame: object) -> int:
        raise PermissionError

    found = Stands(Reports(), forbidden)
    found.look([blocked.lane])
    clock.now += FIRST_NS
    found.look([blocked.lane])
    assert found.off
    found.look([blocked.lane])


def test_where_there_are_other_interpreters_nobody_is_looked_at(
    clock: Clock, blocked: Blocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interpreters:
        @staticmethod
        def list_all() -> list[int]:
            return [0, 1]

    monkeypatch.setitem(sys.modules, "_interpreters", Interpreters)
    look = looking(Reports())
    look(blocked.lane)
    clock.now += FIRST_NS
    assert look(blocked.lane) == 0
