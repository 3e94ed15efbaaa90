"""Why a worker waits, in inked words: who holds it up, who ends that, and who holds those up."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import _
from paraviz.trace import State
from paraviz.trace.causality.deadlocks import deadlock_at
from paraviz.trace.causality.wait_chain import (
    Holder,
    chain,
    circle,
    ending_edge,
    holders_at,
    told_by,
)
from paraviz.trace.histories.gil import gil_holder_at

from .doing import at_line, at_place, doing, lane_name, last_seen
from .inks import PLAIN, QUIET, Ink, Row, joined, worded
from .lock_words import copied_locked
from .spans import Span, span_at, whole_at
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.causality.edges import Edge
    from paraviz.trace.histories.locks import LockHistory

    from .view import TraceView

_HOLDERS = 3
"""Of those that hold permits of a semaphore so many are named."""


def blame(view: TraceView, span: Span, at_ns: int) -> Row:
    """Who keeps the worker from running."""
    if span.state is State.WAITING_LOCK:
        if copied := _copied(view, span, at_ns):
            return copied
        holders = _holders(view, span, at_ns)
        if not holders:
            return []
        if holders[-1].lane_index == span.lane_index:
            return _own(view, holders[-1], at_ns)
        return [*_held(view, holders, at_ns), *_circle(view, span.lane_index, at_ns)]
    if span.state is State.WAITING_GIL:
        holder = gil_holder_at(view.trace, span.lane_index, at_ns)
        if holder >= 0:
            return worded(_("held by {worker}"), QUIET, worker=lane_name(view, holder))
    return []


def relief(view: TraceView, span: Span, edges: Sequence[Edge]) -> Row:
    """Who ends the wait, and in which line."""
    if span.state not in (State.WAITING_LOCK, State.BLOCKED):
        return []
    edge = ending_edge(edges, span.lane_index, span.end_ns)
    if edge is None or edge.kind == "join":
        return []
    words = _("released by {worker} at {time}")
    if edge.kind != "wake" or span.state is State.BLOCKED:
        words = _("ended by {worker} at {time}")
    time = time_text(edge.from_ns), PLAIN
    row = worded(words, QUIET, worker=lane_name(view, edge.from_lane), time=time)
    cause = int(np.searchsorted(view.trace.lanes[edge.from_lane].times, edge.from_ns))
    return row + at_line(view, edge.from_lane, cause)


def edges_at(view: TraceView, lane_index: int, at_ns: int) -> tuple[Edge, ...]:
    """What may end the wait that a worker is in, where the edges are known already."""
    if not view.edges.are_known:
        return ()
    span = whole_at(view.trace, lane_index, at_ns)
    until = told_by(view.trace.lanes[lane_index], span.end_ns)
    return view.edges.touching(lane_index, span.start_ns, until + 1)


def beyond(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """ "b ← a ← c runs": where whom the worker waits for waits as well, until one does not. Edges
    count where they are known already."""
    edges = view.edges if view.edges.are_known else None
    steps = chain(view.trace, view.locks, edges, lane_index, at_ns)
    if len(steps) < 2:
        return []
    if found := circle(lane_index, steps):
        return deadlocked(view, lane_index, found, at_ns)
    row: Row = []
    for step in steps:
        row += [*([(" ← ", QUIET)] if row else []), lane_name(view, step.lane_index)]
    if ended := _ended(view, steps[-1].lane_index, at_ns):
        return [*row, (", ", QUIET), *ended]
    span = span_at(view.trace, steps[-1].lane_index, at_ns)
    row += [(" ", QUIET), *doing(view, span)]
    seen = at_place(view, span)
    return row + (seen or last_seen(view, span.lane_index, at_ns))


def deadlocked(view: TraceView, lane_index: int, found: Sequence[int], at_ns: int) -> Row:
    """ "deadlock: a waits for b, b waits for a", where the sentence does not say it by the locks.
    `found`: its lanes, each waiting for the next one."""
    known = deadlock_at(view.deadlocks, at_ns)
    if known is not None and lane_index in known.lanes:
        return []
    row: Row = [(_("deadlock"), Ink("error", mood="bold"))]
    if len(found) == 1:
        row.append((": ", QUIET))
        words = _("{worker} waits for itself")
        return row + worded(words, QUIET, worker=lane_name(view, found[0]))
    for one, other in pairwise((*found, found[0])):
        row.append((": " if len(row) == 1 else ", ", QUIET))
        row += worded(
            _("{worker} waits for {other}"),
            QUIET,
            worker=lane_name(view, one),
            other=lane_name(view, other),
        )
    return row


def _holders(view: TraceView, span: Span, at_ns: int) -> list[Holder]:
    """Who holds the lock that is waited for: of a semaphore all, of a lock the last to get it."""
    lock = _wanted(view, span)
    if lock is None or lock.is_signal:
        return []
    holders = holders_at(lock, at_ns)
    kind = view.trace.objects[lock.object_index].kind
    return holders if kind.endswith("Semaphore") else holders[-1:]


def _wanted(view: TraceView, span: Span) -> LockHistory | None:
    """The lock that is waited for."""
    obj = int(view.trace.lanes[span.lane_index].objects[span.cause]) if span.cause >= 0 else -1
    return next((each for each in view.locks if each.object_index == obj), None)


def _copied(view: TraceView, span: Span, at_ns: int) -> Row:
    """That what is waited for was copied locked, so that nobody lets go of it."""
    lock = _wanted(view, span)
    if lock is None or not lock.is_copied_at(at_ns):
        return []
    return copied_locked(view, lock)


def _own(view: TraceView, holder: Holder, at_ns: int) -> Row:
    """Of a worker that waits for what it took itself: whether it can ever get it."""
    since = (time_text(holder.since_ns), PLAIN)
    found = deadlock_at(view.deadlocks, at_ns)
    if found is None or found.lanes != (holder.lane_index,):
        return worded(_("which it took itself at {time}"), QUIET, time=since)
    length = (time_text(at_ns - holder.since_ns), PLAIN)
    lane = view.trace.lanes[holder.lane_index]
    row = int(np.searchsorted(lane.times, holder.since_ns))
    return [
        *worded(_("held by itself for {length} (since {time})"), QUIET, length=length, time=since),
        *at_line(view, holder.lane_index, row),
        (" · ", QUIET),
        (_("deadlock"), Ink("error", mood="bold")),
        (": ", QUIET),
        *worded(_("it waits for itself"), QUIET),
    ]


def _held(view: TraceView, holders: Sequence[Holder], at_ns: int) -> Row:
    facts = [
        worded(
            _("held by {worker} for {length} (since {time})")
            if not place
            else _("by {worker} for {length} (since {time})"),
            QUIET,
            worker=lane_name(view, holder.lane_index),
            length=(time_text(at_ns - holder.since_ns), PLAIN),
            time=(time_text(holder.since_ns), PLAIN),
        )
        for place, holder in enumerate(holders[:_HOLDERS])
    ]
    ended = _ended(view, holders[-1].lane_index, at_ns)
    if len(holders) == 1 and ended:
        facts.append(ended)
    more = len(holders) - _HOLDERS
    if more > 0:
        facts.append([(_("… and {count:,} more").format(count=more), QUIET)])
    return joined(facts, ", ")


def _ended(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """When a worker ended that keeps a lock; nothing while it lives."""
    end_ns = view.trace.lanes[lane_index].end_ns
    if at_ns < end_ns:
        return []
    return worded(_("which ended at {time}"), QUIET, time=(time_text(end_ns), PLAIN))


def _circle(view: TraceView, lane_index: int, at_ns: int) -> Row:
    """The rest of a deadlock that the worker is part of: who waits for whom, back to it."""
    found = deadlock_at(view.deadlocks, at_ns)
    if found is None or lane_index not in found.lanes:
        return []
    first = found.lanes.index(lane_index) + 1
    lanes = (*found.lanes[first:], *found.lanes[:first])
    objects = (*found.objects[first:], *found.objects[:first])
    row: Row = [(" · ", QUIET), (_("deadlock"), Ink("error", mood="bold"))]
    for lane, wanted in zip(lanes[:-1], objects[:-1], strict=True):
        row.append((": " if lane == lanes[0] else ", ", QUIET))
        row += worded(
            _("{worker} waits for {lock}"),
            QUIET,
            worker=lane_name(view, lane),
            lock=(view.trace.objects[wanted].name, PLAIN),
        )
    return row
