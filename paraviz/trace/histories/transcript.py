"""The transcript: all that a run wrote to its standard streams as one text, which is never put
together as a whole.

Offsets count characters in the order written. Building it is a few passes over columns; reading a
stretch costs what the stretch costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Times, Trace


class Passage(Struct, frozen=True):
    """What one write left in a stretch of the transcript."""

    text: str
    """The characters."""
    lane_index: int
    """Who wrote them."""
    stream: int
    """`events.STDOUT` or `events.STDERR`."""
    at_ns: int
    """When."""


class Transcript:
    """What a trace's workers wrote, by offset, by line and by time."""

    def __init__(self, trace: Trace) -> None:
        """Order the writes of all lanes and find their line ends."""
        self.texts = tuple(lane.text for lane in trace.lanes)
        """What each lane wrote."""
        columns = [_writes(lane, index) for index, lane in enumerate(trace.lanes)]
        none = np.empty((0, 5), np.int64)
        table = np.concatenate([none, *columns])
        order = np.argsort(table[:, 0], kind="stable")
        self._times, self._lanes, self._starts, sizes, self._streams = table[order].T
        self._offsets = np.zeros(len(table) + 1, np.int64)
        np.cumsum(sizes, out=self._offsets[1:])
        self.line_ends = self._find_line_ends(columns, order)
        """int64[k], sorted: the offsets of newlines."""
        foreign = [code_points(text).max() for text in self.texts if not text.isascii()]
        self.highest_code_point = int(max(foreign, default=0x7F))
        """No character has a higher number."""

    def __len__(self) -> int:
        """How many characters there are."""
        return int(self._offsets[-1])

    def _find_line_ends(self, columns: list[Times], order: Times) -> Times:
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        found = [np.empty(0, np.int64)]
        first = 0
        for text, column in zip(self.texts, columns, strict=True):
            if "\n" in text:
                codes = code_points(text)
                at = np.flatnonzero(codes == ord("\n"))
                row = np.searchsorted(column[:, 2], at, "right") - 1
                row, at = row[row >= 0], at[row >= 0]
                inside = at < column[row, 2] + column[row, 3]
                row, at = row[inside], at[inside]
                found.append(self._offsets[place[first + row]] + at - column[row, 2])
            first += len(column)
        return np.sort(np.concatenate(found))

    def passages(self, begin: int, end: int) -> list[Passage]:
        """What stands in [begin, end), write by write."""
        begin, end = max(begin, 0), min(end, len(self))
        result = []
        row = int(np.searchsorted(self._offsets, begin, "right")) - 1
        while begin < end:
            upto = min(int(self._offsets[row + 1]), end)
            if upto > begin:
                lane = int(self._lanes[row])
                start = int(self._starts[row]) + begin - int(self._offsets[row])
                text = self.texts[lane][start : start + upto - begin]
                stream = int(self._streams[row])
                result.append(Passage(text, lane, stream, int(self._times[row])))
                begin = upto
            row += 1
        return result

    def written_at(self, at_ns: int) -> int:
        """How many characters were written up to a moment, that moment included."""
        return int(self._offsets[int(np.searchsorted(self._times, at_ns, "right"))])

    def time_of(self, offset: int) -> int:
        """When the character at `offset` was written, in ns."""
        return int(self._times[int(np.searchsorted(self._offsets, offset, "right")) - 1])


def code_points(text: str) -> NDArray[np.uint32]:
    """uint32[n]: the characters as numbers, lone surrogates as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


_NO_WRITES = np.empty((0, 5), np.int64)


def _writes(lane: Lane, index: int) -> Times:
    """int64[n, 5]: time, lane, start in the lane's text, characters, stream of each write."""
    rows = np.flatnonzero(lane.kinds == ev.WRITE)
    if not len(rows):
        return _NO_WRITES
    sizes = lane.values[rows]
    result = np.empty((len(rows), 5), np.int64)
    result[:, 0] = lane.times[rows]
    result[:, 1] = index
    result[:, 2] = np.cumsum(sizes) - sizes
    result[:, 3] = sizes
    result[:, 4] = lane.objects[rows]
    to_streams: Times = result[result[:, 4] != ev.LOG]
    return to_streams
