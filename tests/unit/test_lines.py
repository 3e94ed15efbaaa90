"""Where in the source a worker was last seen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Trace
from paraviz.trace.histories.source_lines import Lines
from tests import traces


def sited(rows: list[tuple[int, int]], start_ns: int = 0, end_ns: int = 20) -> Trace:
    """A lane with events at these times and places."""
    events = [(at, ev.SLEEP_BEGIN, -1, 0) for at, _ in rows]
    lane = traces.lane("w", events, start_ns=start_ns, end_ns=end_ns)
    sites = np.array([site for _, site in rows], np.int32)
    return traces.trace([traces.lane("idle", [], end_ns=end_ns), replace(lane, sites=sites)])


def test_the_last_event_that_has_a_place_counts() -> None:
    lines = Lines(sited([(5, -1), (6, 3), (8, -1), (9, 1)], start_ns=2))
    seen = {at: lines.site_at(1, at) for at in (5, 6, 7, 8, 9, 19)}
    assert seen == {5: -1, 6: 3, 7: 3, 8: 3, 9: 1, 19: 1}


def test_nowhere_outside_its_life_and_without_events() -> None:
    lines = Lines(sited([(2, 4)], start_ns=2))
    assert [lines.site_at(1, at) for at in (1, 2, 20)] == [-1, 4, -1]
    assert lines.site_at(0, 5) == -1


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(-1, 3)), max_size=8).map(
        lambda rows: sorted(rows, key=lambda row: row[0])
    ),
    st.integers(-1, 21),
)
def test_against_looking_at_every_event(rows: list[tuple[int, int]], at: int) -> None:
    before = [site for time, site in rows if time <= at and site >= 0]
    wanted = before[-1] if before and 0 <= at < 20 else -1
    assert Lines(sited(rows)).site_at(1, at) == wanted
