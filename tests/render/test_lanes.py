"""Lanes as literal art: a column is 1000 ns."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.lanes import UNITS, lane_rows
from paraviz.tui.render.shares import edges_of
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
from tests.render.drawn import COLUMN, alone, art, event, write
from tests.traces import printers


def test_a_lane_lives_from_its_start_to_its_end() -> None:
    assert art(alone([], first=3, last=17)) == ["   ██████████████   "]


@pytest.mark.parametrize(
    ("last", "drawn"),
    [(4.1, "████▏"), (4.3, "████▎"), (4.5, "████▌"), (4.9, "████▉"), (4.01, "████▏")],
)
def test_the_solid_part_of_a_column_is_the_share_it_ran(last: float, drawn: str) -> None:
    assert art(alone([], last=last))[0].rstrip() == drawn


@pytest.mark.parametrize(("first", "drawn"), [(3.9, "   ▕█"), (3.5, "   ▐█"), (3.2, "   ▐█")])
def test_it_stands_at_the_right_where_the_worker_begins(first: float, drawn: str) -> None:
    assert art(alone([], first=first, last=5))[0].rstrip() == drawn


def test_a_blocked_stretch_says_what_it_waits_for() -> None:
    sleeping = alone([event(4, ev.SLEEP_BEGIN), event(16, ev.SLEEP_END)])
    assert art(sleeping) == ["████── sleep ───████"]


def test_a_narrow_stretch_keeps_its_pattern() -> None:
    sleeping = alone([event(4, ev.SLEEP_BEGIN), event(9, ev.SLEEP_END)])
    assert art(sleeping) == ["████─────███████████"]


def test_a_moment_of_running_in_a_long_wait_is_seen() -> None:
    blinking = alone([event(1, ev.SLEEP_BEGIN), event(9, ev.SLEEP_END), event(9.01, ev.READ_BEGIN)])
    assert art(blinking) == ["█────────▏── read ──"]


def test_a_moment_of_waiting_in_a_long_run_is_seen() -> None:
    pausing = alone([event(9.2, ev.SLEEP_BEGIN), event(9.21, ev.SLEEP_END)])
    assert art(pausing) == ["█████████▉██████████"]


def test_a_write_shows_its_character_where_it_was_written() -> None:
    assert art(alone([write(3.5), write(7)], text="ab")) == ["███a███b████████████"]


def test_a_longer_write_takes_the_room_up_to_the_next_mark() -> None:
    written = alone([write(2, 6), write(12, 6)], text="hello\nworld\n")
    assert art(written) == ["██hello█████world███"]


def test_a_text_without_room_is_cut_visibly_or_left_out() -> None:
    assert art(alone([write(2, 9), write(9)], text="abcdefghi!")) == ["██abcdef…!██████████"]
    assert art(alone([write(2, 9), write(5)], text="abcdefghi!")) == ["█████!██████████████"]


def test_a_line_end_of_its_own_is_a_mark_but_not_after_a_text() -> None:
    assert art(alone([write(2)], text="\n")) == ["██↵█████████████████"]
    printed = alone([write(2, 2), write(2.9), write(3.2)], text="hi\n\n")
    assert art(printed) == ["██hi████████████████"]


def test_what_is_written_in_one_column_is_read_on_from_there() -> None:
    assert art(alone([write(5), write(5.3)], text="ab")) == ["█████ab█████████████"]


def test_too_many_events_for_one_column_leave_it_solid() -> None:
    crowd = alone([write(5 + i / 10) for i in range(9)], text="a" * 9)
    assert art(crowd) == ["████████████████████"]


def test_no_event_in_an_empty_stretch_is_hidden() -> None:
    asleep = [event(0, ev.COROUTINE_AWAIT), *(write(5 + i / 10) for i in range(9)), write(14.5)]
    drawn = art(alone(asleep, text="a" * 9 + "b"))[0]
    assert (drawn[5], drawn[14]) == ("•", "b")


def test_a_lock_is_taken_and_given_back_between_brackets() -> None:
    held = alone(
        [event(4, ev.LOCK_ACQUIRED, 0), write(7), event(10, ev.LOCK_RELEASED, 0)], text="x"
    )
    assert art(held) == ["████[██x██]█████████"]


def test_characters_that_would_break_the_row_are_replaced() -> None:
    written = alone([write(2), write(6), write(10)], text="\x1b漢é")
    assert art(written) == ["██·███·███é█████████"]


def test_an_end_that_was_not_its_own_is_told() -> None:
    assert art(alone([], last=8, end_reason="SIGKILL")) == ["████████ ✗ SIGKILL  "]


def test_a_tall_lane_is_a_thick_band_where_it_runs_and_a_line_where_it_waits() -> None:
    shown = alone([event(4, ev.SLEEP_BEGIN), event(14.5, ev.SLEEP_END)], last=18)
    assert art(shown, unit=3) == [
        "▄▄▄▄          ▗▄▄▄  ",
        "████── sleep ─▐███  ",
        "▀▀▀▀          ▝▀▀▀  ",
    ]
    assert art(shown, unit=5) == [
        "▄▄▄▄          ▗▄▄▄  ",
        "████          ▐███  ",
        "████── sleep ─▐███  ",
        "████          ▐███  ",
        "▀▀▀▀          ▝▀▀▀  ",
    ]


def test_a_very_tall_lane_waits_in_three_rows() -> None:
    waiting = alone(
        [event(4, ev.LOCK_WAIT, 0), event(14, ev.LOCK_ACQUIRED, 0), write(16)], text="x"
    )
    assert art(waiting, unit=7) == [
        "▄▄▄▄          ▄▄▄▄▄▄",
        "████          ██████",
        "████╳╳╳╳╳╳╳╳╳╳██████",
        "████╳╳ lock ╳╳[█x███",
        "████╳╳╳╳╳╳╳╳╳╳██████",
        "████          ██████",
        "▀▀▀▀          ▀▀▀▀▀▀",
    ]


def test_two_printers() -> None:
    shown = printers(4)
    view = TraceView.of(shown)
    port = Viewport.over(0, shown.end_ns)
    rows = [row_text(row) for row in lane_rows(view, port, 60, [0, 1, 2], 1)]
    assert rows == PRINTERS


def test_two_printers_with_a_lock() -> None:
    shown = printers(4, locked=True)
    view = TraceView.of(shown)
    port = Viewport.over(0, shown.end_ns)
    rows = [row_text(row) for row in lane_rows(view, port, 60, [0, 1, 2], 1)]
    assert rows == LOCKED


def test_every_row_is_as_wide_as_asked_at_any_zoom() -> None:
    shown = printers(locked=True)
    view = TraceView.of(shown)
    port = Viewport.over(0, shown.end_ns)
    for step in range(40):
        port = port.zoom(0.8, step * COLUMN * 300)
        for columns in (1, 2, 7, 80, 199):
            for unit in UNITS:
                rows = lane_rows(view, port, columns, [0, 1, 2], unit)
                assert {len(row_text(row)) for row in rows} == {columns}
                assert len(rows) == 3 * unit


PRINTERS = [
    "████▸████▸████▎── join thread-a ───────────▎── join thre… ↵▊",
    "         ░░░░░▐████████a████a████a███a█████▋                ",
    "                  ░░░ GIL ░░░░░░░░░░░░░░░░░▕███b████b███b▊  ",
]
LOCKED = [
    "████▸████▸████▎── join thread-a ──────▕▏── join thread-b ─↵▊",
    "         ░░░░░[████████a████a████a███a▏                     ",
    "                  ╳╳╳ lock ╳╳╳╳╳╳╳╳╳╳╳[███b████b████b███b▊  ",
]


def test_the_edges_of_years_are_exact() -> None:
    view = Viewport(7, 7 + 9 * 10**16, 0, 10**17, 10**17)
    edges = edges_of(view, 397)
    assert edges.tolist() == [view.time(column, 397) for column in range(398)]
