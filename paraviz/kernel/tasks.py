"""The rarer records of the kernel's: who was forked, what it is called, who ended."""

from __future__ import annotations

from msgspec import Struct, field


class Fork(Struct, frozen=True):
    """A thread or a process begins."""

    at_ns: int
    pid: int
    """Its process: the same as its maker's for a thread."""
    tid: int
    parent: int
    """The process of its maker."""


class Named(Struct, frozen=True):
    """A thread gets a name."""

    at_ns: int
    pid: int
    tid: int
    name: str
    """At most 15 bytes."""
    begins: bool
    """Whether its process began to run a program of that name (execve(2)), or it was given it."""


class Ended(Struct, frozen=True):
    """A thread ends."""

    at_ns: int
    pid: int
    tid: int


class TaskRecords(Struct):
    """What was recorded, in any order."""

    forks: list[Fork] = field(default_factory=list)
    names: list[Named] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.forks) + len(self.names) + len(self.ends)
