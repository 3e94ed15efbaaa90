"""The spans of one lane of a foreign Chrome trace: pairing begins with ends, and nesting.

Spans of one thread must nest, says the format; rounded times break that by nanoseconds, and some
tracers do not care, nor do async spans. Those that do not nest stand below each other.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paraviz.trace.model import Spans, no_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Refs, Times

DEEPEST = np.iinfo(np.uint16).max
_FEW = 32
"""So many spans are gone through one by one in less time than NumPy needs to begin."""


class Loose(NamedTuple):
    """Spans in any order that may overlap."""

    starts: Times
    """int64[k]"""
    ends: Times
    """int64[k]: not before their starts."""
    names: Refs
    """int32[k]"""


def paired(is_begin: NDArray[np.bool_], ts: Times, names: Refs, end_ns: int) -> Loose:
    """The spans of a lane's `B` and `E`, which stand in their order in time.

    An `E` closes the last `B` that is open, of its name where it has one and such a one is; it
    counts for nothing where none is open, and a `B` without an `E` lasts to `end_ns`. The name
    of an `E` without one is -1.
    """
    total = np.cumsum(np.where(is_begin, 1, -1))
    # Each E too many lowers the floor on which the depth is counted.
    depth = total - np.minimum(np.minimum.accumulate(total), 0) if len(total) else total
    before = np.concatenate(([0], depth[:-1])) if len(depth) else depth
    level = np.where(is_begin, before, depth)
    level[~is_begin & (before == 0)] = -1
    order = np.argsort(level, kind="stable")
    order = order[level[order] >= 0]
    # Within one level begins and ends take turns.
    opening = is_begin[order]
    begins = order[opening]
    follows = np.append(~opening[1:] & (level[order[1:]] == level[order[:-1]]), False)[opening]
    ends = np.full(len(begins), end_ns, np.int64)
    closing = order[np.flatnonzero(opening)[follows] + 1]
    told = names[closing]
    if ((told >= 0) & (told != names[begins[follows]])).any():
        return _paired_by_name(is_begin, ts, names, end_ns)
    ends[follows] = ts[closing]
    return Loose(ts[begins], ends, names[begins])


def _paired_by_name(is_begin: NDArray[np.bool_], ts: Times, names: Refs, end_ns: int) -> Loose:
    """The same one by one: spans that begin and end in turns do not nest."""
    waiting: list[tuple[int, int]] = []
    spans: list[tuple[int, int, int]] = []
    for begins, at, name in zip(is_begin.tolist(), ts.tolist(), names.tolist(), strict=True):
        if begins:
            waiting.append((name, at))
        elif waiting:
            place = _last(waiting, name)
            known, since = waiting.pop(place)
            spans.append((since, at, known))
    spans += [(since, end_ns, name) for name, since in waiting]
    starts, ends, known_names = zip(*spans, strict=True)
    return Loose(
        np.array(starts, np.int64), np.array(ends, np.int64), np.array(known_names, np.int32)
    )


def _last(waiting: list[tuple[int, int]], name: int) -> int:
    """The place of the last one of a name, of the last of all where there is none or no name."""
    if name >= 0:
        for place in range(len(waiting) - 1, -1, -1):
            if waiting[place][0] == name:
                return place
    return len(waiting) - 1


def paired_by_key(
    is_open: NDArray[np.bool_], ts: Times, keys: NDArray[np.int64], names: Refs, lanes: Refs
) -> tuple[NDArray[np.int64], Times]:
    """Which rows open spans, in the order of their ends, and those ends; an event closes the last
    one of its key that is open, of its name and its lane's process where there is such a one. What
    is never closed lasts to the last of `ts`. `lanes`: whatever numbers processes."""
    waiting: dict[int, list[tuple[int, int, int]]] = {}
    opened, ends = [], []
    columns = (column.tolist() for column in (is_open, ts, keys, names, lanes))
    for row, (opens, at, key, name, lane) in enumerate(zip(*columns, strict=True)):
        if opens:
            waiting.setdefault(key, []).append((row, name, lane))
        elif before := waiting.get(key):
            opened.append(before.pop(_fitting(before, name, lane))[0])
            ends.append(at)
    for before in waiting.values():
        opened += [row for row, _, _ in before]
        ends += [int(ts[-1])] * len(before)
    return np.array(opened, np.int64), np.array(ends, np.int64)


def _fitting(waiting: list[tuple[int, int, int]], name: int, lane: int) -> int:
    """The place of the last one that fits best: by name, then by process."""
    if len(waiting) == 1:
        return 0

    def fits(place: int) -> tuple[bool, bool, int]:
        _, its_name, its_lane = waiting[place]
        return name in (-1, its_name), lane == its_lane, place

    return max(range(len(waiting)), key=fits)


def nested(parts: Sequence[Loose]) -> Spans:
    """All spans of a lane as `Spans`: sorted, no deeper than `DEEPEST`."""
    if not parts:
        return no_spans()
    starts, ends, names = parts[0] if len(parts) == 1 else _together(parts)
    order = np.argsort(starts, kind="stable")
    sorted_starts, sorted_ends = starts[order], ends[order]
    same_start = sorted_starts[1:] == sorted_starts[:-1]
    if (same_start & (sorted_ends[1:] > sorted_ends[:-1])).any():
        order = np.lexsort((-ends, starts))
        sorted_starts, sorted_ends = starts[order], ends[order]
    depths = _depths(sorted_starts, sorted_ends)
    return Spans(sorted_starts, sorted_ends, depths, names[order])


def _together(parts: Sequence[Loose]) -> Loose:
    return Loose(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _depths(starts: Times, ends: Times) -> NDArray[np.uint16]:
    """How deep each span lies; the starts do not decrease."""
    if (starts[1:] >= ends[:-1]).all():
        # One after the other, as in most lanes where there are many.
        return np.zeros(len(starts), np.uint16)
    if len(starts) <= _FEW:
        depths = _lowest_free(starts, ends)
    else:
        depths = _open_before(starts, ends)
        if _overlap(starts, ends, depths):
            depths = _lowest_free(starts, ends)
    return np.minimum(depths, DEEPEST).astype(np.uint16)


def _open_before(starts: Times, ends: Times) -> NDArray[np.int64]:
    """How many earlier spans are still open when each begins."""
    lasting = ends > starts
    # Two sorted runs: a stable sort merges them, which is quicker than to search in one of them.
    # What ends at a moment stands before what begins then.
    closing = np.sort(ends[lasting])
    merged = np.argsort(np.concatenate((closing, starts)), kind="stable")
    closed = np.flatnonzero(merged >= len(closing)) - np.arange(len(starts))
    # Those without a length close at once, and only earlier ones count.
    momentary: NDArray[np.int64] = np.cumsum(~lasting) - ~lasting
    return np.arange(len(starts)) - closed - momentary


def _overlap(starts: Times, ends: Times, depths: NDArray[np.int64]) -> bool:
    """Whether any two of the same depth overlap; True as well where they are too deep."""
    if int(depths.max(initial=0)) > DEEPEST:
        return True
    order = np.argsort(depths.astype(np.uint16), kind="stable")
    too_early = starts[order[1:]] < ends[order[:-1]]
    return bool((too_early & (depths[order[1:]] == depths[order[:-1]])).any())


def _lowest_free(starts: Times, ends: Times) -> NDArray[np.int64]:
    """For each span the lowest depth that no earlier one takes while it begins."""
    depths = []
    taken: list[tuple[int, int]] = []
    free: list[int] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        while taken and taken[0][0] <= start:
            heappush(free, heappop(taken)[1])
        # Together they are all depths there have been.
        depth = heappop(free) if free else len(taken)
        depths.append(depth)
        heappush(taken, (end, depth))
    return np.array(depths, np.int64)
