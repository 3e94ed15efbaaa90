"""Locks of asyncio: which task has got one, so that it is known for whom another one waits.

A lock has no owner, and `acquire` may be awaited at any time after it was called. What tells is the
moment at which the lock is marked as taken or free: that is an attribute, and a descriptor that
only knows how to set it sees that, while reading it costs what it did.
"""

from __future__ import annotations

from paraviz import events as ev
from paraviz.observe.frames import frame_at, is_programs
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from paraviz.observe.recorder import Recorder

LOCK_NUMBER = "_paraviz_number"
"""The attribute of a lock that holds its number, shifted to where a word has it."""
_NOT_YET = object()


@needs("asyncio.locks.Lock.acquire: _locked", "asyncio.locks.Lock.release: _locked")
def watch_locks(recorder: Recorder, module: Any) -> None:
    """Those that the program makes, and that of a condition."""
    here, file = recorder.here, module.__file__

    class Locked:
        """What a lock is marked with."""

        def __set__(self, lock: Any, value: Any) -> None:
            own = lock.__dict__
            before = own.get("_locked", _NOT_YET)
            own["_locked"] = value
            if before is _NOT_YET:
                _made(recorder, lock, file)
                return
            number = own.get(LOCK_NUMBER)
            if number is not None and value is not before:
                here.emit((ev.TASK_GOT_LOCK if value else ev.TASK_LET_LOCK) | number)

    module.Lock._locked = Locked()


def _made(recorder: Recorder, lock: Any, file: str) -> None:
    """A lock that the program makes gets a number."""
    frame: FrameType | None = frame_at(2)
    while frame is not None and frame.f_code.co_filename == file:
        frame = frame.f_back
    # A class made from it may have an `__init__` of its own.
    while frame is not None and frame.f_locals.get("self") is lock:
        frame = frame.f_back
    if frame is None or not is_programs(frame.f_code.co_filename):
        return
    place = {"file": frame.f_code.co_filename, "line": frame.f_lineno}
    number = recorder.new_object(kind="asyncio.Lock", **place) << ev.KIND_BITS
    lock.__dict__[LOCK_NUMBER] = number
