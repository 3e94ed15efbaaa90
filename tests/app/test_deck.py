"""A lecture by keys: nothing runs unasked, and runs stay with their block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.lecture.deck import parse_deck
from paraviz.lecture.sidecar import Binding, Expected, Sidecar
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.asking_deck import AskingDeckScreen
from paraviz.tui.screens.deck import DeckScreen
from paraviz.tui.widgets.block_run import BlockRun
from tests.app.fakes import until

if TYPE_CHECKING:
    from textual.pilot import Pilot

DECK = """# One

```python
import threading, time

def work():
    time.sleep(0.1)
    print("hello")

thread = threading.Thread(target=work, name="my_thread")
thread.start()
```

# Two
"""


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def test_enter_asks_once_then_runs_beneath_the_slide() -> None:
    expect = Expected(claim="waits_for_the_end")
    sidecar = Sidecar((Binding(1, after="thread.join()", expect=expect),))
    screen = DeckScreen(parse_deck(DECK), sidecar)
    app = ParavizApp(lambda _app: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "threading.Thread" in shown(pilot))
        run = screen.query_one(BlockRun)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskingDeckScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert app.watches == [] and not run.display
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskingDeckScreen))
        await pilot.press("enter")
        await until(pilot, lambda: "my_thread" in shown(pilot) and "● " in run.point)
        assert "thread.join" not in shown(pilot) and "output: hello" in shown(pilot)
        await pilot.press("pagedown")
        await until(pilot, lambda: not run.display)
        await pilot.press("pageup")
        await until(pilot, lambda: run.display and "● " in run.point)
        await pilot.resize_terminal(40, 12)
        await until(pilot, lambda: run.size.width == 40)
        first = app.watches[0]
        await pilot.resize_terminal(80, 24)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.watches) == 2 and "● " in run.point)
        assert app.watches[0] is first
        await pilot.press("b")
        await until(pilot, lambda: "threading" not in shown(pilot))
    assert len(app.watches) == 2
