"""The column of names at the left of every row that stands on the time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inks import PLAIN, QUIET, Ink, Piece, shortened, worker

if TYPE_CHECKING:
    from .view import TraceView

_LEAST, _MOST = 12, 24


def names_width(view: TraceView | None, columns: int) -> int:
    """Cells the names take, of `columns`: as many as the longest needs, within a quarter."""
    if view is None:
        return _LEAST
    longest = max(
        [len(label) for label in view.labels] + [len(lock.name) + 2 for lock in view.locks],
        default=0,
    )
    # One cell for the mark of the selected lane, one to keep off the drawing.
    return max(_LEAST, min(longest + 3, _MOST, columns // 4))


def lane_name(label: str, lane_index: int, width: int, *, selected: bool) -> list[Piece]:
    """A lane's name; the selected one is marked."""
    mark: Piece = ("▶", Ink("cursor", mood="bold")) if selected else (" ", PLAIN)
    mood = "bold" if selected else ""
    return [
        mark,
        (shortened(label, width - 2).ljust(width - 1), Ink(worker(lane_index), mood=mood)),
    ]


def lock_name(name: str, width: int) -> list[Piece]:
    """A lock's name."""
    return [(" ◆ " + shortened(name, width - 4).ljust(width - 3), QUIET)]


def note(text: str, width: int) -> list[Piece]:
    """Anything else that stands in the column."""
    return [(" " + shortened(text, width - 2).ljust(width - 1), QUIET)]
