"""Search: the events, states and spans of a trace that a query asks for.

A word is met by an event through what it is about, its place in the source, or what it wrote; by a
state through the event or the system call that began it and, while its worker runs, through any
event inside; by a span through its name. What the label of a lane meets, everything in that lane
meets, so that a lane whose label meets all words is a match itself, from its begin to its end, and
of what is in it only what meets a word of its own. Spans that another tool recorded have no events:
they are found among these, by their names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace.histories.spans import nested_spans
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.trace.search.matcher import Bools, Indices, Sought, soughts
from paraviz.trace.search.matches import Gathering, Matches
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paraviz.trace.model import Lane, Spans, States, Times, Trace
    from paraviz.trace.search.query import Query

MATCHES_LIMIT = 5_000_000
"""Matches kept; the first ones."""
_CHUNK = 1 << 16
"""Rows looked at together, so that they stay in the processor's cache."""


def _never() -> bool:
    return False


def find(
    trace: Trace,
    labels: Sequence[str],
    query: Query,
    is_cancelled: Callable[[], bool] = _never,
    limit: int = MATCHES_LIMIT,
) -> Matches | None:
    """All that the query asks for, at most the first `limit` of it; None if it was cancelled, for
    which it asks before each lane. `labels`: what the lanes are called, one a lane."""
    words = soughts(trace, labels, query.words)
    kept = Gathering(limit)
    for index, lane in enumerate(trace.lanes):
        if is_cancelled():
            return None
        search = _InLane(lane, words, [word for word in words if not word.lanes[index]])
        if query.sort == "states":
            kept.add(index, *search.states(query))
        elif query.sort == "spans":
            kept.add(index, *search.spans(query, nested_spans(trace, index)))
        else:
            for starts, ends in search.things():
                kept.add(index, starts, ends)
    return kept.matches()


class _InLane(Struct, frozen=True, eq=False):
    """A search in one lane."""

    lane: Lane
    words: Sequence[Sought]
    """All of them."""
    left: Sequence[Sought]
    """Those that the lane's label does not meet."""

    def things(self) -> Iterator[tuple[Times, Times]]:
        """Begins and ends: of its life, of events, of spans."""
        lane = self.lane
        if not self.left:
            yield np.array([lane.start_ns]), np.array([lane.end_ns])
        times = lane.times[self._events()]
        yield times, times
        if len(lane.spans):
            hits = [word.spans[lane.spans.names] for word in self.left or self.words]
            together = np.logical_and if self.left else np.logical_or
            rows = np.flatnonzero(together.reduce(hits))
            yield lane.spans.starts[rows], lane.spans.ends[rows]

    def _events(self) -> Indices:
        """Rows of the events that meet all words that are left or, where none is, any word."""
        if not self.left:
            hits = [word.met(self.lane) for word in self.words]
            return np.flatnonzero(np.logical_or.reduce(hits))
        rows = np.flatnonzero(self.left[0].met(self.lane))
        for word in self.left[1:]:
            rows = rows[word.met(self.lane, rows)]
        return rows

    def states(self, query: Query) -> tuple[Times, Times]:
        """Begins and ends."""
        states, end_ns = self.lane.states, self.lane.end_ns
        rows = _states_as_long(states, end_ns, query)
        for word in self.left:
            rows = rows[self._states_met(word, rows)]
        return states.starts[rows], _state_ends(states, end_ns, rows)

    def spans(self, query: Query, spans: Spans) -> tuple[Times, Times]:
        """Begins and ends. `spans`: the lane's."""
        lengths = spans.ends - spans.starts
        hits = (lengths >= query.least_ns) & (lengths <= query.most_ns)
        for word in self.left:
            hits &= word.spans[spans.names]
        return spans.starts[hits], spans.ends[hits]

    def _states_met(self, word: Sought, rows: Indices) -> Bools:
        """bool[n]: which of these rows of states meet the word."""
        states = self.lane.states
        causes, kinds = states.causes[rows], states.states[rows]
        hits = np.zeros(len(rows), bool)
        by_event = np.flatnonzero(causes >= 0)
        hits[by_event] = word.met(self.lane, causes[by_event])
        by_call = np.flatnonzero(causes <= SYSCALL_CAUSE)
        hits[by_call] = word.met_by_calls(SYSCALL_CAUSE - causes[by_call])
        runs = np.flatnonzero((kinds == State.RUNNING) & ~hits)
        if len(runs):
            sums = np.concatenate(([0], np.cumsum(word.met(self.lane))))
            ends = _state_ends(states, self.lane.end_ns, rows[runs])
            first = np.searchsorted(self.lane.times, states.starts[rows[runs]])
            hits[runs] = sums[np.searchsorted(self.lane.times, ends)] > sums[first]
        return hits


def _states_as_long(states: States, end_ns: int, query: Query) -> Indices:
    """Rows of the states that the query asks for, words aside."""
    wanted = np.zeros(len(State), bool)
    wanted[[int(state) for state in query.states]] = True
    parts = [np.empty(0, np.int64)]
    for first in range(0, len(states), _CHUNK):
        last = min(first + _CHUNK, len(states))
        lengths = np.diff(states.starts[first : last + 1])
        if last == len(states):
            lengths = np.append(lengths, end_ns - states.starts[-1])
        hits = wanted[states.states[first:last]]
        hits &= lengths >= query.least_ns
        hits &= lengths <= query.most_ns
        parts.append(np.flatnonzero(hits) + first)
    return np.concatenate(parts)


def _state_ends(states: States, end_ns: int, rows: Indices) -> Times:
    """int64[n]: when the states in these rows end."""
    if not len(rows):
        return np.empty(0, np.int64)
    following = np.minimum(rows + 1, len(states) - 1)
    return np.where(rows + 1 < len(states), states.starts[following], end_ns)
