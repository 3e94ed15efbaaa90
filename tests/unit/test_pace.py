"""How far a long computation is, and calling it off."""

from __future__ import annotations

import pytest

from paraviz.trace.cancellation import STEP, CalledOff, Pace


def test_it_goes_through_its_parts_and_never_back() -> None:
    told: list[float] = []
    pace = Pace(told.append)
    pace.part(0.5)
    for share in (0.0, 0.5, 0.2, 1.0):
        pace(share)
    pace.part(1.0)
    pace(1.0)
    assert told == [0.0, 0.25, 0.5, 1.0]


def test_little_more_is_not_told_but_the_end_is() -> None:
    told: list[float] = []
    pace = Pace(told.append)
    pace.part(1.0)
    for at in range(10_001):
        pace(at / 10_000)
    assert len(told) <= 1 / STEP + 2
    assert told[-1] == 1.0


def test_calling_off() -> None:
    wanted = iter([False, False, True])
    pace = Pace(is_cancelled=lambda: next(wanted))
    pace.part(1.0)
    pace(0.5)
    with pytest.raises(CalledOff):
        pace(0.5)
