"""Counters and groups as bars: columns against brute force, rows as literal art."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.trace import State
from paraviz.trace.model import Counter
from paraviz.tui.render.inks import Ink, Row, row_text
from paraviz.tui.render.plots import Plot, group_rows, plot_rows
from paraviz.tui.render.view import TraceView
from tests.render.arranged import END, workshop
from tests.render.drawn import COLUMN

Change = tuple[int, float]


def plot(*changes: Change) -> Plot:
    times = np.array([at for at, _ in changes], np.int64)
    return Plot.of(Counter("c", times, np.array([value for _, value in changes], np.float64)))


def edges(columns: int) -> np.typing.NDArray[np.int64]:
    return np.arange(columns + 1, dtype=np.int64) * COLUMN


def art(shown: Plot, columns: int = 10, rows: int = 1) -> list[str]:
    return [row_text(row) for row in plot_rows(shown, edges(columns), rows)]


def tinted(row: Row) -> str:
    """A mark below each cell that is tinted."""
    return "".join(("^" if ink.back else " ") * len(text) for text, ink in row)


def average(changes: list[Change], start: int, end: int) -> float:
    """Over the time from its first value on; NaN where there is none."""
    area, known = Fraction(0), 0
    for (at, value), (until, _) in pairwise([*changes, (end, 0.0)]):
        inside = max(min(until, end) - max(at, start), 0)
        area += inside * Fraction(value)
        known += inside
    return float(area / known) if known else math.nan


def most(changes: list[Change], start: int, end: int) -> float:
    """The value at its start, or its first value, and every one that came later within it."""
    start = max([start, *(at for at, _ in changes[:1])])
    begun = [value for at, value in changes if at <= start < end][-1:]
    return max([*begun, *(value for at, value in changes if start < at < end)], default=math.nan)


some_changes = st.lists(
    st.tuples(st.integers(-20, 80), st.integers(-9, 9).map(lambda value: value / 2)), max_size=20
).map(lambda changes: sorted(changes, key=lambda change: change[0]))
some_edges = st.lists(st.integers(-30, 90), min_size=2, max_size=12, unique=True).map(sorted)


@given(some_changes, some_edges)
def test_columns_are_averages_and_peaks(changes: list[Change], cuts: list[int]) -> None:
    found = plot(*changes).columns(np.array(cuts, np.int64))
    expected = [
        [count(changes, start, end) for start, end in pairwise(cuts)] for count in (average, most)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-9)


@given(some_changes, st.integers(-30, 90))
def test_a_value_is_the_last_that_came(changes: list[Change], at_ns: int) -> None:
    before = [value for at, value in changes if at <= at_ns]
    assert plot(*changes).value(at_ns) == (before[-1] if before else None)


@given(some_changes, some_edges, st.integers(1, 3))
def test_rows_fit_and_what_is_not_nothing_is_never_blank(
    changes: list[Change], cuts: list[int], rows: int
) -> None:
    shown = plot(*changes)
    drawn = [row_text(row) for row in plot_rows(shown, np.array(cuts), rows)]
    assert [len(row) for row in drawn] == [len(cuts) - 1] * rows
    averages, _ = shown.columns(np.array(cuts))
    for glyph, value in zip(drawn[-1], averages.tolist(), strict=True):
        assert (glyph != " ") == (not math.isnan(value) and value > shown.low)


def test_a_counter_stands_as_high_as_it_is() -> None:
    stairs = plot(*((number * COLUMN, float(number)) for number in range(9)))
    assert art(stairs) == [" ▁▂▃▄▅▆▇██"]
    assert art(stairs, rows=2) == ["     ▂▄▆██", " ▂▄▆██████"]


def test_before_its_first_value_there_is_nothing() -> None:
    assert art(plot((3 * COLUMN, 4.0), (6 * COLUMN, 2.0))) == ["   ███▄▄▄▄"]
    assert art(plot((3500, 4.0))) == ["   ███████"]


def test_one_that_falls_below_nothing_stands_on_its_least() -> None:
    assert art(plot((0, -2.0), (3 * COLUMN, 0.0), (6 * COLUMN, 2.0))) == ["   ▄▄▄████"]


def test_a_trace_of_something_is_seen() -> None:
    assert art(plot((0, 1000.0), (1, 0.0), (5000, 1.0))) == ["▁    ▁▁▁▁▁"]


def test_a_column_with_a_higher_peak_is_tinted() -> None:
    (row,) = plot_rows(plot((0, 2.0), (4500, 8.0), (4600, 2.0)), edges(10), 1)
    assert row_text(row) == "▂▂▂▂▃▂▂▂▂▂"
    assert tinted(row) == "    ^     "
    upper, lower = plot_rows(plot((0, 2.0), (4500, 8.0), (4600, 2.0)), edges(10), 2)
    assert [row_text(upper), row_text(lower)] == ["          ", "▄▄▄▄▅▄▄▄▄▄"]
    assert tinted(upper) == tinted(lower) == "    ^     "


def test_only_the_cells_that_a_peak_reaches_are_tinted() -> None:
    low_peak = plot((0, 1.0), (4500, 4.0), (4600, 1.0), (9000, 8.0))
    upper, lower = plot_rows(low_peak, edges(10), 2)
    assert (tinted(upper), tinted(lower)) == ("          ", "    ^     ")


def test_a_counter_of_nothing_is_blank() -> None:
    assert art(plot()) == [" " * 10]
    assert art(plot((0, 0.0))) == [" " * 10]


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_leaves_the_others_alone(odd: float) -> None:
    shown = plot((0, 1.0), (2 * COLUMN, odd), (4 * COLUMN, 2.0), (6 * COLUMN, 1.0))
    (drawn,) = art(shown)
    assert drawn[:2] + drawn[4:] == "▄▄██▄▄▄▄"
    assert str(shown.value(3 * COLUMN)) == str(odd)


def test_a_group_is_as_high_as_the_share_that_runs() -> None:
    view = TraceView.of(workshop())
    wide = np.arange(11, dtype=np.int64) * (END // 10)
    whole = view.index.time_in_states(wide, [2, 3, 4])[State.RUNNING].sum(axis=0) / (END // 10 * 3)
    # Workers 1 to 3 begin at 1, 2 and 3 µs; worker 2 waits from 25 to 60.1 µs.
    assert whole.round(2).tolist() == [0.8, 1, 0.83, 0.67, 0.67, 0.67, 1, 1, 1, 1]
    (row,) = group_rows(view, (2, 3, 4), wide, 1)
    assert row_text(row) == "▆█▇▅▅▅████"
    backs = [ink.back for text, ink in row for _ in text]
    assert backs[2:7] == ["lock-tint"] * 5
    assert set(backs[:2] + backs[7:]) == {""}
    assert row[0][1] == Ink("text")
    tall = [row_text(each) for each in group_rows(view, (2, 3, 4), wide, 2)]
    assert tall == ["▅█▅▃▃▃████", "██████████"]


def test_a_group_outside_its_life_is_blank() -> None:
    view = TraceView.of(workshop())
    after = np.array([2 * END, 3 * END, 4 * END], np.int64)
    assert [row_text(row) for row in group_rows(view, (2, 3), after, 2)] == ["  ", "  "]
