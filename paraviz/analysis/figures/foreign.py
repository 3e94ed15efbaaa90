"""Figures of a trace that another tool made, in words that say no more than it knows: nothing of a
GIL or of locks, and of CPUs only where the kernel told who ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.figures.running import workers
from paraviz.text.durations import duration
from paraviz.text.translation import N_, Phrase, phrase
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.figures.compute import Figures
    from paraviz.trace.model import Trace

_ALL = tuple(state for state in State if state is not State.NOT_ALIVE)


def known_states(trace: Trace) -> tuple[State, ...]:
    """The states that lanes of a trace can have at all."""
    if not trace.is_foreign:
        return _ALL
    if trace.truth == "kernel":
        return State.RUNNING, State.WAITING_CPU, State.BLOCKED
    return State.RUNNING, State.BLOCKED


def foreign_words(figures: Figures) -> dict[str, tuple[str, Phrase]]:
    """The title and the sentence of each figure that would say more; by its name."""
    of_kernel = figures.trace.truth == "kernel"
    told = {
        "states": (N_("states"), _states(figures)),
        "locks": (N_("locks"), phrase("whether anybody waited for a lock is not known")),
    }
    if not figures.queues:
        told["queues"] = N_("queues"), phrase("whether queues were used is not known")
    if not of_kernel:
        ran = phrase("all workers together ran for {length}", length=duration(figures.cpu_ns))
        told["cpu"] = N_("running"), ran
        ceased = int(figures.switches.voluntary.sum() + figures.switches.forced.sum())
        words = phrase("{count:,} time", "{count:,} times", count=ceased)
        told["switches"] = N_("switches"), phrase("workers ceased to run {times}", times=words)
    speedup = figures.tasks_speedup
    if speedup is not None:
        words = phrase(
            "the spans one after another would take {length}, {speedup:.2f} times the wall time",
            length=duration(figures.tasks.own_ns),
            speedup=speedup,
        )
        told["tasks_speedup"] = N_("speed-up of the spans"), words
    return told


def _states(figures: Figures) -> Phrase:
    spent = figures.times[:, workers(figures.trace)].sum(axis=1)
    alive = max(int(spent[State.RUNNING :].sum()), 1)
    running, blocked = (int(spent[state]) / alive for state in (State.RUNNING, State.BLOCKED))
    if figures.trace.truth == "kernel":
        return phrase(
            "of their lives workers ran for {running:.0%}, waited for a CPU for {cpu:.0%}, and were"
            " blocked for {blocked:.0%}",
            running=running,
            cpu=int(spent[State.WAITING_CPU]) / alive,
            blocked=blocked,
        )
    return phrase(
        "of their lives workers ran for {running:.0%}, and were blocked for {blocked:.0%}",
        running=running,
        blocked=blocked,
    )
