"""The lifeline: should paraviz itself be killed, the observed processes end with it.

paraviz holds the writing end of a pipe and writes one byte, once it is ready to watch. When that
end is gone, however it went, the kernel reports the hang-up to whoever asked for it; on Linux the
host asks to be killed by it (fcntl(2), F_SETSIG), without a thread, a poll or a library.

Whom it reports to belongs to the open file, which a child shares with its parent: a child opens the
pipe once more, under the same number. That takes a tenth of a millisecond, nearly all of it for
pages of memory that it touches first, so it waits for an occasion: `multiprocessing` starts a
worker, or the child has something to say. One that was forked otherwise and never does is not held.
"""

from __future__ import annotations

import os

_open, _dup2, _close, _read, _kill = os.open, os.dup2, os.close, os.read, os.kill
_SIGKILL = 9
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
_ASYNC = getattr(os, "O_ASYNC", 0) | getattr(os, "O_NONBLOCK", 0)


def wait(descriptor: int) -> None:
    """Wait until paraviz is ready. Should it never be, end here."""
    if not _read(descriptor, 1):
        os._exit(1)


class Lifeline:
    """The reading end. Where the system cannot hold a process by it, nothing happens."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._path = f"/proc/self/fd/{descriptor}"
        self._held = 0
        """The process that holds it."""
        self._numbers: tuple[int, ...] = ()
        try:
            from fcntl import F_GETSIG, F_SETFL, F_SETOWN, F_SETSIG, fcntl

            self._control = fcntl
            self._numbers = F_GETSIG, F_SETOWN, F_SETSIG, F_SETFL
        except ImportError:
            return

    def hold(self, pid: int) -> None:
        """This process, the first to have it, dies when the other end is closed."""
        try:
            self._ask(pid)
        except (ValueError, OSError):
            return

    def hold_as_well(self, pid: int) -> None:
        """This process, which has it from its parent, dies with that one. Only once."""
        if pid == self._held:
            return
        try:
            if self.is_there():
                own = _open(self._path, _HOW)
                try:
                    _dup2(own, self.descriptor)
                finally:
                    _close(own)
                self._ask(pid)
        except Exception:  # among others what the program's audit hooks raise
            return

    def is_there(self) -> bool:
        """Whether the program has neither closed it nor given its number to something else: nobody
        but us asks for that signal."""
        try:
            get_signal, *_ = self._numbers
            return self._control(self.descriptor, get_signal) == _SIGKILL
        except Exception:  # as above
            return False

    def _ask(self, pid: int) -> None:
        """Raises ValueError or OSError where that cannot be."""
        _, set_owner, set_signal, set_flags = self._numbers
        self._held = pid
        control, descriptor = self._control, self.descriptor
        control(descriptor, set_owner, pid)
        control(descriptor, set_signal, _SIGKILL)
        control(descriptor, set_flags, _ASYNC)
        try:
            gone = not _read(descriptor, 1)
        except BlockingIOError:
            return
        if gone:
            # It was closed before anybody asked to be told.
            _kill(pid, _SIGKILL)
