"""Unions of stretches."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from paraviz.trace.intervals import union

stretches = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=8).map(sorted)


@given(stretches)
def test_a_union_covers_what_its_parts_cover(parts: list[tuple[int, int]]) -> None:
    begins = np.array([begin for begin, _ in parts], np.int64)
    ends = np.array([begin + length for begin, length in parts], np.int64)
    joined = list(zip(*(column.tolist() for column in union(begins, ends)), strict=True))
    covered = {at for begin, length in parts for at in range(begin, begin + length)}
    assert {at for begin, end in joined for at in range(begin, end)} == covered
    assert all(end < begin for (_, end), (begin, _) in itertools.pairwise(joined))
