"""Exceptions that end a worker or a task: of what kind, and at which line of the program."""

from __future__ import annotations

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from paraviz.observe.recorder import Recorder


def word_of(recorder: Recorder, error: BaseException, traceback: TracebackType | None) -> int:
    """The word of an exception that is over: its line is the innermost of the program's own."""
    site = 0
    while traceback is not None:
        site = recorder.programs_site(0, traceback.tb_frame) or site
        traceback = traceback.tb_next
    return ev.RAISED | name_of(recorder, error) | site


def name_of(recorder: Recorder, error: BaseException) -> int:
    """Its type, shifted to where a word has its object."""
    return recorder.named("exception", type(error).__name__) << ev.KIND_BITS


def is_fault(error: object) -> bool:
    """Whether it says that something went wrong: neither a person's Ctrl-C nor an orderly end."""
    if isinstance(error, SystemExit):
        return error.code not in (None, 0)
    return isinstance(error, Exception)
