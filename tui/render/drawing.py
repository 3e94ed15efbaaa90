"""The rows of all tracks in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inks import worker
from .lanes import lane_rows
from .locks import lock_rows
from .plots import group_rows, plot_rows
from .shares import edges_of
from .stretches import stretches_row

if TYPE_CHECKING:
    from .arrange import Placed, Placement
    from .inks import Row
    from .tracks import Track, Tracks
    from .view import TraceView
    from .viewport import Viewport


def track_rows(
    view: TraceView, tracks: Tracks, placement: Placement, viewport: Viewport, columns: int
) -> dict[Track, list[Row]]:
    """The rows of each track that is placed, `columns` cells wide, without their names."""
    lanes = [each.track for each in placement.upper if each.track.kind == "lane"]
    unit = placement.unit
    rows = lane_rows(view, viewport, columns, [track.number for track in lanes], unit)
    drawn = {track: rows[at * unit : (at + 1) * unit] for at, track in enumerate(lanes)}
    for placed in placement.upper + placement.lower:
        if placed.track not in drawn:
            drawn[placed.track] = _rows(view, tracks, placed, viewport, columns)
    return drawn


def _rows(
    view: TraceView, tracks: Tracks, placed: Placed, viewport: Viewport, columns: int
) -> list[Row]:
    kind, number, depth = placed.track
    edges = edges_of(viewport, columns)
    if kind == "group":
        return group_rows(view, tracks.groups[number].lanes, edges, placed.rows)
    if kind == "spans":
        return [view.nested.row(number, depth, edges)]
    if kind == "lock":
        return lock_rows(view, viewport, columns, number, placed.rows)
    if kind == "counter":
        return plot_rows(view.counters[number], edges, placed.rows)
    return [stretches_row(view.cpus[number], edges, view.labels.__getitem__, worker)]
