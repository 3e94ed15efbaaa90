"""What a thread waits for that stands in some function of the standard library: the lock of an
import, the lock of a logging handler, the end of a child process. Its frames tell, and who has the
lock, where the lock itself does.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from paraviz.observe.descriptions import Field

IMPORT, HANDLER, CHILD = "import", "handler", "child"
"""What is waited for: the end of another thread's import, a handler's turn, a child process."""
IMPORTING = "<frozen importlib._bootstrap>"
_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_LOGGING = f"{_LIBRARY}logging{os.sep}__init__.py"
_SUBPROCESS = f"{_LIBRARY}subprocess.py"
_OWNER = re.compile(r"\bowner=(\d+)")
_TAKE_THE_LOCK = ("Handler.acquire", "Handler.handle")
"""Where a handler's lock is taken: the former before Python 3.13."""
_WAITS_FOR_CHILD = ("Popen.wait", "Popen._wait", "Popen._try_wait")


def waited_for(frame: FrameType, lane: int, idents: dict[int, int]) -> dict[str, Field]:
    """`what` a lane waits for, by name (`thing`), and the other lane that has it (`holder`); {}
    where its innermost frame does not tell. `idents`: lanes by the identity of their thread."""
    file, name = frame.f_code.co_filename, frame.f_code.co_qualname
    holder: int | None = None
    if file == IMPORTING and name == "_ModuleLock.acquire":
        lock = frame.f_locals.get("self")
        what, thing = IMPORT, str(getattr(lock, "name", ""))
        holder = idents.get(getattr(lock, "owner", None) or 0)
    elif file == _LOGGING and name in _TAKE_THE_LOCK:
        handler = frame.f_locals.get("self")
        what, thing = HANDLER, type(handler).__name__
        holder = idents.get(_owner(getattr(handler, "lock", None)))
    if holder is not None and holder != lane:
        return {"what": what, "thing": thing, "holder": holder}
    if file == _SUBPROCESS and name in _WAITS_FOR_CHILD:
        child = getattr(frame.f_locals.get("self"), "pid", None)
        return {"what": CHILD, "child": child} if isinstance(child, int) else {}
    return {}


def _owner(lock: Any) -> int:
    """The identity of the thread that has an RLock, or 0. It tells nobody, but it shows it."""
    found = _OWNER.search(repr(lock)) if type(lock).__module__ == "_thread" else None
    return int(found[1]) if found is not None else 0
