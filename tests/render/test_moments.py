"""Where "next event" leads in each track."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.groups import Grouping
from paraviz.tui.render.moments import beside, moments
from paraviz.tui.render.tracks import Arrangement, Track, arranged
from paraviz.tui.render.view import TraceView
from tests.render.arranged import END, workshop

VIEW = TraceView.of(workshop())
TRACKS = arranged(VIEW, Arrangement(grouping=Grouping.NAME, cpus=True))


@pytest.mark.parametrize(
    ("track", "expected"),
    [
        (Track("lane", 0), [10_000, 30_000]),
        # Without events, its changes of state.
        (Track("lane", 1), [0]),
        (Track("group", 0), [1_000, 2_000, 3_000, END]),
        (Track("spans", 2, 0), [10_000]),
        (Track("spans", 2, 1), [30_000]),
        (Track("lock", 0), [20_000, 25_000, 60_000, 60_100, 70_000]),
        (Track("counter", 0), [50_000]),
        (Track("counter", 1), [10_000, 30_000, 40_000]),
        (Track("cpu", 0), [10_000]),
        (Track("cpu", 1), [40_000]),
    ],
)
def test_each_track_has_its_moments(track: Track, expected: list[int]) -> None:
    assert moments(VIEW, TRACKS, track).tolist() == expected


@given(st.lists(st.integers(0, 20), max_size=8).map(sorted), st.integers(-2, 22))
def test_the_moments_beside_a_moment(times: list[int], at_ns: int) -> None:
    column = np.array(times, np.int64)
    assert beside(column, at_ns, 1) == min((at for at in times if at > at_ns), default=None)
    assert beside(column, at_ns, -1) == max((at for at in times if at < at_ns), default=None)
