"""What `python -m tools.lecture` says of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz.programs.catalogue import find
from tools.lecture.comparing import _verdict, compare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["hello", "fib_pool"])
def test_one_that_is_the_same_and_tells_its_claims(name: str, tmp_path: Path) -> None:
    compared = compare(find(name), tmp_path, 60)
    assert compared.plain_s and compared.observed_s
    assert (compared.verdict, compared.right) == ("same", True)
    assert len(compared.shown) == len(find(name).claims)


def test_one_that_does_not_end_in_time_is_not_right(tmp_path: Path) -> None:
    compared = compare(find("fib_processes"), tmp_path, 0.05)
    assert (compared.plain_s, compared.observed_s) == (None, None)
    assert (compared.verdict, compared.right) == ("no end", False)


def test_letters_count_and_not_their_order() -> None:
    assert _verdict(b"ab", b"ba", measured=False) == "same"
    assert _verdict(b"ab", b"bb", measured=False) == "DIFFERENT"
    assert _verdict(b"1.2", b"3.4", measured=True) == "measured"
    assert _verdict(b"1.2", b"", measured=True) == "DIFFERENT"
