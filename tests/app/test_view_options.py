"""What a picture shows, as the command line says it."""

from __future__ import annotations

import pytest

from paraviz.errors import UsageError
from paraviz.tui.picture import View
from paraviz.tui.view_options import view_of
from tests.render.arranged import END, workshop

TRACE = workshop()


def view(stretch: str | None = None, at: str | None = None, lanes: str = "") -> View:
    return view_of(TRACE, stretch=stretch, at=at, lanes=lanes)


def test_without_options_it_is_the_whole_run() -> None:
    assert view() == View()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("20us..60us", (20_000, 60_000)),
        ("0.02 .. 0.06", (20_000, 60_000)),
        ("25%..75 %", (25_000, 75_000)),
        ("..60us", (0, 60_000)),
        ("60 us..", (60_000, END)),
        ("20us..+5us", (20_000, 25_000)),
        ("-3s..9 s", (0, END)),
    ],
)
def test_a_range(typed: str, expected: tuple[int, int]) -> None:
    assert view(stretch=typed).between_ns == expected


@pytest.mark.parametrize(
    ("typed", "expected"), [("0.05", 50_000), ("12.5 us", 12_500), ("50%", 50_000), ("9s", END)]
)
def test_a_moment(typed: str, expected: int) -> None:
    assert view(at=typed).at_ns == expected


def test_words_of_workers() -> None:
    assert view(lanes="Worker 1").lanes == "Worker 1"
    with pytest.raises(UsageError, match="no worker has 'worker 9' in its name"):
        view(lanes="worker 9")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("20us", "--range takes A..B"),
        ("60us..20us", "to a later one"),
        ("5s..9s", "to a later one"),
        ("soon..60us", "not 'soon'"),
    ],
)
def test_a_range_that_is_none(typed: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        view(stretch=typed)
    assert told in caught.value.message
