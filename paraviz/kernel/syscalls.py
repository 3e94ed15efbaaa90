"""System calls in which a thread may wait, by name.

Recordings hold a call's number on x86-64, whatever machine they were made on.
"""

from __future__ import annotations

MACHINES = ("x86_64", "aarch64")
"""Those whose numbers are known."""
FUTEX = 202
NUMBER_LIMIT = 1 << 15
"""All numbers are below."""

_NAMES = {
    0: "read",
    1: "write",
    2: "open",
    7: "poll",
    16: "ioctl",
    17: "pread64",
    18: "pwrite64",
    19: "readv",
    20: "writev",
    23: "select",
    26: "msync",
    34: "pause",
    35: "nanosleep",
    40: "sendfile",
    42: "connect",
    43: "accept",
    44: "sendto",
    45: "recvfrom",
    46: "sendmsg",
    47: "recvmsg",
    58: "vfork",
    61: "wait4",
    65: "semop",
    69: "msgsnd",
    70: "msgrcv",
    72: "fcntl",
    73: "flock",
    74: "fsync",
    75: "fdatasync",
    128: "rt_sigtimedwait",
    130: "rt_sigsuspend",
    202: "futex",
    208: "io_getevents",
    220: "semtimedop",
    230: "clock_nanosleep",
    232: "epoll_wait",
    242: "mq_timedsend",
    243: "mq_timedreceive",
    247: "waitid",
    257: "openat",
    270: "pselect6",
    271: "ppoll",
    275: "splice",
    281: "epoll_pwait",
    288: "accept4",
    299: "recvmmsg",
    307: "sendmmsg",
    318: "getrandom",
    326: "copy_file_range",
    426: "io_uring_enter",
    441: "epoll_pwait2",
    449: "futex_waitv",
}
_ON_AARCH64 = {
    22: 281, 25: 72, 29: 16, 32: 73, 56: 257, 63: 0, 64: 1, 65: 19, 66: 20, 67: 17, 68: 18,
    71: 40, 72: 270, 73: 271, 76: 275, 82: 74, 83: 75, 95: 247, 98: 202, 101: 35, 115: 230,
    133: 130, 137: 128, 182: 242, 183: 243, 188: 70, 189: 69, 192: 220, 193: 65, 202: 43,
    203: 42, 206: 44, 207: 45, 211: 46, 212: 47, 227: 26, 242: 288, 243: 299, 260: 61, 269: 307,
    278: 318, 285: 326, 426: 426, 441: 441, 449: 449, 4: 208,
}  # fmt: skip
"""Numbers there (include/uapi/asm-generic/unistd.h in Linux) to those on x86-64."""


def on_x86_64(number: int, machine: str) -> int | None:
    """The number on x86-64 of a machine's system call; None where that is not known."""
    if machine == "x86_64":
        return number if 0 <= number < NUMBER_LIMIT else None
    return _ON_AARCH64.get(number) if machine == "aarch64" else None


def syscall_name(number: int) -> str:
    """The name of an x86-64 system call: "epoll_wait", or "system call 999"."""
    return _NAMES.get(number, f"system call {number}")


def number_of(name: str) -> int:
    """The x86-64 number of a system call in which a thread may wait; -1 for any other."""
    return _NUMBERS.get(name, -1)


_NUMBERS = {name: number for number, name in _NAMES.items()}
