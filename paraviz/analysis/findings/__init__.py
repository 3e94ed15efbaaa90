"""Findings: what is wrong or wasteful in a run, each with its place on the timeline.

Each rule is a function from a trace to what it found, and tells only what the trace proves: where
events are missing, where it is not known when a task was handed in, or where the operating system
did not say who was on a CPU, it is silent. What a scenario is meant to show is another matter, see
`analysis.claims`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.analysis import figures
from paraviz.analysis.figures.helpers import is_helper
from paraviz.analysis.findings.convoys import lock_convoys
from paraviz.analysis.findings.crowded import oversubscribed
from paraviz.analysis.findings.cut_off import cut_off_with_work
from paraviz.analysis.findings.deadlock import hung
from paraviz.analysis.findings.exhausted import exhausted
from paraviz.analysis.findings.finding import KINDS, Finding, Kind, Material
from paraviz.analysis.findings.gil import gil_bound
from paraviz.analysis.findings.given_up import given_up_joined
from paraviz.analysis.findings.hangs import explained
from paraviz.analysis.findings.idle import idle
from paraviz.analysis.findings.killed import killed
from paraviz.analysis.findings.loops import loop_blocked
from paraviz.analysis.findings.lost_updates import lost_updates
from paraviz.analysis.findings.orphaned_lock import locks_lost
from paraviz.analysis.findings.pickling import pickling_bound
from paraviz.analysis.findings.queued import queued
from paraviz.analysis.findings.raised import raised
from paraviz.analysis.findings.serialised import serialised
from paraviz.analysis.findings.silent import silent_exceptions
from paraviz.analysis.findings.starved import starved
from paraviz.analysis.findings.stuck import stuck
from paraviz.analysis.findings.task_lost import task_lost
from paraviz.analysis.findings.unbalanced import unbalanced
from paraviz.analysis.findings.unwoken import set_from_thread
from paraviz.trace.cancellation import CalledOff, Pace

if TYPE_CHECKING:
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Trace

__all__ = ["KINDS", "LIMIT", "Finding", "findings"]

LIMIT = 100
"""Findings listed of each kind; the last one says how many more there are."""


def _of_pools(material: Material) -> list[Finding]:
    """Who waits because the tasks were handed out badly is told of once."""
    found = []
    for place, pool in enumerate(material.pools):
        material.pace(place / len(material.pools))
        found += unbalanced(material, pool) or idle(material, pool)
    return found


def _of_locks(material: Material) -> list[Finding]:
    """A lock that serialises its workers is told of once: each convoy at it is a part of that."""
    found = serialised(material)
    told = {each.object_index for each in found}
    return found + [each for each in lock_convoys(material) if each.object_index not in told]


def _of_turns(material: Material) -> list[Finding]:
    """Where a thread is busy to pickle tasks, that says why those beside it that carry hardly get
    the GIL."""
    found = pickling_bound(material)
    trace = material.trace
    busy = {trace.lanes[each.lane_index].pid for each in found}
    return found + [
        each
        for each in starved(material)
        if trace.lanes[each.lane_index].pid not in busy
        or not is_helper(trace.lanes[each.lane_index])
    ]


_Rule = Callable[[Material], Sequence[Finding]]
_RULES: tuple[tuple[_Rule, float], ...] = (
    (hung, 0.54),
    (explained, 0.55),
    (exhausted, 0.56),
    (stuck, 0.57),
    (loop_blocked, 0.58),
    (set_from_thread, 0.585),
    (killed, 0.59),
    (task_lost, 0.595),
    (raised, 0.6),
    (silent_exceptions, 0.61),
    (lost_updates, 0.8),
    (locks_lost, 0.82),
    (cut_off_with_work, 0.83),
    (_of_pools, 0.92),
    (queued, 0.935),
    (given_up_joined, 0.94),
    (_of_locks, 0.95),
    (_of_turns, 0.98),
    (oversubscribed, 0.99),
    (gil_bound, 1.0),
)
"""Each rule, and the share of the whole that is done after it: the first one finds the histories
of all locks, which other rules look at as well."""


def findings(
    trace: Trace,
    index: StateIndex,
    is_cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
    material: figures.Material | None = None,
) -> tuple[Finding, ...]:
    """All that is found in a run: faults first, and of those and of what is wasteful the most
    costly first; at most `LIMIT` of each kind. None of it if it was cancelled.

    `index`: that of the trace's lanes. `progress` is told the share that is done, 0 to 1;
    `is_cancelled` is asked as often, and oftener: within a rule at least between lanes or objects.
    `material`: that of an earlier call about the same trace, here or for `figures`.
    """
    pace, known = Pace(progress, is_cancelled), material or figures.Material(trace)
    known.pace = pace
    try:
        found = _found(Material(trace, index, known, pace))
    except CalledOff:
        return ()
    finally:
        known.pace = Pace()
    found.sort(key=_rank)
    listed = [each for kind in KINDS for each in _bounded(found, kind)]
    return tuple(sorted(listed, key=_rank))


def _found(material: Material) -> list[Finding]:
    found: list[Finding] = []
    for rule, until in _RULES:
        material.pace.part(until)
        found += rule(material)
    material.pace(1.0)
    return found


def _rank(finding: Finding) -> tuple[bool, int]:
    """What costs the same stays in the order of its rule."""
    return finding.severity != "fault", -finding.cost_ns


def _bounded(found: list[Finding], kind: Kind) -> list[Finding]:
    """The first ones of a kind; the last of them knows how many there are besides."""
    alike = [each for each in found if each.kind == kind]
    if len(alike) <= LIMIT:
        return alike
    return [*alike[: LIMIT - 1], replace(alike[LIMIT - 1], more=len(alike) - LIMIT)]
