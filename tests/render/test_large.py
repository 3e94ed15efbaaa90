"""Times in block digits, sentences in bold, and rows for a projector."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.text.translation import _
from paraviz.tui.render.arrange import Placement, needed, place, plan
from paraviz.tui.render.axis import legend_below, legend_row
from paraviz.tui.render.headline import headline
from paraviz.tui.render.inks import PLAIN, QUIET, Ink, Row, row_text
from paraviz.tui.render.lanes import LARGE_UNITS, lane_rows
from paraviz.tui.render.large import ROWS, block_rows, large_rows, large_time, loud, wrapped
from paraviz.tui.render.locks import lock_rows
from paraviz.tui.render.spans import span_at
from paraviz.tui.render.times import time_text
from paraviz.tui.render.tracks import Arrangement, Track, Tracks, arranged
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
from tests.render.arranged import END, workshop
from tests.traces import printers

RECORDING = Path(__file__).parents[2] / "scenarios" / "recordings" / "philosophers.pviz"
VIEW = TraceView.of(workshop())
WHOLE = Viewport.over(0, END)
TRACKS = arranged(VIEW, Arrangement())
HEAD: Row = [("thread-a", Ink("worker-1", mood="bold")), (" waits for the GIL since ", QUIET)]


def art(*rows: str) -> list[str]:
    return [row.strip("|") for row in rows]


def test_a_time_in_block_digits() -> None:
    assert block_rows("12.41 ms") == art(
        "| ▄  ▄▄▄   ▄ ▄  ▄             |",
        "|▀█  ▄▄█   █▄█ ▀█    █▀█▀█ ██▀|",
        "|▄█▄ █▄▄ ▄   █ ▄█▄   █ █ █ ▄██|",
    )
    assert block_rows("9 µs") == art(
        "|▄▄▄   ▄ ▄    |",
        "|█▄█   █▄█ ██▀|",
        "|▄▄█   █   ▄██|",
    )


def test_every_time_that_is_told_has_a_form_and_other_texts_have_none() -> None:
    for text in ("0 s", "1234567890 ns", "-3.5 µs", "876.2 ms"):
        rows = block_rows(text)
        assert len(rows) == ROWS and len({len(row) for row in rows}) == 1 and rows[0]
    forms = [tuple(block_rows(digit)) for digit in "0123456789"]
    assert len(set(forms)) == 10
    for text in ("", "soon"):
        assert block_rows(text) == [""] * ROWS


def test_a_row_is_broken_between_words_and_loses_none() -> None:
    row: Row = [*HEAD, ("11.2 ms", PLAIN)]
    assert [row_text(each) for each in wrapped(row, 20, 5)] == [
        "thread-a waits for",
        "the GIL since 11.2",
        "ms",
    ]
    assert [row_text(each) for each in wrapped(row, 20, 2)][1] == "the GIL since 11.2 …"
    assert wrapped(row, 200, 2) == [row]
    (short,) = wrapped([("incomprehensibilities", PLAIN)], 10, 3)
    assert row_text(short) == "incompreh…"


@pytest.mark.parametrize("columns", range(8, 60, 7))
def test_no_row_is_too_long(columns: int) -> None:
    for rows in (2, 3, 5):
        drawn = large_rows("12.41 ms", (HEAD * 3, HEAD), columns, rows)
        assert len(drawn) == rows
        assert all(len(row_text(row)) <= columns for row in drawn)


def test_nothing_is_quiet_and_everything_bold() -> None:
    assert loud(HEAD) == [
        ("thread-a", Ink("worker-1", mood="bold")),
        (" waits for the GIL since ", Ink("text", mood="bold")),
    ]


def test_the_time_stands_beside_the_sentence_where_there_is_room() -> None:
    wide = [row_text(row) for row in large_rows("9 s", (HEAD, [("facts", QUIET)]), 80, 5)]
    assert wide[0].strip() == wide[4].strip() == ""
    assert wide[1] == " ▄▄▄         thread-a waits for the GIL since "
    assert wide[2] == " █▄█   ██▀   facts"
    narrow = [row_text(row) for row in large_rows("9 s", (HEAD, []), 40, 3)]
    assert narrow == [" thread-a waits for the GIL since ", " ", " "]


def test_the_large_time_is_that_of_what_is_selected() -> None:
    trace = VIEW.trace
    span = span_at(trace, 3, 30_000)
    assert large_time(trace, None, None, None) == "100 µs"
    assert large_time(trace, 20_000, None, None) == large_time(trace, 20_000, 20_000, None)
    assert large_time(trace, 20_000, None, None) == "20 µs"
    assert large_time(trace, 20_000, 60_000, None) == "40 µs"
    assert large_time(trace, 20_000, 60_000, span) == "35.1 µs"


def test_a_lock_is_a_band() -> None:
    columns = 40
    rows = lock_rows(VIEW, WHOLE, columns, 0, 3)
    (thin,) = lock_rows(VIEW, WHOLE, columns, 0, 1)
    above, band, below = (row_text(row) for row in rows)
    assert band == row_text(thin)
    assert below == above.replace("▄", "▀")
    # Whole from where the first takes it to where the last leaves it, also where a name stands.
    first, last = columns - len(band.lstrip()), len(band.rstrip())
    assert above == (" " * first + "▄" * (last - first)).ljust(columns)
    # Where it is told how many wait, the band is that of the one who holds all the same.
    assert "lock" in {ink.back for _text, ink in rows[1]}
    assert {ink.fore for _text, ink in rows[0] + rows[2]} <= {"", "worker-2", "worker-3"}
    assert lock_rows(VIEW, WHOLE, columns, 0, 2) == rows[1:]


@pytest.mark.parametrize("unit", LARGE_UNITS)
def test_tall_lanes_are_symmetrical_and_wait_in_their_middle(unit: int) -> None:
    rows = [row_text(row) for row in lane_rows(VIEW, WHOLE, 60, [3], unit)]
    assert len(rows) == unit
    flipped = str.maketrans("▄▀▖▘▗▝", "▀▄▘▖▝▗")
    assert [row.translate(flipped) for row in reversed(rows)][: unit // 2] == rows[: unit // 2]
    patterned = sum("╳" in row for row in rows)
    assert patterned == {3: 1, 5: 1, 7: 3, 9: 3, 11: 5, 13: 5, 15: 7}[unit]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("columns", [40, 44, 60, 80, 120])
def test_a_legend_of_all_states_is_whole(columns: int, large: bool) -> None:
    view = TraceView.of(load(RECORDING))
    legend = legend_row(view, columns, large=large)
    text = row_text(legend)
    assert len(text.rstrip()) <= columns
    for glyph, word in zip("█▒░╳─", ("runs", "CPU", "GIL", "lock", "blocked"), strict=True):
        assert f"{glyph} " in text and word in text
    below = row_text(legend_below(legend))
    assert below == "".join(each if each in "█▒░╳─" else " " for each in text)


def large_place(rows: int, tracks: Tracks, selected: Track | None = None) -> Placement:
    return place(rows, tracks, selected=selected, large=True)


def test_lanes_are_as_tall_as_fits_and_at_least_three_rows() -> None:
    for rows in range(14, 120):
        assert large_place(rows, TRACKS).unit in LARGE_UNITS
    heights = [large_place(rows, TRACKS).unit for rows in range(14, 120)]
    assert heights == sorted(heights) and heights[-1] == 15
    for rows in (40, 60, 100):
        unit = large_place(rows, TRACKS).unit
        legend = large_place(rows, TRACKS).legend_rows
        assert needed(TRACKS, unit, large=True, legend=legend) <= rows


def test_locks_and_counters_are_tall_where_all_of_them_fit() -> None:
    roomy = large_place(60, TRACKS)
    assert {placed.rows for placed in roomy.lower} == {3}
    assert {placed.rows for placed in large_place(16, TRACKS).lower} == {1}
    for rows in range(8, 80):
        placement = large_place(rows, TRACKS)
        taken = [0, *(at for each in placement.upper + placement.lower for at in _rows_of(each))]
        assert len(set(taken)) == len(taken) and max(taken) < rows
        if placement.legend >= 0:
            assert max(taken) < placement.legend
            assert placement.legend + placement.legend_rows == rows


def _rows_of(placed: object) -> range:
    return range(placed.top, placed.top + placed.rows)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rows", range(3, 40))
def test_what_is_chosen_is_in_sight(rows: int) -> None:
    for track in TRACKS.all:
        placement = large_place(rows, TRACKS, track)
        shown = placement.upper if track in TRACKS.upper else placement.lower
        if shown:
            assert track in [each.track for each in shown]
    assert large_place(rows, TRACKS).upper


@pytest.mark.parametrize("rows", range(2, 90))
def test_the_rows_are_shared_out_whole(rows: int) -> None:
    for output in (True, False):
        shares = plan(rows, TRACKS, output=output, large=True)
        parts = (shares.overview, shares.timeline, shares.output, shares.sentence)
        assert sum(parts) == rows and min(parts) >= 0 and shares.timeline >= 1
        if rows >= 12:
            assert shares.overview == 0
            assert bool(shares.output) == (output and rows >= 18)


def test_a_large_headline_tells_program_state_and_wall_time() -> None:
    trace = printers(locked=True)
    parameters = {"locked": True, "n": 20}
    row = headline("printers", parameters, trace, 100, large=True)
    words = row_text(row).split()
    assert words[:3] == ["printers", "locked", _("on")]
    assert "lanes" not in words and "n" not in words and words[-2:] == ["?", "help"]
    assert all(ink.mood == "bold" for _text, ink in row)
    known = {"deadlocked": True, "progress": "3 of 20"}
    stuck = row_text(headline("printers", {}, trace, 100, large=True, **known))  # type: ignore[arg-type]
    wall = time_text(trace.wall_ns)
    assert [fact.strip() for fact in stuck.split("·")][1:] == ["deadlock", wall, "? help"]
    narrow = row_text(headline("printers", parameters, trace, 36, large=True))
    assert len(narrow) <= 36 and "ended" in narrow and "help" not in narrow
