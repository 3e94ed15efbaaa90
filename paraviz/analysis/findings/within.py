"""Findings for those who wait for a word only, not for the whole report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from paraviz.analysis.findings import findings

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.analysis.figures import Material
    from paraviz.analysis.findings.finding import Finding
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Trace

LOOKS_FOR_S = 5.0
"""How long it is looked for what is wrong in a run that is over."""


def findings_within(
    trace: Trace,
    index: StateIndex,
    limit_s: float | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    material: Material | None = None,
) -> tuple[Finding, ...] | None:
    """What is found in that time (`LOOKS_FOR_S` if none is given), the gravest first; None where it
    takes longer. `is_cancelled` is asked in between; `material`
    is as `findings` has it."""
    until = time.monotonic() + (LOOKS_FOR_S if limit_s is None else limit_s)

    def is_over() -> bool:
        return time.monotonic() > until or (is_cancelled is not None and is_cancelled())

    found = findings(trace, index, is_cancelled=is_over, material=material)
    return None if not found and time.monotonic() > until else found
