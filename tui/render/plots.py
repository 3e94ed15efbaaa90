"""Numbers as bars: counters, and how many of a group's workers run.

A counter's column is as high as its average there, between the least (0 for one that never falls
below) and the most it ever was; where it was higher for a part of the column, the cell is tinted.
A group's column is as high as the share of its workers that run, on the tint of what most of the
others do. What is not nothing is never blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace import State

from .crowd import crowd_rows, fits
from .glyphs import STATE_TONES
from .inks import Ink, Row, of_codes
from .overview import BARS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Counter

    from .view import TraceView

_BAR = Ink("overview")
_PEAK = Ink("overview", "overview-tint")


class Plot(Struct, frozen=True, eq=False):
    """A counter, made ready to be drawn."""

    counter: Counter
    """What is drawn."""
    values: NDArray[np.float64]
    """float64[n]: its values as they are drawn: infinite ones no further out than the others, what
    is no number as 0."""
    areas: NDArray[np.float64]
    """float64[n]: its integral from its first change to each change, in units times ns."""
    low: float
    """The least it was, or 0 where that is less."""
    high: float
    """The most it was."""

    @classmethod
    def of(cls, counter: Counter) -> Plot:
        """Prepare a counter."""
        finite = counter.values[np.isfinite(counter.values)]
        ends = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
        values = np.nan_to_num(counter.values, nan=0.0, neginf=ends[0], posinf=ends[1])
        areas = np.zeros(len(values))
        np.cumsum(values[:-1] * np.diff(counter.times), out=areas[1:])
        low = min(0.0, float(values.min(initial=0.0)))
        return cls(counter, values, areas, low, float(values.max(initial=low)))

    def value(self, at_ns: int) -> float | None:
        """What it was at a moment; None before its first value."""
        row = int(np.searchsorted(self.counter.times, at_ns, "right")) - 1
        return float(self.counter.values[row]) if row >= 0 else None

    def columns(self, edges: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """float64[W] each: average over time and most in each column; NaN before its first value.

        `edges`: int64[W + 1], strictly increasing.
        """
        times, values = self.counter.times, self.values
        if not len(times):
            nothing = np.full(len(edges) - 1, np.nan)
            return nothing, nothing
        known = np.maximum(edges, times[0])
        at = np.searchsorted(times, known, "right") - 1
        area = self.areas[at] + values[at] * (known - times[at])
        width = np.diff(known)
        average = np.where(width > 0, np.diff(area) / np.maximum(width, 1), np.nan)
        most = np.where(width > 0, values[at[:-1]], np.nan)
        begins, ends = at[:-1] + 1, np.searchsorted(times, edges[1:], "left")
        inside = np.flatnonzero(ends > begins)
        if len(inside):
            # In pairs: reduceat goes from each index to the next, so every second one is wanted.
            pairs = np.stack((begins[inside], ends[inside]), axis=1).ravel()
            # The last of all may go on to the end of the values, which needs no index.
            upto = len(pairs) - int(pairs[-1] == len(values))
            highest = np.maximum.reduceat(values, pairs[:upto])[::2]
            most[inside] = np.fmax(most[inside], highest)
        return average, most


def plot_rows(plot: Plot, edges: NDArray[np.int64], rows: int) -> list[Row]:
    """A counter between `edges` in so many rows, the top one first."""
    average, most = plot.columns(edges)
    extent = max(plot.high - plot.low, 1e-12)
    level = _levels((average - plot.low) / extent, 8 * rows)
    peak = _levels((most - plot.low) / extent, 8 * rows)
    return [
        _row(
            np.clip(level - 8 * below, 0, 8),
            np.where((peak > level) & (peak > 8 * below) & (level < 8 * below + 8), 1, 0),
            (_BAR, _PEAK),
        )
        for below in reversed(range(rows))
    ]


def group_rows(
    view: TraceView, lanes: Sequence[int], edges: NDArray[np.int64], rows: int
) -> list[Row]:
    """A group between `edges` in so many rows, the top one first: its workers as dots where there
    is room for that, else how many run at once."""
    if fits(lanes, edges, rows):
        return crowd_rows(view, lanes, edges, rows)
    times = view.index.together(edges, lanes)
    running = times[State.RUNNING] / (np.maximum(np.diff(edges), 1) * max(len(lanes), 1))
    level = _levels(running, 8 * rows)
    others = times.copy()
    others[State.RUNNING] = others[State.NOT_ALIVE] = 0
    largest = np.where(others.sum(axis=0) > 0, others.argmax(axis=0), int(State.NOT_ALIVE))
    inks = [
        Ink("text", f"{STATE_TONES[state]}-tint" if STATE_TONES[state] else "") for state in State
    ]
    return [
        _row(np.clip(level - 8 * below, 0, 8), largest, inks) for below in reversed(range(rows))
    ]


def _levels(shares: NDArray[np.float64], steps: int) -> NDArray[np.int64]:
    """Shares as eighths of a row; any at all is at least one."""
    shares = np.nan_to_num(shares)
    levels = np.rint(np.clip(shares, 0, 1) * steps).astype(np.int64)
    return np.where(shares > 0, np.maximum(levels, 1), 0)


def _row(eighths: NDArray[np.int64], codes: NDArray[np.int64], inks: Sequence[Ink]) -> Row:
    """Bars, each in the ink of its code."""
    return of_codes("".join(np.array(list(BARS))[eighths]), codes, inks)
