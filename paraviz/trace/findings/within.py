"""Findings for those who wait for a word only, not for the whole report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from paraviz.trace.findings import findings

if TYPE_CHECKING:
    from paraviz.trace.findings.finding import Finding
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Trace

LOOKS_FOR_S = 5.0
"""How long it is looked for what is wrong in a run that is over."""


def findings_within(
    trace: Trace, index: StateIndex, limit_s: float | None = None
) -> tuple[Finding, ...] | None:
    """What is found in that time (`LOOKS_FOR_S` if none is given), the gravest first; None where it
    takes longer."""
    until = time.monotonic() + (LOOKS_FOR_S if limit_s is None else limit_s)
    found = findings(trace, index, is_cancelled=lambda: time.monotonic() > until)
    return None if not found and time.monotonic() > until else found
