"""The transcript and the rows it is wrapped to."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import Trace
from paraviz.trace.histories.output import output_runs
from paraviz.trace.histories.transcript import Transcript
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.output import OutputLayout
from tests.traces import Event, lane, printers, trace

WRITES = st.lists(
    st.tuples(st.integers(0, 2), st.text("ab\né漢", max_size=5), st.sampled_from((1, 2))),
    max_size=20,
)


def written(writes: list[tuple[int, str, int]]) -> Trace:
    """A trace of these writes, (lane, text, stream), a microsecond apart."""
    events: list[list[Event]] = [[], [], []]
    texts = ["", "", ""]
    for at, (index, text, stream) in enumerate(writes):
        events[index].append((at * 1_000, ev.WRITE, stream, len(text)))
        texts[index] += text
    end = len(writes) * 1_000 + 1
    return trace([lane(f"w{i}", events[i], end_ns=end, text=texts[i]) for i in range(3)], gil=False)


@given(writes=WRITES)
def test_a_transcript_is_the_output(writes: list[tuple[int, str, int]]) -> None:
    shown = written(writes)
    transcript = Transcript(shown)
    whole = "".join(text for _, text in output_runs(shown))
    assert "".join(each.text for each in transcript.passages(0, len(transcript))) == whole
    assert [at for at, letter in enumerate(whole) if letter == "\n"] == (
        transcript.line_ends.tolist()
    )
    for begin in range(0, len(whole), 3):
        cut = "".join(each.text for each in transcript.passages(begin, begin + 4))
        assert cut == whole[begin : begin + 4]
    for offset in range(len(whole)):
        at = transcript.time_of(offset)
        assert transcript.written_at(at - 1) <= offset < transcript.written_at(at)


@given(writes=WRITES, columns=st.integers(1, 12))
def test_rows_hold_every_character_once(writes: list[tuple[int, str, int]], columns: int) -> None:
    transcript = Transcript(written(writes))
    layout = OutputLayout(transcript, columns)
    begin = 0
    for row in range(layout.row_count):
        first, last = layout.extent(row)
        assert first == begin and first <= last
        assert all(layout.row_of(offset) == row for offset in range(first, last))
        begin = last
    assert begin == len(transcript)


def rows(shown: Trace, columns: int, written: int | None = None) -> list[str]:
    layout = OutputLayout(Transcript(shown), columns)
    until = len(layout.transcript) if written is None else written
    return [row_text(layout.row(row, until)) for row in range(layout.row_count)]


def test_lines_wrap_and_show_their_ends() -> None:
    assert rows(printers(), 16) == ["aaaaabbbbbaaaaab", "bbbbaaaaabbbbbaa", "aaabbbbb↵"]
    assert rows(written([(0, "one\n", 1), (1, "\n", 1), (0, "tw\to", 1)]), 9) == [
        "one↵",
        "↵",
        "tw o",
    ]


def test_wide_characters_are_never_cut() -> None:
    assert rows(written([(0, "漢字漢字", 1)]), 4) == ["漢字", "漢字"]


def test_text_wears_its_writers_colour_and_is_dim_after_the_cursor() -> None:
    layout = OutputLayout(Transcript(printers()), 12)
    inks = [(text, ink.fore) for text, ink in layout.row(0, 7)]
    assert inks == [
        ("aaaaa", "worker-1"),
        ("bb", "worker-2"),
        ("bbb", "worker-2-later"),
        ("aa", "worker-1-later"),
    ]


def test_errors_are_slanted() -> None:
    layout = OutputLayout(Transcript(written([(0, "oh", 2)])), 12)
    assert layout.row(0, 2)[0][1].mood == "italic"


def test_megabytes_cost_no_more_than_what_is_seen() -> None:
    shown = written([(i % 3, "x" * 4_000 + "\n", 1) for i in range(1_000)])
    transcript = Transcript(shown)
    begun = time.perf_counter()
    for columns in (40, 80, 120):
        layout = OutputLayout(transcript, columns)
        for row in range(0, layout.row_count, layout.row_count // 40):
            layout.row(row, len(transcript))
    assert time.perf_counter() - begun < 0.5


@given(writes=WRITES, moments=st.lists(st.integers(0, 100), max_size=6))
def test_rows_that_are_kept_are_those_of_a_fresh_layout(
    writes: list[tuple[int, str, int]], moments: list[int]
) -> None:
    transcript = Transcript(written(writes))
    kept = OutputLayout(transcript, 7)
    for moment in [*moments, *moments]:
        for row in range(kept.row_count):
            assert kept.row(row, moment) == OutputLayout(transcript, 7).row(row, moment)
