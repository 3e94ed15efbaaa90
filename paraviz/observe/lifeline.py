"""The lifeline: should paraviz itself be killed, the observed program ends with it.

paraviz holds the writing end of a pipe and writes one byte, once it is ready to watch. When that
end is gone, however it went, the kernel reports the hang-up to whoever asked for it; on Linux the
host asks to be killed by it (fcntl(2), F_SETSIG), without a thread, a poll or a library.
"""

from __future__ import annotations

import os


def wait(descriptor: int) -> None:
    """Wait until paraviz is ready. Should it never be, end here."""
    if not os.read(descriptor, 1):
        os._exit(1)


def hold(descriptor: int) -> None:
    """Die when the other end of this pipe is closed. Where the system cannot, do nothing."""
    try:
        import fcntl
        from _signal import SIGKILL

        fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, SIGKILL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    except (ImportError, AttributeError, OSError):
        return
