"""Hangs of which more is known than who waits: which pipe is full, whose lock closes the circle,
who kept the permits of a semaphore, or what a fork left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.findings.drains import joined_before_drained
from paraviz.analysis.findings.forked import forked_locked
from paraviz.analysis.findings.hidden import closed_by_hidden_locks
from paraviz.analysis.findings.not_copied import forked_without_thread
from paraviz.analysis.findings.permits import permits_lost
from paraviz.analysis.findings.pipes import pipes_full

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Finding, Material


def explained(material: Material) -> list[Finding]:
    """All of them, found once."""
    if material.hangs is None:
        rules = (
            joined_before_drained,
            pipes_full,
            closed_by_hidden_locks,
            forked_locked,
            forked_without_thread,
            permits_lost,
        )
        material.hangs = [found for rule in rules for found in rule(material)]
    return material.hangs
