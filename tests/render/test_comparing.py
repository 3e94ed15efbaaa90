"""Two runs one above the other: rows and figures."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz.trace.compare import Figure, compare
from tests.traces import MS, lane, printers, trace
from tui.render.arrange import needed
from tui.render.comparing import (
    LEAST_TABLE,
    figure_rows,
    figures_row,
    pair_text,
    run_row,
    shares,
)
from tui.render.inks import row_text
from tui.render.tracks import Arrangement, Tracks, arranged
from tui.render.view import TraceView


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
    for wide in (False, True):
        shared = shares(rows, upper, lower, wide=wide)
        assert shared.upper >= 1 and shared.lower >= 1 and shared.sentence >= 1
        assert sum(shared) + 4 == rows and shared.table >= 0


def test_a_small_run_leaves_its_rows_to_a_large_one() -> None:
    shared = shares(23, tracks(2), tracks(40))
    assert shared.upper < shared.lower
    assert shared.upper + shared.lower == 23 - 4 - 1
    turned = shares(23, tracks(40), tracks(2))
    assert turned.upper == shared.lower and turned.lower == shared.upper


def test_lanes_of_both_are_equally_tall() -> None:
    for rows in (23, 35, 59):
        shared = shares(rows, THREE, WITH_LOCK)
        # The legend stands below both.
        units = [unit for unit in range(1, 10) if needed(THREE, unit) - 1 == shared.upper]
        assert any(needed(WITH_LOCK, unit) - 1 == shared.lower for unit in units)


def test_a_tall_screen_has_room_for_the_table() -> None:
    def table(rows: int) -> int:
        return shares(rows, THREE, WITH_LOCK).table

    assert table(23) < LEAST_TABLE <= table(35)
    assert table(59) >= len(figure_rows(COMPARISON, 100)) + 1


def test_the_line_of_figures() -> None:
    known = [
        replace(run, context_switches=count) for run, count in zip(PRINTERS, (38, 3), strict=True)
    ]
    text = row_text(figures_row(compare(known[0], known[1]), 120))
    wall, switches, waiting, *_rest = text.strip().split(" · ")
    assert wall == "wall 22.3 → 22.3 ms"
    assert switches == "switches 38 → 3"
    assert waiting == "waiting for locks 0 → 10.0 ms"
    assert "workers" not in text
    narrow = row_text(figures_row(COMPARISON, 44))
    assert len(narrow) <= 44 and narrow.startswith(" wall 22.3 → 22.3 ms · ")


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
    assert rows[-2].startswith(" ✓ above: outputs interleaved")
    assert rows[-1].startswith(" · below: each worker's output stands in one piece")
