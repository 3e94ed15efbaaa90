"""What widgets tell those above them. The frequent ones coalesce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from paraviz.analysis.point import Point

    from .choices import Layout
    from .render.tracks import Track
    from .render.view import TraceView


@dataclass
class Zoomed(Message):
    """The wheel turned over a moment."""

    factor: float
    """Show so many times as much."""
    at_ns: int
    """What stays in its place."""


@dataclass
class Dragged(Message):
    """The pointer pulled the timeline, or scrolled it sideways."""

    start_ns: int
    """Where the view is to begin."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest place counts."""
        return isinstance(message, Dragged)


@dataclass
class Picked(Message):
    """A place on the timeline was clicked."""

    track: Track | None
    """What stands there, or None."""
    at_ns: int | None
    """The moment, or None to choose the track alone."""
    wants_span: bool = True
    """Whether the span there is meant, rather than the moment."""


@dataclass
class LayoutChosen(Message):
    """The user laid out a run otherwise, and would like other runs so."""

    layout: Layout
    """All of it."""


@dataclass
class SnapshotTaken(Message):
    """There is more of a live run to show."""

    view: TraceView
    """All of it."""
    session_number: int
    """Which of the screen's runs it is of."""

    def can_replace(self, message: Message) -> bool:
        """Only the newest snapshot counts."""
        return isinstance(message, SnapshotTaken)


@dataclass
class InputAwaited(Message):
    """The program waits for somebody to type, or no more."""

    session_number: int
    """Which of the screen's runs."""
    awaited: bool
    """Whether it does."""


@dataclass
class RunEnded(Message):
    """A live run is over and all of it was shown."""

    session_number: int
    """Which of the screen's runs."""
    trouble: str = ""
    """What went wrong on paraviz's side, or ""."""


@dataclass
class RunJudged(Message):
    """It was looked for what is wrong in a run that is over, and what its point is."""

    session_number: int
    """Which of the screen's runs."""
    found: str
    """The gravest of it, or ""."""
    point: Point | None = None
    """What the run shows, or None."""
