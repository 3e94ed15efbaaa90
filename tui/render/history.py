"""Past views of a run, to go back to and forward again, as a browser does with pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from .viewport import Viewport

MOST = 200
"""Views that are kept."""
_ZOOMED = 1.9
_MOVED = 0.4
"""Part of a view."""


class History(Struct, frozen=True):
    """The stretches that were looked at: (begin, end) in ns. An immutable value."""

    past: tuple[tuple[int, int], ...] = ()
    """The newest last."""
    future: tuple[tuple[int, int], ...] = ()
    """The next one last."""
    settled: tuple[int, int] | None = None
    """The last view that was different enough from the one before it."""

    def seen(self, viewport: Viewport) -> History:
        """Another view is shown. One that is nearly the last is no new one: many small steps make
        a single way back."""
        now = (viewport.start_ns, viewport.end_ns)
        if self.settled is None:
            return replace(self, settled=now)
        if _alike(self.settled, now):
            return self
        return History((*self.past, self.settled)[-MOST:], (), now)

    def back(self, viewport: Viewport) -> tuple[History, Viewport]:
        """To the view before."""
        if not self.past:
            return self, viewport
        now = (viewport.start_ns, viewport.end_ns)
        to = self.past[-1]
        return History(self.past[:-1], (*self.future, now), to), viewport.between(*to)

    def forward(self, viewport: Viewport) -> tuple[History, Viewport]:
        """To the view that was left by going back."""
        if not self.future:
            return self, viewport
        now = (viewport.start_ns, viewport.end_ns)
        to = self.future[-1]
        return History((*self.past, now), self.future[:-1], to), viewport.between(*to)


def _alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    spans = sorted((one[1] - one[0], other[1] - other[0]))
    moved = abs((one[0] + one[1]) - (other[0] + other[1])) / 2
    return spans[1] < _ZOOMED * spans[0] and moved < _MOVED * spans[1]
