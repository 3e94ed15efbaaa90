"""Files of other tools that are no Chrome traces, told by what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace import Trace

    Reader = Callable[[memoryview, str, Callable[[int], None]], Trace]

_BEGIN = 64 << 10
"""Bytes that tell what a file is."""


def reader_of(content: memoryview) -> Reader | None:
    """What reads a file: it takes the content, its name, and whom to tell how many bytes are done.
    None for JSON that is, if anything, a Chrome trace."""
    begin = bytes(content[:_BEGIN])
    from paraviz.formats.strace.lines import looks_like_strace

    if looks_like_strace(begin):
        from paraviz.formats.strace.read import read_strace

        return read_strace
    return None
