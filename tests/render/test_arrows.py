"""Arrows between lanes, as they are drawn."""

from __future__ import annotations

import pytest

from paraviz.trace.causality.edges import Edge
from paraviz.tui.render.arrange import Placed, Placement
from paraviz.tui.render.arrows import ARROW, MOST, draw_arrows
from paraviz.tui.render.inks import PLAIN, Row, row_text
from paraviz.tui.render.tracks import Track
from paraviz.tui.render.viewport import Viewport

COLUMNS = 12
NAMES = 2
VIEW = Viewport(0, COLUMNS * 1_000, 0, COLUMNS * 1_000, COLUMNS * 1_000, least_ns=1)


def edge(from_lane: int, from_column: float, to_lane: int, to_column: float) -> Edge:
    return Edge(
        "wake", from_lane, round(from_column * 1_000), to_lane, round(to_column * 1_000), -1
    )


def rows_of(edges: list[Edge], unit: int, lanes: int, shown: range | None = None) -> list[Row]:
    """Rows of a ruler and some lanes, all dots but for the lanes' middles, with arrows on them."""
    numbers = shown or range(lanes)
    upper = tuple(
        Placed(Track("lane", number), 1 + place * unit, unit)
        for place, number in enumerate(numbers)
    )
    bottom = 1 + unit * len(numbers)
    placement = Placement(unit, upper, (), 0, 0, bottom, -1)
    middles = {placed.top + placed.name_row for placed in upper}
    rows: list[Row] = [
        [(("=" if y in middles else "·") * (NAMES + COLUMNS), PLAIN)] for y in range(bottom)
    ]
    draw_arrows(rows, edges, placement, VIEW, NAMES, COLUMNS)
    return rows


def art(edges: list[Edge], unit: int = 3, lanes: int = 2, shown: range | None = None) -> list[str]:
    """The rows below the ruler, without the names."""
    rows = rows_of(edges, unit, lanes, shown)
    texts = [row_text(row) for row in rows]
    assert all(len(text) == NAMES + COLUMNS for text in texts)
    assert all(set(text[:NAMES]) <= {"=", "·"} for text in texts)
    assert set(texts[0]) == {"·"}
    return [text[NAMES:] for text in texts[1:]]


def test_down_and_later() -> None:
    assert art([edge(0, 2, 1, 8)]) == [
        "············",
        "============",
        "··╰─────╮···",
        "········▼···",
        "============",
        "············",
    ]


def test_up_and_later() -> None:
    assert art([edge(1, 2, 0, 8)]) == [
        "············",
        "============",
        "········▲···",
        "··╭─────╯···",
        "============",
        "············",
    ]


def test_what_arrives_before_it_left_leads_to_the_left() -> None:
    assert art([edge(0, 8, 1, 2)])[2:4] == ["··╭─────╯···", "··▼·········"]
    assert art([edge(1, 8, 0, 2)])[2:4] == ["··▲·········", "··╰─────╮···"]


def test_in_one_column_it_is_a_line() -> None:
    assert art([edge(0, 5.1, 1, 5.9)], lanes=2)[2:4] == ["·····│······", "·····▼······"]
    assert art([edge(1, 5, 0, 5)], lanes=2)[2:4] == ["·····▲······", "·····│······"]


def test_to_the_next_column_there_is_nothing_between_the_corners() -> None:
    assert art([edge(0, 4, 1, 5)])[2:4] == ["····╰╮······", "·····▼······"]


def test_it_crosses_the_lanes_between() -> None:
    assert art([edge(0, 1, 2, 6)], lanes=3) == [
        "············",
        "============",
        "·╰────╮·····",
        "······│·····",
        "======│=====",
        "······│·····",
        "······▼·····",
        "============",
        "············",
    ]


def test_lanes_of_one_row() -> None:
    assert art([edge(0, 2, 1, 8)], unit=1) == ["============", "========▼==="]
    assert art([edge(1, 2, 0, 8)], unit=1) == ["========▲===", "============"]
    assert art([edge(0, 2, 2, 8)], unit=1, lanes=3) == [
        "============",
        "========▼===",
        "============",
    ]
    assert art([edge(3, 2, 0, 8)], unit=1, lanes=4) == [
        "============",
        "========▲===",
        "==╭─────╯===",
        "============",
    ]


def test_lanes_of_two_rows_leave_one_for_the_head() -> None:
    assert art([edge(0, 2, 1, 8)], unit=2) == [
        "============",
        "········▼···",
        "============",
        "············",
    ]


def test_lanes_of_five_rows() -> None:
    assert art([edge(0, 2, 1, 8)], unit=5) == [
        "············",
        "············",
        "============",
        "··╰─────╮···",
        "········│···",
        "········│···",
        "········▼···",
        "============",
        "············",
        "············",
    ]


def test_an_origin_out_of_view_is_at_the_edge() -> None:
    assert art([edge(0, -50, 1, 3)])[2:4] == ["╰──╮········", "···▼········"]
    assert art([edge(0, 50, 1, 9)])[2:4] == ["·········╭─╯", "·········▼··"]


@pytest.mark.parametrize(
    "hidden",
    [
        edge(0, 2, 1, COLUMNS),
        edge(0, 2, 1, -0.1),
        edge(0, 2, 0, 8),
        edge(0, 2, 7, 8),
        edge(7, 2, 0, 8),
    ],
)
def test_what_arrives_out_of_view_or_leads_to_no_lane_here_is_not_drawn(hidden: Edge) -> None:
    assert art([hidden]) == art([])
    assert art([hidden, edge(0, 2, 1, 8)]) == art([edge(0, 2, 1, 8)])


def test_scrolled_lanes_are_where_they_are_drawn() -> None:
    assert art([edge(4, 2, 5, 8)], shown=range(4, 6)) == art([edge(0, 2, 1, 8)])
    assert art([edge(3, 2, 4, 8)], shown=range(4, 6)) == art([])


def test_no_more_than_can_be_told_apart_and_the_first_ones() -> None:
    edges = [edge(0, 50, 1, column % COLUMNS) for column in range(MOST)]
    assert art([*edges, edge(1, 3, 0, 3)]) == art(edges)
    hidden = [edge(0, 2, 1, 99)] * MOST
    assert art([*hidden, edge(0, 2, 1, 8)]) == art([edge(0, 2, 1, 8)])


def test_arrows_have_an_ink_of_their_own() -> None:
    rows = rows_of([edge(0, 2, 1, 4)], 3, 2)
    painted = {text for row in rows for text, ink in row if ink == ARROW}
    assert painted == {"╰", "─", "╮", "▼"}
