"""The column of names at the left of every row that stands on the time axis."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from paraviz.trace.labels import abbreviated

from .characters import drawable
from .inks import PLAIN, QUIET, Ink, Piece, worker

if TYPE_CHECKING:
    from .tracks import Track, Tracks
    from .view import TraceView

_LEAST, _MOST = 12, 24


@lru_cache(maxsize=8)
def names_width(view: TraceView | None, tracks: Tracks | None, columns: int) -> int:
    """Cells the names take, of `columns`: as many as the longest needs, within a quarter."""
    if view is None or tracks is None:
        return _LEAST
    longest = max((cell_len(label(view, tracks, track)) for track in tracks.all), default=0)
    # One cell for the mark of the selected lane, one to keep off the drawing.
    return max(_LEAST, min(longest + 3, _MOST, columns // 4))


def lane_name(label: str, lane_index: int, width: int, *, selected: bool) -> list[Piece]:
    """A lane's name; the selected one is marked."""
    mark: Piece = ("▶", Ink("cursor", mood="bold")) if selected else (" ", PLAIN)
    mood = "bold" if selected else ""
    return [
        mark,
        (abbreviated(label, width - 2).ljust(width - 1), Ink(worker(lane_index), mood=mood)),
    ]


def track_name(
    view: TraceView,
    tracks: Tracks,
    track: Track,
    width: int,
    *,
    selected: bool,
    large: bool = False,
) -> list[Piece]:
    """The name of a track; the selected one is marked. For a projector all are bold."""
    mark: Piece = ("▶", Ink("cursor", mood="bold")) if selected else (" ", PLAIN)
    plain = not (selected or large)
    mood = "" if plain else "bold"
    tone = worker(track.number) if track.kind == "lane" else "quiet" if plain else "text"
    return [mark, (_fitted(label(view, tracks, track), width), Ink(tone, mood=mood))]


def label(view: TraceView, tracks: Tracks, track: Track) -> str:
    """What a track is called, with a sign for what it is unless it is a lane."""
    return drawable(_label(view, tracks, track))


def _label(view: TraceView, tracks: Tracks, track: Track) -> str:
    kind, number, depth = track
    if kind == "lane":
        return view.labels[number]
    if kind == "group":
        group = tracks.groups[number]
        return f"{'▸' if number in tracks.folded else '▾'} {group.name} ×{len(group.lanes)}"
    if kind == "spans":
        return "  " * (depth + 1) + "└"
    if kind == "lock":
        return f"◆ {view.locks[number].name}"
    if kind == "counter":
        return f"≈ {view.counters[number].counter.name}"
    return f"▪ CPU {view.trace.cpus[number].number}"


_COUNT = re.compile(r" ×\d+$")
"""How many are in a group: that stays, however short its name becomes."""


def _fitted(text: str, width: int) -> str:
    if cell_len(text) > width - 2:
        many = _COUNT.search(text)
        if many is not None and len(many[0]) < width // 2:
            head = text[: many.start()]
            return set_cell_size(_fitted(head, width - len(many[0])).rstrip() + many[0], width - 1)
        plain = len(text) == cell_len(text)
        room = max(width - 2, 0)
        text = abbreviated(text, room) if plain else set_cell_size(text, max(room - 1, 0)) + "…"
    return set_cell_size(text, width - 1)


def note(text: str, width: int) -> list[Piece]:
    """Anything else that stands in the column."""
    return [(" " + _fitted(text, width), QUIET)]
