"""Tracks: what stands on the time axis, from top to bottom, and how the user arranged it.

Above stand the workers: pinned ones first, then groups with their lanes, then those in none; a
lane that is unfolded has its nested spans below it. Below stand the resources: locks, counters,
CPUs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz.text.translation import _
from paraviz.trace import State

from .groups import MANY, Group, Grouping, automatic, grouped
from .inks import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paraviz.trace import Lane

    from .view import TraceView

Kind = Literal["lane", "group", "spans", "lock", "counter", "cpu"]
ORDERS = ("start", "name", "running", "waiting")
LaneKey = tuple[int, int, int]
"""Process, thread and birth of a lane: the same in every snapshot of a run."""


class Track(NamedTuple):
    """Something with a row of its own."""

    kind: Kind
    number: int
    """Of the lane, group, lock, counter, CPU: its place in the view."""
    depth: int = 0
    """Of nested spans, how deep; 0 is the outermost."""


FIRST = Track("lane", 0)
"""What is selected before anything is chosen."""


class Arrangement(Struct, frozen=True):
    """What the user did to the rows. Lanes are meant by their keys."""

    grouping: Grouping | None = None
    """None: as `groups.automatic` has it."""
    turned: frozenset[str] = frozenset()
    """Groups that are not as they are by themselves: open where lanes are few, else folded."""
    order: str = "start"
    """One of `ORDERS`."""
    words: str = ""
    """Only lanes whose names have all these words are shown."""
    pinned: tuple[LaneKey, ...] = ()
    """Lanes that stand first and are shown whatever the words."""
    hidden: frozenset[LaneKey] = frozenset()
    unfolded: frozenset[LaneKey] = frozenset()
    """Lanes whose nested spans are shown."""
    resources: bool = True
    """Whether locks and counters are shown."""
    cpus: bool = False
    """Whether CPUs are."""
    names: tuple[tuple[LaneKey, str], ...] = ()
    """What the user calls lanes."""

    def with_turned(self, names: Iterable[str]) -> Arrangement:
        """These groups folded where they are open, and open where they are folded."""
        return replace(self, turned=self.turned ^ frozenset(names))

    def with_hidden(self, keys: Iterable[LaneKey]) -> Arrangement:
        """These lanes not shown either."""
        return replace(self, hidden=self.hidden | frozenset(keys))

    def with_name(self, key: LaneKey, name: str) -> Arrangement:
        """A lane called so; "" for its own name."""
        others = tuple(each for each in self.names if each[0] != key)
        return replace(self, names=(*others, (key, name)) if name else others)

    def labels(self, view: TraceView) -> tuple[str, ...]:
        """The lanes' names, as the user has them."""
        names = dict(self.names)
        lanes = zip(view.trace.lanes, view.own_labels, strict=True)
        return tuple(names.get(lane_key(lane), label) for lane, label in lanes)


def lane_key(lane: Lane) -> LaneKey:
    """What a lane is meant by."""
    return (lane.pid, lane.tid, lane.start_ns)


class Tracks(Struct, frozen=True, eq=False):
    """The rows of a view, arranged."""

    upper: tuple[Track, ...]
    """Workers."""
    lower: tuple[Track, ...]
    """Resources."""
    groups: tuple[Group, ...]
    """What the numbers of group tracks mean."""
    folded: frozenset[int]
    """Numbers of the groups whose lanes are not shown."""

    @property
    def workers(self) -> frozenset[int]:
        """The lanes that are shown, folded or not."""
        alone = (track.number for track in self.upper if track.kind == "lane")
        return frozenset(alone).union(*(group.lanes for group in self.groups))

    @property
    def all(self) -> tuple[Track, ...]:
        """From top to bottom."""
        return self.upper + self.lower

    def same(self, other: Tracks | None) -> bool:
        """Whether there is no difference. (Compared by `==` they are by identity, which is quick
        enough to be asked in every frame.)"""
        return other is not None and (
            (self.upper, self.lower, self.groups, self.folded)
            == (other.upper, other.lower, other.groups, other.folded)
        )

    def nearest(self, track: Track) -> Track:
        """The track itself or, where it is not there, what it is part of, or the last lane before
        it."""
        if track in self.all:
            return track
        if track.kind in ("lane", "spans"):
            lane = Track("lane", track.number)
            if lane in self.upper:
                return lane
            for number in self.folded:
                group = Track("group", number)
                if track.number in self.groups[number].lanes and group in self.upper:
                    return group
            before = [each for each in self.upper if each.kind == "lane" and each < lane]
            if before:
                return max(before)
        return self.all[0] if self.all else FIRST

    def beside(self, track: Track, step: int) -> Track:
        """So many tracks further down."""
        at = self.all.index(self.nearest(track)) + step
        return self.all[min(max(at, 0), len(self.all) - 1)]


