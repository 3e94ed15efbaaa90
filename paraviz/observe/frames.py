"""Frames: which ones are ours, and how to leave them out of a traceback."""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from functools import lru_cache
from types import FrameType, TracebackType

from paraviz.observe.kin import is_kin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
STANDARD_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
INSTALLED = ("site-packages", "dist-packages")


def is_ours(filename: str) -> bool:
    """Whether a file belongs to the recorder."""
    return filename.startswith(OURS)


def is_standard_library(filename: str) -> bool:
    """Whether a file belongs to the interpreter rather than to somebody's program."""
    if filename.startswith("<frozen "):
        return True
    return filename.startswith(STANDARD_LIBRARY) and not filename[
        len(STANDARD_LIBRARY) :
    ].startswith(INSTALLED)


def is_installed(filename: str) -> bool:
    """Whether a file belongs to what was installed for a program to use."""
    return any(f"{os.sep}{folder}{os.sep}" in filename for folder in INSTALLED)


def frame_at(above: int = 0) -> FrameType:
    """As `sys._getframe`, also where an audit hook of the program forbids that. Raises ValueError
    where no frame is that far up."""
    try:
        return sys._getframe(above + 1)
    except Exception as error:
        if not is_forbidden(error):
            raise
        return frame_found(above + 1)


def is_of_ours(error: Exception) -> bool:
    """Whether it was raised right where it was caught, and by no handler of the program's."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def is_forbidden(error: Exception) -> bool:
    """Whether it is an audit hook of the program that raised this when a frame was asked for, and
    not a signal handler: then it does so again."""
    if error.__traceback__ is None or error.__traceback__.tb_next is None:
        return False
    try:
        sys._getframe()
    except Exception:
        return True
    return False


def frame_found(above: int) -> FrameType:
    """The same without asking: whoever raises has the frame it stands in."""
    try:
        raise LookupError
    except LookupError as error:
        traceback = error.__traceback__
    frame = traceback.tb_frame if traceback is not None else None
    for _ in range(above + 1):
        frame = frame.f_back if frame is not None else None
    if frame is None:
        raise ValueError("call stack is not deep enough")
    return frame


@lru_cache(4096)
def is_programs(filename: str) -> bool:
    """Whether a file belongs to somebody's program: what it makes is observed."""
    return not (is_standard_library(filename) or is_ours(filename) or is_kin(filename))


def maker_of(made: object, frame: FrameType) -> FrameType:
    """Who makes an object: the first frame from this one on that is not its own `__init__`."""
    while frame.f_code.co_name == "__init__" and frame.f_back is not None:
        names = frame.f_code.co_varnames
        if not names or frame.f_locals.get(names[0]) is not made:
            break
        frame = frame.f_back
    return frame


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


def hide_from_excepthook() -> None:
    """The report of the exception that ends this process, or its thread, shows no frame of ours."""
    report = sys.excepthook

    def excepthook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        error.__traceback__ = traceback
        clean(error)
        report(kind, error, error.__traceback__)

    sys.excepthook = excepthook


def hide_from_unraisablehook(
    told: Callable[[Any], Any] = lambda reported: reported, then: Callable[[], None] = lambda: None
) -> None:
    """Nor does the interpreter's own report of what nobody can catch any more, the next one of this
    thread. `told`: what it is told of, in place of what it is of; `then` is called after it."""
    report, thread = sys.unraisablehook, get_ident()

    def unraisablehook(unraisable: Any) -> None:
        kind, error, traceback, message, reported = unraisable
        fields = kind, error, without_ours(traceback), message, told(reported)
        report(type(unraisable)(fields))
        if get_ident() == thread:
            then()
            if sys.unraisablehook is unraisablehook:
                sys.unraisablehook = report

    sys.unraisablehook = unraisablehook
