"""What is so with a lock, a counter, a CPU or a group of workers, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace import State
from paraviz.words import _, localized, ngettext, percent

from .doing import STATE_VERBS, lane_name
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, joined, worded
from .names import label
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.locks import LockHistory

    from .tracks import Track, Tracks
    from .view import TraceView

_BOLD = Ink("text", mood="bold")
_NAMED = 4
"""Workers that are named; of more their number is told."""


def track_sentence(
    view: TraceView, tracks: Tracks, track: Track, at_ns: int | None
) -> tuple[Row, Row]:
    """Two rows about a track that is no lane, at a moment or (None) in the whole run."""
    number = track.number
    name: Piece = (label(view, tracks, track)[2:], _BOLD)
    if track.kind == "group":
        return _group(view, tracks.groups[number].lanes, name, at_ns)
    if track.kind == "lock":
        return _lock(view, view.locks[number], name, at_ns)
    if track.kind == "counter":
        return _counter(view, number, name, at_ns)
    return _cpu(view, number, name, at_ns)


def _group(
    view: TraceView, lanes: Sequence[int], name: Piece, at_ns: int | None
) -> tuple[Row, Row]:
    trace = view.trace
    if at_ns is None:
        edges = np.array([trace.start_ns, trace.end_ns], np.int64)
        times = view.index.time_in_states(edges, lanes)[:, :, 0].sum(axis=1)
        average = times[State.RUNNING] / max(trace.end_ns - trace.start_ns, 1)
        told: Piece = (localized(f"{average:.2f}"), PLAIN)
        head = worded(_("{group}: on average {count} run at once"), QUIET, group=name, count=told)
        return head, _fold_hint()
    states = view.index.in_columns(np.array([at_ns, at_ns + 1], np.int64), lanes).begins[:, 0]
    counts = np.bincount(states, minlength=len(State))
    head = [name]
    for state in (each for each in State if counts[each] and each is not State.NOT_ALIVE):
        words = f"{counts[state]} {_(STATE_VERBS[state])}"
        head += [(" · ", QUIET), (words, Ink(STATE_TONES[state] or "text"))]
    running = [lane for lane, state in zip(lanes, states, strict=True) if state == State.RUNNING]
    return head, _workers(view, running) if 0 < len(running) <= _NAMED else _fold_hint()


def _fold_hint() -> Row:
    return [(_("x folds and unfolds it"), QUIET)]


def _lock(view: TraceView, lock: LockHistory, name: Piece, at_ns: int | None) -> tuple[Row, Row]:
    if at_ns is None:
        head = worded(
            _("{lock} was taken {times}"), QUIET, lock=name, times=_times(lock.acquisitions)
        )
        facts = worded(
            _("{times} somebody waited · {time} in all · at most {longest}"),
            QUIET,
            times=_times(lock.contended),
            time=_time(lock.wait_ns),
            longest=_time(lock.longest_wait_ns),
        )
        return head, facts if lock.contended else [(_("nobody had to wait"), QUIET)]
    holder = lock.holder_at(at_ns)
    if holder < 0:
        head = worded(_("{lock} is free"), QUIET, lock=name)
    else:
        row = int(np.searchsorted(lock.hold_starts, at_ns, "right")) - 1
        words, end = _("{lock} is held by {worker} since {time}, until {end}"), lock.hold_ends[row]
        if 0 <= lock.lost_ns <= at_ns:
            words = _("{lock} is held by {worker} since {time}, which ended at {end}")
            end = lock.lost_ns
        head = worded(
            words,
            QUIET,
            lock=name,
            worker=lane_name(view, holder),
            time=_time(int(lock.hold_starts[row])),
            end=_time(int(end)),
        )
    waiters = lock.waiters_at(at_ns)
    if not waiters:
        return head, [(_("nobody waits"), QUIET)]
    if len(waiters) > _NAMED:
        words = ngettext("{count} waits", "{count} wait", len(waiters))
        return head, [(words.format(count=len(waiters)), Ink("lock"))]
    return head, worded(_("waiting: {workers}"), QUIET, workers=_workers(view, waiters))


def _counter(view: TraceView, number: int, name: Piece, at_ns: int | None) -> tuple[Row, Row]:
    plot = view.counters[number]
    values = plot.counter.values
    extent = worded(
        _("between {low} and {high} in the whole run"),
        QUIET,
        low=_number(float(values.min(initial=plot.high))),
        high=_number(plot.high),
    )
    if at_ns is None:
        changes = _times(len(values))
        return worded(_("{name} changed {times}"), QUIET, name=name, times=changes), extent
    value = plot.value(at_ns)
    if value is None:
        return worded(_("{name} has no value yet"), QUIET, name=name), extent
    row = int(np.searchsorted(plot.counter.times, at_ns, "right")) - 1
    since = _time(int(plot.counter.times[row]))
    head = worded(
        _("{name} is {value} since {time}"), QUIET, name=name, value=_number(value), time=since
    )
    return head, extent


def _cpu(view: TraceView, number: int, name: Piece, at_ns: int | None) -> tuple[Row, Row]:
    cpu = view.cpus[number]
    if at_ns is None:
        life = max(view.trace.end_ns - view.trace.start_ns, 1)
        share = percent(int(cpu.sums[-1]), life)
        head = worded(
            _("{cpu} ran the program {share} of the time"), QUIET, cpu=name, share=(share, PLAIN)
        )
        return head, worded(_("{times} a thread came"), QUIET, times=_times(len(cpu.starts)))
    row = cpu.at(at_ns)
    if row is None:
        return worded(_("{cpu} has nothing of this program to do"), QUIET, cpu=name), []
    lane = int(cpu.whats[row])
    who = lane_name(view, lane) if lane >= 0 else (_("a thread without a lane"), PLAIN)
    head = worded(
        _("{cpu} runs {worker} since {time}, until {end}"),
        QUIET,
        cpu=name,
        worker=who,
        time=_time(int(cpu.starts[row])),
        end=_time(int(cpu.ends[row])),
    )
    return head, []


def _workers(view: TraceView, lanes: Sequence[int]) -> Row:
    return joined([[lane_name(view, lane)] for lane in lanes], ", ")


def _time(ns: int) -> Piece:
    return time_text(ns), PLAIN


def _times(count: int) -> Piece:
    words = ngettext("{count:,} time", "{count:,} times", count)
    return words.format(count=count), PLAIN


def _number(value: float) -> Piece:
    return localized(f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"), PLAIN
