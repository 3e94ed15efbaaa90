"""`paraviz` where perf_event_open is refused as containers refuse it: by a seccomp filter.

python tests/observe/refusing.py ERRNO ARGUMENTS…, where ARGUMENTS are those of `paraviz`. Exits
with 99 where no filter can be set. See seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ERRNO, _ALLOW = 0x00050000, 0x7FFF0000
NO_FILTER = 99


def refuse(number: int, code: int) -> bool:
    """Let a system call of this process fail with `code` from now on; whether that was possible."""
    steps = (
        (_LOAD, 0, 0, 0),
        (_JUMP_IF_EQUAL, 0, 1, number),
        (_RETURN, 0, 0, _ERRNO | code),
        (_RETURN, 0, 0, _ALLOW),
    )
    text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(text))
    control = ctypes.CDLL(None).prctl
    zeros = [ctypes.c_ulong(0)] * 3
    if control(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), *zeros):
        return False
    return not control(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), program)


if __name__ == "__main__":
    from paraviz.cli import main

    numbers = {"x86_64": 298, "aarch64": 241}
    if not refuse(numbers.get(os.uname().machine, 0), int(sys.argv[1])):
        sys.exit(NO_FILTER)
    main(sys.argv[2:])
