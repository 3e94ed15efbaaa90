"""What the lanes of a foreign Chrome trace are called, and in which order they stand."""

from __future__ import annotations

import re
from collections import Counter as Tally
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np
from msgspec import Struct

from paraviz.formats.native.meta import LANE_LIMIT
from paraviz.formats.undecodable import UNREADABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_NAME = 200
"""Characters of a name."""
_WIDEST = 1 << 62
"""A number farther from 0 is no pid or tid."""

Key = int | float | str | None
_DIGITS = re.compile(r"\s*-?[0-9]{1,18}\s*")


def plain_key(key: Key) -> Key:
    """A pid or tid, as a number where it is one that is written as a text."""
    return int(key) if isinstance(key, str) and _DIGITS.fullmatch(key) else key


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

    name: Any = ""
    sort_index: Any = 0.0
    labels: Any = ""

    @property
    def place(self) -> float:
        """The sort index as a number, however it is written."""
        try:
            place = float(self.sort_index)
        except (TypeError, ValueError, OverflowError):
            return 0.0
        return place if isfinite(place) else 0.0


class LaneNames:
    """Lanes by number in the order they first appear, and what metadata say of them."""

    def __init__(self) -> None:
        self._keys: list[tuple[Key, Key]] = []
        self._process_names: dict[Key, str] = {}
        self._thread_names: dict[tuple[Key, Key], str] = {}
        self._process_places: dict[Key, float] = {}
        self._thread_places: dict[tuple[Key, Key], float] = {}
        self._labels: dict[Key, str] = {}
        self._pids: dict[Key, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def lane(self, pid: Key, tid: Key) -> int:
        """The number of a new lane."""
        self._keys.append((pid, tid))
        self._pids.setdefault(pid, len(self._pids))
        return len(self._keys) - 1

    def processes(self) -> NDArray[np.int32]:
        """int32[n]: a number for the process of each lane."""
        return np.array([self._pids[pid] for pid, _ in self._keys], np.int32)

    def take(self, pid: Key, tid: Key, what: object, args: msgspec.Raw) -> None:
        """Note a metadata event (`M`). What cannot be read says nothing."""
        try:
            told = msgspec.json.decode(args, type=_NameArgs)
        except UNREADABLE:
            return
        name = str(told.name)[:_LONGEST_NAME] if isinstance(told.name, str | int | float) else ""
        match what:
            case "process_name":
                _put(self._process_names, pid, name)
            case "thread_name":
                _put(self._thread_names, (pid, tid), name)
            case "process_sort_index":
                _put(self._process_places, pid, told.place)
            case "thread_sort_index":
                _put(self._thread_places, (pid, tid), told.place)
            case "process_labels" if told.labels:
                _put(self._labels, pid, str(told.labels)[:_LONGEST_NAME])

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
        """What processes are called that have a name or a label, with that label or else their pid
        where others have the name, too."""
        twins = Tally(self._process_names.values())
        told = {
            pid: f"{name} {self._labels.get(pid, pid)}" if twins[name] > 1 else name
            for pid, name in self._process_names.items()
            if name
        }
        return {**self._labels, **told}

    def _plain(self, key: tuple[Key, Key]) -> str:
        pid, tid = key
        plain = f"thread {tid}" if _number(tid) else "" if tid is None else str(tid)
        name = self._thread_names.get(key) or plain
        if isinstance(pid, str) and not _number(pid):
            name = f"{pid} {name}".rstrip()
        if not name:
            name = self._process_names.get(pid) or (f"process {pid}" if pid else "thread")
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
