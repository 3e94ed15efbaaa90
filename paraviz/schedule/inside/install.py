"""Everything that is put in place of the standard library's own, before the program is loaded."""

from __future__ import annotations

import _thread
import random
import sys
import threading
import time

from paraviz.schedule.inside import caches, clock, polling, queues, streams, threads
from paraviz.schedule.inside.conditions import BoundedSemaphore, Condition, Event, Semaphore
from paraviz.schedule.inside.locks import Lock, NoLock, RLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def install() -> None:
    """Once in a process."""
    import queue

    module: Any = threading
    for kind in (Lock, RLock, Condition, Semaphore, BoundedSemaphore, Event):
        setattr(module, kind.__name__, kind)
    module._allocate_lock = Lock
    module._CRLock = module._PyRLock = RLock
    module._active_limbo_lock = NoLock()
    if hasattr(module, "_shutdown_locks_lock"):
        module._shutdown_locks_lock = NoLock()
    low: Any = _thread
    low.allocate_lock = low.allocate = Lock
    low.RLock = RLock
    threads.install()
    queues.install()
    clock.install()
    polling.install()
    module._time = time.monotonic
    made: Any = queue
    made.time = time.monotonic
    streams.install()
    late_installs()
    caches.install()
    _fix_random()


def late_installs() -> None:
    """What takes its time to import, as soon as the program has: asked after each import."""
    module = sys.modules.get("concurrent.futures.thread")
    if not _installed and hasattr(module, "ThreadPoolExecutor"):
        _installed.append("concurrent.futures")
        from paraviz.schedule.inside import executors, futures

        futures.install()
        executors.install()


_installed: list[str] = []
threads.after_import = late_installs


def _fix_random() -> None:
    """Randomness of the system's is made of a generator that begins anew with each execution."""
    import os

    made: Any = random
    module: Any = os
    made._urandom = module.urandom = entropy.randbytes


entropy = random.Random(0)


def begin_anew() -> None:
    """The same random numbers in every execution."""
    random.seed(0)
    entropy.seed(0)
