"""The ruler's ticks."""

from __future__ import annotations

import itertools
import re

from hypothesis import given
from hypothesis import strategies as st

from paraviz.trace import State
from paraviz.tui.render.axis import ruler_row, span_row
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.ruler import exact, ruler
from paraviz.tui.render.spans import Span
from paraviz.tui.render.viewport import Viewport


def art(start_ns: int, end_ns: int, columns: int, cursor_ns: int | None = None) -> str:
    view = Viewport(start_ns, end_ns, start_ns, end_ns, end_ns)
    return row_text(ruler_row(ruler(view, columns), view, columns, cursor_ns))


def test_round_moments_with_units() -> None:
    assert art(0, 26_000_000, 60) == (
        "╷0 ms      ╷5 ms       ╷10 ms     ╷15 ms      ╷20 ms     ╷  "
    )


def test_the_cursor_has_a_flag_and_cut_labels_vanish() -> None:
    assert art(0, 26_000_000, 60, 11_000_000) == (
        "╷0 ms      ╷5 ms       ╷  11 ms   ╷15 ms      ╷20 ms     ╷  "
    )


def test_a_flag_near_the_right_edge_hangs_to_the_left() -> None:
    assert art(0, 26_000_000, 60, 25_900_000).endswith(" 25.9 ms ")


def test_a_selected_span_is_measured_on_the_ruler() -> None:
    view = Viewport(0, 26_000_000, 0, 26_000_000, 26_000_000)
    span = Span(0, 6_000_000, 16_000_000, State.RUNNING, -1)
    assert row_text(span_row(ruler(view, 60), view, 60, span.start_ns, span.end_ns)) == (
        "╷0 ms      ╷ ┣━━━━━━━ 10 ms ━━━━━━━━┫         ╷20 ms     ╷  "
    )


def test_moments_of_many_digits_count_from_a_base() -> None:
    view = Viewport(1_234_567_000, 1_234_568_500, 0, 10**10, 10**10)
    found = ruler(view, 100)
    assert found.base == "1 s 234 ms 566 µs"
    assert found.ticks[0].label == "+1.0 µs"


HOUR = 3_600 * 10**9
DAY = 24 * HOUR


def test_hours_and_days_have_round_parts() -> None:
    assert art(0, 3 * HOUR, 60) == "╷0 h                ╷1 h                ╷2 h                "
    assert art(0, 9 * DAY, 60) == "╷0 d         ╷2 d         ╷4 d          ╷6 d         ╷8 d   "
    assert art(0, 30 * HOUR, 60) == "╷0 h        ╷6 h        ╷12 h       ╷18 h       ╷1 d        "
    assert art(0, 1_095 * DAY, 60, 400 * DAY).count(" 400 d ") == 1


def test_inside_a_day_labels_count_from_its_begin() -> None:
    begin = 40 * DAY + 5 * HOUR
    view = Viewport(begin, begin + 2 * HOUR, 0, 90 * DAY, 90 * DAY)
    found = ruler(view, 80)
    assert (found.base, found.base_ns) == ("40 d", 40 * DAY)
    assert [tick.label for tick in found.ticks] == ["+5 h", "+5 h 30 min", "+6 h", "+6 h 30 min"]
    assert found.flag(begin + HOUR // 4) == "+5 h 15 min"


def test_where_the_begin_is_known_days_are_dates() -> None:
    known = "2026-02-27T18:00:00+00:00"
    view = Viewport(0, 4 * DAY, 0, 4 * DAY, 4 * DAY)
    found = ruler(view, 80, known)
    assert [tick.label for tick in found.ticks] == [
        *("2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03")
    ]
    assert found.ticks[0].at_ns == 6 * HOUR
    assert found.flag(HOUR) == "2026-02-27 19:00"
    near = ruler(Viewport(HOUR, HOUR + 2 * 10**9, 0, 4 * DAY, 4 * DAY), 80, known)
    assert (near.base, near.ticks[1].label) == ("2026-02-27", "19:00:00.5")
    assert not ruler(Viewport(0, HOUR, 0, HOUR, HOUR), 80, known).base


def test_a_moment_of_no_date_counts_from_the_begin() -> None:
    view = Viewport(0, 4 * DAY, 0, 4 * DAY, 4 * DAY)
    for recorded_at in ("yesterday", "", "9999-12-31T00:00:00"):
        assert ruler(view, 80, recorded_at).ticks[1].label == "1 d"


@given(
    start=st.integers(-(10**9), 3 * 10**17),
    span=st.integers(1_000, 3 * 10**17),
    columns=st.integers(20, 400),
    recorded_at=st.sampled_from(["", "2026-02-27T18:00:07+00:00"]),
)
def test_whatever_is_shown_has_a_ruler(
    start: int, span: int, columns: int, recorded_at: str
) -> None:
    view = Viewport(start, start + span, start, start + span, start + span)
    found = ruler(view, columns, recorded_at)
    for tick, following in zip(found.ticks, found.ticks[1:], strict=False):
        assert tick.column + 1 + len(tick.label) < following.column
    assert len({b.at_ns - a.at_ns for a, b in itertools.pairwise(found.ticks)}) <= 1
    assert all(0 <= tick.column < columns for tick in found.ticks)


def test_exact_moments() -> None:
    assert exact(26 * HOUR + 5) == "1 d 2 h 5 ns"
    assert [exact(ns) for ns in (0, 1_000, 2_000_003, -5)] == ["0 s", "1 µs", "2 ms 3 ns", "-5 ns"]


@given(
    start=st.integers(-(10**9), 10**11),
    span=st.integers(1_000, 4 * 10**11),
    columns=st.integers(20, 400),
)
def test_labels_never_touch_and_have_at_most_four_digits(
    start: int, span: int, columns: int
) -> None:
    view = Viewport(start, start + span, start, start + span, start + span)
    found = ruler(view, columns)
    for tick, following in zip(found.ticks, found.ticks[1:], strict=False):
        assert tick.column + 1 + len(tick.label) < following.column
    for tick in found.ticks:
        assert 0 <= tick.column < columns
        assert len(re.sub(r"\D", "", tick.label)) <= 4
    steps = {b.at_ns - a.at_ns for a, b in zip(found.ticks, found.ticks[1:], strict=False)}
    assert len(steps) <= 1
    assert all(str(step).rstrip("0") in ("1", "2", "5") for step in steps)
