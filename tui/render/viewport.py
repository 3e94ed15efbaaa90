"""The viewport: which stretch of a trace is shown. An immutable value with pure moves."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

LEAST_SPAN_NS = 1_000
LEAST_LIVE_NS = 1_000_000
"""Of a run that has only begun at least that is shown."""


class Viewport(Struct, frozen=True):
    """The stretch [start_ns, end_ns) of what there is to see, [low_ns, high_ns).

    Every move keeps it inside those bounds and no narrower than `least_ns`.
    """

    start_ns: int
    """The left edge."""
    end_ns: int
    """The right edge, excluded."""
    low_ns: int
    """The earliest moment there is."""
    high_ns: int
    """The end of what there is, or of the room for what comes."""
    known_ns: int
    """The last moment that is known of."""
    following: bool = False
    """Whether it stays at the end while the trace grows."""
    least_ns: int = LEAST_SPAN_NS
    """The narrowest it may become."""

    @classmethod
    def over(cls, start_ns: int, end_ns: int, *, live: bool = False) -> Viewport:
        """All of a trace; one that is live is followed."""
        low, high = bounds(start_ns, end_ns, live=live)
        return cls(low, high, low, high, end_ns, following=live)

    @property
    def span_ns(self) -> int:
        """How much is shown."""
        return self.end_ns - self.start_ns

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.start_ns <= self.low_ns and self.end_ns >= self.high_ns

    def column(self, at_ns: int, columns: int) -> int:
        """The column, of `columns`, a moment falls into; outside 0 … columns - 1 if not shown."""
        return (at_ns - self.start_ns) * columns // self.span_ns

    def time(self, column: int, columns: int) -> int:
        """The moment at the left edge of a column, in ns: the first that `column` maps there."""
        return self.start_ns - (-column * self.span_ns // columns)

    def shows(self, at_ns: int) -> bool:
        """Whether a moment is in view."""
        return self.start_ns <= at_ns < self.end_ns

    def zoom(self, factor: float, at_ns: int) -> Viewport:
        """Show `factor` times as much, keeping `at_ns` in its place as far as the bounds allow."""
        span = min(max(round(self.span_ns * factor), self.least_ns), self.high_ns - self.low_ns)
        share = (at_ns - self.start_ns) / self.span_ns
        return self._at(at_ns - round(share * span), span)

    def pan(self, by_ns: int) -> Viewport:
        """Move to the right by so much (to the left if negative). Ends the following."""
        return replace(self._at(self.start_ns + by_ns, self.span_ns), following=False)

    def fit(self) -> Viewport:
        """Show everything."""
        return self._at(self.low_ns, self.high_ns - self.low_ns)

    def follow(self) -> Viewport:
        """Move to the end of what is known, if need be, and stay there.

        The end comes to stand at two thirds of the view, so that the picture moves now and then
        and not with every frame.
        """
        moved = self
        if not self.shows(self.known_ns):
            moved = self._at(self.known_ns - self.span_ns * 2 // 3, self.span_ns)
        return replace(moved, following=True)

    def reveal(self, at_ns: int) -> Viewport:
        """Move no more than it takes to show a moment, a tenth of the view away from the edge."""
        if self.shows(at_ns):
            return self
        margin = self.span_ns // 10
        if at_ns < self.start_ns:
            return self._at(at_ns - margin, self.span_ns)
        return self._at(at_ns + margin - self.span_ns, self.span_ns)

    def between(self, start_ns: int, end_ns: int) -> Viewport:
        """Show a stretch."""
        moved = self._at(start_ns, max(end_ns - start_ns, self.least_ns))
        return replace(moved, following=False)

    def grown(self, start_ns: int, end_ns: int, *, live: bool) -> Viewport:
        """The viewport after the trace grew: the same place, unless it shows all or follows."""
        low, high = bounds(start_ns, end_ns, live=live)
        wider = replace(self, low_ns=low, high_ns=high, known_ns=end_ns)
        if self.is_whole:
            wider = wider.fit()
        elif self.following:
            wider = wider.follow()
        else:
            wider = wider._at(self.start_ns, self.span_ns)
        return replace(wider, following=self.following and live)

    def _at(self, start_ns: int, span_ns: int) -> Viewport:
        """So much from `start_ns`, pushed inside the bounds."""
        span = min(span_ns, self.high_ns - self.low_ns)
        start = min(max(start_ns, self.low_ns), self.high_ns - span)
        return replace(self, start_ns=start, end_ns=start + span)


def bounds(start_ns: int, end_ns: int, *, live: bool) -> tuple[int, int]:
    """What there is to see of a trace from `start_ns` to `end_ns`, with room at the right.

    A finished trace has a hair of room, so that a lane that ends there is seen to end. A live one
    has room up to a round time, so that its picture moves now and then and not with every frame.
    """
    length = max(end_ns - start_ns, LEAST_LIVE_NS if live else LEAST_SPAN_NS)
    if not live:
        return start_ns, start_ns + length + max(length // 200, 1)
    return start_ns, start_ns + _round_up(length + length // 10)


def _round_up(length: int) -> int:
    """The next 1, 1.5, 2, 3, 5 or 7 · 10^n."""
    power = 1
    while power * 10 <= length:
        power *= 10
    for tenths in (10, 15, 20, 30, 50, 70, 100):
        if power * tenths // 10 >= length:
            return power * tenths // 10
    return power * 10
