"""Signals while a program runs: they are the program's, not paraviz's.

What the terminal sends reaches the whole foreground group, the program too; what somebody sends to
paraviz alone is to be passed on. A handler cannot tell one from the other, `sigtimedwait` can: so
signals are blocked, and asked for. They must be blocked before a library starts threads of its own,
which would take them otherwise.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

ASK_FOR_AN_END = (signal.SIGTERM, signal.SIGHUP)
_NOT_OURS = {
    *("SIGKILL", "SIGSTOP", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU"),
    *("SIGWINCH", "SIGURG", "SIGPIPE"),
    *("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGABRT", "SIGIOT", "SIGSYS", "SIGEMT"),
}
"""What stops and goes on, what nobody takes notice of, and what the system tells a thread of its
own faults."""
_HELD = tuple(
    number
    for number in signal.valid_signals()
    if str(getattr(number, "name", number)) not in _NOT_OURS
)
_can_ask = hasattr(signal, "sigtimedwait")
_before: list[set[int]] = []
"""The masks that the blocks around us replaced."""


@contextmanager
def held() -> Iterator[None]:
    """Hold signals back inside the block. Those that nobody asked for are forgotten at its end."""
    if not _can_ask:
        handler = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
        return
    _before.append({*signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)})
    try:
        yield
    finally:
        taken()
        signal.pthread_sigmask(signal.SIG_SETMASK, _before.pop())


@contextmanager
def as_inherited() -> Iterator[None]:
    """Inside the block a new process gets the signal mask that paraviz was started with."""
    if not _before:
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_SETMASK, _before[0])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def taken() -> list[int]:
    """The signals that came since the last call and that the program has not got."""
    numbers: list[int] = []
    while _can_ask and (info := signal.sigtimedwait(_HELD, 0)) is not None:
        # Above 0 it is the kernel's own, as from the terminal (sigaction(2)).
        if info.si_code <= 0:
            numbers.append(info.si_signo)
    return numbers
