"""What a user types while a program runs in the app: the writing end of its standard input.

Whether the program waits for a line is looked up from outside, on Linux: a thread of it sleeps in
`read` on descriptor 0, which is our pipe (/proc/PID/task/TID/syscall, proc(5)). Elsewhere that is
not known, and the user says when there is something to type.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.errors import ProgramError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Iterable

_READ = {"x86_64": 0, "aarch64": 63}
"""The number of the system call `read`."""
_PROC = Path("/proc")


class Entry:
    """A pipe: what is written to it the program reads as its standard input."""

    def __init__(self) -> None:
        self.read_end, self._write_end = os.pipe()
        """`read_end`: for the program; `handed_over` closes it here."""
        os.set_blocking(self._write_end, False)
        self._place = f"pipe:[{os.fstat(self._write_end).st_ino}]"
        number = _READ.get(platform.machine()) if sys.platform == "linux" else None
        self._reads_it = None if number is None else f"{number} 0x0 "

    def handed_over(self) -> None:
        """The program has its end."""
        os.close(self.read_end)

    @property
    def is_open(self) -> bool:
        """Whether there is more to come."""
        return self._write_end >= 0

    def write(self, text: str) -> None:
        """Let the program read `text`. Raises ProgramError where it has ended, closed its input, or
        not read what was typed before."""
        data = text.encode(errors="surrogateescape")
        try:
            written = os.write(self._write_end, data) if self.is_open else 0
        except BlockingIOError as error:
            raise ProgramError(_("the program has not read what was typed before")) from error
        except OSError as error:
            raise ProgramError(_("the program reads its input no more")) from error
        if written < len(data):
            raise ProgramError(_("only a part of that fits: the program does not read"))

    def close(self) -> None:
        """The end of the input."""
        if self.is_open:
            os.close(self._write_end)
            self._write_end = -1

    def awaited_by(self, pids: Iterable[int]) -> bool:
        """Whether a thread of one of these processes waits for something to be typed."""
        if self._reads_it is None or not self.is_open:
            return False
        return any(self._waits(pid) for pid in pids)

    def _waits(self, pid: int) -> bool:
        process = _PROC / str(pid)
        with contextlib.suppress(OSError):
            if os.readlink(process / "fd/0") != self._place:
                return False
            for thread in (process / "task").iterdir():
                with contextlib.suppress(OSError):
                    if (thread / "syscall").read_text().startswith(self._reads_it or "?"):
                        return True
        return False
