"""Progress: how far a run has come, where its program has work that can be counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from paraviz import events as ev
from paraviz.text.translation import ngettext
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace


class Progress(Struct, frozen=True):
    """How far a run has come."""

    done: int
    """How many are at their end."""
    total: int | None
    """How many there are, or None where nobody said."""
    noun: Literal["tasks", "processes", "threads"]
    """What they are."""

    @property
    def told(self) -> str:
        """In the current language."""
        count = self.done if self.total is None else self.total
        if self.total is None:
            words = ngettext("{done:,} task done", "{done:,} tasks done", count)
        elif self.noun == "tasks":
            words = ngettext(
                "{done:,} of {count:,} task done", "{done:,} of {count:,} tasks done", count
            )
        elif self.noun == "processes":
            words = ngettext(
                "{done:,} of {count:,} process ended",
                "{done:,} of {count:,} processes ended",
                count,
            )
        else:
            words = ngettext(
                "{done:,} of {count:,} thread ended", "{done:,} of {count:,} threads ended", count
            )
        return words.format(done=self.done, count=count)


def progress(trace: Trace) -> Progress | None:
    """The tasks of pools and executors that are done; where there is none, the processes that have
    ended, else the threads. None where the main thread is all there is."""
    return _tasks(trace) or _workers(trace)


def _tasks(trace: Trace) -> Progress | None:
    """How many there are is known of a map, once somebody waits for its results."""
    begun, done = Counter[str](), Counter[str]()
    maps: dict[str, set[int]] = {}
    waits = False
    for lane in trace.lanes:
        waits = waits or bool((lane.kinds == ev.TASK_WAIT).any())
        for kind, counts in ((ev.TASK_BEGIN, begun), (ev.TASK_END, done)):
            for (name, size), times in _named(trace, lane, kind):
                counts[name] += size * times
        for (name, size), _ in _named(trace, lane, ev.RESULT_WAIT, maps_alone=True):
            maps.setdefault(name, set()).add(size)
    if not waits and not begun:
        return None
    # Whoever waits twice may wait for one map or for two: what has begun tells.
    totals = {name: sum(sizes) for name, sizes in maps.items()}
    totals = {name: size * max(1, -(-begun[name] // size)) for name, size in totals.items() if size}
    known = totals and begun.keys() <= totals.keys()
    return Progress(done.total(), sum(totals.values()) if known else None, "tasks")


def _named(
    trace: Trace, lane: Lane, kind: int, *, maps_alone: bool = False
) -> list[tuple[tuple[str, int], int]]:
    """What a lane's events of a kind are about, as `_counted` has it, and how many they are."""
    rows = Counter(lane.objects[lane.kinds == kind].tolist())
    named = ((trace.objects[row].name, count) for row, count in rows.items() if row >= 0)
    return [(_counted(name), count) for name, count in named if MANY in name or not maps_alone]


def _counted(name: str) -> tuple[str, int]:
    """The function and the number of calls of `fib × 7`; one call of any other name."""
    function, _, count = name.rpartition(MANY)
    return (function, int(count)) if function and count.isdecimal() else (name, 1)


def _workers(trace: Trace) -> Progress | None:
    """A process counts once: its main thread's lane."""
    lanes = [lane for lane in trace.lanes[1:] if lane.kind == "process" and not lane.helper]
    noun: Literal["processes", "threads"] = "processes" if lanes else "threads"
    lanes = lanes or [lane for lane in trace.lanes[1:] if lane.kind == "thread"]
    ended = sum(bool(lane.end_reason) for lane in lanes)
    return Progress(ended, len(lanes), noun) if lanes else None
