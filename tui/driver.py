"""The terminal may be closed at any moment, also while the app leaves it.

Textual writes in a thread of its own, through a queue of thirty: once a write fails, that thread is
gone, and whoever writes next waits for ever. A terminal that is closed sends SIGCONT as well as
SIGHUP, which Textual takes for the return from a suspension, and begins anew: with a second thread
for each. And at the end of its input it reads again, at once and for ever.
"""

from __future__ import annotations

import os
import signal
from functools import cache
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App
    from textual.driver import Driver

_LOOK_EVERY_S = 1.0


class Enduring:
    """A file that takes what is written to it also when nobody is there any more."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """As a file does."""
        try:
            return self._file.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """As a file does."""
        try:
            self._file.flush()
        except (OSError, ValueError):
            return

    def fileno(self) -> int:
        """As a file does."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """As a file does."""
        return self._file.isatty()


@cache
def enduring(base: type[Driver]) -> type[Driver]:
    """The driver of a terminal, such that it survives the terminal; any other as it is."""
    if not hasattr(base, "_sigcont_application"):
        return base

    class EnduringDriver(base):  # type: ignore[valid-type, misc]
        """Writes into nothing once the terminal is gone, and goes on only where it stopped."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._file: Any = Enduring(self._file)

        def _sigcont_application(self, *unused: object) -> None:
            if self._must_signal_resume:
                super()._sigcont_application(*unused)

    return cast("type[Driver]", EnduringDriver)


def leave_with_terminal(app: App[None]) -> None:
    """End the app once its terminal is gone, though no signal says so (nohup ignores it)."""
    driver = app._driver
    number = getattr(driver, "fileno", None)
    if number is None or not getattr(driver, "input_tty", False):
        return

    def look() -> None:
        if not os.isatty(number):
            app.exit(return_code=128 + signal.SIGHUP)

    app.set_interval(_LOOK_EVERY_S, look)
