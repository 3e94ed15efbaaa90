"""From samples to calls: a function that is on the stack at one look and at the next was there in
between, as far as anybody knows."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from paraviz.formats.gecko.tables import NONE, Samples, Stacks

DEEPEST = 2_000
"""Calls of a stack that are drawn, from the bottom."""
_APART = 5
"""Looks that are so many times as far apart as most: nobody looked between them."""


class Tree:
    """Stacks by the names on them, whatever the lines."""

    def __init__(self, stacks: Stacks) -> None:
        self.parents: list[int] = []
        self.names: list[str] = []
        self.depths: list[int] = []
        self._rows: dict[tuple[int, str], int] = {}
        self._of: list[int] = []
        for prefix, name in zip(stacks.prefixes, stacks.names, strict=True):
            self._of.append(self._node(self._of[prefix] if prefix != NONE else NONE, name))

    def _node(self, parent: int, name: str) -> int:
        depth = self.depths[parent] + 1 if parent != NONE else 1
        if depth > DEEPEST:
            return parent
        node = self._rows.get((parent, name))
        if node is None:
            node = self._rows[parent, name] = len(self.names)
            self.parents.append(parent)
            self.names.append(name)
            self.depths.append(depth)
        return node

    def of(self, stack: int) -> int:
        """The node of a stack; -1 for none."""
        return self._of[stack] if stack != NONE else NONE

    def path(self, node: int, above: int) -> list[int]:
        """The nodes from `above`, which is not among them, up to one."""
        found = []
        while node not in (NONE, above):
            found.append(node)
            node = self.parents[node]
        return found[::-1]

    def common(self, one: int, other: int) -> int:
        """The highest node beneath both; -1 for none."""
        while one != other:
            if one == NONE or other == NONE:
                return NONE
            if self.depths[one] >= self.depths[other]:
                one = self.parents[one]
            else:
                other = self.parents[other]
        return one


def stretches(samples: Samples, interval_ms: float) -> list[tuple[float, float, int]]:
    """Begin, end and stack of what each look says: it holds up to the next one, but not where
    that is far off. The last one holds as long as most do."""
    times = samples.times
    gaps = sorted(later - at for at, later in pairwise(times) if later > at)
    usual = interval_ms if interval_ms > 0 else (median(gaps) if gaps else 0.0)
    most = max(usual, median(gaps) if gaps else 0.0) * _APART
    found = []
    for place, (at, stack) in enumerate(zip(times, samples.stacks, strict=True)):
        following = times[place + 1] if place + 1 < len(times) else at + usual
        found.append((at, following if following - at <= most else at + usual, stack))
    return found


def calls(
    tree: Tree, looks: list[tuple[float, float, int]], limit: int
) -> list[tuple[float, float, str]]:
    """Begin, end and name of each call, callers before whom they call; `limit` at most, and one
    more where there are more."""
    found: list[tuple[float, float, str]] = []
    open_calls: list[int] = []
    current, last = NONE, 0.0
    for begin, end, stack in looks:
        node = tree.of(stack)
        kept = tree.common(current, node) if begin <= last else NONE
        depth = tree.depths[kept] if kept != NONE else 0
        for place in open_calls[depth:]:
            found[place] = found[place][0], last, found[place][2]
        del open_calls[depth:]
        for each in tree.path(node, kept):
            open_calls.append(len(found))
            found.append((begin, begin, tree.names[each]))
        if len(found) > limit:
            return found[: limit + 1]
        current, last = node, end
    for place in open_calls:
        found[place] = found[place][0], last, found[place][2]
    return found
