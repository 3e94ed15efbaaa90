"""A run view on the workshop, and what its rows say."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from paraviz.tui.app import ParavizApp
from paraviz.tui.render.names import label
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.panes import Sentence
from paraviz.tui.widgets.run import RunView
from paraviz.tui.widgets.timeline import Timeline
from tests.render.arranged import workshop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from paraviz.trace import Trace

EVERYBODY = ["main", "logger", "worker-1", "worker-2", "worker-3"]
RESOURCES = ["◆ printer", "≈ frequency", "≈ todo"]
CPUS = ["▪ CPU 0", "▪ CPU 1"]


@asynccontextmanager
async def shown(
    shown_trace: Trace | None = None, size: tuple[int, int] = (100, 40)
) -> AsyncIterator[tuple[Pilot[None], RunView]]:
    whole = workshop() if shown_trace is None else shown_trace
    app = ParavizApp(lambda _: RunScreen("workshop", trace=whole))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.screen.query_one(RunView)


def names(view: RunView) -> list[str]:
    """What stands in the column of names, the ruler and the legend left out."""
    timeline = view.query_one(Timeline)
    rows = [timeline.render_line(y).text for y in range(1, timeline.size.height - 1)]
    found = [row[1 : timeline.names].rstrip() for row in rows]
    return [name for name in found if name.strip()]


def chosen(view: RunView) -> str:
    """The only name that is marked, which is that of what is selected."""
    timeline = view.query_one(Timeline)
    rows = [timeline.render_line(y).text for y in range(timeline.size.height)]
    (marked,) = [row[1 : timeline.names].rstrip() for row in rows if row.startswith("▶")]
    assert view.view is not None and view.tracks is not None
    assert label(view.view, view.tracks, view.selected) == marked
    return marked


def sentence(view: RunView) -> str:
    return view.query_one(Sentence).render_line(1).text.strip()


def said(pilot: Pilot[None]) -> list[str]:
    return [str(each.message) for each in pilot.app._notifications]


def drawn(view: RunView) -> str:
    timeline = view.query_one(Timeline)
    return "\n".join(timeline.render_line(y).text for y in range(timeline.size.height))
