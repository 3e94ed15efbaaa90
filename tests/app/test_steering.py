"""A program is steered by keys: into a lost update, back, and along an outcome that was found."""

from __future__ import annotations

from paraviz.programs import catalogue
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.outcomes import OutcomesScreen
from paraviz.tui.screens.steer import SteerScreen
from paraviz.tui.widgets.steering import Lanes, Values, Workers
from tests.app.fakes import until


def text(widget: Workers | Values) -> str:
    height = widget.size.height
    return "\n".join("".join(piece for piece, _ink in widget.row(y)) for y in range(height))


async def test_an_update_is_lost_by_keys() -> None:
    runnable = catalogue.find("counter_race")
    app = ParavizApp(lambda _: SteerScreen(runnable, ["--n", "1"]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        workers, values = screen.query_one(Workers), screen.query_one(Values)
        await until(pilot, lambda: "thread-a has not ended" in text(workers))
        assert "read `counter`" in text(workers)
        for key in "2332":
            await pilot.press(key)
        await until(pilot, lambda: workers.state is not None and workers.state.step == 4)
        await until(pilot, lambda: "counter 1" in text(values))
        await pilot.press("u", "u", "u")
        await until(pilot, lambda: workers.state is not None and workers.state.step == 1)
        await until(pilot, lambda: "counter 0" in text(values))
        await until(pilot, lambda: screen.query_one(Lanes).view is not None)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, OutcomesScreen))
        await pilot.press("enter", "end")
        await until(pilot, lambda: workers.state is not None and workers.state.is_over)
        state = workers.state
        assert state is not None and state.outcome is not None and state.outcome.kind == "ok"
