"""Sleeping: a thread that rests by its own will."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING

from paraviz import events as ev

if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Replace `time.sleep`."""
    here, sleep = recorder.here, time.sleep

    @functools.wraps(sleep)
    def observed_sleep(seconds: float, /) -> None:
        here.emit(ev.SLEEP_BEGIN)
        try:
            sleep(seconds)
        finally:
            here.emit(ev.SLEEP_END)

    time.sleep = observed_sleep  # type: ignore[assignment]
