"""A recording with many events: its first frame goes without what takes longer, for a moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from paraviz.tui.render import view as views
from paraviz.tui.render.view import TraceView
from paraviz.tui.widgets.panes import Output
from tests.app.cells import cells_of, written_by
from tests.app.fakes import until
from tests.app.rows_shown import names, shown
from tests.traces import printers

if TYPE_CHECKING:
    import pytest
    from textual.pilot import Pilot

    from paraviz.tui.widgets.run import RunView


def output(view: RunView) -> str:
    return view.query_one(Output).render_line(1).text.strip()


async def picture(pilot: Pilot[None]) -> object:
    await pilot.pause()
    return cells_of(written_by(pilot.app))


async def test_what_the_first_frame_goes_without_comes_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shown(printers(locked=True)) as (pilot, view):
        expected = await picture(pilot)
        whole = names(view)
    may_go_on = threading.Event()
    completed = TraceView.completed

    def later(view: TraceView, revision: int) -> TraceView:
        assert threading.current_thread() is not threading.main_thread()
        may_go_on.wait(20)
        return completed(view, revision)

    monkeypatch.setattr(views, "AT_ONCE", 0)
    monkeypatch.setattr(TraceView, "completed", later)
    async with shown(printers(locked=True)) as (pilot, view):
        assert view.view is not None and not view.view.whole
        lanes = len(view.view.trace.lanes)
        assert names(view)[:lanes] == whole[:lanes] and len(names(view)) < len(whole)
        assert output(view) == "…"
        may_go_on.set()
        await until(pilot, lambda: view.view is not None and view.view.whole)
        assert await picture(pilot) == expected
