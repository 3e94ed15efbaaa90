"""Files of other tools that are no Chrome traces, told by what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from paraviz.formats.undecodable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace import Trace

    Reader = Callable[[memoryview, str, Callable[[int], None]], Trace]

_META = re.compile(rb'"meta"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}\{')
_BEGIN = 64 << 10
"""Bytes that tell what a file is."""


class _Top(msgspec.Struct):
    """The members that tell profiles from traces."""

    meta: msgspec.Raw = msgspec.Raw()
    threads: msgspec.Raw = msgspec.Raw()
    traceEvents: msgspec.Raw = msgspec.Raw()


def reader_of(content: memoryview) -> Reader | None:
    """What reads a file: it takes the content, its name, and whom to tell how many bytes are done.
    None for JSON that is, if anything, a Chrome trace."""
    begin = bytes(content[:_BEGIN])
    if begin[:1] == b"\n":
        from paraviz.formats.perfetto.packets import looks_like_perfetto

        if looks_like_perfetto(content):
            from paraviz.formats.perfetto.read import read_perfetto

            return read_perfetto
    from paraviz.formats.strace.lines import looks_like_strace

    if looks_like_strace(begin):
        from paraviz.formats.strace.read import read_strace

        return read_strace
    if begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and _is_profile(content, begin):
        from paraviz.formats.gecko.read import read_gecko

        return read_gecko
    return None


def _is_profile(content: memoryview, begin: bytes) -> bool:
    """Whether JSON is a profile of the Firefox profiler: an object that has `meta` and `threads`
    and no events of Chrome's."""
    if b'"traceEvents"' in begin or not _META.search(content):
        return False
    try:
        top = msgspec.json.decode(content, type=_Top)
    except UNREADABLE:
        # One that is cut off says what it was, and no more: its tables are whole or nothing.
        return b'"meta"' in begin and b'"preprocessedProfileVersion"' in begin
    return (
        bytes(memoryview(top.meta)[:1]) == b"{"
        and bytes(memoryview(top.threads)[:1]) == b"["
        and not memoryview(top.traceEvents)
    )
