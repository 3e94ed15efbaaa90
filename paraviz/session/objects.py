"""What processes say of the things their events refer to, until it is known enough to be shown."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from paraviz.session.names import lock_name
from paraviz.trace.model import SharedObject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Described(Struct):
    """One thing, as far as it has been described: several processes may know it, and not all of
    them where it was made."""

    kind: str
    name: str = ""
    peer: str = ""
    typecode: str = ""
    of: str = ""
    """The key of what this is a part of (same kind), as its name says: `array[2]`."""
    part: str = ""
    copy_of: int = -1
    """The row of what a fork made a copy of."""
    pid: int = 0
    """The process that has the copy."""

    def learn(self, told: Mapping[str, Any]) -> None:
        """Take in a description. Raises KeyError, TypeError."""
        if not self.name:
            self.name = told.get("name") or ""
        if not self.name and "file" in told:
            made_at = told["file"], told["line"], told.get("target")
            self.name = lock_name(self.kind, *made_at) + told.get("suffix", "")
        self.peer = self.peer or told.get("peer", "")
        self.typecode = self.typecode or told.get("typecode", "")
        self.of, self.part = told.get("of", ""), told.get("part", "")


OF_ONE_PROCESS = frozenset(
    (
        *("Lock", "RLock", "Condition", "Event", "Barrier", "Semaphore", "BoundedSemaphore"),
        *("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"),
    )
)
"""Kinds of things that threads share by their memory: a fork makes a copy of each."""


def shared_objects(
    described: Sequence[Described],
    rows: Mapping[tuple[str, str | None], int],
    processes: Mapping[int, str] = MappingProxyType({}),
) -> tuple[SharedObject, ...]:
    """What events refer to. Namesakes are numbered in the order they were made, a copy has the name
    of its process with it. `rows`: by kind and key. `processes`: what each process that has copies
    is called."""
    count = Counter(one.name or one.kind for one in described if not one.of and one.copy_of < 0)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for one in described:
        if one.copy_of >= 0:
            names.append(f"{_original(described, names, one)} ({processes[one.pid]})")
            continue
        name = one.name or one.kind
        seen[name] += not one.of
        names.append(f"{name} {seen[name]}" if count[name] > 1 else name)
    result = []
    for one, name in zip(described, names, strict=True):
        whole = rows.get((one.kind, one.of), -1) if one.of else -1
        known_as = (names[whole] if whole >= 0 else name) + one.part
        peer = rows.get((one.kind, one.peer), -1) if one.peer else -1
        copied = one.copy_of, one.pid
        result.append(SharedObject(one.kind, known_as, -1, peer, one.typecode, *copied))
    return tuple(result)


def _original(described: Sequence[Described], names: Sequence[str], copy: Described) -> str:
    """The name of what the first of several forks in a row copied."""
    row = copy.copy_of
    while described[row].copy_of >= 0:
        row = described[row].copy_of
    return names[row]
