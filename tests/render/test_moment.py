"""Times and lengths as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.errors import UsageError
from paraviz.tui.render.moment import typed_length, typed_time
from paraviz.tui.render.times import time_text

NOW, START, END = 5_000_000, 1_000_000, 21_000_000


@pytest.mark.parametrize(
    ("text", "at_ns"),
    [
        ("12.5 ms", 12_500_000),
        ("12,5ms", 12_500_000),
        ("  12.5  ", 12_500_000),
        ("12.", 12_000_000),
        ("3 s", 3_000_000_000),
        ("7us", 7_000),
        ("7 µs", 7_000),
        ("900 ns", 900),
        ("12 min", 720 * 10**9),
        ("2 d 3 h", 51 * 3_600 * 10**9),
        ("+1 h 0.5 min", NOW + 3_630 * 10**9),
        ("0.4 ns", 0),
        ("0", 0),
        ("+3 ms", NOW + 3_000_000),
        ("+ 3", NOW + 3_000_000),
        ("-1.5 us", NOW - 1_500),
        ("- 7 ms", NOW - 7_000_000),
        ("0 %", START),
        ("50%", 11_000_000),
        ("12.5 %", 3_500_000),
        ("100 %", END),
        ("200 %", 41_000_000),
        ("+10 %", NOW + 2_000_000),
        ("-10 %", NOW - 2_000_000),
        ("9" * 18, 999_999_999_999_999_999 * 1_000_000),
    ],
)
def test_a_time_is_understood(text: str, at_ns: int) -> None:
    # No float has more than 15 digits for sure.
    assert typed_time(text, NOW, START, END) == pytest.approx(at_ns, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ms",
        "12 m",
        "5 h 3",
        "1 d 5 %",
        "12.5.3",
        "1e3",
        "--3",
        "+",
        "%",
        "3 ms 4 us",
        "ten",
        "inf",
        ".5",
    ],
)
def test_what_is_no_time_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        typed_time(text, NOW, START, END)
    assert refused.value.message == (
        f"a time is like 12.5 ms, +3 us, 2 h 5 min or 50%, not {text!r}"
    )


def test_a_number_that_is_no_time_of_this_world_is_refused() -> None:
    with pytest.raises(UsageError):
        typed_time("9" * 400, NOW, START, END)


@given(st.integers(0, 10**17))
def test_a_time_as_it_is_shown_can_be_typed(at_ns: int) -> None:
    read = typed_time(time_text(at_ns), NOW, START, END)
    assert time_text(read) == time_text(at_ns)


def test_a_length_is_no_share_and_has_no_sign() -> None:
    assert typed_length("2.5 us") == 2_500
    assert typed_length("3") == 3_000_000
    assert typed_length("0 s") == 0
    for text in ("50 %", "+3 ms", "-1", "long", ""):
        with pytest.raises(UsageError) as refused:
            typed_length(text)
        assert refused.value.message == f"a length is like 12.5 ms or 3 us, not {text!r}"
