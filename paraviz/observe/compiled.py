"""The compiled core, where it was built for this Python: then what is hot is one C call.

Where it was not, `core` is None, and Python code does the same, heavier; the header says so.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

OFF = "PARAVIZ_NO_CORE"
"""Set in the environment, it is not used: for tests, and to compare."""
_APART_NS = 1_000_000_000


def _found() -> ModuleType | None:
    if os.environ.get(OFF):
        return None
    try:
        from paraviz.observe import _core
    except ImportError:
        return None
    return _core if _keeps_time(_core) else None


def _keeps_time(found: ModuleType) -> bool:
    """Whether its clock is that of `perf_counter_ns`, as it is on Linux and macOS."""
    events = found.Events()
    events.emit(0)
    ((stamped, _),) = events.take(0, 4)
    at = int.from_bytes(stamped[:8], "little", signed=True)
    other = int.from_bytes(stamped[:8], "big", signed=True)
    now = time.perf_counter_ns()
    return min(abs(now - at), abs(now - other)) < _APART_NS


core: Any = _found()
