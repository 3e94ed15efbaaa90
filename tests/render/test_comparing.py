"""Two runs one above the other: rows and figures."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz.analysis.compare import Figure, compare
from paraviz.text import language
from paraviz.trace import Program
from paraviz.tui.render.arrange import needed
from paraviz.tui.render.comparing import (
    figure_rows,
    figures_row,
    gain,
    large_figures,
    pair_text,
    run_row,
)
from paraviz.tui.render.comparing_plan import LEAST_TABLE, all_fit_large, figures_height, shares
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.large import block_rows
from paraviz.tui.render.tracks import Arrangement, Tracks, arranged
from paraviz.tui.render.view import TraceView
from tests.traces import MS, lane, printers, trace

if TYPE_CHECKING:
    from paraviz.analysis.compare import Comparison
    from paraviz.trace import Trace


def tracks(workers: int) -> Tracks:
    lanes = [lane(f"w{n}", [], end_ns=MS, tid=n) for n in range(workers)]
    return arranged(TraceView.of(trace(lanes)), Arrangement())


PRINTERS = printers(), printers(locked=True)
COMPARISON = compare(*PRINTERS)
THREE = arranged(TraceView.of(PRINTERS[0]), Arrangement())
WITH_LOCK = arranged(TraceView.of(PRINTERS[1]), Arrangement())


@pytest.mark.parametrize("rows", [9, 12, 17, 23, 35, 59, 99])
@pytest.mark.parametrize("workers", [(1, 1), (3, 4), (2, 40), (40, 2), (40, 40)])
def test_everything_fits(rows: int, workers: tuple[int, int]) -> None:
    upper, lower = map(tracks, workers)
    for wide, large, reading in product((False, True), repeat=3):
        shared = shares(rows, upper, lower, wide=wide, large=large, reading=reading)
        assert shared.upper >= 1 and shared.lower >= 1 and shared.sentence >= 1
        assert sum(shared) + 3 + figures_height(rows, large=large) == rows and shared.table >= 0


@pytest.mark.parametrize("rows", [23, 35])
def test_with_too_many_workers_these_scroll_and_the_table_is_seen(rows: int) -> None:
    shared = shares(rows, tracks(8), tracks(30))
    assert shared.table >= LEAST_TABLE
    assert min(shared.upper, shared.lower) >= 5


def test_who_reads_the_figures_gets_them() -> None:
    few, most = (shares(15, THREE, WITH_LOCK, reading=reading) for reading in (False, True))
    assert few.table < LEAST_TABLE <= most.table
    assert most.upper >= 2 and most.lower >= 2


def test_for_a_projector_the_runs_have_all_the_rows() -> None:
    shared = shares(36, THREE, WITH_LOCK, large=True)
    assert shared.table == 0 and all_fit_large(shared, THREE, WITH_LOCK)
    assert not all_fit_large(shares(24, THREE, WITH_LOCK, large=True), THREE, WITH_LOCK)


def test_a_small_run_leaves_its_rows_to_a_large_one() -> None:
    shared = shares(23, tracks(2), tracks(40))
    assert shared.upper < shared.lower
    assert shared.upper + shared.lower + shared.table == 23 - 4 - 1
    turned = shares(23, tracks(40), tracks(2))
    assert turned.upper == shared.lower and turned.lower == shared.upper


def test_lanes_of_both_are_equally_tall() -> None:
    for rows in (23, 35, 59):
        shared = shares(rows, THREE, WITH_LOCK)
        # The legend stands below both.
        units = [unit for unit in range(1, 10) if needed(THREE, unit) - 1 == shared.upper]
        assert any(needed(WITH_LOCK, unit) - 1 == shared.lower for unit in units)


def test_a_usual_screen_has_room_for_the_table() -> None:
    def table(rows: int) -> int:
        return shares(rows, THREE, WITH_LOCK).table

    assert table(15) < LEAST_TABLE <= table(23) <= table(35)
    assert table(59) >= len(figure_rows(COMPARISON, 100)) + 1


def test_the_line_of_figures() -> None:
    known = [
        replace(run, context_switches=count) for run, count in zip(PRINTERS, (38, 3), strict=True)
    ]
    text = row_text(figures_row(compare(known[0], known[1]), 120))
    wall, gil, waiting, switches, *_rest = text.strip().split(" · ")
    assert wall == "wall 22.3 → 22.3 ms"
    # Of the waits the one that differs most comes first.
    assert gil == "waiting for the GIL 18.1 ms → 610 µs ✓"
    assert waiting == "waiting for locks 0 → 10.0 ms ✗"
    assert switches == "switches 38 → 3"
    assert "workers" not in text and "1.00 → 1.00" not in text
    narrow = row_text(figures_row(COMPARISON, 44))
    assert len(narrow) <= 44 and narrow.startswith(" wall 22.3 → 22.3 ms")


def figure(comparison: Comparison, name: str) -> Figure:
    return next(each for each in comparison.figures if each.name == name)


def lasting(ms: int) -> Trace:
    return trace([lane("w", [], end_ns=ms * MS)])


@pytest.mark.parametrize(
    ("a", "b", "expected"), [(100, 50, 1), (50, 100, -1), (100, 97, 0), (100, 104, 0), (9, 9, 0)]
)
def test_less_time_is_a_gain_and_little_is_noise(a: int, b: int, expected: int) -> None:
    comparison = compare(lasting(a), lasting(b))
    assert gain(figure(comparison, "wall"), comparison) == expected


def test_what_is_neither_good_nor_bad_in_itself_has_no_sign() -> None:
    comparison = compare(lasting(100), lasting(50))
    for name in ("events", "workers", "context_switches", "cpu", "blocked", "output"):
        changed = replace(figure(comparison, name), a=100.0, b=1.0)
        assert gain(changed, comparison) == 0
    for name in ("deadlocks", "lost_updates", "dropped"):
        assert gain(replace(figure(comparison, name), a=1, b=0), comparison) == 1
        assert gain(replace(figure(comparison, name), a=0, b=1), comparison) == -1
        assert gain(replace(figure(comparison, name), a=None, b=1), comparison) == 0


def test_a_short_wait_beside_a_long_run_is_noise() -> None:
    comparison = compare(lasting(1000), lasting(1000))
    for a, expected in ((8 * MS, 0), (12 * MS, 1)):
        waiting = replace(figure(comparison, "waiting_lock"), a=a, b=0)
        assert gain(waiting, comparison) == expected


@pytest.mark.parametrize("reason", ["stopped", "stopped at its time limit of 5 s", "killed by x"])
def test_a_run_that_was_cut_short_is_not_the_faster_one(reason: str) -> None:
    cut_short = compare(lasting(100), replace(lasting(5), end_reason=reason))
    assert gain(figure(cut_short, "wall"), cut_short) == 0
    assert row_text(large_figures(cut_short)[1][0]) == "wall · 100 → 5.00 ms"


def test_titles_say_which_run_is_the_faster_one() -> None:
    comparison = compare(lasting(50), lasting(125))

    def title(run: Trace, columns: int) -> str:
        row = run_row("w", run, columns, chosen=False, comparison=comparison)
        text = row_text(row)
        assert len(text) == columns
        return text

    assert title(comparison.a, 50).startswith("── w · 50.0 ms · ✓ faster ─")
    assert title(comparison.b, 50).startswith("── w · 125 ms · ✗ slower ×2.50 ─")
    turned = compare(comparison.b, comparison.a)
    row = run_row("w", turned.a, 50, chosen=False, comparison=turned)
    assert row_text(row).startswith("── w · 125 ms · ✗ slower ×2.50 ─")
    inks = {text.strip(): ink.fore for text, ink in row}
    assert inks["✗ slower"] == "error"


def test_the_figures_for_a_projector() -> None:
    time, (head, why) = large_figures(compare(lasting(50), lasting(125)))
    assert time == "75.0 ms"
    assert row_text(head) == "✗ below is slower · 50.0 → 125 ms · ×2.50"
    faster = large_figures(compare(lasting(125), lasting(50)))[1][0]
    assert row_text(faster) == "✓ below is faster · 125 → 50.0 ms · ×0.40"
    time, (head, why) = large_figures(COMPARISON)
    assert time == "" and row_text(head) == "about as long · 22.3 → 22.3 ms"
    assert row_text(why).startswith("waiting for the GIL 18.1 ms → 610 µs ✓ · waiting for locks ")


def test_numbers_have_the_marks_of_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    comparison = compare(lasting(50), lasting(125))
    time, (head, _why) = large_figures(comparison)
    assert time == "75,0 ms" and all(block_rows(time))
    assert "50,0 → 125 ms · ×2,50" in row_text(head)
    assert "· 50,0 ms ·" in row_text(
        run_row("w", comparison.a, 60, chosen=True, comparison=comparison)
    )


def test_the_table_has_gains_and_losses_first_and_in_words_and_glyphs() -> None:
    rows = figure_rows(COMPARISON, 100)
    texts = [row_text(row) for row in rows]
    assert texts[1].startswith(" wall time") and "✗" not in texts[1]
    assert texts[2].startswith(" waiting for the GIL ") and texts[2].endswith(" ✓ better")
    assert texts[3].startswith(" waiting for locks ") and texts[3].endswith(" ✗ worse")
    assert rows[2][-1][1].fore == "good" and rows[3][-1][1].fore == "error"
    turned = [row_text(row) for row in figure_rows(compare(*reversed(PRINTERS)), 100)]
    assert turned[2].endswith(" ✗ worse") and turned[3].endswith(" ✓ better")


def test_the_columns_of_the_table_are_called_after_what_sets_the_runs_apart() -> None:
    source = "def main(n: int = 20): ...\nmain()\n"
    runs = [
        replace(run, program=Program("p", ("--n", n), source=source))
        for run, n in zip(PRINTERS, ("7", "8"), strict=True)
    ]
    comparison = compare(*runs)
    assert row_text(figure_rows(comparison, 100)[0]).split()[:4] == ["n", "7", "n", "8"]
    for columns in (66, 72, 100):
        assert all(len(row_text(row)) <= columns for row in figure_rows(comparison, columns))
    assert row_text(figure_rows(comparison, 60)[0]).split() == ["above", "below", "difference"]


@pytest.mark.parametrize(
    ("a", "b", "unit", "told"),
    [
        (26_100_000, 41_700_000, "ns", "26.1 → 41.7 ms"),
        (800_000, 1_200_000, "ns", "800 µs → 1.20 ms"),
        (0, 22_000_000, "ns", "0 → 22.0 ms"),
        (38, 3, "", "38 → 3"),
        (None, 3, "", "– → 3"),
    ],
)
def test_pairs(a: int | None, b: int | None, unit: str, told: str) -> None:
    assert pair_text(Figure("x", unit, "", a, b)) == told  # type: ignore[arg-type]


def test_the_line_above_a_run() -> None:
    row = row_text(run_row("printers · locked off", PRINTERS[0], 50, chosen=True))
    assert row == "── printers · locked off · 22.3 ms ───────────────"
    assert len(row_text(run_row("p" * 99, PRINTERS[0], 40, chosen=False))) == 40


def test_the_table_has_one_column_or_two() -> None:
    narrow = [row_text(row) for row in figure_rows(COMPARISON, 80)]
    wide = [row_text(row) for row in figure_rows(COMPARISON, 160)]
    assert narrow[0].split() == ["above", "below", "difference", "ratio"]
    assert wide[0].split() == narrow[0].split() * 2
    assert all(len(row) <= 80 for row in narrow) and all(len(row) <= 160 for row in wide)
    assert len(wide) < len(narrow)
    for row in narrow:
        assert any(row.strip() in other for other in wide)


def test_claims_stand_below_the_table() -> None:
    program = replace(PRINTERS[0].program, claims=("interleaved",))
    claiming = [replace(run, program=program) for run in PRINTERS]
    rows = [row_text(row) for row in figure_rows(compare(claiming[0], claiming[1]), 100)]
    assert rows[-3] == " both wrote the same characters, in another order"
    assert rows[-2].startswith(" ● above: outputs interleaved")
    assert rows[-1].startswith(" ○ below: each worker's output stands in one piece")
