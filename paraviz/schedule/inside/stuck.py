"""Where a process stands that waits in C for what is not controlled: its own word, by a signal."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_state: dict[str, Any] = {}
_LINE = re.compile(r'File "([^"]*)", line (\d+) in (.*)')


def prepare() -> None:
    """Before any program: a file that stacks are written to, on a signal."""
    number = os.memfd_create("paraviz-stacks") if hasattr(os, "memfd_create") else -1
    if number < 0:
        return
    _state["file"] = number
    faulthandler.register(signal.SIGUSR2, file=number, all_threads=True)


def has_children(pid: int) -> bool:
    """Whether a process has others below it, which are not under control."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    if int(file.read().rpartition(b")")[2].split()[1]) == pid:
                        return True
            except (OSError, IndexError, ValueError):
                continue
    return False


def where(pid: int) -> str:
    """`file:line what it called` of the first of its threads that is in the program's own code."""
    from paraviz.schedule.inside.own import is_own

    number = _state.get("file")
    if number is None:
        return ""
    os.ftruncate(number, 0)
    os.lseek(number, 0, os.SEEK_SET)
    os.kill(pid, signal.SIGUSR2)
    time.sleep(0.15)
    text = os.pread(number, 1 << 16, 0).decode(errors="replace")
    for stack in text.split("\n\n"):
        called = ""
        frames = _LINE.findall(stack)
        if any("schedule/inside" in file for file, _line, _name in frames[:1]):
            # It waits for its turn.
            continue
        for file, line, name in frames:
            if is_own(file):
                return f"{os.path.basename(file)}:{line} {called}".strip()
            called = name.strip()
    return ""
