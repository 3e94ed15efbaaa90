"""What a look at a running program finds: values that know no screen and no language."""

from __future__ import annotations

from msgspec import Struct


class Who(Struct, frozen=True, order=True):
    """A thread."""

    pid: int
    tid: int


class Hold(Struct, frozen=True):
    """A thread that has a lock."""

    who: Who
    how: str
    """`owner`: the lock itself says so; `with`: the thread is in a `with` of it; `count`: its
    process counts that it took the semaphore."""
    place: str = ""
    """Where its `with` is: "work.py:12"."""
    sure: bool = True
    """Whether nothing that the thread is in lets go of a lock meanwhile."""


class Wait(Struct, frozen=True):
    """What a thread waits for."""

    kind: str
    """`lock`, `join`, `get`, …: see `telling`."""
    thing: str = ""
    """What it is called."""
    holds: tuple[Hold, ...] = ()
    """Who has the lock that is waited for."""
    ends: tuple[Who, ...] = ()
    """The threads that could end it, if all are known: any one of them."""
    limited: bool = False
    """Whether it waits only so long, or that is not known."""
    processes: tuple[int, ...] = ()
    """Those that have the other end of the pipe that is waited for, or the one that is joined."""
    note: str = ""
    """What else is to be said, see `telling`."""
    counts: tuple[int, ...] = ()
    """Numbers of that."""
    rests_on: tuple[Who, ...] = ()
    """Threads that must not have run while all was read: else the note is not sure."""
    address: int = 0
    """Of the lock or semaphore, in its process."""


class ThreadLook(Struct, frozen=True):
    """One thread."""

    who: Who
    name: str
    letter: str
    """The state that the system tells: R, S, D, T, Z."""
    wait: Wait
    line: str = ""
    """The program's own line: "work.py:12"; else the library's."""
    function: str = ""
    is_python: bool = False
    is_own: bool = False
    """Whether code of the program is in its frames."""
    moved: bool = False
    """Whether it ran while it was looked at: what is told of it may be torn."""
    stack: tuple[str, ...] = ()
    """All its frames, from the innermost: "work.py:12 load"."""


class ProcessLook(Struct, frozen=True):
    """One process."""

    pid: int
    parent: int
    """The process of the tree that started it, 0 for the first."""
    name: str
    threads: tuple[ThreadLook, ...] = ()
    version: str = ""
    """Of its Python, "" where it has none."""
    refused: str = ""
    """`permission`, `version`, `no_python`, `torn` or `ended`: why its memory was not read."""


class Look(Struct, frozen=True):
    """All of a tree of processes."""

    processes: tuple[ProcessLook, ...]
    circles: tuple[tuple[Who, ...], ...] = ()
    """Deadlocks: threads of which each waits for the next one, the last for the first."""

    def threads(self) -> dict[Who, ThreadLook]:
        """All threads."""
        return {each.who: each for process in self.processes for each in process.threads}
