"""What a line of a search means, and what is said where it means nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.errors import UsageError
from paraviz.trace import State
from paraviz.trace.search import Query, QueryError, parse
from paraviz.trace.search.query import LONGEST_NS, Word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lock", [Word("any", "lock")]),
        ("two words", [Word("any", "two"), Word("any", "words")]),
        ('"two words" x', [Word("any", "two words"), Word("any", "x")]),
        ('name:"my lock"', [Word("name", "my lock")]),
        ("NAME:a lane:worker-1", [Word("name", "a"), Word("lane", "worker-1")]),
        ("at:file.py:12", [Word("at", "file.py:12")]),
        ("file.py:12 wait", [Word("any", "file.py:12"), Word("any", "wait")]),
        ("text:a=b", [Word("text", "a=b")]),
        ("<module> f.<locals>.g", [Word("any", "<module>"), Word("any", "f.<locals>.g")]),
        ('"wait>1ms"', [Word("any", "wait>1ms")]),
        ("a>1msx", [Word("any", "a>1msx")]),
        ("kind:mark", [Word("kind", "mark", (ev.MARK,))]),
        ("kind:Write", [Word("kind", "Write", (ev.WRITE, ev.MEMORY_WRITE))]),
        ("kind:prog", [Word("kind", "prog", (ev.PROGRAM_BEGIN, ev.PROGRAM_END))]),
        ('kind:"wait for"', [Word("kind", "wait for", (ev.WAIT_BEGIN,))]),
    ],
)
def test_words(text: str, words: list[Word]) -> None:
    assert parse(text) == Query("events", tuple(words))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("  run>1ms ", 1_000_001, LONGEST_NS),
        ("run>1ms", 1_000_001, LONGEST_NS),
        ("run>=1us", 1_000, LONGEST_NS),
        ("run<2s", 0, 1_999_999_999),
        ("run<=2.5µs", 0, 2_500),
        ("run > 1.5ns", 2, LONGEST_NS),
        ("run>=1.5ns", 2, LONGEST_NS),
        ("run<1.5ns", 0, 1),
        ("run>0.1us run<0.3us", 101, 299),
        ("run>1us run>2us", 2_001, LONGEST_NS),
        ("RUN>999999999999999999S", LONGEST_NS, LONGEST_NS),
    ],
)
def test_lengths(text: str, least: int, most: int) -> None:
    assert parse(text) == Query("states", (), frozenset({State.RUNNING}), least, most)


def test_wait_is_any_wait_and_two_names_are_what_they_share() -> None:
    waits = {State.WAITING_GIL, State.WAITING_LOCK, State.WAITING_CPU, State.BLOCKED}
    assert parse("wait>1ms").states == waits
    assert parse("wait>1,5ms") == parse("wait>1.5ms"), "a comma or a point"
    assert parse("wait>1ms lock<2ms").states == {State.WAITING_LOCK}
    assert parse("span>10ms").sort == "spans"


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("", 1, "nothing to look for"),
        ('lock ""', 6, "nothing to look for"),
        ("a name:", 3, "nothing to look for"),
        ('a "b c', 3, "quotation mark"),
        ('name:"b c', 1, "quotation mark"),
        ("name:x wait>1", 13, 'how long is "1"'),
        ("wait>", 6, 'how long is ""'),
        ("wait>-1ms", 6, 'how long is "-1ms"'),
        ("wait>>1ms", 6, 'how long is ">1ms"'),
        ("x waits>1ms", 3, 'no state is called "waits"'),
        ("kind:wrote", 1, 'no event is called "wrote"'),
        ("span>1ms gil>1ms", 10, "a span is no state"),
        ("gil>1ms lock>1ms", 9, "two states"),
    ],
)
def test_what_cannot_be_understood_is_one_line_with_its_place(
    text: str, column: int, part: str
) -> None:
    with pytest.raises(UsageError) as raised:
        parse(text)
    assert isinstance(raised.value, QueryError) and raised.value.column == column
    assert part in raised.value.message and f"column {column}" in raised.value.message
    assert "\n" not in raised.value.message


@given(st.text(st.sampled_from('wait>1ms"name:<= kd'), max_size=20) | st.text(max_size=20))
def test_any_line_is_understood_or_refused(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert 1 <= error.column <= len(text) + 1
    else:
        assert query.words or query.sort != "events"
