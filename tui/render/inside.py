"""What a worker is in at a moment, by name: of the innermost span its length, for how long of that
no other was within it, and those around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import _
from paraviz.trace.histories.spans import span_name

from .characters import drawable
from .inks import QUIET, Ink, Row, worded
from .times import time_text

if TYPE_CHECKING:
    from .view import TraceView

_NAME = Ink(mood="bold")
_AROUND = 4
"""Spans around the innermost that are named."""


def inside(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """ "in parse for 12 ms (from 3 ms to 15 ms), 4 ms of it by itself · in main"; nothing where the
    lane has no spans there."""
    found = spans_around(view, lane_index, at_ns)
    if not found:
        return []
    name, start_ns, end_ns, own_ns = found[-1]
    lasted = end_ns - start_ns
    values = {
        "span": (drawable(name), _NAME),
        "length": (time_text(lasted), _NAME),
        "start": (time_text(start_ns), Ink()),
        "end": (time_text(end_ns), Ink()),
        "own": (time_text(own_ns), Ink()),
    }
    words = _("in {span} for {length} (from {start} to {end})")
    if own_ns < lasted:
        words = _("in {span} for {length} (from {start} to {end}), {own} of it by itself")
    row = worded(words, QUIET, **values)
    around = [drawable(each[0]) for each in found[-2::-1]]
    if around:
        told = " ← ".join(around[:_AROUND]) + (" ← …" if len(around) > _AROUND else "")
        row += [(" ← ", QUIET), (told, QUIET)]
    return row


def spans_around(view: TraceView, lane_index: int, at_ns: int) -> list[tuple[str, int, int, int]]:
    """Name, begin, end and own time of the spans around a moment, the outermost first."""
    found = []
    nested = view.nested
    depths = nested.depth(lane_index)
    for depth in range(depths):
        stretches = nested.stretches(lane_index, depth)
        row = stretches.at(at_ns)
        if row is None:
            break
        start, end = int(stretches.starts[row]), int(stretches.ends[row])
        own = end - start
        if depth + 1 < depths:
            below = nested.stretches(lane_index, depth + 1)
            own -= int(np.diff(below.before(np.array([start, end], np.int64)))[0])
        name = span_name(view.trace, int(stretches.whats[row]))
        found.append((name, start, end, max(own, 0)))
    return found
