"""What is sent of a row makes of the old one the new one."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.changed import changed_columns
from paraviz.tui.render.inks import PLAIN, QUIET, Ink, Row

WIDTH = 40
rows = st.lists(
    st.tuples(st.text("ab ─█", min_size=1, max_size=9), st.sampled_from([PLAIN, QUIET, Ink("a")])),
    max_size=4,
)


def cells(row: Row) -> list[tuple[str, Ink]]:
    found = [(cell, ink) for text, ink in row for cell in text]
    return found + [(" ", PLAIN)] * (WIDTH - len(found))


@given(rows, rows)
def test_what_changed_makes_the_new_row(before: Row, row: Row) -> None:
    patched = cells(before)
    stretches = changed_columns(before, row, WIDTH)
    for begin, end in stretches:
        patched[begin:end] = cells(row)[begin:end]
    assert patched == cells(row)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(stretches))
    assert changed_columns(row, row, WIDTH) == []


def test_a_cursor_that_moved_is_two_cells() -> None:
    before: Row = [("██████████│█████████████████████████████", PLAIN)]
    row: Row = [("██████████████████████████│█████████████", PLAIN)]
    assert changed_columns(before, row, WIDTH) == [(10, 11), (26, 27)]


def test_wide_characters_are_sent_with_their_row() -> None:
    assert changed_columns([("漢字", PLAIN)], [("漢a", PLAIN)], WIDTH) == [(0, WIDTH)]
