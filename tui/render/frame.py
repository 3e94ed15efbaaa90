"""A whole timeline: ruler, tracks with their names, and the lines of cursor and mark through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.text.translation import _

from .arrows import draw_arrows
from .axis import legend_below, legend_row, ruler_row, span_row
from .inks import BOOKMARK, CURSOR, FLAG, PLAIN, QUIET, Ink, Row, repainted, under
from .large import loud
from .names import note, track_name
from .point import has_place, sign_of
from .ruler import ruler

if TYPE_CHECKING:
    from paraviz.analysis.point import Point
    from paraviz.trace.causality.edges import Edge

    from .arrange import Placed, Placement
    from .spans import Span
    from .tracks import Track, Tracks
    from .view import TraceView
    from .viewport import Viewport

_HALF_ROWS = "▄▀▖▗▘▝"
_MESSAGE_ROW = 2


class Frame(Struct, frozen=True):
    """All that a timeline shows."""

    view: TraceView
    tracks: Tracks
    viewport: Viewport
    placement: Placement
    names: int
    """Cells of the column of names."""
    columns: int
    """Cells of the time axis."""
    selected: Track
    cursor_ns: int | None = None
    mark_ns: int | None = None
    span: Span | None = None
    edges: tuple[Edge, ...] = ()
    """What is drawn as arrows."""
    point: Point | None = None
    """What the run shows: where that is, is marked."""

    @property
    def measured(self) -> tuple[int, int] | None:
        """The stretch whose length the ruler tells: of the selected span, or from mark to
        cursor."""
        if self.span is not None:
            return self.span.start_ns, self.span.end_ns
        if self.mark_ns is None or self.cursor_ns is None or self.mark_ns == self.cursor_ns:
            return None
        return min(self.mark_ns, self.cursor_ns), max(self.mark_ns, self.cursor_ns)


def timeline_rows(frame: Frame, drawn: dict[Track, list[Row]], rows: int) -> list[Row]:
    """The rows of a timeline; `drawn` has those of its tracks, without names and lines."""
    placement, names = frame.placement, frame.names
    nameless = note("", names)
    lines = _lines(frame)
    blank: Row = [(" " * frame.columns, PLAIN)]
    line = "┃" if placement.large else "│"
    lined: Row = [*nameless, *_with_lines(blank, lines, line)]
    # Where there is hardly any room, a placement needs more than that; what is below is not shown.
    bottom = max([1, *(placed.top + placed.rows for placed in placement.upper + placement.lower)])
    count = max(rows, bottom)
    shown = [lined if y < placement.lower_top else [*nameless, *blank] for y in range(count)]
    for placed in placement.upper + placement.lower:
        sign = _sign(frame, placed.track)
        for part, row in enumerate(drawn[placed.track]):
            name = _name(frame, placed) if part == placed.name_row else nameless
            shown[placed.top + part] = [*name, *_with_lines(_signed(row, sign), lines, line)]
    draw_arrows(shown, frame.edges, placement, frame.viewport, names, frame.columns)
    if not frame.tracks.upper and frame.view.trace.lanes and rows > _MESSAGE_ROW:
        shown[_MESSAGE_ROW] = [*nameless, (_("No worker to show · H shows all"), QUIET)]
    if placement.legend >= 0:
        left = note(_hidden_below(frame), names)
        legend = legend_row(frame.view, frame.columns, large=placement.large)
        shown[placement.legend] = [*left, *legend]
        if placement.legend_rows > 1:
            shown[placement.legend + 1] = [*nameless, *legend_below(legend)]
    shown[0] = loud(_ruler(frame)) if placement.large else _ruler(frame)
    return shown


def _hidden_below(frame: Frame) -> str:
    """Which of the resources are shown, where there are more."""
    everything, shown = len(frame.tracks.lower), len(frame.placement.lower)
    return _shown(frame.placement.first_lower, shown, everything)


def _shown(first: int, count: int, everything: int) -> str:
    """Which of so many are shown; "" for all."""
    if not 0 < count < everything:
        return ""
    words = _("{first}–{last} of {all}")
    return words.format(first=first + 1, last=first + count, all=everything)


def _name(frame: Frame, placed: Placed) -> Row:
    chosen = placed.track == frame.selected
    large = frame.placement.large
    name = track_name(
        *(frame.view, frame.tracks, placed.track, frame.names), selected=chosen, large=large
    )
    about = frame.point is not None and placed.track == ("lane", frame.point.lane_index, 0)
    return [sign_of(frame.point), *name[1:]] if about and frame.point and not chosen else name


def _sign(frame: Frame, track: Track) -> tuple[int, Ink] | None:
    """The column of a worker's row that the point of the run is about; None for other rows."""
    point = frame.point
    if point is None or not has_place(point) or track != ("lane", point.lane_index, 0):
        return None
    if not frame.viewport.shows(point.at_ns):
        return None
    return frame.viewport.column(point.at_ns, frame.columns), sign_of(point)[1]


def _signed(row: Row, sign: tuple[int, Ink] | None) -> Row:
    """The row with a line there, unless a letter or half a block stands in its way."""
    if sign is None:
        return row
    column, line_ink = sign
    glyph, ink = under(row, column)
    if glyph in _HALF_ROWS or (ink.mood and glyph != " "):
        return row
    if glyph == "█":
        return repainted(row, column, "┊", Ink("on-worker", ink.fore, "bold"))
    return repainted(row, column, "┊", line_ink._replace(back=ink.back))


def _ruler(frame: Frame) -> Row:
    viewport, columns, placement = frame.viewport, frame.columns, frame.placement
    ticks = ruler(viewport, columns, frame.view.trace.recorded_at)
    everyone, shown = len(frame.tracks.upper), len(placement.upper)
    text = _shown(placement.first, shown, everyone) or ticks.base
    if frame.measured is not None:
        drawn = span_row(ticks, viewport, columns, *frame.measured)
    else:
        bookmarks = [each.at_ns for each in frame.view.trace.bookmarks]
        signs = [(at_ns, BOOKMARK) for at_ns in bookmarks]
        if frame.point is not None and has_place(frame.point):
            signs.append((frame.point.at_ns, sign_of(frame.point)))
        drawn = ruler_row(ticks, viewport, columns, frame.cursor_ns, signs)
    return [*note(text, frame.names), *drawn]


def _lines(frame: Frame) -> list[int]:
    """The columns of mark and cursor."""
    moments = (frame.mark_ns, frame.cursor_ns)
    viewport = frame.viewport
    return [
        viewport.column(at_ns, frame.columns)
        for at_ns in moments
        if at_ns is not None and viewport.shows(at_ns)
    ]


def _with_lines(row: Row, columns: list[int], line: str) -> Row:
    for column in columns:
        row = _with_line(row, column, line)
    return row


def _with_line(row: Row, column: int, line: str) -> Row:
    glyph, ink = under(row, column)
    if ink.mood and glyph != " ":
        return repainted(row, column, "", FLAG)
    if glyph in _HALF_ROWS:
        # No glyph has both a half block and a line: the band stays whole, the line pauses.
        return row
    if glyph == "█":
        return repainted(row, column, line, Ink("on-worker", ink.fore, "bold"))
    return repainted(row, column, line, CURSOR._replace(back=ink.back))
