"""What the lanes of a foreign Chrome trace are called, and in which order they stand."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

from paraviz.formats.meta import LANE_LIMIT

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
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
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
        where there are any, else by first appearance."""

        def place(number: int) -> tuple[float, int, float, int]:
            key = self._keys[number]
            return (
                self._process_places.get(key[0], 0.0),
                self._pids[key[0]],
                self._thread_places.get(key, 0.0),
                number,
            )

        return sorted(range(len(self._keys)), key=place)

    def name(self, number: int) -> LaneName:
        """Who a lane is. A pid or tid that is no number becomes part of the name, and 0."""
        pid, tid = key = self._keys[number]
        process, thread = _number(pid), _number(tid)
        plain = f"thread {tid}" if thread else "" if tid is None else str(tid)
        name = self._thread_names.get(key) or plain
        if not process and pid is not None:
            name = f"{pid} {name}".rstrip()
        is_main = thread == process != 0 or name == "MainThread"
        return LaneName(name[:_LONGEST_NAME], process, thread, is_main)


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
