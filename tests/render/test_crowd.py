"""Many workers in few rows: the staircase of a GIL is seen, and nobody who ran is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paraviz.formats import load
from paraviz.tui.render.crowd import MOST, crowd_rows, fits
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.names import _fitted
from paraviz.tui.render.plots import group_rows
from paraviz.tui.render.shares import edges_of
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "recordings"
LANES = tuple(range(1, 65))


@pytest.fixture(scope="module")
def view() -> TraceView:
    return TraceView.of(load(SCENARIOS / "prime_threads.pviz"))


@pytest.mark.parametrize(("columns", "rows"), [(60, 5), (100, 7), (200, 16), (200, 32)])
def test_each_thread_runs_after_the_one_before(view: TraceView, columns: int, rows: int) -> None:
    trace = view.trace
    edges = edges_of(Viewport.over(trace.start_ns, trace.end_ns), columns)
    drawn = [row_text(row) for row in crowd_rows(view, LANES, edges, rows)]
    assert [len(row) for row in drawn] == [columns] * rows
    starts = [len(row) - len(row.lstrip()) for row in drawn]
    assert starts == sorted(starts) and len(set(starts)) > rows // 2, "a staircase"
    assert starts[-1] > columns // 2 > starts[0], "down to the end"


def test_nobody_who_ran_is_missing(view: TraceView) -> None:
    whole = np.array([view.trace.start_ns, view.trace.end_ns], np.int64)
    assert all(view.index.time_in_states(whole, [lane])[0, 0, 0] for lane in LANES)
    drawn = crowd_rows(view, LANES, edges_of(Viewport.over(*whole.tolist()), 60), 32)
    for row in map(row_text, drawn):
        assert set(row) & set("▘▝▀▛▜▞▚▌▐▙▟█"), "the upper of its two"
        assert set(row) & set("▖▗▄▛▜▞▚▌▐▙▟█"), "and the lower"


def test_where_there_is_no_room_it_is_the_share_of_those_that_run(view: TraceView) -> None:
    edges = edges_of(Viewport.over(view.trace.start_ns, view.trace.end_ns), 60)
    assert not fits(LANES, edges, 2) and not fits(LANES[:3], edges, 3)
    assert not fits(range(MOST + 1), edges, 9)
    narrow = np.arange(61)
    assert not fits(LANES, narrow, 9), "a nanosecond has no half"
    assert set("".join(map(row_text, group_rows(view, LANES, edges, 1)))) <= set(" ▁▂▃▄▅▆▇█")


def test_how_many_they_are_is_told_however_narrow_it_is() -> None:
    assert _fitted("▸ 100000000000 … ×64", 20) == "▸ 10000000000… ×64 "
    assert all(
        _fitted("▸ a long name ×64", width).rstrip().endswith("×64") for width in range(10, 30)
    )
    assert len(_fitted("▸ a long name ×64", 6)) == 5
