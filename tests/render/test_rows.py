"""Lock rows, overview, names, legend, headline, arrangement: literal art."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.tui.render.arrange import SHORT, Placed, needed, place, plan
from paraviz.tui.render.axis import legend_row
from paraviz.tui.render.headline import headline
from paraviz.tui.render.inks import CURSOR, Ink, repainted, row_text, shortened, under
from paraviz.tui.render.locks import lock_row
from paraviz.tui.render.names import lane_name, names_width, track_name
from paraviz.tui.render.overview import bars, overview_row, parallelism
from paraviz.tui.render.tracks import Arrangement, Track, Tracks, arranged
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
from tests.render.drawn import COLUMN, event
from tests.traces import Event, lane, printers, trace

HELD, GIVEN, WAIT = ev.LOCK_ACQUIRED, ev.LOCK_RELEASED, ev.LOCK_WAIT


def locked(*workers: list[Event], columns: int = 30) -> str:
    end = columns * COLUMN
    lanes = [lane(f"w{i}", events, end_ns=end) for i, events in enumerate(workers)]
    view = TraceView.of(trace(lanes, [SharedObject("Lock", "lock")], gil=False))
    return row_text(lock_row(view, Viewport(0, end, 0, end, end), columns, 0))


def test_a_lock_shows_who_holds_it() -> None:
    assert locked([event(3, HELD, 0), event(17.5, GIVEN, 0)]) == "   ┣━ w0 ━━━━━━━━┫            "


def test_it_shows_how_many_wait() -> None:
    drawn = locked(
        [event(3, HELD, 0), event(26.5, GIVEN, 0)],
        [event(12.5, WAIT, 0), event(26.6, HELD, 0), event(29, GIVEN, 0)],
    )
    assert drawn == "   ┣━ w0 ━━━ 1 waits ━━━━━┅━┫ "


def test_narrow_holds_are_single_bars_and_crowds_are_dashes() -> None:
    drawn = locked(
        [
            event(3.2, HELD, 0),
            event(3.7, GIVEN, 0),
            event(9.1, HELD, 0),
            event(9.2, GIVEN, 0),
            event(9.3, HELD, 0),
            event(9.4, GIVEN, 0),
        ]
    )
    assert drawn == "   ┃     ┅                    "


def test_a_semaphore_that_is_only_released_is_held_by_nobody() -> None:
    assert locked([event(3, GIVEN, 0), event(9, GIVEN, 0)]) == " " * 30


def test_places_of_a_semaphore_that_overlap_are_several_holders() -> None:
    end = 20 * COLUMN
    holds = [(1, 18), (3, 6), (9, 12)]
    lanes = [
        lane(f"w{i}", [event(begin, HELD, 0), event(until, GIVEN, 0)], end_ns=end)
        for i, (begin, until) in enumerate(holds)
    ]
    view = TraceView.of(trace(lanes, [SharedObject("Semaphore", "places")], gil=False))
    row = lock_row(view, Viewport(0, end, 0, end, end), 20, 0)
    colours = [ink.fore for text, ink in row for _ in text]
    # Whoever came first and is still there gives the line its colour.
    assert set(colours[1:18]) == {colours[1]} and not row_text(row)[19:].strip()
    assert row_text(row)[3:6] == row_text(row)[9:12] == "┅┅┅"


def test_a_lock_row_fits_at_any_zoom() -> None:
    view = TraceView.of(printers(locked=True))
    port = Viewport.over(0, view.trace.end_ns)
    for step in range(40):
        port = port.zoom(0.8, step * 300_000)
        for columns in (1, 2, 9, 120):
            assert len(row_text(lock_row(view, port, columns, 0))) == columns


def test_the_overview_counts_who_runs_at_once() -> None:
    half = 10 * COLUMN
    lanes = [lane("a", [], end_ns=2 * half), lane("b", [], end_ns=half)]
    view = TraceView.of(trace(lanes, gil=False))
    port = Viewport(0, 2 * half, 0, 2 * half, 2 * half)
    heights = parallelism(view, port, 20)
    assert heights.tolist() == [2.0] * 10 + [1.0] * 10
    assert bars(heights) == "██████████▄▄▄▄▄▄▄▄▄▄"
    assert bars(np.array([0.0, 0.001, 1.0])) == " ▁█"


def test_a_task_is_no_thread_more() -> None:
    thread = lane("main", [], end_ns=1_000, kind="process")
    task = lane("task", [], end_ns=1_000, kind="task")
    view = TraceView.of(trace([thread, task], gil=False))
    assert parallelism(view, Viewport(0, 1_000, 0, 1_000, 1_000), 4).tolist() == [1.0] * 4


def test_the_overview_frames_the_view() -> None:
    port = Viewport(0, 20_000, 0, 20_000, 20_000)
    assert row_text(overview_row("▄" * 20, port)) == "▄" * 20
    inner = port.between(5_000, 10_000)
    assert row_text(overview_row("▄" * 20, inner)) == "▄▄▄▄▄[▄▄▄]▄▄▄▄▄▄▄▄▄▄"
    tiny = port.between(19_000, 20_000)
    assert row_text(overview_row("▄" * 20, tiny)) == "▄" * 18 + "[]"


def test_names_are_cut_visibly_and_the_chosen_one_is_marked() -> None:
    assert row_text(lane_name("thread-a", 1, 12, selected=True)) == "▶thread-a   "
    assert row_text(lane_name("a-very-long-name", 1, 12, selected=False)) == " a-very-lo… "
    view = TraceView.of(printers())
    tracks = arranged(view, Arrangement())
    assert names_width(view, tracks, 120) == 12
    name = track_name(view, tracks, Track("lane", 1), 12, selected=True)
    assert name == lane_name("thread-a", 1, 12, selected=True)


def test_names_take_their_cells_whatever_is_in_them() -> None:
    called = ("語語", "a\nb\x1b[31m", "ロックロックロックロック")
    lanes = [lane(name, [], end_ns=9, tid=number) for number, name in enumerate(called)]
    view = TraceView.of(trace(lanes, gil=False))
    tracks = arranged(view, Arrangement())
    shown = [
        row_text(track_name(view, tracks, track, 12, selected=False)) for track in tracks.upper
    ]
    assert shown == [" 語語       ", " a↵b·[31m   ", " ロックロ … "]
    assert names_width(view, tracks, 120) == 24


def test_the_legend_tells_of_what_occurs() -> None:
    assert row_text(legend_row(TraceView.of(printers()), 80)).rstrip() == (
        "██ runs   ░░ waits for the GIL   ── blocked"
    )


def test_cells_are_looked_up_and_replaced() -> None:
    row = [("abc", Ink("quiet")), ("de", Ink("error"))]
    assert under(row, 3) == ("d", Ink("error"))
    assert row_text(repainted(row, 1, "│", CURSOR)) == "a│cde"
    assert row_text(repainted(row, 4, "", CURSOR)) == "abcde"
    assert (shortened("abcdef", 4), shortened("abc", 4), shortened("abc", 0)) == ("abc…", "abc", "")


def test_the_headline_leaves_out_what_matters_least() -> None:
    shown = printers()
    values = {"locked": False, "n": 20}
    right = "✓ ended · 22.3 ms · 3 lanes · 51 events · inferred · GIL · Python 3.11.7 "
    assert row_text(headline("printers", values, shown, 110)) == (
        " printers   locked off   n 20".ljust(110 - len(right)) + right
    )
    right = "✓ ended · 22.3 ms · 3 lanes · 51 events "
    assert row_text(headline("printers", values, shown, 66)) == (
        " printers   locked off".ljust(66 - len(right)) + right
    )
    for columns in (200, 100, 80, 60, 40, 30):
        drawn = row_text(headline("printers", values, shown, columns))
        assert len(drawn) == columns
        assert "ended" in drawn and "22.3 ms" in drawn and "printers" in drawn


def test_the_headline_tells_how_many_have_no_probes() -> None:
    lanes = printers().lanes
    blind = [replace(lane, probes=False, helper=lane is lanes[2]) for lane in lanes[1:]]
    shown = replace(printers(), lanes=(lanes[0], *blind))
    assert "3 lanes · 51 events · 1 without probes · " in row_text(headline("p", {}, shown, 200))
    assert "without" not in row_text(headline("p", {}, printers(), 200))


def test_the_headline_tells_that_observing_was_heavier_also_where_there_is_little_room() -> None:
    for core, is_told in (("python", True), ("compiled", False), ("", False)):
        shown = replace(printers(), core=core)
        assert ("no compiled core" in row_text(headline("p", {}, shown, 80))) == is_told


def test_the_headline_tells_which_python_was_chosen() -> None:
    shown = replace(printers(), executable="/usr/bin/python3.11")
    assert "/usr/bin" not in row_text(headline("p", {}, shown, 200))
    for by, where, told in (
        ("--python", "/usr/bin/python3.11", "(/usr/bin/python3.11)"),
        (
            "--python",
            "/somewhere/far/away/projects/bin/python3",
            "(…/far/away/projects/bin/python3)",
        ),
        (".venv", "/somewhere/shop/.venv/bin/python", "(shop/.venv)"),
        ("VIRTUAL_ENV", "/somewhere/.envs/shop-3.11/bin/python", "(shop-3.11)"),
        ("VIRTUAL_ENV", "/venv/bin/python", "(venv)"),
    ):
        chosen = replace(shown, executable=where, executable_by=by)
        # It stays where other figures go.
        for columns in (200, 80):
            drawn = row_text(headline("p", {"n": 20}, chosen, columns))
            assert f" · Python 3.11.7 {told} " in drawn
            assert drawn.count("Python") == 1
    named = "/somewhere/with/long/names/for/everything/they/write.py"
    for columns, there in ((80, True), (60, True), (40, False)):
        drawn = row_text(headline(named, {"n": 20}, chosen, columns))
        assert ("(venv)" in drawn) == there and "ended" in drawn
        assert len(drawn) == columns


def test_the_headline_counts_blind_spots() -> None:
    notices = ("the probe for time.sleep is off: ValueError: no", "the kernel lost 1 record")
    blind = replace(printers(), notices=notices)
    for columns in (60, 120):
        drawn = row_text(headline("p", {}, blind, columns))
        assert " · 22.3 ms · ✗ 1 blind spot · " in drawn
    assert "blind" not in row_text(headline("p", {}, printers(), 120))


def test_the_headline_counts_what_was_lost_also_while_a_run_goes_on() -> None:
    whole = printers()
    lane = replace(whole.lanes[1], emitted=len(whole.lanes[1].times) + 12_345)
    for live in (True, False):
        lossy = replace(whole, lanes=(whole.lanes[0], lane, *whole.lanes[2:]), live=live)
        for columns in (60, 120):
            assert " · ✗ 12,345 events lost" in row_text(headline("p", {}, lossy, columns))
    assert "lost" not in row_text(headline("p", {}, whole, 120))


def test_the_headline_tells_how_a_run_ended() -> None:
    killed = replace(printers(), exit_code=-9, end_reason="killed by SIGKILL")
    assert "✗ killed by SIGKILL" in row_text(headline("p", {}, killed, 80))
    live = replace(printers(), live=True, end_reason="", exit_code=None, wall_ns=840_000_000)
    assert "● live · 0.84 s" in row_text(headline("p", {}, live, 80))
    assert "● starting" in row_text(headline("p", {}, None, 80))
    assert "✗ did not start" in row_text(headline("p", {}, None, 80, "did not start"))
    assert " · deadlock · " in row_text(headline("p", {}, live, 80, deadlocked=True))


def rows_of(lanes: int, locks: int = 0, counters: int = 0) -> Tracks:
    upper = tuple(Track("lane", number) for number in range(lanes))
    lower = [Track("lock", number) for number in range(locks)]
    lower += [Track("counter", number) for number in range(counters)]
    return Tracks(upper, tuple(lower), (), frozenset())


some_tracks = st.builds(
    rows_of, st.integers(0, 300), st.integers(0, 40), st.integers(0, 12) | st.just(0)
)


@given(rows=st.integers(1, 120), tracks=some_tracks, point=st.integers(1, 60))
def test_the_rows_are_shared_out_whole(rows: int, tracks: Tracks, point: int) -> None:
    shares = plan(rows, tracks, point=point)
    used = shares.overview + shares.timeline + shares.point + shares.output + shares.sentence
    assert used == max(rows, 2)
    assert min(shares.timeline, shares.sentence) >= 1
    if rows >= SHORT:
        assert shares.output >= 4 and 1 <= shares.point <= point
    else:
        assert not shares.point


@given(
    rows=st.integers(1, 120),
    tracks=some_tracks,
    first=st.integers(-5, 400),
    first_lower=st.integers(-5, 60),
    chosen=st.none() | st.integers(0, 400),
)
def test_a_timeline_never_overflows(
    rows: int, tracks: Tracks, first: int, first_lower: int, chosen: int | None
) -> None:
    selected = tracks.all[chosen % len(tracks.all)] if chosen is not None and tracks.all else None
    placed = place(rows, tracks, first, first_lower, selected)
    # Each part is a run of its tracks, row by row below each other.
    assert tuple(each.track for each in placed.upper) == _run(
        tracks.upper, placed.first, placed.upper
    )
    assert tuple(each.track for each in placed.lower) == _run(
        tracks.lower, placed.first_lower, placed.lower
    )
    for part in (placed.upper, placed.lower):
        for above, below in pairwise(part):
            assert above.top + above.rows == below.top
    if rows <= 2:
        return
    bottom = placed.legend if placed.legend > 0 else rows
    assert all(1 <= each.top < each.top + each.rows <= bottom for each in placed.upper)
    assert all(
        placed.lower_top <= each.top < each.top + each.rows <= bottom for each in placed.lower
    )
    assert all(each.top + each.rows <= placed.lower_top for each in placed.upper)
    assert bool(placed.upper) == bool(tracks.upper)
    # Where there are no workers, the row below the ruler's next one says so.
    assert tracks.upper or placed.lower_top > 2
    if rows >= 6 and selected is not None:
        assert selected in [each.track for each in placed.upper + placed.lower]
    for each in placed.upper + placed.lower:
        assert all(placed.at(each.top + row) == each for row in range(each.rows))
        assert 0 <= each.name_row < each.rows


def _run(tracks: tuple[Track, ...], first: int, shown: tuple[Placed, ...]) -> tuple[Track, ...]:
    return tracks[first : first + len(shown)]


def test_few_lanes_are_tall_and_many_are_rows() -> None:
    few = rows_of(3, 1)
    assert place(needed(few, 5), few).unit == 5
    assert place(needed(few, 3), few).unit == 3
    many = place(20, rows_of(64), 50)
    assert (many.unit, len(many.upper)) == (1, 18)
    top = many.at(1)
    assert top is not None
    assert top.track.number == many.first == 46


def test_a_third_is_left_to_resources_where_both_have_to_scroll() -> None:
    both = place(26, rows_of(64, 40), 0, 35)
    assert (len(both.upper), len(both.lower)) == (16, 8)
    assert both.lower[0].track == Track("lock", both.first_lower) == Track("lock", 32)
    assert both.lower_top == 17 == both.lower[0].top


def test_the_legend_is_short_where_room_is_short() -> None:
    view = TraceView.of(printers(locked=True))
    whole = row_text(legend_row(view, 200)).rstrip()
    assert "waits for a lock" in whole and "waits for the GIL" in whole
    assert row_text(legend_row(view, len(whole))).rstrip() == whole
    short = row_text(legend_row(view, len(whole) - 1)).rstrip()
    assert short == "██ runs   ░░ GIL   ╳╳ lock   ── blocked"


def test_the_headline_says_what_is_wrong_beside_how_the_run_ended() -> None:
    row = row_text(headline("p", {}, printers(), 120, found="✗ pipe full and 2 more"))
    assert "ended · ✗ pipe full and 2 more · " in row
    large = row_text(headline("p", {}, printers(), 120, found="✗ pipe full", large=True))
    assert "✗ pipe full" in large
    narrow = row_text(headline("p", {}, printers(), 40, found="✗ pipe full"))
    assert "✗ pipe full" in narrow
