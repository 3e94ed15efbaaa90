"""What the program does that is not under control: by name and place, as the interpreter's own
audit events tell it."""

from __future__ import annotations

import linecache
import os
import sys

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.own import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WATCHED = {
    "subprocess.Popen": "a subprocess",
    "os.system": "a subprocess",
    "os.posix_spawn": "a subprocess",
    "os.exec": "another program",
    "os.fork": "a fork",
    "os.forkpty": "a fork",
    "socket.connect": "a socket",
    "socket.bind": "a socket",
    "socket.sendto": "a socket",
    "signal.pthread_kill": "a signal",
    "os.kill": "a signal",
    "mmap.__new__": "shared memory",
    "sqlite3.connect": "a database",
    "ctypes.dlopen": "a library in C",
    "os.remove": "a file",
    "os.rename": "a file",
    "os.mkdir": "a file",
    "os.rmdir": "a file",
    "builtins.input": "input",
    "open": "a file",
}
_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_CHANGES = os.O_WRONLY | os.O_RDWR
_met: dict[str, None] = {}
_MOST = 20
FILES = object()
"""Stands for all files, as an object of operations: key is a path."""


def met() -> list[str]:
    """`what: file:line`, each once."""
    return list(_met)


def learn(told: list[str]) -> None:
    """What a fork met."""
    for each in told[: _MOST - len(_met)]:
        _met.setdefault(each)


def watch() -> None:
    """From now on."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    what = _WATCHED.get(event)
    if what is None:
        return
    engine = running()
    if engine is None or engine.is_over:
        return
    flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
    if not isinstance(flags, int):
        flags = 0
    frame: Any = sys._getframe(1)
    while frame is not None and not is_own(frame.f_code.co_filename):
        file = frame.f_code.co_filename
        if "importlib" in file or file.startswith(_OURS) or file == linecache.__file__:
            # Compiled code, or the text of the program, read for whoever tells where it is.
            return
        frame = frame.f_back
    if frame is not None and what == "a file":
        # What is read and written is not seen, but when it is opened.
        path = arguments[0] if isinstance(arguments[0], (str, bytes)) else "?"
        kind = "W" if event != "open" or flags & _CHANGES else "R"
        if kind == "W":
            _note(what, frame)
        engine.stop((kind, FILES, os.fsdecode(path), f"{event.removeprefix('os.')} a file"))
    elif frame is not None:
        _note(what, frame)


def _note(what: str, frame: Any) -> None:
    if len(_met) < _MOST:
        place = f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        _met.setdefault(f"{what} ({place})")