def left_out(view: TraceView, tracks: Tracks, wish: Arrangement) -> str:
    """Which workers the user does not want to see, as a few words; "" where all are shown."""
    whole = len(view.trace.lanes)
    if not (wish.words or wish.hidden):
        return ""
    shown = _("{count:,} of {all:,} workers").format(count=len(tracks.workers), all=whole)
    return f"F {shortened(wish.words, 16)}: {shown}" if wish.words else shown


NO_TRACKS = Tracks((), (), (), frozenset())


def arranged(view: TraceView, wish: Arrangement) -> Tracks:
    """The tracks of a view as its user wants them."""
    lanes = view.trace.lanes
    by = automatic(lanes, view.labels) if wish.grouping is None else wish.grouping
    groups = grouped(lanes, view.labels, by)
    folded_first = len(lanes) >= MANY
    folded = {
        number for number, group in enumerate(groups) if folded_first != (group.name in wish.turned)
    }
    shown = _shown(view, wish)
    keys = [lane_key(lane) for lane in lanes]
    pinned = [keys.index(key) for key in wish.pinned if key in keys and key not in wish.hidden]
    group_of = {lane: number for number, group in enumerate(groups) for lane in group.lanes}
    upper: list[Track] = []

    def add(lane: int) -> None:
        upper.append(Track("lane", lane))
        if keys[lane] in wish.unfolded:
            upper.extend(Track("spans", lane, depth) for depth in range(view.nested.depth(lane)))

    for lane in pinned:
        add(lane)
    seen = set()
    for lane in _ordered(view, wish.order, [each for each in shown if each not in pinned]):
        number = group_of.get(lane)
        if number is None:
            add(lane)
        elif number not in seen:
            seen.add(number)
            upper.append(Track("group", number))
            if number not in folded:
                mine = [each for each in groups[number].lanes if each in shown]
                for each in _ordered(view, wish.order, [i for i in mine if i not in pinned]):
                    add(each)
    lower: list[Track] = []
    if wish.resources:
        lower += [Track("lock", number) for number in range(len(view.locks))]
        lower += [Track("counter", number) for number in range(len(view.counters))]
    if wish.cpus:
        lower += [Track("cpu", number) for number in range(len(view.trace.cpus))]
    return Tracks(tuple(upper), tuple(lower), groups, frozenset(folded))


def _shown(view: TraceView, wish: Arrangement) -> set[int]:
    words = wish.words.lower().split()
    return {
        index
        for index, lane in enumerate(view.trace.lanes)
        if all(word in view.labels[index].lower() for word in words)
        and lane_key(lane) not in wish.hidden
    }


def _ordered(view: TraceView, order: str, lanes: list[int]) -> list[int]:
    """What libraries start for their own ends stands last in any order."""
    found = _in_order(view, order, sorted(lanes))
    return sorted(found, key=lambda lane: view.trace.lanes[lane].helper)


def _in_order(view: TraceView, order: str, lanes: list[int]) -> list[int]:
    if order == "name":
        return sorted(lanes, key=lambda lane: _natural(view.labels[lane]))
    if order in ("running", "waiting") and lanes:
        times = view.index.time_in_states(
            np.array([view.trace.start_ns, view.trace.end_ns], np.int64)
        )[:, :, 0]
        if order == "running":
            most = times[State.RUNNING]
        else:
            most = times[State.WAITING_CPU] + times[State.WAITING_GIL] + times[State.WAITING_LOCK]
        return sorted(lanes, key=lambda lane: -int(most[lane]))
    return lanes


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Numbers in a name count as numbers."""
    import re

    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name.lower())
        if part
    ]
