"""A session under the test's control, and waiting for conditions instead of sleeping."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.programs.parameters import Parameter, Runnable
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.pilot import Pilot

    from paraviz.trace import Trace

PATIENCE_S = 20.0

PROGRAM = Runnable(
    name="printers",
    path="printers.py",
    title="Two printers",
    text="They print.",
    source='"""Two printers"""\n\nprint("a")\n',
    parameters=(
        Parameter("locked", "bool", False),
        Parameter("n", "int", 20),
        Parameter("mode", "choice", "fast", ("fast", "slow")),
    ),
)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app work until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        await pilot.pause(0.005)


class FakeSession:
    """A run of the printers that gets on when told: `grow` for a part, `finish` for the rest."""

    def __init__(self, runnable: Runnable = PROGRAM, argv: Sequence[str] = ()) -> None:
        self.runnable = runnable
        self.argv = list(argv)
        self.whole = printers(locked="--locked" in self.argv)
        self.started_on: int | None = None
        self.stopped = 0
        self.snapshots = 0
        self.diagnostics = ""
        self.fails = False
        self.asks = False
        """Whether its program waits for somebody to type."""
        self.typed: list[str | None] = []
        self._share = 0.3
        self._news = threading.Event()
        self._over = threading.Event()
        self._done = False

    def start(self) -> None:
        self.started_on = threading.get_ident()
        self._news.set()

    def grow(self, share: float) -> None:
        """So much of the run has arrived."""
        self._share = share
        self._news.set()

    def finish(self) -> None:
        """All of it has."""
        self._done = True
        self._news.set()

    def pump(self, timeout_s: float) -> bool:
        if self.fails:
            raise RuntimeError("the pipe broke")
        self._news.wait(timeout_s)
        self._news.clear()
        return not self._done

    @property
    def awaits_input(self) -> bool:
        return self.asks

    def enter(self, text: str | None) -> None:
        self.typed.append(text)
        self.asks = False

    def snapshot(self) -> Trace:
        self.snapshots += 1
        return self.whole if self._done else part(self.whole, self._share)

    def stop(self) -> None:
        self.stopped += 1
        self._over.set()

    def is_stopped(self) -> bool:
        """Waits for it, where the app is gone that could: its thread stops what it watched."""
        return self._over.wait(PATIENCE_S)


def part(whole: Trace, share: float) -> Trace:
    """What is known of a trace while it is live."""
    until_ns = round(whole.end_ns * share)
    lanes = []
    for lane in whole.lanes:
        if lane.start_ns >= until_ns:
            continue
        kept = lane.times <= until_ns
        starts = lane.states.starts < until_ns
        states = replace(
            lane.states,
            starts=lane.states.starts[starts],
            states=lane.states.states[starts],
            causes=lane.states.causes[starts],
        )
        over = lane.end_ns <= until_ns
        lanes.append(
            replace(
                lane,
                end_ns=min(lane.end_ns, until_ns),
                end_reason=lane.end_reason if over else "",
                times=lane.times[kept],
                kinds=lane.kinds[kept],
                objects=lane.objects[kept],
                values=lane.values[kept],
                sites=lane.sites[kept],
                states=states,
            )
        )
    return replace(
        whole, lanes=tuple(lanes), wall_ns=until_ns, live=True, exit_code=None, end_reason=""
    )
