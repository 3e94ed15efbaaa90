"""Helpers: small traces as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.lanes import lane_rows
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
from tests.traces import Event, lane, trace

if TYPE_CHECKING:
    from paraviz.trace import Trace

COLUMN = 1_000
"""ns a column takes in these tests."""


def write(column: float, length: int = 1) -> Event:
    """A write of so many characters."""
    return (round(column * COLUMN), ev.WRITE, ev.STDOUT, length)


def event(column: float, kind: int, obj: int = -1) -> Event:
    """Any other event."""
    return (round(column * COLUMN), kind, obj, 0)


def alone(
    events: list[Event],
    columns: int = 20,
    *,
    text: str = "",
    first: float = 0,
    last: float | None = None,
    end_reason: str = "returned",
) -> Trace:
    """One lane without a GIL, from column `first` to `last`."""
    end = columns if last is None else last
    return trace(
        [
            lane(
                "w",
                events,
                start_ns=round(first * COLUMN),
                end_ns=round(end * COLUMN),
                text=text,
                end_reason=end_reason,
            )
        ],
        gil=False,
    )


def art(shown: Trace, columns: int = 20, unit: int = 1) -> list[str]:
    """The rows of all lanes, a column for every `COLUMN` ns."""
    view = TraceView.of(shown)
    end = columns * COLUMN
    rows = lane_rows(view, Viewport(0, end, 0, end, end), columns, range(len(shown.lanes)), unit)
    return [row_text(row) for row in rows]
