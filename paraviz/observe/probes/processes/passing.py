"""What the probes of connections and of queues between processes have in common: who uses one, what
the operating system calls it, and waiting."""

from __future__ import annotations

import functools
import os
import sys

from paraviz import events as ev
from paraviz.observe.frames import frame_at, is_ours, is_programs, maker_of
from paraviz.observe.kin import ORIGINAL, ends_with, is_kin
from paraviz.observe.limits import tell_limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from paraviz.observe.recorder import Recorder

    Asker = Callable[[int], object]

ITSELF = -1
"""Instead of a site: the standard library does it for itself, as pools and managers do."""
UNSEEN = 0, None, None
"""The mark of a connection that the standard library made for itself, or that is a queue's."""
AT_ONCE = 4096 - 4
"""Bytes of a message that a pipe with any room takes whole: PIPE_BUF without the message's head."""


def user_finder(
    recorder: Recorder, module: Any, passed: frozenset[str] = frozenset()
) -> Callable[[int], int]:
    """A function that finds the site, already shifted, of whoever uses a channel.

    It takes how many frames above its caller to look, and goes on past frames of ours and of the
    files `passed`. 0 where the program is not there, as in a process whose target is `put` of a
    queue; `ITSELF` for what a module beside `module` in `multiprocessing` does for its own ends.
    """
    library = os.path.dirname(os.__file__)
    homes = os.path.dirname(module.__file__) + os.sep, os.path.join(library, ORIGINAL, "")
    executor = os.path.join(library, "concurrent", "futures", "process.py")
    programs_site, site = recorder.programs_site, recorder.site

    @functools.lru_cache(1024)
    def is_for_itself(file: str) -> bool:
        inside = file.startswith(homes) or is_kin(file)
        return file == executor or (inside and not ends_with(file, "process.py"))

    @functools.lru_cache(1024)
    def is_passed(file: str) -> bool:
        return file in passed or is_ours(file)

    def user(above: int) -> int:
        found = programs_site(above + 1)
        if found:
            return found
        frame: FrameType | None = frame_at(above + 1)
        while frame is not None and is_passed(frame.f_code.co_filename):
            frame, above = frame.f_back, above + 1
        if frame is None or is_for_itself(frame.f_code.co_filename):
            return ITSELF
        return site(above + 1)

    return user


def askers() -> tuple[Callable[[Any], Asker], Callable[[Any], Asker]]:
    """Two functions that make an `Asker` of a connection: whether it can be read, or written."""
    # `multiprocessing.connection` has imported it.
    select = sys.modules["select"]

    def making(what: int) -> Callable[[Any], Asker]:
        def make(connection: Any) -> Asker:
            poll = select.poll()
            poll.register(connection.fileno(), what)
            ask: Asker = poll.poll
            return ask

        return make

    return making(select.POLLIN), making(select.POLLOUT)


def at_once(ask: Asker) -> bool:
    """Whether it can be done without waiting."""
    try:
        return bool(ask(0))
    except RuntimeError:
        # Another thread asks in this moment.
        return True


def identity(connection: Any) -> str:
    """What the operating system calls what a connection is an end of."""
    status = os.fstat(connection.fileno())
    return f"{status.st_dev}:{status.st_ino}"


def place_of(made: object, frame: FrameType) -> dict[str, Any]:
    """`file` and `line` of the program that made something by way of a context, or nothing."""
    maker = maker_of(made, frame)
    while ends_with(maker.f_code.co_filename, "context.py") and maker.f_back is not None:
        maker = maker.f_back
    file = maker.f_code.co_filename
    return {"file": file, "line": maker.f_lineno} if is_programs(file) else {}


def is_patient(timeout: Any) -> bool:
    """Whether a wait with this time-out may last."""
    return timeout is None or (isinstance(timeout, int | float) and timeout > 0)


def with_waiting(here: Any, about: int, kind: int, do: Any, *args: Any) -> Any:
    """Do what may have to wait, between the events that say so."""
    here.emit(kind | about)
    try:
        done = do(*args)
    except BaseException:
        here.emit(ev.WAIT_ABANDONED | about)
        raise
    here.emit(ev.WAIT_END | about)
    return done


def until(recorder: Recorder, kind: int, about: int, ask: Any, *args: Any) -> Any:
    """Wait for an answer; an empty one says that the time, the last of `args`, was over."""
    here = recorder.here
    tell_limit(here, args[-1])
    here.emit(kind | about)
    recorder.nudge()
    answer = None
    try:
        answer = ask(*args)
    finally:
        here.emit((ev.WAIT_END if answer else ev.WAIT_ABANDONED) | about)
    return answer
