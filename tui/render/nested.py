"""The nested spans of lanes, made ready to be drawn when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.histories.spans import has_spans, nested_spans, span_name
from paraviz.trace.model import no_spans

from .stretches import Stretches, stretches_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from paraviz.trace import Lane, Trace
    from paraviz.trace.model import Spans

    from .inks import Row

DEEPEST = 24
"""Depths that are drawn."""
_TONES = 7


class Nested:
    """The spans of a trace's lanes by depth. What was made ready is kept."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._spans: dict[int, Spans] = {}
        self._stretches: dict[tuple[int, int], Stretches] = {}

    def spans(self, lane: int) -> Spans:
        """The spans of a lane."""
        if lane not in self._spans:
            self._spans[lane] = nested_spans(self._trace, lane)
        return self._spans[lane]

    def continued(self, before: Nested, old: Mapping[int, int], parts: Sequence[Lane]) -> Nested:
        """The same, with lanes known to have none: those that had none `before` (there by the
        numbers `old`), and none in the part that is recent."""
        for lane, part in enumerate(parts):
            known = not len(part.spans) and not has_spans(part)
            if known and lane in old and not len(before.spans(old[lane])):
                self._spans[lane] = no_spans()
        return self

    def depth(self, lane: int) -> int:
        """How many rows the spans of a lane take."""
        spans = self.spans(lane)
        return min(int(spans.depths.max(initial=0)) + 1, DEEPEST) if len(spans) else 0

    def stretches(self, lane: int, depth: int) -> Stretches:
        """The spans of one depth."""
        key = (lane, depth)
        if key not in self._stretches:
            spans = self.spans(lane)
            rows = np.flatnonzero(spans.depths == depth)
            self._stretches[key] = Stretches.of(
                spans.starts[rows], spans.ends[rows], spans.names[rows]
            )
        return self._stretches[key]

    def name_at(self, lane: int, at_ns: int) -> list[str]:
        """The spans around a moment, the outermost first."""
        found = []
        for depth in range(self.depth(lane)):
            stretches = self.stretches(lane, depth)
            row = stretches.at(at_ns)
            if row is None:
                break
            found.append(span_name(self._trace, int(stretches.whats[row])))
        return found

    def around(self, lane: int, start_ns: int, end_ns: int) -> str:
        """The name of the innermost span that lasts over a whole stretch, or ""."""
        name = ""
        for depth in range(self.depth(lane)):
            stretches = self.stretches(lane, depth)
            row = stretches.at(start_ns)
            if row is None or stretches.ends[row] < end_ns:
                break
            name = span_name(self._trace, int(stretches.whats[row]))
        return name

    def row(self, lane: int, depth: int, edges: NDArray[np.int64]) -> Row:
        """One depth of a lane between `edges` (int64[W + 1])."""
        return stretches_row(
            self.stretches(lane, depth),
            edges,
            lambda number: span_name(self._trace, number),
            # The first tone is nearly grey and left to main threads.
            lambda number: f"worker-{1 + number % _TONES}",
        )
