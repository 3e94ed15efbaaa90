"""What processes say of the things their events refer to, until it is known enough to be shown."""

from __future__ import annotations

from collections import Counter
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


def shared_objects(
    described: Sequence[Described], rows: Mapping[tuple[str, str | None], int]
) -> tuple[SharedObject, ...]:
    """What events refer to. Namesakes are numbered in the order they were made. `rows`: by kind and
    key."""
    count = Counter(one.name or one.kind for one in described if not one.of)
    seen: Counter[str] = Counter()
    names = []
    for one in described:
        name = one.name or one.kind
        seen[name] += not one.of
        names.append(f"{name} {seen[name]}" if count[name] > 1 else name)
    result = []
    for one, name in zip(described, names, strict=True):
        whole = rows.get((one.kind, one.of), -1) if one.of else -1
        known_as = (names[whole] if whole >= 0 else name) + one.part
        peer = rows.get((one.kind, one.peer), -1) if one.peer else -1
        result.append(SharedObject(one.kind, known_as, peer=peer, typecode=one.typecode))
    return tuple(result)
