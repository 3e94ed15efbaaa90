"""Traces with their figures, for what draws these."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.figures import Figures, figures
from paraviz.formats import load
from paraviz.tui.render.inks import Row, row_text
from paraviz.tui.render.view import TraceView
from tests.traces import Event, lane, trace

if TYPE_CHECKING:
    from paraviz.trace import Trace

RECORDINGS = Path(__file__).parents[2] / "scenarios" / "recordings"
NAMES = ["philosophers", "prime_threads", "prime_executor", "image_pool", "hello"]


@cache
def recorded(name: str) -> TraceView:
    return TraceView.of(load(RECORDINGS / f"{name}.pviz"))


def told(view: TraceView) -> Figures:
    result = figures(view.trace, view.index, view.trace.start_ns, view.trace.end_ns)
    assert result is not None
    return result


def of(shown: Trace) -> tuple[TraceView, Figures]:
    view = TraceView.of(shown)
    return view, told(view)


def tasks(*lengths: int) -> Trace:
    """A worker with tasks of so many ns."""
    rows: list[Event] = []
    at = 0
    for length in lengths:
        rows += [(at, ev.TASK_BEGIN, -1, 0), (at + length, ev.TASK_END, -1, 0)]
        at += length + 10
    return trace([lane("w", rows, end_ns=at + 10)], gil=False)


def texts(rows: list[Row]) -> list[str]:
    return [row_text(row).rstrip() for row in rows]
