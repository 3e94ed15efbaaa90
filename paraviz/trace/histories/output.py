"""Output: what the program wrote, in the order it was written, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.trace.kinds import lanes_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.trace.model import Trace


_LINE_SHOWN = 40


class Written(Struct, frozen=True):
    """One write."""

    at_ns: int
    """When."""
    lane_index: int
    """By whom."""
    stream: int
    """`events.STDOUT`, `events.STDERR` or `events.LOG`."""
    text: str
    """What."""


def writes(trace: Trace, stream: int | None = None) -> Iterator[Written]:
    """Every write in the order it was written; of one stream, or of both for None. What was logged
    is one of its own (`events.LOG`): a handler may have written it to one of the two as well."""
    texts = [lane.text for lane in trace.lanes]
    for at, index, of, start, size in zip(*_ordered(trace).T.tolist(), strict=True):
        if of == stream or (stream is None and of != ev.LOG):
            yield Written(at, index, of, texts[index][start : start + size])


def unfinished_line(trace: Trace) -> str:
    """What was written last to standard output and does not end a line, as what is asked for by
    `input` does; at most 40 characters of its end."""
    ordered = _ordered(trace)
    for row in range(len(ordered) - 1, -1, -1):
        _, index, of, start, size = ordered[row].tolist()
        if of == ev.STDOUT and size:
            text: str = trace.lanes[index].text[start : start + size]
            return text.rpartition("\n")[2].strip()[-_LINE_SHOWN:]
    return ""


def output_runs(trace: Trace, stream: int | None = None) -> list[tuple[int, str]]:
    """The text in the order written, neighbours of one writer joined: (lane index, text)."""
    runs: list[tuple[int, list[str]]] = []
    for written in writes(trace, stream):
        if runs and runs[-1][0] == written.lane_index:
            runs[-1][1].append(written.text)
        else:
            runs.append((written.lane_index, [written.text]))
    return [(lane, "".join(pieces)) for lane, pieces in runs]


def _ordered(trace: Trace) -> NDArray[np.int64]:
    """int64[n, 5]: time, lane, stream, start in the lane's text, and length of each write."""
    tables = [np.empty((0, 5), np.int64)]
    for index, lane in lanes_with(trace.lanes, (ev.WRITE,)):
        rows = np.flatnonzero(lane.kinds == ev.WRITE)
        sizes = lane.values[rows]
        starts = np.cumsum(sizes) - sizes
        lanes = np.full(len(rows), index)
        tables.append(np.column_stack((lane.times[rows], lanes, lane.objects[rows], starts, sizes)))
    table = np.concatenate(tables)
    return table[np.argsort(table[:, 0], kind="stable")]
