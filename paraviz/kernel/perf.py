"""perf_event_open(2) without a library: an event that counts nothing and records context switches.

The event is opened for a process from outside, on one CPU, and inherited by every thread and
process that comes from it later. It needs no privilege: it records nothing of the kernel's own
work, which kernel.perf_event_paranoid up to 2 allows. Its stamps are CLOCK_MONOTONIC's, as are
those of `time.perf_counter_ns`.

Layout and constants: include/uapi/linux/perf_event.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
import time
from pathlib import Path

from paraviz.errors import KernelError
from paraviz.text.translation import _

PARANOID = "kernel.perf_event_paranoid"
MLOCK = "kernel.perf_event_mlock_kb"
_SYSCALL = {"x86_64": 298, "aarch64": 241}
HIGHEST_PARANOID = 2

_TYPE_SOFTWARE, _TYPE_TRACEPOINT = 1, 2
_COUNT_SW_DUMMY = 9
_SAMPLE_TID, _SAMPLE_TIME, _SAMPLE_CPU, _SAMPLE_RAW = 1 << 1, 1 << 2, 1 << 7, 1 << 10
_INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HV = 1 << 1, 1 << 5, 1 << 6
_COMM, _TASK, _WATERMARK, _SAMPLE_ID_ALL = 1 << 9, 1 << 13, 1 << 14, 1 << 18
_USE_CLOCKID, _CONTEXT_SWITCH = 1 << 25, 1 << 26
_FLAGS = (
    _INHERIT
    | _EXCLUDE_KERNEL
    | _EXCLUDE_HV
    | _COMM
    | _TASK
    | _WATERMARK
    | _SAMPLE_ID_ALL
    | _USE_CLOCKID
    | _CONTEXT_SWITCH
)
_FLAG_FD_CLOEXEC = 8
_ATTRIBUTE_BYTES = 128
_CLOCKID_OFFSET = 92


def attribute(watermark: int) -> bytes:
    """A `struct perf_event_attr`: whoever polls is woken once `watermark` bytes have gathered."""
    sample_type = _SAMPLE_TID | _SAMPLE_TIME | _SAMPLE_CPU
    return _packed(_TYPE_SOFTWARE, _COUNT_SW_DUMMY, 0, sample_type, _FLAGS, watermark)


def _packed(
    kind: int, event: int, period: int, sample_type: int, flags: int, watermark: int
) -> bytes:
    packed = bytearray(_ATTRIBUTE_BYTES)
    head = kind, _ATTRIBUTE_BYTES, event, period, sample_type, 0, flags, watermark
    struct.pack_into("=IIQQQQQI", packed, 0, *head)
    struct.pack_into("=i", packed, _CLOCKID_OFFSET, time.CLOCK_MONOTONIC)
    return bytes(packed)


def open_event(pid: int, cpu: int, watermark: int = 4096) -> int:
    """A descriptor that records the switches of `pid` (0: this thread) and of all that comes from
    it on one CPU, from now on. Raises OSError."""
    return _opened(attribute(watermark), pid, cpu)


def open_tracepoint(number: int, cpu: int, watermark: int = 4096) -> int:
    """A descriptor that records each time that a tracepoint is passed on one CPU, by whomever,
    with its data, from now on. Raises OSError, above all where that is not allowed."""
    sample_type = _SAMPLE_TID | _SAMPLE_TIME | _SAMPLE_CPU | _SAMPLE_RAW
    flags = _WATERMARK | _USE_CLOCKID
    return _opened(_packed(_TYPE_TRACEPOINT, number, 1, sample_type, flags, watermark), -1, cpu)


def _opened(described: bytes, pid: int, cpu: int) -> int:
    number = _SYSCALL.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    descriptor: int = ctypes.CDLL(None, use_errno=True).syscall(
        ctypes.c_long(number),
        ctypes.create_string_buffer(described, _ATTRIBUTE_BYTES),
        ctypes.c_long(pid),
        ctypes.c_long(cpu),
        ctypes.c_long(-1),
        ctypes.c_ulong(_FLAG_FD_CLOEXEC),
    )
    if descriptor < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return descriptor


def online_cpus() -> list[int]:
    """The CPUs that the observed program might be put on."""
    try:
        text = Path("/sys/devices/system/cpu/online").read_text()
        pieces = [piece.partition("-") for piece in text.strip().split(",")]
        return [
            cpu for first, _, last in pieces for cpu in range(int(first), int(last or first) + 1)
        ]
    except (OSError, ValueError):
        return list(range(os.cpu_count() or 1))


def available() -> str:
    """ "" where context switches can be recorded, else why not, as one clause."""
    if sys.platform != "linux":
        return _("only Linux has it")
    try:
        os.close(open_event(0, online_cpus()[0]))
    except OSError as error:
        return explained(error)
    return ""


def require() -> None:
    """Raises KernelError where context switches cannot be recorded."""
    reason = available()
    if reason:
        raise refusal(reason)


def refusal(reason: str) -> KernelError:
    """The error of `--kernel require` where it cannot be had."""
    return KernelError(_("no kernel truth: {reason}").format(reason=reason))


def explained(error: OSError) -> str:
    """Why an event could not be opened, with the setting that says so."""
    if error.errno in (errno.EACCES, errno.EPERM):
        level = _paranoid()
        if level is not None and level > HIGHEST_PARANOID:
            words = _("{setting} is {level}, and {highest} or less is needed")
            return words.format(setting=PARANOID, level=level, highest=HIGHEST_PARANOID)
        forbidden = _("perf_event_open is forbidden here, as containers' seccomp profiles do")
        if level is None:
            return forbidden
        words = _("{setting} is {level}, which would do")
        return f"{forbidden} ({words.format(setting=PARANOID, level=level)})"
    if error.errno == errno.ENOSYS:
        words = _("this system has no perf_event_open ({machine})")
        return words.format(machine=os.uname().machine)
    return _("perf_event_open failed: {reason}").format(reason=error.strerror)


def _paranoid() -> int | None:
    try:
        return int(Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    except (OSError, ValueError):
        return None
