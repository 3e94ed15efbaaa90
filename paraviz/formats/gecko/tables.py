"""The tables of a thread's profile, in both forms that the Firefox profiler knows, as columns.

The processed form (what the profiler saves, and samply, Python's own sampler and others write) has
a column a field; the raw form (what Gecko hands out) has rows, and a schema that says what is
where. Everything but the names is numbers; what is of another type counts as missing.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from msgspec import Struct

NONE = -1
LONGEST_NAME = 500


class Stacks(Struct):
    """The stacks of a thread: each is one more call on another."""

    prefixes: list[int]
    """The stack beneath each, always an earlier one; -1 for none."""
    names: list[str]
    """The function on top of each."""


class Samples(Struct):
    """When a thread was looked at."""

    times: list[float]
    """ms, not decreasing."""
    stacks: list[int]
    """The stack that was seen; -1 where none was."""
    cpu: list[float | None]
    """What it spent since the look before, in whatever unit; empty where nobody measured."""


class Marker(Struct):
    """Something that was told of a thread."""

    name: str
    begin: float | None
    end: float | None
    phase: int
    """0: a moment, 1: a stretch, 2: its begin, 3: its end."""


INSTANT, INTERVAL, BEGIN, END = range(4)


def rows_of(table: Any, *fields: str) -> list[list[Any]]:
    """The columns of these fields, as long as each other; what is not there is None."""
    if not isinstance(table, dict):
        return [[] for _ in fields]
    schema, data = table.get("schema"), table.get("data")
    if isinstance(schema, dict) and isinstance(data, list):
        places = [schema.get(field) for field in fields]
        rows = [row if isinstance(row, list) else [] for row in data]
        return [
            [row[at] if isinstance(at, int) and 0 <= at < len(row) else None for row in rows]
            for at in places
        ]
    columns = [table.get(field) for field in fields]
    found = [column if isinstance(column, list) else [] for column in columns]
    length = max(map(len, found), default=0)
    return [column + [None] * (length - len(column)) for column in found]


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def row(value: Any, below: int) -> int:
    """A row of a table of `below` rows; -1 for anything else."""
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and 0 <= value < below else NONE


def texts_of(thread: dict[str, Any], shared: dict[str, Any]) -> list[str]:
    """All texts that a thread's tables refer to."""
    for known in (thread, shared):
        for field in ("stringArray", "stringTable"):
            found = known.get(field)
            if isinstance(found, list):
                return [str(text)[:LONGEST_NAME] for text in found]
    return []


def stacks_of(thread: dict[str, Any], shared: dict[str, Any], texts: list[str]) -> Stacks:
    """The stacks of a thread."""

    def table(name: str) -> Any:
        return thread.get(name) or shared.get(name)

    frames, prefixes = rows_of(table("stackTable"), "frame", "prefix")
    functions, locations = rows_of(table("frameTable"), "func", "location")
    (called,) = rows_of(table("funcTable"), "name")
    names = []
    for each in frames:
        frame = row(each, len(functions))
        text = NONE
        if frame != NONE:
            function = row(functions[frame], len(called))
            where = locations[frame] if function == NONE else called[function]
            text = row(where, len(texts))
        names.append(texts[text] if text != NONE else "?")
    return Stacks([row(each, place) for place, each in enumerate(prefixes)], names)


def samples_of(thread: dict[str, Any], stacks: int) -> Samples:
    """The looks at a thread, in the order of time; those without a time are left out."""
    table = thread.get("samples")
    stack, times, deltas, cpu = rows_of(table, "stack", "time", "timeDeltas", "threadCPUDelta")
    if all(at is None for at in times):
        times = list(accumulate(number(delta) or 0.0 for delta in deltas))
    rows = sorted(
        (at, place) for place, value in enumerate(times) if (at := number(value)) is not None
    )
    spent = [number(each) for each in cpu]
    measured = any(each is not None for each in spent)
    return Samples(
        [at for at, _ in rows],
        [row(stack[place], stacks) for _, place in rows],
        [spent[place] for _, place in rows] if measured else [],
    )


def markers_of(thread: dict[str, Any], texts: list[str]) -> list[Marker]:
    """What was told of a thread."""
    names, begins, ends, phases, times = rows_of(
        thread.get("markers"), "name", "startTime", "endTime", "phase", "time"
    )
    found = []
    for name, begin, end, phase, time in zip(names, begins, ends, phases, times, strict=True):
        text = row(name, len(texts))
        start, stop = number(begin), number(end)
        kind = phase if phase in (INSTANT, INTERVAL, BEGIN, END) else None
        if kind is None:
            kind = INTERVAL if stop is not None else INSTANT
        start = number(time) if start is None and stop is None else start
        found.append(Marker(texts[text] if text != NONE else "?", start, stop, int(kind)))
    return found
