"""A real terminal: a pseudo-terminal with a process in the foreground of it."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence

_LAUNCHER = (
    # The first terminal that a session leader opens becomes its controlling one.
    "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR));"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
_CONTROL = re.compile(
    rb"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]"
    rb"|\x1b[()][A-Z0-9]|\x1b[=>78]"
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP.*?\x1b\\"
)
LIMIT_S = 60


class Terminal:
    """A program in a pseudo-terminal, and all that it wrote there."""

    def __init__(self, command: Sequence[str], *, columns: int = 120, rows: int = 36) -> None:
        self._ours, theirs = os.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm-256color"},
        )
        self.written = b""

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._ours, keys.encode())

    def read(self, timeout_s: float = 0.05) -> bool:
        """Take in what was written; whether there was anything."""
        ready, _, _ = select.select([self._ours], [], [], timeout_s)
        if not ready:
            return False
        try:
            piece = os.read(self._ours, 1 << 16)
        except OSError:
            return False
        self.written += piece
        return bool(piece)

    @property
    def text(self) -> str:
        """What was written, control sequences left out."""
        return _CONTROL.sub(b"", self.written).decode(errors="replace")

    def wait_for(self, *wanted: str) -> str:
        """Read until all of these texts were written since the last call, or the time is up."""
        until = time.monotonic() + LIMIT_S
        while not all(one in self.text for one in wanted):
            assert time.monotonic() < until, f"waited in vain for {wanted}:\n{self.text[-3000:]}"
            self.read()
        found, self.written = self.text, b""
        return found

    def wait_for_end(self) -> int:
        """Read until the program has ended; its exit code."""
        until = time.monotonic() + LIMIT_S
        while self.process.poll() is None:
            assert time.monotonic() < until, f"does not end:\n{self.text[-3000:]}"
            self.read()
        while self.read(0):
            pass
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal's modes are as they were, and its last words left nothing on."""
        return termios.tcgetattr(self._theirs) == self.before

    def hang_up(self) -> None:
        """Close the terminal's window, whatever runs in it."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def close(self) -> None:
        """End the program, if it has not ended, and let go of the terminal."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()
        os.close(self._theirs)
