"""The viewport's moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.viewport import Viewport

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.01, 100), st.integers(-(10**6), 10**8)),
        st.tuples(st.just("pan"), st.integers(-(10**8), 10**8)),
        st.tuples(st.just("fit")),
        st.tuples(st.just("follow")),
        st.tuples(st.just("reveal"), st.integers(0, 10**7)),
        st.tuples(st.just("between"), st.integers(0, 10**7), st.integers(0, 10**7)),
    ),
    max_size=12,
)


@given(moves=MOVES, live=st.booleans())
def test_no_move_leaves_the_bounds(moves: list[tuple[object, ...]], live: bool) -> None:
    view = Viewport.over(0, 10**7, live=live)
    for name, *arguments in moves:
        view = getattr(view, str(name))(*arguments)
        assert view.low_ns <= view.start_ns < view.end_ns <= view.high_ns
        assert view.span_ns >= view.least_ns


@given(
    start=st.integers(0, 10**6),
    span=st.integers(1_000, 10**6),
    columns=st.integers(1, 300),
    column=st.integers(0, 299),
)
def test_a_column_begins_at_the_first_moment_that_falls_into_it(
    start: int, span: int, columns: int, column: int
) -> None:
    view = Viewport(start, start + span, 0, 10**7, 10**7)
    at = view.time(column, columns)
    assert view.column(at - 1, columns) < column or span < columns
    assert view.column(at, columns) >= column


def test_zoom_keeps_the_moment_in_its_place() -> None:
    view = Viewport.over(0, 10_000_000)
    at = 6_000_000
    before = view.column(at, 1_000)
    for factor in (0.5, 0.5, 0.8, 1.25):
        view = view.zoom(factor, at)
        assert abs(view.column(at, 1_000) - before) <= 1


def test_pan_stops_at_the_ends_and_ends_the_following() -> None:
    view = Viewport.over(0, 10_000_000, live=True).zoom(0.1, 0)
    assert view.following
    moved = view.pan(-5_000)
    assert (moved.start_ns, moved.following) == (0, False)
    assert view.pan(10**9).end_ns == view.high_ns


def test_a_whole_view_grows_with_its_trace_and_fits_when_it_ends() -> None:
    view = Viewport.over(0, 10_000_000, live=True)
    assert view.end_ns >= 11_000_000
    grown = view.grown(0, 90_000_000, live=True)
    assert grown.is_whole and grown.end_ns >= 99_000_000
    done = grown.grown(0, 91_000_000, live=False)
    assert done.end_ns == 91_000_000 + 455_000 and not done.following


def test_a_live_view_moves_now_and_then_only() -> None:
    view = Viewport.over(0, 10_000_000, live=True)
    ends = {view.grown(0, end, live=True).end_ns for end in range(10_000_000, 13_000_000, 100_000)}
    assert len(ends) <= 2


def test_a_view_that_was_moved_keeps_its_place_while_the_trace_grows() -> None:
    view = Viewport.over(0, 10_000_000, live=True).zoom(0.1, 5_000_000).pan(1_000)
    grown = view.grown(0, 50_000_000, live=True)
    assert (grown.start_ns, grown.end_ns) == (view.start_ns, view.end_ns)


def test_a_zoomed_view_that_follows_shows_the_end() -> None:
    view = Viewport.over(0, 10_000_000, live=True).zoom(0.1, 10_000_000)
    for end in range(10_000_000, 80_000_000, 1_700_000):
        view = view.grown(0, end, live=True)
        assert view.following and view.shows(end)
