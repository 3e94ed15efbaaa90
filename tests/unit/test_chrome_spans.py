"""Spans of foreign Chrome traces: paired as a stack pairs them, nested as they were called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paraviz.formats.chrome import spans as chrome_spans
from paraviz.formats.chrome.spans import Loose, nested, paired, paired_by_key
from paraviz.trace.model import Spans

if TYPE_CHECKING:
    import random

Rows = list[tuple[int, int]]

pairs = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8)), max_size=12)
"""(start, length)"""


def loose(rows: Rows) -> Loose:
    starts, lengths = np.array(rows, np.int64).reshape(-1, 2).T
    return Loose(starts.copy(), starts + lengths, np.arange(len(rows), dtype=np.int32))


def rows_of(spans: Spans) -> Rows:
    return list(zip(spans.starts.tolist(), spans.ends.tolist(), strict=True))


@st.composite
def calls(draw: st.DrawFn, begin: int = 0, end: int = 40, depth: int = 0) -> list[list[int]]:
    """Properly nested [start, end, depth]."""
    found = []
    at = begin
    while at < end and depth < 5 and draw(st.booleans()):
        start = draw(st.integers(at, end - 1))
        stop = draw(st.integers(start + 1, end))
        found += [[start, stop, depth], *draw(calls(start, stop, depth + 1))]
        at = stop
    return found


@pytest.fixture(params=[0, chrome_spans._FEW])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Depths are found in both ways."""
    monkeypatch.setattr(chrome_spans, "_FEW", request.param)


@pytest.mark.usefixtures("few")
@given(calls(), st.randoms(use_true_random=False))
def test_calls_get_the_depth_they_were_called_at(
    made: list[list[int]], source: random.Random
) -> None:
    mixed = list(made)
    source.shuffle(mixed)
    spans = nested([loose([(start, end - start) for start, end, _ in mixed])])
    found = [list(row) for row in zip(*rows_and_depths(spans), strict=True)]
    # Of two that are the same it does not matter which is which.
    assert sorted(found) == sorted(made)
    assert spans.starts.tolist() == sorted(spans.starts.tolist())
    assert sorted(spans.names.tolist()) == list(range(len(made)))


def test_spans_without_a_length_are_around_nothing() -> None:
    starts, ends = np.array([0, 2, 2, 3, 10, 10]), np.array([10, 2, 2, 4, 10, 12])
    assert chrome_spans._open_before(starts, ends).tolist() == [0, 1, 1, 1, 0, 0]


def rows_and_depths(spans: Spans) -> tuple[list[int], list[int], list[int]]:
    return spans.starts.tolist(), spans.ends.tolist(), spans.depths.tolist()


@pytest.mark.usefixtures("few")
@given(pairs)
@example([(0, 10), (5, 10), (12, 8)])
@example([(0, 10), (10, 0), (10, 0), (10, 5)])
def test_no_two_of_one_depth_overlap_and_none_is_lost(made: Rows) -> None:
    spans = nested([loose(made)])
    assert sorted(rows_of(spans)) == sorted((start, start + length) for start, length in made)
    assert [made[name] for name in spans.names.tolist()] == [
        (start, end - start) for start, end in rows_of(spans)
    ]
    for depth in range(int(spans.depths.max(initial=0)) + 1):
        mine = spans.depths == depth
        starts, ends = spans.starts[mine], spans.ends[mine]
        assert (starts[1:] >= ends[:-1]).all()


def test_spans_deeper_than_can_be_told_are_all_there() -> None:
    count = chrome_spans.DEEPEST + 100
    spans = nested([loose([(at, 2 * count - 2 * at) for at in range(count)])])
    assert len(spans) == count
    assert int(spans.depths[-1]) == chrome_spans.DEEPEST


@given(st.lists(st.booleans(), max_size=20))
def test_begins_and_ends_pair_as_on_a_stack(steps: list[bool]) -> None:
    ts = np.arange(len(steps), dtype=np.int64)
    expected, stack = [], []
    for at, begins in enumerate(steps):
        if begins:
            stack.append(at)
        elif stack:
            expected.append((stack.pop(), at))
    expected += [(begin, 99) for begin in stack]
    found = paired(np.array(steps, bool), ts, ts.astype(np.int32), 99)
    assert sorted(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == sorted(expected)
    assert found.names.tolist() == found.starts.tolist()


@pytest.mark.parametrize("steps", ["AaBb", "ABab", "AAaa", "Aa a", "A"])
def test_async_spans_pair_by_their_key(steps: str) -> None:
    is_open = np.array([step.isupper() for step in steps])
    keys = np.array([ord(step.lower()) for step in steps], np.int64)
    none = np.zeros(len(keys), np.int32)
    rows, ends = paired_by_key(is_open, np.arange(len(steps), dtype=np.int64), keys, none, none)
    found = sorted(zip(rows.tolist(), ends.tolist(), strict=True))
    expected = {
        "AaBb": [(0, 1), (2, 3)],
        "ABab": [(0, 2), (1, 3)],
        "AAaa": [(0, 3), (1, 2)],
        "Aa a": [(0, 1)],
        "A": [(0, 0)],
    }
    assert found == expected[steps]
