"""The ruler's ticks."""

from __future__ import annotations

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


def test_exact_moments() -> None:
    assert [exact(ns) for ns in (0, 1_000, 2_000_003, -5)] == ["0 s", "1 µs", "2 ms 3 ns", "-5 ns"]


@given(
    start=st.integers(-(10**9), 10**13),
    span=st.integers(1_000, 10**12),
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
