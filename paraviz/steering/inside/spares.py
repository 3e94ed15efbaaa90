"""Executions that stand a few steps behind the one that is steered, so that a step is taken back at
once: to run along a thousand steps takes a tenth of a second."""

from __future__ import annotations

import os
import select
import signal

from paraviz.steering.inside.pipes import Lines, send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NEAR = 3
"""How many stand right behind: one step, two, three."""
_FAR = 5
"""How many stand farther behind, for who takes back many steps in a row."""
_BEHIND, _FARTHEST = 60, 200
"""How many steps those are behind when they are made, and at most."""
_LONG = 50
"""Steps from which on it is worth it."""
_IDLE_S = 0.02
"""Spares are made, and go along, while nobody asks for anything."""


class Execution:
    """A process that runs the program along some steps."""

    def __init__(self, pid: int, down: int, up: int, path: list[int]) -> None:
        self.pid, self.down, self.up, self.path = pid, down, Lines(up), path
        self.is_there = False

    def end(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.down)
        os.close(self.up.descriptor)


class Spares:
    """Keeps some of them behind the path."""

    def __init__(self, fork: Callable[[list[int]], Execution]) -> None:
        """`fork`: makes one that goes along these numbers and says nothing but that it is there."""
        self.fork = fork
        self.path: list[int] = []
        """Of the execution that is steered."""
        self.kept: list[Execution] = []

    def follow(self, path: list[int]) -> None:
        """The steered one went on, or back: what is no more on its way is ended. Also where nobody
        ever pauses some come along."""
        grew = len(path) > len(self.path)
        self.path = list(path)
        for each in list(self.kept):
            size = len(each.path)
            if size >= len(path) or each.path != path[:size]:
                self.drop(each)
        size = len(path)
        if not grew or size < _LONG:
            return
        late = min(self.kept, key=lambda each: len(each.path), default=None)
        if late is not None and late.is_there and size - len(late.path) > 2 * _BEHIND:
            self._do(late, size - _BEHIND)
        elif len(self.kept) < _FAR and size < 10 * _LONG and size % 10 == 0:
            self.kept.append(self.fork(path[: size - _BEHIND if size > 2 * _BEHIND else 1]))

    def take(self, path: list[int]) -> Execution | None:
        """The one that came farthest on this way, if there is one; it is none of ours any more.
        `path` of it says how far it is."""
        able = [
            each
            for each in self.kept
            if len(each.path) <= len(path) and each.path == path[: len(each.path)]
        ]
        if not able:
            return None
        found = max(able, key=lambda each: (len(each.path), each.is_there))
        self.kept.remove(found)
        return found

    def drop(self, execution: Execution) -> None:
        """End one."""
        self.kept.remove(execution)
        execution.end()

    def clear(self) -> None:
        """End all of them."""
        for each in list(self.kept):
            self.drop(each)
        self.path = []

    def wait(self, commands: Lines) -> None:
        """Until there is a command; meanwhile have spares where they should be, one at a time."""
        while b"\n" not in commands.held:
            busy = [each for each in self.kept if not each.is_there]
            work = self._work() if not busy else None
            listened = [commands.descriptor, *(each.up.descriptor for each in busy)]
            ready = select.select(listened, [], [], None if work is None else _IDLE_S)[0]
            self.look()
            if commands.descriptor in ready:
                return
            if not ready and work is not None:
                self._do(*work)

    def _work(self) -> tuple[Execution | None, int] | None:
        """What is to be done next: a spare that goes on up to a step, or a new one (None)."""
        size = len(self.path)
        if size < _LONG:
            return None
        near = {size - by for by in range(1, _NEAR + 1)}
        behind = sorted((each for each in self.kept), key=lambda each: -len(each.path))
        missing = sorted(near - {len(each.path) for each in behind}, reverse=True)
        free = [each for each in behind if len(each.path) not in near]
        if missing:
            # Whoever is a little behind goes there; else there is a new one.
            for each in reversed(free):
                if len(each.path) <= missing[0] and size - len(each.path) < _BEHIND:
                    return each, missing[0]
            return None, missing[0]
        for each in free:
            if size - len(each.path) > _FARTHEST:
                return each, size - _BEHIND
        if len(free) < _FAR and size > 2 * _BEHIND:
            return None, size - _BEHIND
        return None

    def look(self) -> None:
        """See who has come where it was sent."""
        for each in [each for each in self.kept if not each.is_there]:
            if each.up.is_ready(0):
                if not each.up.more():
                    self.drop(each)
                elif each.up.take() is not None:
                    each.is_there = True

    def _do(self, spare: Execution | None, size: int) -> None:
        if spare is None:
            self.kept.append(self.fork(self.path[:size]))
            return
        numbers = self.path[len(spare.path) : size]
        spare.path = self.path[:size]
        spare.is_there = False
        try:
            send(spare.down, {"do": "go", "numbers": numbers, "quiet": True})
        except OSError:
            self.drop(spare)
