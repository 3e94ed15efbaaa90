"""Where things lie in CPython's structures, by version.

Since 3.13 the runtime begins with a table for debuggers (`_Py_DebugOffsets`), which is read from
the process itself; what it does not have, and all of 3.11 and 3.12, is from each version's headers
(Include/cpython and Include/internal). Builds with the GIL, of 64 bits.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.attach.memory import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.attach.memory import Memory

COOKIE = b"xdebugpy"
_MOST_OFFSET = 1 << 20
"""No field lies further from the begin of its structure."""
_TABLE_13 = {
    "runtime": "size finalizing interpreters_head",
    "interp": "size id next threads_head gc imports sysdict builtins ceval_gil gil gil_enabled "
    "gil_locked gil_holder",
    "thread": "size prev next interp current_frame thread_id native_thread_id datastack status",
    "frame": "size previous executable instr_ptr localsplus owner",
    "code": "size filename name qualname linetable firstlineno argcount names kinds adaptive",
}
_TABLE_14 = {
    **_TABLE_13,
    "interp": "size id next threads_head threads_main gc imports sysdict builtins ceval_gil gil "
    "gil_enabled gil_locked gil_holder code_gen tlbc_gen",
    "frame": "size previous executable instr_ptr localsplus owner stackpointer tlbc",
}
"""The first fields of the table, in their order."""


class Layout(Struct, frozen=True):
    """Offsets in bytes."""

    interpreters_head: int
    next_interpreter: int
    threads_head: int
    next_thread: int
    current_frame: int
    """Of a thread; where `cframe_frame` is not -1, of the record that has the frame."""
    cframe_frame: int
    thread_id: int
    native_thread_id: int
    previous: int
    executable: int
    instruction: int
    localsplus: int
    globals: int
    filename: int
    qualname: int
    linetable: int
    firstlineno: int
    names: int
    kinds: int
    adaptive: int
    stacksize: int
    ascii: int
    """Of a text of ASCII: where its characters begin."""
    cached_keys: int
    """Of a type: the names of what its instances have."""
    tuple_items: int
    version: tuple[int, int]


_11 = Layout(
    *(40, 0, 16),
    *(8, 56, 8, 152, 160),
    *(48, 32, 56, 72, 8),
    *(112, 128, 136, 72, 96, 104, 184, 68),
    *(48, 872, 24),
    version=(3, 11),
)
_12 = Layout(
    *(40, 0, 72),
    *(8, 56, 0, 136, 144),
    *(8, 0, 56, 72, 24),
    *(112, 128, 136, 68, 96, 104, 192, 64),
    *(40, 880, 24),
    version=(3, 12),
)
_FIXED = {(3, 11): _11, (3, 12): _12}
_READ: Mapping[tuple[int, int], Mapping[str, str]] = {(3, 13): _TABLE_13, (3, 14): _TABLE_14}
KNOWN = (*_FIXED, *_READ)
"""The versions that can be read."""


def layout_of(memory: Memory, runtime: int, version: tuple[int, int]) -> Layout | None:
    """The layout of a process's interpreter; None where it is not known, as that of a build without
    a GIL. Raises Unreadable."""
    if version in _FIXED:
        return _FIXED[version]
    if version not in _READ:
        return None
    cookie, told, free_threaded = struct.unpack("<8sQQ", memory.bytes(runtime, 24))
    if cookie != COOKIE or (told >> 24 & 255, told >> 16 & 255) != version or free_threaded:
        return None
    at, table = runtime + 24, {}
    for part, fields in _READ[version].items():
        names = fields.split()
        table[part] = dict(zip(names, memory.words(at, len(names)), strict=True))
        at += 8 * len(names)
    if max(max(part.values()) for part in table.values()) > _MOST_OFFSET:
        raise Unreadable(runtime)
    interp, thread, frame, code = (table[part] for part in ("interp", "thread", "frame", "code"))
    return Layout(
        *(table["runtime"]["interpreters_head"], interp["next"], interp["threads_head"]),
        *(thread["next"], thread["current_frame"], -1),
        *(thread["thread_id"], thread["native_thread_id"]),
        *(frame["previous"], frame["executable"], frame["instr_ptr"], frame["localsplus"], 24),
        *(code["filename"], code["qualname"], code["linetable"], code["firstlineno"]),
        *(code["names"], code["kinds"], code["adaptive"], 64),
        *(40, 880, 32 if version >= (3, 14) else 24),
        version=version,
    )
