"""How far opening or saving is, and calling it off."""

from __future__ import annotations

import time
from collections.abc import Callable

from paraviz.errors import ParavizError

Progress = Callable[[float], None]
"""Is told the share that is done, 0 to 1; what it raises, such as `Cancelled`, calls the work off
and reaches who asked for it. Nothing is left behind then."""

LEAST_INTERVAL_S = 0.05
"""Between two calls."""


class Cancelled(ParavizError):
    """Opening or saving was called off."""

    title = "cancelled"

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)


class Paced:
    """Tells a `Progress` how far something is, seldom enough to cost nothing."""

    def __init__(
        self,
        told: Progress | None,
        total: int,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`total`: what is to be done, in whatever `__call__` counts."""
        self._told = told
        self._total = max(total, 1)
        self._clock = clock
        self._next = clock() if told else float("inf")

    def __call__(self, done: int) -> None:
        """Tell that `done` of the total is behind us, if it is time to."""
        if self._told and (now := self._clock()) >= self._next:
            self._next = now + LEAST_INTERVAL_S
            self._told(min(1.0, done / self._total))


def unheard(done: int) -> None:
    """Nobody wants to know."""
