"""Watching a live run: what the app needs of a session, and the loop that reads one.

The loop runs in a thread of its own and touches no widget. It tells of what is new at most ten
times a second, and less often when a snapshot is dear: it takes at most half of one core.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from .render.view import TraceView

if TYPE_CHECKING:
    from paraviz.programs.parameters import Runnable
    from paraviz.trace import Trace

LEAST_PAUSE_S = 0.1
_SHARE = 0.5
_WAIT_S = 0.05
_LOOK_EVERY_S = 0.2
_PATIENCE_S = 5.0
_REST_S = 0.5


class LiveSession(Protocol):
    """A run seen from outside, as `paraviz.session.Session` is."""

    def start(self) -> None:
        """Begin. Quick; called on the app's main thread. Raises ParavizError, OSError."""

    def pump(self, timeout_s: float) -> bool:
        """Take in what arrived, waiting at most so long; False when all has been read."""

    def snapshot(self) -> Trace:
        """What is known by now."""

    @property
    def awaits_input(self) -> bool:
        """Whether the program waits for somebody to type."""

    def enter(self, text: str | None) -> None:
        """Let the program read that; None is the end of its input. Raises ParavizError."""

    def stop(self) -> None:
        """End the whole process tree. May be called again."""

    @property
    def diagnostics(self) -> str:
        """What came out of the program beside its writes, such as a fatal error."""


SessionFactory = Callable[["Runnable", Sequence[str]], LiveSession]


class Watch:
    """The loop over one session. Only the thread that runs it touches the session meanwhile."""

    def __init__(
        self,
        session: LiveSession,
        deliver: Callable[[TraceView], None],
        clock: Callable[[], float] = time.perf_counter,
        asked_for: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`deliver` gets views of what is known; unless it is asked to end, the last is of all.
        `asked_for` is told when the program begins to wait for somebody to type, and when not."""
        self.session = session
        """What is watched."""
        self.keeps = False
        """Whether what was known at its end is wanted, though it was asked to end before."""
        self.last: Trace | None = None
        """All that is known, once it has ended."""
        self._deliver = deliver
        self._clock = clock
        self._asked_for = asked_for
        self._asked = threading.Event()
        self._entered = threading.Event()
        self._begun = threading.Event()
        self._ended = threading.Event()

    def enter(self, text: str | None) -> None:
        """Let the program read that. Raises ParavizError where it does not."""
        self.session.enter(text)
        self._entered.set()

    def end(self) -> None:
        """End the program, and wait until the loop has. Blocks; may be called again."""
        self._asked.set()
        if self._begun.is_set():
            self._ended.wait(_PATIENCE_S)
        self.session.stop()

    def run(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Read the session to its end, or until asked; then stop it in any case."""
        self._begun.set()
        try:
            self._read(lambda: self._asked.is_set() or is_cancelled())
        finally:
            self.session.stop()
            try:
                if self.keeps and self.last is None:
                    self._read_the_rest()
            finally:
                self._ended.set()

    def _read(self, is_over: Callable[[], bool]) -> None:
        due = self._clock()
        revision = 0
        view: TraceView | None = None
        more, awaited, told, look = True, False, False, due
        while more and not is_over():
            more = self.session.pump(_WAIT_S)
            begun = self._clock()
            if begun >= look:
                look = begun + _LOOK_EVERY_S
                now = self.session.awaits_input
                # What it waits for after something was typed is asked for anew.
                if now != awaited or (now and self._entered.is_set()):
                    self._entered.clear()
                    # What it asks is shown first.
                    due, awaited, told = begun, now, not now
            if more and begun < due:
                continue
            revision += 1
            view = TraceView.of(self.session.snapshot(), revision, view)
            self.last = None if more else view.trace
            self._deliver(view)
            if awaited != told:
                self._asked_for(awaited)
                told = awaited
            done = self._clock()
            due = begun + max(LEAST_PAUSE_S, (done - begun) / _SHARE)

    def _read_the_rest(self) -> None:
        """Take in what a run that was ended early had sent, for no longer than nobody minds."""
        until = self._clock() + _REST_S
        while self._clock() < until and self.session.pump(_WAIT_S):
            pass
        self.last = self.session.snapshot()
