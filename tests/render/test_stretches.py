"""Stretches: columns against brute force, rows as literal art."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.inks import Ink, row_text, worker
from paraviz.tui.render.nested import DEEPEST, Nested
from paraviz.tui.render.stretches import NOBODY, Stretches, stretches_row
from paraviz.tui.render.view import TraceView
from tests.render.arranged import END, workshop
from tests.render.drawn import COLUMN

Stretch = tuple[int, int, int]
"""(start, end, what)"""
NAMES = ("load", "parse", "say-a-very-long-name")


def made(stretches: list[Stretch]) -> Stretches:
    starts, ends, whats = np.array(stretches, np.int64).reshape(-1, 3).T
    return Stretches.of(starts.copy(), ends.copy(), whats.astype(np.int32))


def row(stretches: list[tuple[float, float, int]], columns: int = 20) -> list[tuple[str, Ink]]:
    """A row of stretches in columns of `COLUMN` ns."""
    scaled = [(round(a * COLUMN), round(b * COLUMN), what) for a, b, what in stretches]
    edges = np.arange(columns + 1, dtype=np.int64) * COLUMN
    return stretches_row(made(scaled), edges, NAMES.__getitem__, worker)


def art(*stretches: tuple[float, float, int], columns: int = 20) -> str:
    return row_text(row(list(stretches), columns))


@st.composite
def some_stretches(draw: st.DrawFn, most: int = 16) -> list[Stretch]:
    """Up to so many, in order, some without length or with nothing between."""
    cuts = sorted(draw(st.lists(st.integers(0, 60), max_size=2 * most)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    whats = draw(st.lists(st.integers(-1, 3), min_size=len(pairs), max_size=len(pairs)))
    return [(start, end, what) for (start, end), what in zip(pairs, whats, strict=True)]


some_edges = st.lists(st.integers(-10, 70), min_size=2, max_size=12, unique=True).map(sorted)


def inside(stretches: list[Stretch], start: int, end: int) -> Counter[int]:
    """ns of each that lie between two moments."""
    found: Counter[int] = Counter()
    for begin, until, what in stretches:
        found[what] += max(min(until, end) - max(begin, start), 0)
    return found


@given(some_stretches(40), some_edges)
def test_the_share_of_a_column_is_what_lies_in_it(
    stretches: list[Stretch], edges: list[int]
) -> None:
    found = np.diff(made(stretches).before(np.array(edges, np.int64))).tolist()
    pairs = pairwise(edges)
    assert found == [inside(stretches, start, end).total() for start, end in pairs]


@given(some_stretches(), some_edges)
def test_of_few_stretches_the_longest_sum_is_found(
    stretches: list[Stretch], edges: list[int]
) -> None:
    found = made(stretches).longest(np.array(edges, np.int64)).tolist()
    for what, (start, end) in zip(found, pairwise(edges), strict=True):
        times = inside(stretches, start, end)
        longest = max(times.values(), default=0)
        assert times[what] == longest if longest else what == NOBODY


def test_of_few_stretches_each_counts_once() -> None:
    shown = made([(0, 10, 0), (10, 21, 1), (21, 22, 2)])
    assert shown.longest(np.array([0, 30])).tolist() == [1]


@given(some_stretches(40), some_edges)
def test_of_many_one_that_is_there_is_found(stretches: list[Stretch], edges: list[int]) -> None:
    found = made(stretches).longest(np.array(edges, np.int64)).tolist()
    for what, (start, end) in zip(found, pairwise(edges), strict=True):
        assert what == NOBODY or inside(stretches, start, end)[what] > 0


def test_of_many_one_that_takes_all_but_crumbs_is_found() -> None:
    crumbs = [(at, at + 1, 2) for at in range(0, 40, 2)]
    shown = made([*crumbs, (40, 1000, 1), *((at, at + 1, 2) for at in range(1000, 1040, 2))])
    assert shown.longest(np.array([0, 2000])).tolist() == [1]


@given(some_stretches(40), st.integers(-5, 65))
def test_the_stretch_at_a_moment(stretches: list[Stretch], at_ns: int) -> None:
    around = [number for number, (a, b, _) in enumerate(stretches) if a <= at_ns < b]
    assert made(stretches).at(at_ns) == (around[0] if around else None)


@given(some_stretches(40), some_edges)
def test_a_row_fits_and_what_is_not_nothing_is_never_blank(
    stretches: list[Stretch], edges: list[int]
) -> None:
    drawn = row_text(stretches_row(made(stretches), np.array(edges), lambda _: "█", worker))
    assert len(drawn) == len(edges) - 1
    for glyph, (start, end) in zip(drawn, pairwise(edges), strict=True):
        time = inside(stretches, start, end).total()
        # Where something is, only the ends of a name are blank: those cells are full.
        assert time == 0 if glyph == " " and time < end - start else time > 0


def test_a_name_takes_a_cell_a_character() -> None:
    edges = np.arange(11, dtype=np.int64) * COLUMN
    shown = stretches_row(made([(0, 10 * COLUMN, 0)]), edges, lambda _: "語\x1b[1m", worker)
    assert row_text(shown) == " ··[1m ███"


def test_a_stretch_has_its_name_where_there_is_room() -> None:
    assert art((3, 11, 0), (14, 18, 1)) == "    load ██   ████  "
    assert art((3, 8, 2)) == "    sa…             "


def test_its_name_stands_on_its_colour() -> None:
    assert row([(3, 11, 1)], 14) == [
        ("   ", Ink("quiet")),
        (" parse ", Ink("on-worker", "worker-1", "bold")),
        ("█", Ink("worker-1")),
        ("   ", Ink("quiet")),
    ]


def test_a_column_is_as_high_as_its_share() -> None:
    assert art((0.5, 1, 0), (2, 2.001, 0), (3.25, 4, 0), columns=6) == "▄ ▁▆  "


def test_a_column_has_the_colour_of_what_takes_most_of_it() -> None:
    drawn = row([(0, 0.4, 0), (0.4, 1, 1), (1, 1.3, 1), (1.3, 2, -1)], 2)
    assert drawn == [("█", Ink("worker-1")), ("█", Ink("quiet"))]


def test_two_of_a_name_that_follow_each_other_are_two() -> None:
    assert art((0, 8, 0), (8, 16, 0), columns=16) == " load ██" * 2
    assert art((0, 7.5, 0), (7.5, 16, 0), columns=16) == " load ██ load ██"


def test_nothing_is_blank() -> None:
    assert art(columns=5) == "     "
    assert made([]).at(3) is None
    assert made([]).longest(np.array([0, 5, 9])).tolist() == [NOBODY, NOBODY]


def test_nested_spans_by_depth() -> None:
    view = TraceView.of(workshop())
    nested = Nested(view.trace)
    edges = np.arange(21, dtype=np.int64) * (END // 20)
    assert [nested.depth(lane) for lane in range(5)] == [0, 0, 2, 0, 0]
    assert row_text(nested.row(2, 0, edges)) == "   load ██████████  "
    assert row_text(nested.row(2, 1, edges)) == "      ████          "
    assert nested.name_at(2, 35_000) == ["load", "parse"]
    assert nested.name_at(2, 60_000) == ["load"]
    assert nested.name_at(2, 95_000) == nested.name_at(0, 35_000) == []
    assert nested.stretches(2, 0) is nested.stretches(2, 0)


def test_spans_without_a_floor_are_drawn_to_a_depth_only() -> None:
    from paraviz import events as ev
    from tests.traces import lane, trace

    deep = [(at, ev.SPAN_BEGIN, -1, 0) for at in range(100)]
    nested = Nested(trace([lane("w", deep, end_ns=200)], gil=False))
    assert nested.depth(0) == DEEPEST
    assert len(nested.name_at(0, 150)) == DEEPEST
