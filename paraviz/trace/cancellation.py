"""How far a long computation is, and calling it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


STEP = 0.005
"""What is told next is at least so much more: whoever tells a screen waits for it each time."""


class CalledOff(Exception):
    """Nobody wants the result any more. It leaves neither `figures` nor `findings`."""


class Pace:
    """Tells how far a computation of several parts is, and stops it where that is asked for."""

    def __init__(
        self,
        progress: Callable[[float], None] | None = None,
        is_cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """`progress` is told the share that is done, 0 to 1, never less than before."""
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._low = self._high = 0.0
        self._next = 0.0

    def part(self, until: float) -> None:
        """Begin the part after which so much of the whole is done."""
        self._low, self._high = self._high, until
        self(0.0)

    def __call__(self, share: float) -> None:
        """So much of the part is done. Raises CalledOff."""
        if self._is_cancelled is not None and self._is_cancelled():
            raise CalledOff
        if self._progress is None:
            return
        done = self._low + (self._high - self._low) * share
        if done >= min(self._next, 1.0):
            self._next = done + STEP
            self._progress(done)
