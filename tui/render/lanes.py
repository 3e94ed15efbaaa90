"""Lanes as rows: the columns of each, its events, and the causes of its waits.

A lane takes `unit` rows. In one it is a line; with three and more the stretches where the worker
ran become a thick band (`▄ █ ▀`), while waiting stays a thin line in the middle: who ran when is
seen from the last row of a lecture room. With seven and more waiting takes three rows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.endings import ending
from paraviz.trace import State

from .characters import drawable
from .glyphs import STATE_TONES
from .inks import Ink, Row, shortened, worker
from .marks import lane_marks
from .shares import GLYPHS, NO_STATE, LaneColumns, edges_of, lane_columns
from .spans import Span, cause_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .view import TraceView
    from .viewport import Viewport

UNITS = (1, 2, 3, 4, 5, 7, 9)
"""The heights a lane may have."""
LARGE_UNITS = (3, 5, 7, 9, 11, 13, 15)
"""Those it may have for a projector."""
_LABEL_ROOM = 8
"""Whole columns a span must cover to carry a text."""
_QUIET_ENDS = frozenset({"", "returned", "exit 0", "ended"})

_GLYPHS = np.array(list(GLYPHS))

# An ink as a number: the state in front, the state behind, how.
_BACKS = len(State) + 1
_SHARE, _MARK, _LABEL = range(3)
_ON_BAND = (int(State.RUNNING) * _BACKS + int(State.RUNNING) + 1) * 3 + _MARK


def lane_rows(
    view: TraceView, viewport: Viewport, columns: int, lanes: Sequence[int], unit: int
) -> list[Row]:
    """The rows of these lanes, `unit` rows each, `columns` cells wide."""
    edges = edges_of(viewport, columns)
    shown = lane_columns(view.index, edges, lanes)
    middles, marked = _middles(view, lanes, shown, edges)
    if unit == 1:
        return middles
    rows: list[Row] = []
    for lane_index, lane, middle, its_marked in zip(lanes, shown, middles, marked, strict=True):
        rows += _lane(lane_index, lane, middle, its_marked, unit)
    return rows


def _lane(
    lane_index: int, lane: LaneColumns, middle: Row, marked: NDArray[np.bool_], unit: int
) -> list[Row]:
    columns = len(lane.glyphs)
    blank: Row = [(" " * columns, Ink())]
    if unit <= 2:
        return [middle, blank][:unit]
    ink = Ink(worker(lane_index))
    top: Row = [(_edge(lane, marked, "▄▖▗"), ink)]
    bottom: Row = [(_edge(lane, marked, "▀▘▝"), ink)]
    if unit <= 4:
        return [top, middle, bottom, blank][:unit]
    full: Row = [(_edge(lane, marked, "█▌▐"), ink)]
    beside = [full] * (unit // 2 - 1)
    for row in range((len(beside) + 1) // 2, len(beside)):
        beside[row] = _waits(lane, lane_index, marked)
    return [top, *beside, middle, *reversed(beside), bottom]


def _waits(lane: LaneColumns, lane_index: int, marked: NDArray[np.bool_]) -> Row:
    """The row next to the middle one in a tall lane: its patterns once more, without lines."""
    plain = lane.fore == State.BLOCKED
    glyphs = np.where(marked, int(State.RUNNING), np.where(plain, 0, lane.glyphs))
    fore = np.where(marked, int(State.RUNNING), lane.fore)
    back = np.where(marked | (lane.back == State.BLOCKED), NO_STATE, lane.back)
    inks = (fore * _BACKS + back + 1) * 3 + _SHARE
    return _pieces(["".join(_GLYPHS[glyphs].tolist())], inks[None], [lane_index])[0]


def _edge(lane: LaneColumns, marked: NDArray[np.bool_], glyphs: str) -> str:
    """The band beside the middle row, from its glyphs for whole, left half and right half."""
    table = np.array(list(" " + glyphs))
    half = np.where(lane.right, 3, 2)
    chosen = np.where(
        (lane.eighths >= 6) & ~(lane.right & (lane.eighths < 8)) | marked,
        1,
        np.where(lane.eighths >= 3, half, 0),
    )
    return "".join(table[chosen])


def _middles(
    view: TraceView, lanes: Sequence[int], shown: list[LaneColumns], edges: NDArray[np.int64]
) -> tuple[list[Row], NDArray[np.bool_]]:
    """The row of each lane that tells everything, and bool[L, W]: which columns a mark makes solid.

    What can be done for all lanes at once is: a frame has many, and each step on one lane alone
    costs more than the step on its columns.
    """
    size = len(shown), len(edges) - 1
    fore, back, solid = (
        np.concatenate([getattr(lane, name) for lane in shown] or [edges[:0]]).reshape(size)
        for name in ("fore", "back", "eighths")
    )
    inks = (fore * _BACKS + back + 1) * 3 + _SHARE
    glyphs = [_GLYPHS[lane.glyphs].tolist() for lane in shown]
    for at, column, text, state in _labels(view, lanes, shown, edges):
        stop = column + len(text)
        glyphs[at][column:stop] = text
        ink = _ON_BAND if state == State.RUNNING else (state * _BACKS) * 3 + _LABEL
        inks[at, column:stop] = ink
    cells = bytearray(inks.size)
    for at, (lane_index, lane) in enumerate(zip(lanes, shown, strict=True)):
        source, first = view.trace.lanes[lane_index], at * size[1]
        for column, text in lane_marks(source, view.marks[lane_index], edges, lane.eighths):
            stop = column + len(text)
            glyphs[at][column:stop] = text
            cells[first + column : first + stop] = b"\1" * len(text)
    written = np.frombuffer(cells, bool).reshape(size)
    marked = written & (solid >= 4)
    behind = np.where(marked, int(State.RUNNING), back)
    inks = np.where(written, (int(State.RUNNING) * _BACKS + behind + 1) * 3 + _MARK, inks)
    return _pieces(list(map("".join, glyphs)), inks, lanes), marked


def _pieces(texts: list[str], inks: NDArray[np.int64], lanes: Sequence[int]) -> list[Row]:
    """Runs of one ink, of each of these lanes. `inks`: int64[L, W]."""
    columns = inks.shape[1]
    begins = np.ones(inks.shape, bool)
    begins[:, 1:] = inks[:, 1:] != inks[:, :-1]
    places = np.flatnonzero(begins)
    codes = inks.ravel()[places].tolist()
    starts = (places % columns).tolist()
    stops = np.cumsum(begins.sum(axis=1)).tolist()
    rows = []
    for text, lane_index, first, stop in zip(texts, lanes, [0, *stops], stops, strict=False):
        its_starts = starts[first:stop]
        pieces = map(text.__getitem__, map(slice, its_starts, [*its_starts[1:], columns]))
        known = _inks(worker(lane_index))
        rows.append(list(zip(pieces, map(known.__getitem__, codes[first:stop]), strict=True)))
    return rows


class _Inks(dict[int, Ink]):
    """The inks in lanes of one tone, by the numbers that stand for them."""

    def __init__(self, tone: str) -> None:
        super().__init__()
        self._tone = tone

    def __missing__(self, code: int) -> Ink:
        ink = self[code] = _ink(code, self._tone)
        return ink


_inks = cache(_Inks)


@cache
def _ink(code: int, tone: str) -> Ink:
    """The ink a number stands for, in a lane of this tone."""
    code, how = divmod(code, 3)
    fore, back = divmod(code, _BACKS)
    back -= 1
    if how == _LABEL:
        return Ink(STATE_TONES[State(fore)] or "error", mood="italic")
    behind = "" if back == NO_STATE else STATE_TONES[State(back)] + "-tint"
    if how == _MARK:
        if back == State.RUNNING:
            return Ink("on-worker", tone, "bold")
        return Ink(tone, behind, "bold")
    return Ink(tone if fore == State.RUNNING else STATE_TONES[State(fore)], behind)


def _labels(
    view: TraceView, lanes: Sequence[int], shown: list[LaneColumns], edges: NDArray[np.int64]
) -> list[tuple[int, int, str, int]]:
    """Texts in wide spans: (place of the lane, column, text, state)."""
    if not shown:
        return []
    rows = np.concatenate([lane.span_rows for lane in shown])
    begins = np.ones(len(rows), bool)
    begins[1:] = rows[1:] != rows[:-1]
    begins[:: len(edges)] = True
    cuts = np.flatnonzero(begins)
    rooms = np.diff(cuts, append=len(rows)) - 1
    wide = np.flatnonzero(rooms >= _LABEL_ROOM)
    result = []
    for cut, room, row in zip(
        cuts[wide].tolist(), rooms[wide].tolist(), rows[cuts[wide]].tolist(), strict=True
    ):
        at, start = divmod(cut, len(edges))
        lane_index = lanes[at]
        text, state = _span_text(view, lane_index, row, view.trace.lanes[lane_index].end_ns)
        if state is State.RUNNING:
            text = _name_inside(view, lane_index, edges, start, start + room)
        if not text:
            continue
        # How a lane ended is told from its end on; other texts leave pattern on both sides.
        inset, spared = (0, 1) if state is State.NOT_ALIVE else (2, 4)
        text = f" {shortened(text, room - spared)} "[:room]
        result.append((at, start + inset, text, int(state)))
    return result


def _name_inside(
    view: TraceView, lane_index: int, edges: NDArray[np.int64], first: int, last: int
) -> str:
    """What a worker that runs is in, unless it writes there: its text says more."""
    start, end = int(edges[first]), int(edges[last])
    begin, stop = np.searchsorted(view.marks[lane_index].times, (start, end))
    return drawable(view.nested.around(lane_index, start, end)) if begin == stop else ""


def _span_text(view: TraceView, lane_index: int, row: int, end_ns: int) -> tuple[str, State]:
    """What to write into a span."""
    lane = view.trace.lanes[lane_index]
    if row < 0:
        return "", State.NOT_ALIVE
    if row >= len(lane.states):
        quiet = lane.end_reason in _QUIET_ENDS
        return ("" if quiet else f"✗ {ending(lane.end_reason)}"), State.NOT_ALIVE
    state = State(int(lane.states.states[row]))
    if state is State.WAITING_GIL:
        return "GIL", state
    if state in (State.BLOCKED, State.WAITING_LOCK):
        start, cause = int(lane.states.starts[row]), int(lane.states.causes[row])
        span = Span(lane_index, start, end_ns, state, cause)
        return cause_text(view.trace, view.labels, span), state
    return "", state
