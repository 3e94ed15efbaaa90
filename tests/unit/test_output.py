"""Output: text rebuilt from writes."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import Trace
from paraviz.trace.histories.output import output_runs, writes
from tests import traces

Write = tuple[int, int, str]
"""(lane, stream, text)"""

interleavings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([ev.STDOUT, ev.STDERR]),
        st.text(st.characters(codec=None), max_size=4),
    ),
    max_size=30,
)


def written(interleaving: list[Write]) -> Trace:
    """A trace of these writes, one a ns, with other events between them."""
    rows: list[list[traces.Event]] = [[], [], []]
    for at, (lane, stream, text) in enumerate(interleaving):
        rows[lane] += [(at, ev.LOCK_RELEASED, -1, 0), (at, ev.WRITE, stream, len(text))]
    texts = ["".join(text for who, _, text in interleaving if who == lane) for lane in range(3)]
    return traces.trace(
        [traces.lane(f"t{lane}", rows[lane], end_ns=100, text=texts[lane]) for lane in range(3)]
    )


@given(interleavings)
def test_the_text_comes_back_in_the_order_written(interleaving: list[Write]) -> None:
    found = [
        (at, (write.lane_index, write.stream, write.text))
        for at, write in zip(range(30), writes(written(interleaving)), strict=False)
    ]
    assert found == list(enumerate(interleaving))
    assert [write.at_ns for write in writes(written(interleaving))] == list(
        range(len(interleaving))
    )


@given(interleavings)
def test_runs_join_the_neighbours_of_one_writer_on_one_stream(interleaving: list[Write]) -> None:
    for stream in (ev.STDOUT, ev.STDERR, None):
        chosen = [write for write in interleaving if stream in (None, write[1])]
        expected = [
            (lane, "".join(text for _, _, text in run))
            for lane, run in groupby(chosen, key=lambda write: write[0])
        ]
        assert output_runs(written(interleaving), stream) == expected


def test_a_trace_without_lanes_wrote_nothing() -> None:
    assert output_runs(traces.trace([])) == []
