"""Two runs side by side: the same figures of both, and by how much they differ."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from paraviz.analysis.claims.running import claims
from paraviz.analysis.figures.running import parallelism
from paraviz.analysis.figures.tasks import task_lengths, tasks_of
from paraviz.analysis.reports.summary_json import STATE_KEYS, summary
from paraviz.text.translation import N_
from paraviz.trace.cancellation import Pace
from paraviz.trace.index import index_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.analysis.claims.running import Claim
    from paraviz.trace.model import Trace

Unit = Literal["ns", ""]
"""Of a figure: a time, or a plain number."""
Outputs = Literal["same", "reordered", "different"]
"""How what two runs wrote compares: equal; the same characters in another order; neither."""

FIGURES: dict[str, tuple[str, Unit]] = {
    "wall": (N_("wall time"), "ns"),
    "cpu": (N_("CPU time"), "ns"),
    "parallelism": (N_("CPUs busy on average"), ""),
    "running_at_once": (N_("running at once on average"), ""),
    "context_switches": (N_("context switches"), ""),
    "running": (N_("running"), "ns"),
    "waiting_cpu": (N_("waiting for a CPU"), "ns"),
    "waiting_gil": (N_("waiting for the GIL"), "ns"),
    "waiting_lock": (N_("waiting for locks"), "ns"),
    "blocked": (N_("blocked"), "ns"),
    "lock_acquisitions": (N_("locks acquired"), ""),
    "lock_waits": (N_("of them after a wait"), ""),
    "longest_lock_wait": (N_("longest wait for a lock"), "ns"),
    "deadlocks": (N_("deadlocks"), ""),
    "lost_updates": (N_("lost updates"), ""),
    "workers": (N_("workers"), ""),
    "processes": (N_("processes"), ""),
    "tasks": (N_("tasks"), ""),
    "task_median": (N_("median of a task's length"), "ns"),
    "events": (N_("events"), ""),
    "dropped": (N_("lost events"), ""),
    "output": (N_("characters written"), ""),
}
"""English words and unit of each figure, in the order they are told. Scripts know the keys."""


class Figure(Struct, frozen=True):
    """One figure of two runs."""

    name: str
    """Which, the same for ever: a key of the JSON."""
    unit: Unit
    """What it counts in."""
    words: str
    """What it is called in English, marked to be translated."""
    a: float | None
    """Of the first run; None where it is not known. A time is a whole number."""
    b: float | None
    """Of the second."""

    @property
    def difference(self) -> float | None:
        """What the second has more than the first; None where either is not known."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def ratio(self) -> float | None:
        """The second over the first; None where that says nothing."""
        return None if self.b is None or not self.a else self.b / self.a


class ClaimPair(Struct, frozen=True):
    """What either run showed of one claim."""

    name: str
    """Which claim."""
    a: Claim | None
    """None where the first run is not meant to show it."""
    b: Claim | None
    """The same of the second."""


class Comparison(Struct, frozen=True):
    """What can be said of two runs together."""

    a: Trace
    """The first: before, without."""
    b: Trace
    """The second: after, with."""
    figures: tuple[Figure, ...]
    """All of them, always in the same order."""
    output: Outputs
    """How what they wrote to stdout compares."""
    claims: tuple[ClaimPair, ...]
    """What they were meant to show."""

    @property
    def telling(self) -> tuple[Figure, ...]:
        """The figures that are something in one of the runs at least."""
        return tuple(each for each in self.figures if each.a or each.b)

    @property
    def same_truth(self) -> bool:
        """Whether the states of both have one source; if not, times in states compare badly."""
        return self.a.truth == self.b.truth


def compare(a: Trace, b: Trace) -> Comparison:
    """Compare two runs, `b` with `a`. Takes as long as both summaries."""
    told_a, told_b = summary(a), summary(b)
    of_a, of_b = figures_of(a, told_a), figures_of(b, told_b)
    return Comparison(
        a,
        b,
        tuple(
            Figure(name, unit, words, of_a[name], of_b[name])
            for name, (words, unit) in FIGURES.items()
        ),
        _outputs(written(told_a), written(told_b)),
        _claim_pairs(a, b),
    )


def as_json(comparison: Comparison) -> dict[str, object]:
    """The comparison ready for JSON. Times are ns, ratios `b` over `a`; null is not known."""
    return {
        "a": _run(comparison.a),
        "b": _run(comparison.b),
        "figures": [
            {
                "name": each.name,
                "unit": each.unit,
                "a": each.a,
                "b": each.b,
                "difference": each.difference,
                "ratio": each.ratio,
            }
            for each in comparison.figures
        ],
        "output": comparison.output,
        "claims": [
            {"name": each.name, "a": _claim(each.a), "b": _claim(each.b)}
            for each in comparison.claims
        ],
    }


def figures_of(trace: Trace, told: Mapping[str, Any]) -> dict[str, float | None]:
    """The figures of one run by name, of its summary too; what its recorder could not know is
    None."""
    # A task runs in a thread, whose time would be told twice.
    lanes = [lane for lane in told["lanes"] if lane["kind"] != "task"]
    locks, pace = told["locks"], Pace()
    whole = trace.start_ns, trace.end_ns
    at_once = parallelism(trace, index_of(trace), *whole, pace)
    tasks = task_lengths(trace, tasks_of(trace), *whole, pace)
    return {
        "wall": told["wall_ns"],
        # A program that ran has used some CPU, and was put on one at least once.
        "cpu": told["cpu_ns"] or None,
        "parallelism": told["parallelism"] or None,
        "running_at_once": at_once.average,
        "context_switches": told["context_switches"] or None,
        **{
            key.removesuffix("_ns"): sum(lane[key] for lane in lanes) for key in STATE_KEYS.values()
        },
        "lock_acquisitions": sum(lock["acquisitions"] for lock in locks),
        "lock_waits": sum(lock["contended"] for lock in locks),
        "longest_lock_wait": max((lock["longest_wait_ns"] for lock in locks), default=0),
        "deadlocks": len(told["deadlocks"]),
        "lost_updates": sum(one["lost_updates"] for one in told["shared"]),
        "workers": len(trace.lanes),
        "processes": len({lane.pid for lane in trace.lanes}),
        "tasks": tasks.count,
        "task_median": tasks.median_ns if tasks.count else None,
        "events": told["events"],
        "dropped": told["dropped"],
        "output": len(written(told)),
    }


def written(told: Mapping[str, Any]) -> str:
    """All that a run wrote, of its summary."""
    return "".join(text for _, text in told["output"])


def _outputs(a: str, b: str) -> Outputs:
    if a == b:
        return "same"
    return "reordered" if len(a) == len(b) and Counter(a) == Counter(b) else "different"


def _claim_pairs(a: Trace, b: Trace) -> tuple[ClaimPair, ...]:
    """The claims of either run, in the first one's order."""
    of_a = {claim.name: claim for claim in claims(a)}
    of_b = {claim.name: claim for claim in claims(b)}
    return tuple(ClaimPair(name, of_a.get(name), of_b.get(name)) for name in of_a | of_b)


def _run(trace: Trace) -> dict[str, object]:
    return {
        "program": trace.program.name,
        "argv": list(trace.program.argv),
        "recorded_at": trace.recorded_at,
        "exit_code": trace.exit_code,
        "end_reason": trace.end_reason,
        "truth": trace.truth,
        "python": trace.python,
        "gil": trace.gil,
    }


def _claim(claim: Claim | None) -> dict[str, object] | None:
    return None if claim is None else {"holds": claim.holds, "text": claim.text}
