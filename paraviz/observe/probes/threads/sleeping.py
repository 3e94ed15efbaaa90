"""Sleeping: a thread that rests by its own will."""

from __future__ import annotations

import functools
import time

from paraviz import events as ev
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder

_LONGEST_S = 1e9
"""About 30 years; more does not fit an event in ns."""


@needs("time.sleep")
def install(recorder: Recorder) -> None:
    """Replace `time.sleep`."""
    here, site, sleep = recorder.here, recorder.site, time.sleep

    @functools.wraps(sleep)
    def observed_sleep(seconds: float, /) -> None:
        begin = ev.SLEEP_BEGIN | site(1)
        # Other types may do anything when they are asked for a number, and are asked once.
        if type(seconds) in (float, int) and 0 <= seconds < _LONGEST_S:
            here.emit_value(begin, int(seconds * 1e9) or 1)
        else:
            here.emit(begin)
        try:
            sleep(seconds)
        finally:
            here.emit(ev.SLEEP_END)

    time.sleep = observed_sleep  # type: ignore[assignment]
