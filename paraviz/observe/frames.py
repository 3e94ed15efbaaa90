"""Frames: which ones are ours, and how to leave them out of a traceback."""

from __future__ import annotations

import os
from types import TracebackType

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_INSTALLED = ("site-packages", "dist-packages")


def is_ours(filename: str) -> bool:
    """Whether a file belongs to the recorder."""
    return filename.startswith(_OURS)


def is_standard_library(filename: str) -> bool:
    """Whether a file belongs to the interpreter rather than to somebody's program."""
    if filename.startswith("<frozen "):
        return True
    return filename.startswith(_STANDARD_LIBRARY) and not filename[
        len(_STANDARD_LIBRARY) :
    ].startswith(_INSTALLED)


def clean(error: BaseException) -> None:
    """Take our frames out of an exception, its causes and its contexts, in place."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = without_ours(one.__traceback__)
            left += [one.__cause__, one.__context__]
            if isinstance(one, BaseExceptionGroup):
                left += one.exceptions


def without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback as it would be, had the program not been observed."""
    kept = []
    step = traceback
    while step is not None:
        if not is_ours(step.tb_frame.f_code.co_filename):
            kept.append(step)
        step = step.tb_next
    rebuilt: TracebackType | None = None
    for entry in reversed(kept):
        rebuilt = TracebackType(rebuilt, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return rebuilt
