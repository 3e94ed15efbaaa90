"""Sentences about locks, counters, CPUs and groups."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.trace.model import Counter
from paraviz.tui.render.groups import Grouping
from paraviz.tui.render.inks import Ink, row_text
from paraviz.tui.render.resources import track_sentence
from paraviz.tui.render.tracks import Arrangement, Track, Tracks, arranged
from paraviz.tui.render.view import TraceView
from tests.render.arranged import workshop
from tests.traces import Event, lane, trace

VIEW = TraceView.of(workshop())
TRACKS = arranged(VIEW, Arrangement(grouping=Grouping.NAME, cpus=True))
GROUP, LOCK = Track("group", 0), Track("lock", 0)
FREQUENCY, TODO = Track("counter", 0), Track("counter", 1)
WAITED = "1 time somebody waited · 35.1 µs in all · at most 35.1 µs"
CPU, OTHER_CPU = Track("cpu", 0), Track("cpu", 1)


def told(
    track: Track, at_us: float | None, view: TraceView = VIEW, tracks: Tracks = TRACKS
) -> tuple[str, str]:
    at_ns = None if at_us is None else round(at_us * 1000)
    first, second = track_sentence(view, tracks, track, at_ns)
    return row_text(first), row_text(second)


@pytest.mark.parametrize(
    ("track", "at_us", "expected"),
    [
        (LOCK, None, ("printer was taken 2 times", WAITED)),
        (LOCK, 10, ("printer is free", "nobody waits")),
        (LOCK, 22, ("printer is held by worker-1 since 20 µs, until 60 µs", "nobody waits")),
        (LOCK, 30, ("printer is held by worker-1 since 20 µs, until 60 µs", "waiting: worker-2")),
        (LOCK, 60.05, ("printer is free", "waiting: worker-2")),
        (LOCK, 65, ("printer is held by worker-2 since 60.1 µs, until 70 µs", "nobody waits")),
        (TODO, None, ("todo changed 3 times", "between 1 and 2 in the whole run")),
        (TODO, 5, ("todo has no value yet", "between 1 and 2 in the whole run")),
        (TODO, 30, ("todo has been 2 for 0 s (since 30 µs)", "between 1 and 2 in the whole run")),
        (
            FREQUENCY,
            99,
            (
                "frequency has been 2.5 for 49 µs (since 50 µs)",
                "between 2.5 and 2.5 in the whole run",
            ),
        ),
        (CPU, None, ("CPU 0 ran the program 50% of the time", "1 time a thread came")),
        (CPU, 10, ("CPU 0 runs worker-1 since 10 µs, until 60 µs", "")),
        (CPU, 60, ("CPU 0 has nothing of this program to do", "")),
        (OTHER_CPU, 45, ("CPU 1 runs a thread without a lane since 40 µs, until 50 µs", "")),
        (GROUP, None, ("worker ×3: on average 2.59 run at once", "x folds and unfolds it")),
        (GROUP, 30, ("worker ×3 · 2 runs · 1 waits for a lock", "worker-1, worker-3")),
        (GROUP, 0, ("worker ×3", "x folds and unfolds it")),
    ],
)  # fmt: skip
def test_what_is_so(track: Track, at_us: float | None, expected: tuple[str, str]) -> None:
    assert told(track, at_us) == expected


def test_states_have_their_own_tones() -> None:
    first, _ = track_sentence(VIEW, TRACKS, GROUP, 30_000)
    assert ("1 waits for a lock", Ink("lock")) in first


def test_many_are_counted_and_not_named() -> None:
    waits: list[Event] = [(1_000, ev.LOCK_WAIT, 0, 0)]
    holds: list[Event] = [(500, ev.LOCK_ACQUIRED, 0, 0)]
    lanes = [lane(f"w-{i}", waits if i else holds, end_ns=9_000, tid=i) for i in range(6)]
    view = TraceView.of(trace(lanes, [SharedObject("Lock", "door")], gil=False))
    tracks = arranged(view, Arrangement(grouping=Grouping.NAME))
    assert told(LOCK, 2, view, tracks) == (
        "door is held by w-0 since 500 ns, until 9 µs",
        "5 wait",
    )
    assert told(GROUP, 0.9, view, tracks) == ("w ×6 · 6 runs", "x folds and unfolds it")


def test_a_lock_nobody_had_to_wait_for() -> None:
    held: list[Event] = [(500, ev.LOCK_ACQUIRED, 0, 0), (600, ev.LOCK_RELEASED, 0, 0)]
    view = TraceView.of(trace([lane("w", held, end_ns=900)], [SharedObject("Lock", "door")]))
    tracks = arranged(view, Arrangement())
    assert told(LOCK, None, view, tracks) == ("door was taken 1 time", "nobody had to wait")


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_told_as_it_is(odd: float) -> None:
    counter = Counter("ratio", np.array([0, 1_000]), np.array([odd, 1.5]))
    view = TraceView.of(replace(VIEW.trace, counters=(counter,)))
    assert told(FREQUENCY, 0, view)[0] == f"ratio has been {odd} for 0 s (since 0 s)"
    assert told(FREQUENCY, 2, view)[0] == "ratio has been 1.5 for 1 µs (since 1 µs)"


def signal() -> TraceView:
    """`waits` takes a lock again and again, `gives` lets go of it."""
    takes = [(1, ev.LOCK_ACQUIRED, 0, 0), (2, ev.LOCK_WAIT, 0, 0), (9, ev.LOCK_ACQUIRED, 0, 0)]
    waits: list[Event] = [(at * 1000, kind, 0, 0) for at, kind, *_ in takes]
    gives: list[Event] = [(8_000, ev.LOCK_RELEASED, 0, 0)]
    lanes = [lane("waits", waits, end_ns=20_000), lane("gives", gives, end_ns=20_000)]
    return TraceView.of(trace(lanes, [SharedObject("Lock", "turn")]))


@pytest.mark.parametrize(
    ("at_us", "expected"),
    [
        (None, "turn was taken 2 times · a signal: others let go of it than those who take it"),
        (5, "turn was taken by waits at 1 µs, gives lets go of it at 8 µs"),
        (8.5, "turn is free"),
        (10, "turn was taken by waits at 9 µs, and nobody has let go of it since"),
    ],
)
def test_a_signal_is_nobodys_own(at_us: float | None, expected: str) -> None:
    shown = signal()
    tracks = arranged(shown, Arrangement())
    assert told(Track("lock", 0), at_us, shown, tracks)[0] == expected
