"""The app on a real program in a real process."""

from __future__ import annotations

from paraviz.catalogue import find
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import run_screen
from paraviz.tui.widgets.bars import Headline
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import until


async def test_the_printers_run_and_run_again_with_the_lock() -> None:
    runnable = find("printers")
    app = ParavizApp(lambda app: run_screen(app, runnable, []))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        headline = app.screen.query_one(Headline)

        def over() -> bool:
            return view.view is not None and not view.view.trace.live

        await until(pilot, over)
        assert "✓ ended" in headline.render_line(0).text
        written = [lane.text for lane in view.view.trace.lanes] if view.view else []
        assert sorted(written) == ["\n", "a" * 20, "b" * 20]
        first = view.view
        await pilot.press("l")
        await until(pilot, lambda: view.view is not first and over())
        assert view.view is not None and len(view.view.locks) == 1
        passages = view.view.transcript.passages(0, 100)
        assert "".join(each.text for each in passages) in (
            "a" * 20 + "b" * 20 + "\n",
            "b" * 20 + "a" * 20 + "\n",
        )


async def test_quitting_in_the_middle_leaves_nothing_running() -> None:
    runnable = find("printers")
    app = ParavizApp(lambda app: run_screen(app, runnable, ["--n", "100000"]))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        await until(pilot, lambda: view.view is not None and view.view.trace.events > 0)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    app.stop_sessions()
    session = app.watches[0].session
    assert not session.pump(0)
    assert session.snapshot().end_reason.startswith("stopped")
