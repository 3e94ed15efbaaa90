"""System calls as strace writes them: which may wait, what tells one from others of its name, and
whom they made."""

from __future__ import annotations

import re

from paraviz.kernel.syscalls import number_of

_NO_WAITS = frozenset({"open", "openat", "ioctl", "fcntl", "getrandom", "copy_file_range"})
"""Those of `kernel.syscalls` that wait so seldom that to be inside says nothing."""
_MORE_WAITS = frozenset(
    {
        *(
            "select",
            "epoll_pwait",
            "wait3",
            "waitpid",
            "sigsuspend",
            "io_getevents",
            "recv",
            "send",
        ),
        *("preadv", "pwritev", "preadv2", "pwritev2", "futex_wait", "futex_time64", "ppoll_time64"),
        *("clock_nanosleep_time64", "pselect6_time64", "rt_sigtimedwait_time64", "sync", "syncfs"),
    }
)
_FUTEX_WAITS = ("FUTEX_WAIT", "FUTEX_LOCK_PI", "FUTEX_WAIT_REQUEUE_PI")
_MAKES = frozenset({"clone", "clone3", "fork", "vfork"})
_LONGEST = 80
_RESULT = re.compile(r"\d{1,9}")


def waits_in(name: str, arguments: str) -> tuple[bool, int]:
    """Whether a call may wait, and the number that it has on x86-64; -1 where that is not known."""
    number = number_of(name)
    if name == "futex":
        operation = arguments.partition(", ")[2]
        return operation.startswith(_FUTEX_WAITS), number
    if name in ("fcntl", "fcntl64"):
        return "SETLKW" in arguments, number
    if name == "wait4" and "WNOHANG" in arguments:
        return False, number
    return (number >= 0 and name not in _NO_WAITS) or name in _MORE_WAITS, number


def told(name: str, arguments: str) -> str:
    """The call with what is the same in others like it: its first argument, where that is a file, a
    number or a name, and what a futex is asked for."""
    first, _, rest = arguments.partition(", ")
    if name == "futex":
        return f"futex({first}, {rest.split(',')[0]})"
    if first == "AT_FDCWD" and rest.startswith('"'):
        # A path, as it is to other calls.
        first = arguments = rest
    if not first or first[0] in "[{" or first == "NULL":
        return name
    if first[0] == '"':
        end = arguments.find('"', 1)
        first = arguments[: end + 1] if end > 0 else first
    if name in ("mmap", "brk", "munmap", "mprotect", "madvise", "clone", "clone3", "mremap"):
        return name
    return f"{name}({first})"[:_LONGEST]


def made_by(name: str, arguments: str, result: str) -> tuple[int, bool] | None:
    """Whom a call made, and whether that is a thread of the same process; None for nobody."""
    if name not in _MAKES:
        return None
    found = _RESULT.match(result)
    if found is None or int(found[0]) == 0:
        return None
    return int(found[0]), "CLONE_THREAD" in arguments
