"""Names and hashes that are the same in every execution of a program."""

from __future__ import annotations

import sys

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.knowledge import KNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HERE = sys.modules["paraviz.schedule.inside"].__path__[0]


class State:
    """Of this process."""

    is_forking = False
    """While we fork for our own ends, libraries' handlers must not touch the program's locks."""


def born(thing: Any) -> None:
    """Give something a name, the worker that made it and how many it made before, and the place
    where it was made."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename.startswith(_HERE) and frame.f_back is not None:
        frame = frame.f_back
    thing._schedule_site = frame.f_code.co_filename, frame.f_lineno
    engine = running()
    if engine is not None and engine.running is not None:
        number = engine.running.number
        count = engine.names[number] = engine.names.get(number, 0) + 1
        thing._schedule_name = number, count


def tried(thing: Any) -> None:
    """Somebody tries to take it: from now on the moment of a release matters, too."""
    if thing._schedule_site not in KNOWN.tried:
        KNOWN.tried.add(thing._schedule_site)
        KNOWN.grew = True


def kind_of(thing: Any) -> str:
    """What a person calls it."""
    return type(thing).__name__


def stable_number() -> int | None:
    """A number for the order of sets that is the same in every execution."""
    engine = running()
    if engine is None or engine.running is None:
        return None
    worker = engine.running.number
    key = worker, "hash"
    count = engine.names[key] = engine.names.get(key, 0) + 1
    return worker * 1_000_003 + count


def stable_hash(self: Any) -> int:
    """Instead of a hash by address."""
    found = self.__dict__.get("_schedule_hash")
    if found is None:
        found = self.__dict__["_schedule_hash"] = stable_number() or id(self) >> 4
    return int(found)
