"""What is so with a lock, a counter, a CPU or a group of workers, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import _, localized, percent
from paraviz.trace import State

from .doing import lane_name, state_verb
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Piece, Row, worded
from .lock_words import NAMED, lock_sentence, times, workers
from .names import label
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tracks import Track, Tracks
    from .view import TraceView

_BOLD = Ink("text", mood="bold")


def track_sentence(
    view: TraceView, tracks: Tracks, track: Track, at_ns: int | None
) -> tuple[Row, Row]:
    """Two rows about a track that is no lane, at a moment or (None) in the whole run."""
    number = track.number
    name: Piece = (label(view, tracks, track)[2:], _BOLD)
    if track.kind == "group":
        return _group(view, tracks.groups[number].lanes, name, at_ns)
    if track.kind == "lock":
        return lock_sentence(view, view.locks[number], name, at_ns)
    if track.kind == "counter":
        return _counter(view, number, name, at_ns)
    return _cpu(view, number, name, at_ns)


def _group(
    view: TraceView, lanes: Sequence[int], name: Piece, at_ns: int | None
) -> tuple[Row, Row]:
    trace = view.trace
    if at_ns is None:
        edges = np.array([trace.start_ns, trace.end_ns], np.int64)
        spent = view.index.together(edges, lanes)[:, 0]
        average = spent[State.RUNNING] / max(trace.end_ns - trace.start_ns, 1)
        told: Piece = (localized(f"{average:.2f}"), PLAIN)
        head = worded(_("{group}: on average {count} run at once"), QUIET, group=name, count=told)
        return head, _fold_hint()
    added = view.index.added_up(lanes)
    if added is not None:
        counts, running = added.counts_at(at_ns), added.running_at(at_ns)
    else:
        moment = np.array([at_ns, at_ns + 1], np.int64)
        states = view.index.in_columns(moment, lanes).begins[:, 0]
        counts = np.bincount(states, minlength=len(State))
        running = [lanes[row] for row in np.flatnonzero(states == State.RUNNING).tolist()]
    head = [name]
    for state in (each for each in State if counts[each] and each is not State.NOT_ALIVE):
        words = f"{counts[state]} {state_verb(view.trace, state)}"
        head += [(" · ", QUIET), (words, Ink(STATE_TONES[state] or "text"))]
    return head, workers(view, running) if 0 < len(running) <= NAMED else _fold_hint()


def _fold_hint() -> Row:
    return [(_("x folds and unfolds it"), QUIET)]


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
        changes = times(len(values))
        return worded(_("{name} changed {times}"), QUIET, name=name, times=changes), extent
    value = plot.value(at_ns)
    if value is None:
        return worded(_("{name} has no value yet"), QUIET, name=name), extent
    row = int(np.searchsorted(plot.counter.times, at_ns, "right")) - 1
    since = int(plot.counter.times[row])
    head = worded(
        _("{name} has been {value} for {length} (since {time})"),
        QUIET,
        name=name,
        value=_number(value),
        length=_time(at_ns - since),
        time=_time(since),
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
        return head, worded(_("{times} a thread came"), QUIET, times=times(len(cpu.starts)))
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


def _time(ns: int) -> Piece:
    return time_text(ns), PLAIN


def _number(value: float) -> Piece:
    return localized(f"{value:,.0f}" if value.is_integer() else f"{value:.4g}"), PLAIN
