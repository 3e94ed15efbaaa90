"""Lanes that belong together: the workers of a pool, the threads of a process, or by name."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Lane

MANY = 64
"""From so many lanes on they are grouped and folded unasked."""


class Grouping(Enum):
    """What lanes are put together by."""

    NONE = "none"
    NAME = "name"
    PROCESS = "process"


class Group(Struct, frozen=True):
    """Two or more lanes that belong together."""

    name: str
    """What they have in common."""
    lanes: tuple[int, ...]
    """Their numbers, in the order of the trace."""


_NUMBER = re.compile(r"[-_ #:]?\d+\b|\b0x[0-9a-f]+\b")


def stem(name: str) -> str:
    """A worker's name without what tells it from its kin: its own number, the last but for a
    function's name in brackets. "Thread-12 (work)" → "Thread (work)"; "" for a mere number."""
    head, bracket, tail = name.partition(" (")
    matches = list(_NUMBER.finditer(head))
    if matches:
        last = matches[-1]
        head = head[: last.start()] + head[last.end() :]
    return (head + bracket + tail).strip()


def grouped(lanes: Sequence[Lane], labels: Sequence[str], by: Grouping) -> tuple[Group, ...]:
    """The groups, in the order of their first lanes. A lane alone in its kind is in none."""
    if by is Grouping.NONE:
        return ()
    if by is Grouping.NAME:
        keys = [stem(lane.name) for lane in lanes]
    else:
        mains = {lane.pid: i for i, lane in enumerate(lanes) if lane.kind == "process"}
        keys = [labels[mains[lane.pid]] if lane.pid in mains else str(lane.pid) for lane in lanes]
    members: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        members.setdefault(key, []).append(index)
    return tuple(
        Group(key or f"{labels[found[0]]} …", tuple(found))
        for key, found in members.items()
        if len(found) > 1
    )


def automatic(lanes: Sequence[Lane], labels: Sequence[str]) -> Grouping:
    """Few lanes stand for themselves; many go by name or, where that leaves more rows, by
    process."""
    if len(lanes) < MANY:
        return Grouping.NONE
    rows = {by: _rows(lanes, labels, by) for by in (Grouping.NAME, Grouping.PROCESS)}
    few = max(MANY, rows[Grouping.PROCESS])
    return Grouping.NAME if rows[Grouping.NAME] <= few else Grouping.PROCESS


def _rows(lanes: Sequence[Lane], labels: Sequence[str], by: Grouping) -> int:
    groups = grouped(lanes, labels, by)
    return len(lanes) - sum(len(group.lanes) - 1 for group in groups)
