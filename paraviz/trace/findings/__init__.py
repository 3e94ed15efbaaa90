"""Findings: what is wrong or wasteful in a run, each with its place on the timeline.

Each rule is a function from a trace to what it found, and tells only what the trace proves: where
events are missing, where it is not known when a task was handed in, or where the operating system
did not say who was on a CPU, it is silent. What a scenario is meant to show is another matter, see
`trace.claims`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.trace.findings.convoys import lock_convoys
from paraviz.trace.findings.finding import KINDS, Finding, Kind, Material
from paraviz.trace.findings.gil import gil_bound
from paraviz.trace.findings.hung import hung
from paraviz.trace.findings.idle import idle
from paraviz.trace.findings.killed import killed
from paraviz.trace.findings.left import locks_lost
from paraviz.trace.findings.lost import lost_updates
from paraviz.trace.findings.unbalanced import unbalanced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Trace

__all__ = ["KINDS", "LIMIT", "Finding", "findings"]

LIMIT = 100
"""Findings listed of each kind; the last one says how many more there are."""


def _of_pools(material: Material) -> list[Finding]:
    """Who waits because the tasks were handed out badly is told of once."""
    found = []
    for pool in material.pools:
        found += unbalanced(material, pool) or idle(material, pool)
    return found


_RULES: tuple[Callable[[Material], Sequence[Finding]], ...] = (
    hung,
    killed,
    lost_updates,
    locks_lost,
    _of_pools,
    lock_convoys,
    gil_bound,
)


def _never() -> bool:
    return False


def findings(
    trace: Trace, index: StateIndex, is_cancelled: Callable[[], bool] = _never
) -> tuple[Finding, ...]:
    """All that is found in a run: faults first, and of those and of what is wasteful the most
    costly first; at most `LIMIT` of each kind. None of it if it was cancelled, for which it asks
    before each rule.

    `index`: that of the trace's lanes.
    """
    material = Material(trace, index)
    found: list[Finding] = []
    for rule in _RULES:
        if is_cancelled():
            return ()
        found += rule(material)
    found.sort(key=_rank)
    listed = [each for kind in KINDS for each in _bounded(found, kind)]
    return tuple(sorted(listed, key=_rank))


def _rank(finding: Finding) -> tuple[bool, int]:
    """What costs the same stays in the order of its rule."""
    return finding.severity != "fault", -finding.cost_ns


def _bounded(found: list[Finding], kind: Kind) -> list[Finding]:
    """The first ones of a kind; the last of them knows how many there are besides."""
    alike = [each for each in found if each.kind == kind]
    if len(alike) <= LIMIT:
        return alike
    return [*alike[: LIMIT - 1], replace(alike[LIMIT - 1], more=len(alike) - LIMIT)]
