"""The figures one by one: what each is called, its values, and what it means in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from paraviz.analysis.figures.foreign import foreign_words
from paraviz.analysis.figures.running import workers
from paraviz.text.durations import duration
from paraviz.text.translation import N_, Phrase, phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.inferences import inferred
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.figures.compute import Figures

Unit = Literal["ns", "workers", "times", "switches", "index", "items", "share"]
Value = int | float | None


class Figure(Struct, frozen=True):
    """One of the figures."""

    name: str
    """For machines."""
    title: str
    """English, marked to be translated."""
    values: tuple[tuple[str, Value], ...]
    """(name, value): the most important one first; None where there is nothing to measure."""
    unit: Unit
    """What its first value counts; one whose name ends in `_ns` is in ns."""
    phrase: Phrase
    """One sentence: what it is, and what it says here."""


def explained(figures: Figures) -> tuple[Figure, ...]:
    """All figures, in the order in which they are shown."""
    told = (
        _wall(figures),
        _cpu(figures),
        _parallelism(figures),
        _speedup(figures),
        _tasks_speedup(figures),
        _switches(figures),
        _states(figures),
        _fairness(figures),
        _critical_path(figures),
        _locks(figures),
        _tasks(figures),
        _queues(figures),
    )
    if figures.trace.is_foreign:
        words = foreign_words(figures)
        return tuple(
            replace(each, title=words[each.name][0], phrase=words[each.name][1])
            if each.name in words
            else each
            for each in told
        )
    if not figures.trace.is_inferred:
        return told
    return tuple(
        replace(each, phrase=inferred(each.phrase)) if each.name in _OF_STATES else each
        for each in told
    )


_OF_STATES = frozenset(
    (
        *("cpu", "parallelism", "speedup", "tasks_speedup", "switches", "states", "fairness"),
        "critical_path",
    )
)
"""Those that go by when workers ran."""


def _wall(figures: Figures) -> Figure:
    wall = figures.wall_ns
    told = phrase("{length} from begin to end by the clock", length=duration(wall))
    return Figure("wall", N_("wall time"), (("wall_ns", wall),), "ns", told)


def _cpu(figures: Figures) -> Figure:
    words = N_("all workers together ran on CPUs for {length}")
    if figures.trace.is_inferred:
        words = N_("all workers together ran on CPUs for at most {length}")
    told = phrase(words, length=duration(figures.cpu_ns))
    return Figure("cpu", N_("CPU time"), (("cpu_ns", figures.cpu_ns),), "ns", told)


def _parallelism(figures: Figures) -> Figure:
    found = figures.parallelism
    at_once = int(found.by_count[2:].sum()) / figures.wall_ns if figures.wall_ns else 0.0
    told = phrase(
        "{average:.2f} workers ran at once on average, {most:,} at most, "
        "at least two for {share:.0%} of the time",
        average=found.average,
        most=found.most,
        share=at_once,
    )
    values = (("average", found.average), ("most", found.most), ("two_or_more", at_once))
    return Figure("parallelism", N_("parallelism"), values, "workers", told)


def _speedup(figures: Figures) -> Figure:
    told = phrase(
        "running one after another would take {speedup:.2f} times the wall time",
        speedup=figures.speedup,
    )
    return Figure("speedup", N_("speed-up"), (("speedup", figures.speedup),), "times", told)


def _tasks_speedup(figures: Figures) -> Figure:
    speedup = figures.tasks_speedup
    told = phrase("no tasks to compare the wall time with")
    if speedup is not None:
        told = phrase(
            "the tasks one after another would take {length}, {speedup:.2f} times the wall time, "
            "if none waited for a CPU, for the GIL or for a lock",
            length=duration(figures.tasks.own_ns),
            speedup=speedup,
        )
    values = (("speedup", speedup), ("parts_ns", figures.tasks.own_ns))
    return Figure("tasks_speedup", N_("speed-up of the tasks"), values, "times", told)


def _switches(figures: Figures) -> Figure:
    voluntary, forced = int(figures.switches.voluntary.sum()), int(figures.switches.forced.sum())
    words = N_(
        "workers ceased to run {voluntary} because they had to wait and {forced} because another "
        "one got the CPU"
    )
    if figures.trace.truth == "inferred" and not forced:
        words = N_(
            "workers ceased to run {voluntary} because they had to wait; how often another one got "
            "the CPU only the operating system could tell"
        )
    told = phrase(words, voluntary=_times(voluntary), forced=_times(forced))
    values = (("voluntary", voluntary), ("forced", forced))
    return Figure("switches", N_("context switches"), values, "switches", told)


def _times(count: int) -> Phrase:
    return phrase("{count:,} time", "{count:,} times", count=count)


def _states(figures: Figures) -> Figure:
    spent = figures.times[:, workers(figures.trace)].sum(axis=1)
    alive = max(int(spent[State.RUNNING :].sum()), 1)
    share = {state: int(spent[state]) / alive for state in State if state is not State.NOT_ALIVE}
    told = phrase(
        "of their lives workers ran for {running:.0%}, waited for a CPU for {cpu:.0%}, for the GIL "
        "for {gil:.0%}, for locks for {locks:.0%}, and were blocked for {blocked:.0%}",
        running=share[State.RUNNING],
        cpu=share[State.WAITING_CPU],
        gil=share[State.WAITING_GIL],
        locks=share[State.WAITING_LOCK],
        blocked=share[State.BLOCKED],
    )
    values = tuple((state.name.lower(), each) for state, each in share.items())
    return Figure("states", N_("states"), values, "share", told)


def _fairness(figures: Figures) -> Figure:
    found = figures.fairness
    told = phrase("nobody ran, so there is nothing to share")
    if found.of_running is not None and len(found.lanes) == 1:
        told = phrase("only one worker wanted to run, so that it had nothing to share")
    elif found.of_running is not None:
        told = phrase(
            "Jain's index would be 1 if all {count:,} workers that wanted to run had run equally "
            "long, and {least:.2f} if only one had: it is {index:.2f}",
            count=len(found.lanes),
            least=1 / len(found.lanes),
            index=found.of_running,
        )
    values = (("of_running", found.of_running), ("of_wishes", found.of_wishes))
    return Figure("fairness", N_("fairness"), values, "index", told)


def _critical_path(figures: Figures) -> Figure:
    path, lanes = figures.critical, figures.trace.lanes
    by_lane = path.times_by_lane(len(lanes))
    running = int(path.times[State.RUNNING])
    told = phrase("nobody ran, so nothing decided when it ended")
    if by_lane.any():
        told = phrase(
            "who shortens this chain of work and waits shortens the run: {running} of running "
            "and {waiting} of waiting, most of it by {worker}",
            running=duration(running),
            waiting=duration(figures.wall_ns - running),
            worker=lane_label(lanes, int(by_lane.argmax())),
        )
    values = (
        ("running_ns", running),
        ("waiting_ns", figures.wall_ns - running),
        ("changes", path.changes),
    )
    return Figure("critical_path", N_("critical path"), values, "ns", told)


def _locks(figures: Figures) -> Figure:
    lost = sum(lock.wait_ns for lock in figures.locks)
    told = phrase("nobody waited for a lock")
    if lost:
        first = figures.locks[0]
        told = phrase(
            "workers lost {length} waiting for locks, {most} of it for `{name}`",
            length=duration(lost),
            most=duration(first.wait_ns),
            name=first.name,
        )
    return Figure("locks", N_("locks"), (("wait_ns", lost),), "ns", told)


def _tasks(figures: Figures) -> Figure:
    found = figures.tasks
    told = phrase("no tasks were under way")
    if found.count == 1:
        told = phrase(
            "one task was under way, `{name}` of {worker}: it took {longest}",
            name=found.longest_name or "…",
            worker=lane_label(figures.trace.lanes, found.longest_lane),
            longest=duration(found.longest_ns),
        )
    elif found.count:
        told = phrase(
            "{count:,} tasks under way: half took up to {median}, 95% up to {p95}, the longest, "
            "`{name}` of {worker}, {longest}",
            count=found.count,
            median=duration(found.median_ns),
            p95=duration(found.p95_ns),
            name=found.longest_name or "…",
            worker=lane_label(figures.trace.lanes, found.longest_lane),
            longest=duration(found.longest_ns),
        )
    values = (
        ("median_ns", found.median_ns),
        ("p95_ns", found.p95_ns),
        ("longest_ns", found.longest_ns),
        ("count", found.count),
    )
    return Figure("tasks", N_("tasks"), values, "ns", told)


def _queues(figures: Figures) -> Figure:
    told = phrase("no queue was used")
    most = max(figures.queues, key=lambda one: one.most, default=None)
    if most is not None:
        told = phrase(
            "in `{name}`, the fullest queue, lay {mean:.1f} items on average, "
            "{least:,} at least and {most:,} at most",
            name=most.name,
            mean=most.mean,
            least=most.least,
            most=most.most,
        )
    values = (("most", most.most if most else None), ("mean", most.mean if most else None))
    return Figure("queues", N_("queue depth"), values, "items", told)
