"""What the lanes of a foreign Chrome trace are called, and in which order they stand."""

from __future__ import annotations

from collections import Counter as Tally
from typing import TypeVar

import msgspec
from msgspec import Struct

from paraviz.formats.meta import LANE_LIMIT
from paraviz.formats.undecodable import UNREADABLE

_LONGEST_NAME = 200
"""Characters of a name."""
_WIDEST = 1 << 62
"""A number farther from 0 is no pid or tid."""

Key = int | float | str | None
Where = TypeVar("Where")
What = TypeVar("What")


class LaneName(Struct, frozen=True):
    """Who a lane is."""

    name: str
    pid: int
    tid: int
    is_main: bool


class _NameArgs(msgspec.Struct):
    """`args` of the metadata events this reads."""

    name: str = ""
    sort_index: float = 0.0


class LaneNames:
    """Lanes by number in the order they first appear, and what metadata say of them."""

    def __init__(self) -> None:
        self._keys: list[tuple[Key, Key]] = []
        self._process_names: dict[Key, str] = {}
        self._thread_names: dict[tuple[Key, Key], str] = {}
        self._process_places: dict[Key, float] = {}
        self._thread_places: dict[tuple[Key, Key], float] = {}
        self._pids: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def lane(self, pid: Key, tid: Key) -> int:
        """The number of a new lane."""
        self._keys.append((pid, tid))
        self._pids.setdefault(pid, len(self._pids))
        return len(self._keys) - 1

    def take(self, pid: Key, tid: Key, what: object, args: msgspec.Raw) -> None:
        """Note a metadata event (`M`). What cannot be read says nothing."""
        try:
            told = msgspec.json.decode(args, type=_NameArgs)
        except UNREADABLE:
            return
        name = told.name[:_LONGEST_NAME]
        match what:
            case "process_name":
                _put(self._process_names, pid, name)
            case "thread_name":
                _put(self._thread_names, (pid, tid), name)
            case "process_sort_index":
                _put(self._process_places, pid, told.sort_index)
            case "thread_sort_index":
                _put(self._thread_places, (pid, tid), told.sort_index)

    def order(self) -> list[int]:
        """The lanes' numbers as they are to stand: a process's together, by the sort indices
        where there are any, else its main thread first, the others by first appearance."""

        def place(number: int) -> tuple[float, int, float, bool, int]:
            key = self._keys[number]
            return (
                self._process_places.get(key[0], 0.0),
                self._pids[key[0]],
                self._thread_places.get(key, 0.0),
                not _is_main(key),
                number,
            )

        return sorted(range(len(self._keys)), key=place)

    def names(self) -> list[LaneName]:
        """Who the lanes are, by number. A pid or tid that is no number becomes part of the name,
        and 0. What is called as another is: by its tid in one process, by the process's name in
        several."""
        plain = [self._plain(key) for key in self._keys]
        same_process = Tally((pid, name) for (pid, _), name in zip(self._keys, plain, strict=True))
        processes = Tally(name for _, name in same_process)
        process_names = self.process_names()
        told = []
        for key, name in zip(self._keys, plain, strict=True):
            pid, thread = key[0], _number(key[1])
            label = name
            if same_process[pid, name] > 1 and thread:
                label += f" {thread}"
            if processes[name] > 1 and pid in process_names:
                label += f" ({process_names[pid]})"
            is_main = _is_main(key) or name == "MainThread"
            told.append(LaneName(label[:_LONGEST_NAME], _number(pid), thread, is_main))
        return told

    def process_names(self) -> dict[Key, str]:
        """What processes are called that have a name, with their pid where others have it, too."""
        twins = Tally(self._process_names.values())
        return {
            pid: f"{name} {pid}" if twins[name] > 1 else name
            for pid, name in self._process_names.items()
            if name
        }

    def _plain(self, key: tuple[Key, Key]) -> str:
        pid, tid = key
        plain = f"thread {tid}" if _number(tid) else "" if tid is None else str(tid)
        name = self._thread_names.get(key) or plain
        if not _number(pid) and pid is not None:
            name = f"{pid} {name}".rstrip()
        return name[:_LONGEST_NAME]


def _is_main(key: tuple[Key, Key]) -> bool:
    """Whether a thread is the one that its process began with."""
    return _number(key[0]) == _number(key[1]) != 0


def _put(known: dict[Where, What], where: Where, what: What) -> None:
    """Keep what metadata say, but no more than there can be lanes."""
    if where in known or len(known) < LANE_LIMIT:
        known[where] = what


def _number(key: Key) -> int:
    """A pid or tid as a number; 0 where it is none."""
    try:
        number = int(key) if key is not None else 0
    except (ValueError, OverflowError):
        return 0
    return number if abs(number) < _WIDEST else 0
