"""What is so with a lock, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import _, ngettext

from .doing import lane_name
from .inks import PLAIN, QUIET, Ink, Piece, Row, joined, worded
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.histories.locks import LockHistory

    from .view import TraceView

NAMED = 4
"""Workers that are named; of more their number is told."""


def lock_sentence(
    view: TraceView, lock: LockHistory, name: Piece, at_ns: int | None
) -> tuple[Row, Row]:
    """Two rows about a lock, at a moment or (None) in the whole run."""
    if at_ns is None:
        return _in_all(view, lock, name)
    waiters = lock.waiters_at(at_ns)
    row = lock.hold_at(at_ns)
    head = (
        worded(_("{lock} is free"), QUIET, lock=name)
        if row < 0
        else _held(view, lock, row, name, at_ns)
    )
    if not waiters:
        return head, [(_("nobody waits"), QUIET)]
    if len(waiters) > NAMED:
        words = ngettext("{count} waits", "{count} wait", len(waiters))
        return head, [(words.format(count=len(waiters)), Ink("lock"))]
    return head, worded(_("waiting: {workers}"), QUIET, workers=workers(view, waiters))


def workers(view: TraceView, lanes: Sequence[int]) -> Row:
    """Their names."""
    return joined([[lane_name(view, lane)] for lane in lanes], ", ")


def times(count: int) -> Piece:
    """How often."""
    words = ngettext("{count:,} time", "{count:,} times", count)
    return words.format(count=count), PLAIN


def copied_locked(view: TraceView, lock: LockHistory) -> Row:
    """How a lock was copied locked: who held the original at the fork."""
    words = _("copied locked at the fork from {worker}, which this process does not have")
    if int(lock.holders[0]) != lock.copied_from:
        words = _("copied locked at the fork, when {worker} held it")
    return worded(words, QUIET, worker=lane_name(view, lock.copied_from))


def _in_all(view: TraceView, lock: LockHistory, name: Piece) -> tuple[Row, Row]:
    words = _("{lock} was taken {times}")
    if lock.is_signal:
        words = _("{lock} was taken {times} · a signal: others let go of it than those who take it")
    facts = worded(
        _("{times} somebody waited · {time} in all · at most {longest}"),
        QUIET,
        times=times(lock.contended),
        time=_time(lock.wait_ns),
        longest=_time(lock.longest_wait_ns),
    )
    head = worded(words, QUIET, lock=name, times=times(lock.acquisitions))
    if lock.copied_from >= 0:
        head += [(" · ", QUIET), *copied_locked(view, lock)]
    return head, facts if lock.contended else [(_("nobody had to wait"), QUIET)]


def _held(view: TraceView, lock: LockHistory, row: int, name: Piece, at_ns: int) -> Row:
    """Who holds it. Nobody owns a signal: who took it last, and who lets go of it."""
    words, end = _("{lock} is held by {worker} since {time}, until {end}"), int(lock.hold_ends[row])
    other = int(lock.releasers[row])
    if row == 0 and lock.copied_from >= 0:
        copied = copied_locked(view, lock)
        return worded(_("{lock} was {copied}"), QUIET, lock=name, copied=copied)
    if lock.is_signal and other < 0:
        words = _("{lock} was taken by {worker} at {time}, and nobody has let go of it since")
    elif lock.is_signal:
        words = _("{lock} was taken by {worker} at {time}, {other} lets go of it at {end}")
    elif 0 <= lock.lost_ns <= at_ns:
        words = _("{lock} is held by {worker} since {time}, which ended at {end}")
        end = lock.lost_ns
    return worded(
        words,
        QUIET,
        lock=name,
        worker=lane_name(view, int(lock.holders[row])),
        other=lane_name(view, other) if other >= 0 else [],
        time=_time(int(lock.hold_starts[row])),
        end=_time(end),
    )


def _time(ns: int) -> Piece:
    return time_text(ns), PLAIN
