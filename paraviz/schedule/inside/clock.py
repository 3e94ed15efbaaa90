"""A clock of the run's own: nobody waits in real time.

It goes on by what the program sleeps and by the limits of its waits, and stands still while the
program computes.
"""

from __future__ import annotations

import time

from paraviz.schedule.inside.engine import NEVER, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

EPOCH_S = 1_700_000_000.0
"""What `time.time()` says at the begin."""
_real_sleep = time.sleep


def sleep(seconds: float) -> None:
    """`time.sleep`."""
    engine = running()
    if engine is None:
        _real_sleep(seconds)
        return
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    engine.stop(("sleep", None, float(seconds), f"sleep {seconds:g} s"), NEVER, seconds)


def _clock(base: float, real: Callable[[], Any], scale: int = 0) -> Callable[[], Any]:
    def now() -> Any:
        engine = running()
        if engine is None:
            return real()
        value = base + engine.now
        return round(value * scale) if scale else value

    return now


def install() -> None:
    """Once, before the program is loaded."""
    module: Any = time
    module.sleep = sleep
    for name, base in (
        ("time", EPOCH_S),
        ("monotonic", 1000.0),
        ("perf_counter", 1000.0),
        ("process_time", 0.0),
        ("thread_time", 0.0),
    ):
        setattr(module, name, _clock(base, getattr(time, name)))
        in_ns = name + "_ns"
        setattr(module, in_ns, _clock(base, getattr(time, in_ns), 1_000_000_000))
