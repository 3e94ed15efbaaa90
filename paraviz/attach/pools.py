"""What of a `multiprocessing` pool is to be seen when somebody waits for its results: that nobody
takes these any more, or that no worker is at a task while there is none to take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.attach.known import known
from paraviz.attach.memory import Unreadable
from paraviz.attach.model import Who
from paraviz.attach.proc import READS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paraviz.attach.interpreter import Frame
    from paraviz.attach.objects import Objects
    from paraviz.attach.proc import Rest

_WORKERS, _TASKS, _RESULTS = (f"Pool._handle_{what}" for what in ("workers", "tasks", "results"))


TROUBLES = ("no_results", "task_lost")


class Trouble(Struct, frozen=True):
    """What is wrong with a pool."""

    note: str
    """See `telling`."""
    counts: tuple[int, ...] = ()
    rests_on: tuple[Who, ...] = ()
    """Threads that must not have run while all this was read."""


def trouble(
    objects: Objects,
    result: int,
    pid: int,
    frames: Mapping[Who, Sequence[Frame]],
    rests: Mapping[Who, Rest],
) -> Trouble | None:
    """What is wrong for sure with the pool that has to make a result."""
    cache, flag = objects.attribute(result, "_cache"), objects.path(result, "_event", "_flag")
    if not cache or objects.is_true(flag):
        return None
    handlers: dict[str, tuple[Who, Frame]] = {}
    for who, stack in frames.items():
        for frame in stack if who.pid == pid else ():
            if frame.function in (_WORKERS, _TASKS, _RESULTS):
                if frame.function in handlers or frame.variables.get("cache", cache) != cache:
                    # Of several pools it is not told by all which handler is whose.
                    return None
                handlers[frame.function] = who, frame
    if _WORKERS not in handlers:
        return None
    if _RESULTS not in handlers:
        mine = {who: stack for who, stack in frames.items() if who.pid == pid}
        # One that begins is not seen at its function yet.
        if not all(who.tid == pid or _is_begun(stack) for who, stack in mine.items()):
            return None
        return Trouble("no_results", rests_on=tuple(mine))
    if _TASKS not in handlers or not _waits(handlers[_TASKS][0], frames, "get"):
        return None
    idle = [Who(each, each) for each in _workers(objects, handlers[_WORKERS][1])]
    if not idle or not all(_waits(who, frames, "task") for who in idle):
        return None
    # Whoever reads, and waits, finds nothing in the pipe.
    reads = [who for who in idle if rests[who].call in READS]
    if not reads or rests[handlers[_RESULTS][0]].call not in READS:
        return None
    involved = (handlers[_TASKS][0], handlers[_RESULTS][0], *idle)
    return Trouble("task_lost", (len(idle),), involved)


def _is_begun(stack: Sequence[Frame]) -> bool:
    return any(frame.function == "Thread.run" for frame in stack[1:])


def _waits(who: Who, frames: Mapping[Who, Sequence[Frame]], kind: str) -> bool:
    said = known(frames.get(who, ()))
    return said is not None and said[0].kind == kind


def _workers(objects: Objects, frame: Frame) -> list[int]:
    """The processes of a pool."""
    try:
        workers = objects.sequence(frame.variables.get("pool", 0))
        return [objects.integer(objects.path(one, "_popen", "pid")) for one in workers]
    except Unreadable:
        return []
