"""How fast a run is played, which way, and where it ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.replay import SPEEDS, Replay

SLOWEST = len(SPEEDS) - 1


def test_faster_and_slower_end_at_the_ends() -> None:
    replay = Replay()
    assert replay.faster(1) == replay
    assert replay.faster(-1).speed == 1
    assert replay.faster(-100).speed == SLOWEST
    assert replay.faster(-3).faster(2).speed == 1


def test_a_stretch_lasts_as_long_as_wanted_if_that_can_be() -> None:
    spans = (8_000_000_000, 4_000_000_000, 3_000_000_000, 1_000_000, 1, 0)
    assert [SPEEDS[Replay().fitting(span, 8.0).speed] for span in spans] == [
        *(1, 2, 5),
        *[10_000] * 3,
    ]


@pytest.mark.parametrize(
    ("replay", "told"),
    [
        (Replay(), "▶ 1 ×"),
        (Replay(speed=2), "▶ 1/5 ×"),
        (Replay(speed=SLOWEST, direction=-1), "◀ 1/10,000 ×"),
        (Replay(speed=1, loop=(0, 9)), "▶ 1/2 × ⟳"),
    ],
)
def test_what_it_says(replay: Replay, told: str) -> None:
    assert replay.told == told


@pytest.mark.parametrize(
    ("replay", "at", "after"),
    [
        (Replay(speed=SLOWEST), 1_000, (1_100, True)),
        (Replay(speed=SLOWEST, direction=-1), 1_100, (1_000, True)),
        (Replay(speed=SLOWEST), 1_900, (2_000, False)),
        (Replay(speed=SLOWEST), 1_950, (2_000, False)),
        (Replay(speed=SLOWEST, direction=-1), 150, (50, True)),
        (Replay(speed=SLOWEST, direction=-1), 100, (0, False)),
        (Replay(speed=SLOWEST, direction=-1), 50, (0, False)),
        (Replay(speed=SLOWEST, direction=-1), 2_000, (1_900, True)),
    ],
)
def test_a_step_of_a_millisecond(replay: Replay, at: int, after: tuple[int, bool]) -> None:
    assert replay.step(at, 0.001, 0, 2_000) == after


def test_no_time_moves_nothing() -> None:
    assert Replay(direction=-1).step(2_000, 0, 0, 2_000) == (2_000, True)
    assert Replay().step(0, 0, 0, 2_000) == (0, True)


@pytest.mark.parametrize(
    ("direction", "at", "after"),
    [(1, 550, 650), (1, 650, 550), (1, 100, 600), (-1, 550, 650), (-1, 500, 600), (1, 1_900, 600)],
)
def test_a_loop_goes_round(direction: int, at: int, after: int) -> None:
    replay = Replay(speed=SLOWEST, direction=direction, loop=(500, 700))
    assert replay.step(at, 0.001, 0, 2_000) == (after, True)


def test_a_loop_over_nothing_stops() -> None:
    assert Replay(loop=(5, 5)).step(5, 1.0, 0, 9) == (5, False)


@given(
    st.integers(0, SLOWEST),
    st.sampled_from((1, -1)),
    st.none() | st.tuples(st.integers(-50, 50), st.integers(-50, 50)).map(sorted).map(tuple),
    st.integers(-100, 100),
    st.floats(0, 1e-6),
)
def test_it_stays_within_its_bounds(
    speed: int, direction: int, loop: tuple[int, int] | None, at: int, elapsed_s: float
) -> None:
    replay = Replay(speed, direction, loop)
    reached, plays_on = replay.step(at, elapsed_s, -100, 100)
    start, end = loop or (-100, 100)
    assert start <= reached <= end
    if loop is not None:
        assert plays_on == (end > start)
    elif plays_on:
        assert reached == at + direction * round(elapsed_s * 1e9 / SPEEDS[speed])
    else:
        assert reached == (end if direction > 0 else start)
