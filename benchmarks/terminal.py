"""A pseudo-terminal of 200 × 60 cells with a program in it, and the moments its frames end.

It says of itself that it knows synchronized output (mode 2026), so that a frame has a begin and an
end in what is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS, ROWS = 200, 60
LIMIT_S = 60
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def _environment() -> dict[str, str]:
    """Ours, but for what keeps Python from keeping compiled modules: installed ones have them; and
    with settings of which the tour of the first start is the only one."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"XDG_CONFIG_HOME": str(Path(__file__).with_name("config"))}


class Terminal:
    """A program in a terminal of its own; ends it in the end."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start `python command`."""
        self.begun = time.perf_counter()
        self._pid, self._ours = pty.fork()
        if not self._pid:
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            kind = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execve(sys.executable, [sys.executable, *command], _environment() | kind)
        self._written = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.close(self._ours)
        os.waitpid(self._pid, 0)

    def press(self, keys: str) -> float:
        """Type; when that was, in s."""
        self.quiet(0)
        at = time.perf_counter()
        os.write(self._ours, keys.encode())
        return at

    def frame(self, wanted: str = "", timeout_s: float = LIMIT_S) -> float | None:
        """When the next frame (one that has the `wanted` words) has come whole, in s; None where
        there is none in time."""
        until = time.monotonic() + timeout_s
        while True:
            begin = self._written.find(_BEGIN)
            end = self._written.find(_END, max(begin, 0))
            if begin >= 0 and end >= 0:
                frame, self._written = self._written[begin:end], self._written[end + len(_END) :]
                if wanted in _CONTROL.sub(b"", frame).decode(errors="replace"):
                    return time.perf_counter()
            elif not self._read(until - time.monotonic()):
                return None

    def quiet(self, seconds: float) -> None:
        """Read until nothing has come for so long, and forget it."""
        while self._read(seconds):
            pass
        self._written = b""

    def sent(self, seconds: float) -> int:
        """How many bytes come in so long; forgets them."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(left)
        count, self._written = len(self._written), b""
        return count

    def _read(self, timeout_s: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(timeout_s, 0))
        if not ready:
            return False
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:
            return False
        if _ASKED in piece:
            os.write(self._ours, _ANSWER)
        self._written += piece
        return bool(piece)
