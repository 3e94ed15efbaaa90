"""What processes tell of the children that they start, and of how those end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SLACK_NS = 20_000_000
"""/proc tells to a hundredth of a second when a process began, rounded down."""


class Child(Struct, frozen=True):
    """A process, as the one that started it tells of it."""

    pid: int
    parent: int = 0
    at_ns: int = 0
    """Just before it was started."""
    name: str = ""
    """What the program calls it, or ""."""
    words: tuple[str, ...] = ()
    """Its command line, where its parent gave it one."""


class Children:
    """All that was told. Numbers of processes may be used again."""

    def __init__(self) -> None:
        self._started: dict[int, list[Child]] = {}
        self._ended: dict[int, tuple[int, int | None]] = {}

    def started(self, told: Mapping[str, Any]) -> None:
        """Take in what a parent tells. Raises KeyError."""
        line = told.get("line") or ""
        child = Child(
            told["child"],
            told["pid"],
            told["at_ns"],
            told["name"],
            tuple(line.split("\0")) if line else (),
        )
        known = self._started.setdefault(child.pid, [])
        # Who starts a process has it started by somebody below, who tells first.
        if known and known[-1].parent == child.parent and known[-1].at_ns >= child.at_ns:
            child = replace(child, words=known.pop().words or child.words)
        known.append(child)

    def ended(self, pid: int, at_ns: int, code: int | None) -> None:
        """A process has ended. The first stamp holds, and the first code that is known."""
        at_ns, known = self._ended.get(pid, (at_ns, None))
        self._ended[pid] = at_ns, code if known is None else known

    def told_of(self, pid: int, start: int) -> Child:
        """What was told of the process of that number that began then: the latest, since a program
        that another one has made room for tells it of itself."""
        told = [one for one in self._started.get(pid, ()) if one.at_ns <= start + SLACK_NS]
        return max(told, key=lambda one: one.at_ns, default=Child(pid))

    def end_of(self, pid: int, start: int) -> tuple[int, int | None] | None:
        """When and how the process of that number ended that began then; the code is None where it
        is not known."""
        end = self._ended.get(pid)
        return end if end is not None and end[0] >= start else None

    def __iter__(self) -> Iterator[Child]:
        for told in self._started.values():
            yield from told
