"""Imports in a forked child: waiting, for ever, for a thread that was importing the same module at
the fork, and which the child does not have.

Nothing else is reported. What is imported without contention pays two comparisons.
"""

from __future__ import annotations

import functools
import sys
from _thread import get_ident

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Replace a method of the locks that `importlib` has for modules."""
    kind: Any = sys.modules["_frozen_importlib"]._ModuleLock
    here, site, acquire = recorder.here, recorder.site, kind.acquire

    @functools.wraps(acquire)
    def observed_acquire(self: Any) -> Any:
        owner = self.owner
        if owner is None or owner == get_ident() or not (by := recorder.not_copied(owner)):
            return acquire(self)
        about = recorder.named("import", f"import {self.name}") << ev.KIND_BITS | site(1)
        here.emit_value(ev.IMPORTED_BY | about, by)
        over = ev.WAIT_ABANDONED
        try:
            here.emit(ev.WAIT_BEGIN | about)
            result = acquire(self)
            over = ev.WAIT_END
        finally:
            here.emit(over | about)
        return result

    kind.acquire = observed_acquire
