"""Playing a run again, slower than it ran."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.text.translation import _

from ...commands import Command
from ...render.replay import Replay
from .moving import Moving

if TYPE_CHECKING:
    from textual.timer import Timer

    from ...choices import Layout

PLAYING = (
    Command(
        "play", "space", "space", "Play", "Play the run from the cursor on, or stop", "play", rank=2
    ),
    Command("speed(-1)", "less_than_sign", "<", "Slower", "Play slower, down to 1/10,000"),
    Command(
        "speed(1)", "greater_than_sign", ">", "Faster", "Play faster, up to the program's own pace"
    ),
    Command("reverse", "R", "R", "Other way", "Play backward, or forward again"),
    Command(
        "loop",
        "O",
        "O",
        "Loop",
        "Play the selected span, or from the mark to the cursor, again and again",
    ),
)
_FRAMES_A_SECOND = 30
_SHOWN_S = 8.0
"""How long what is in view lasts at the pace that is chosen first."""


class Playing(Moving):
    """Keys that play the run."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__(layout)
        self._replay: Replay | None = None
        self._timer: Timer | None = None
        self._last = 0.0

    def restart(self) -> None:
        """Another run begins: nothing is played."""
        super().restart()
        self._stop()

    def action_play(self) -> None:
        """Begin or stop."""
        view, viewport = self.view, self.viewport
        if self._timer is not None:
            self._stop()
            return
        if view is None or viewport is None or not view.trace.lanes:
            return
        if self._replay is None:
            self._replay = Replay().fitting(viewport.span_ns, _SHOWN_S)
        replay = self._replay
        trace = view.trace
        ahead = replay.direction > 0
        over = self.cursor_ns is None or (
            self.cursor_ns >= trace.end_ns - 1 if ahead else (self.cursor_ns <= trace.start_ns)
        )
        if over and replay.loop is None:
            edge = max(viewport.start_ns, trace.start_ns)
            self.move_cursor(edge if ahead else trace.end_ns)
        elif self.cursor_ns is None and replay.loop is not None:
            self.move_cursor(replay.loop[0 if ahead else 1])
        self._last = time.monotonic()
        self._timer = self.set_interval(1 / _FRAMES_A_SECOND, self._tick)
        self.playing = replay.told

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.playing = ""

    def _tick(self) -> None:
        view, replay = self.view, self._replay
        now = time.monotonic()
        elapsed, self._last = now - self._last, now
        if view is None or replay is None or self.cursor_ns is None:
            self._stop()
            return
        at, goes_on = replay.step(self.cursor_ns, elapsed, view.trace.start_ns, view.trace.end_ns)
        span = self.span
        self.move_cursor(at)
        # A loop over a selected span keeps it selected.
        self.span = span if replay.loop else None
        if not goes_on:
            self._stop()

    def _change(self, replay: Replay) -> None:
        self._replay = replay
        self.playing = replay.told if self._timer is not None else ""
        if self._timer is None:
            self.notify(replay.told, markup=False, timeout=1.5)

    def _present(self) -> Replay:
        if self._replay is None and self.viewport is not None:
            self._replay = Replay().fitting(self.viewport.span_ns, _SHOWN_S)
        return self._replay or Replay()

    def action_speed(self, steps: int) -> None:
        """Play faster or slower."""
        self._change(self._present().faster(steps))

    def action_reverse(self) -> None:
        """Play the other way."""
        replay = self._present()
        self._change(replace(replay, direction=-replay.direction))

    def action_loop(self) -> None:
        """Play what is selected again and again, or no more."""
        replay = self._present()
        cursor, mark = self.cursor_ns, self.mark_ns
        if replay.loop is not None:
            self._change(replace(replay, loop=None))
        elif self.span is not None:
            self._change(replace(replay, loop=(self.span.start_ns, self.span.end_ns)))
        elif mark is not None and cursor is not None and mark != cursor:
            self._change(replace(replay, loop=(min(mark, cursor), max(mark, cursor))))
        else:
            self.notify(
                _("Select a span (enter), or set a mark (m) and move on, to loop over it."),
                markup=False,
            )
