"""A worker under control: one thread of the program, which runs only when it is its turn."""

from __future__ import annotations

import _thread
import os

from paraviz.schedule.inside.operations import START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from paraviz.schedule.inside.operations import Operation

raw_lock = _thread.allocate_lock
raw_start = _thread.start_new_thread
raw_ident = _thread.get_ident


class Abort(BaseException):
    """Unwinds the workers of an execution that is over."""


class Parted(Exception):
    """An execution does not go as the same schedule went before."""


class Worker:
    """A thread of the program."""

    __slots__ = (
        "deadline",
        "done",
        "early",
        "frame",
        "function",
        "gate",
        "ident",
        "idle",
        "is_due",
        "is_joined",
        "is_late",
        "is_spinning",
        "last",
        "limit_s",
        "name",
        "no_switch",
        "number",
        "operation",
        "parent",
        "ready",
        "region",
        "switchable",
        "thread",
        "timed_out",
        "waits",
    )

    def __init__(self, number: int, name: str, function: Callable[[], Any] | None = None) -> None:
        self.number = number
        """0 is the main thread; then in the order they are started."""
        self.name = name
        self.function = function
        self.operation: Operation = START
        """What it will do next."""
        self.ready: Callable[[], bool] | None = None
        """Whether that can be done now; None: yes."""
        self.deadline: float | None = None
        """When it goes on at the latest, on the run's own clock."""
        self.limit_s: float | None = None
        """How long it waits at most."""
        self.early = False
        """Whether its deadline may come before the others have nothing left to do."""
        self.is_late = False
        """Whether it went round so often without an effect that the others come first."""
        self.is_spinning = False
        """Whether it is so late by reading or trying alone, and not by the clock."""
        self.timed_out = False
        self.frame: FrameType | None = None
        """Where it is in the program's own code."""
        self.gate: Any = None
        """The lock it sleeps on while others run."""
        self.parent: Worker | None = None
        """Who started it, until its first stop."""
        self.switchable: Any = True
        """Whether the GIL can have been given away since its operation before; below 0: only if it
        had to wait, which it did when there were -n - 1 steps."""
        self.is_due = False
        """Whether the GIL can be given away as soon as the call returns that it is in."""
        self.no_switch = 0
        """Above 0 while it imports, or is inside a library's own structure."""
        self.ident: int | None = None
        self.done = False
        self.is_joined = False
        self.thread: Any = None
        """The program's `threading.Thread`, if it is one."""
        self.last = -1
        """The step it made last."""
        self.region: object = None
        """The library function that it is in."""
        self.idle: dict[Any, int] = {}
        """How often it was at a place without an effect of its own in between."""
        self.waits: dict[Any, int] = {}
        """How often it slept, or waited with a limit, at a place."""

    def place(self) -> tuple[str, int, str]:
        """The file, line and function where it is."""
        frame = self.frame
        if frame is None:
            return "", 0, ""
        return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name

    def at(self) -> str:
        """The same for a person."""
        file, line, _function = self.place()
        return f"{os.path.basename(file)}:{line}" if file else ""
