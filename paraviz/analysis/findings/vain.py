"""Waits in vain in a run that was ended from outside while others went on: nobody is left who could
end them.

Whoever could end a wait is known by having done such a thing before. All of those are gone, or wait
in vain themselves; and whoever else lives did one and the same thing again and again for all that
time. Silent where nobody ever did it: somebody may still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.figures.helpers import is_helper, is_idle
from paraviz.analysis.findings.enders import enders, makers, ticks

if TYPE_CHECKING:
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Lane, Trace


def in_vain(
    trace: Trace, waits: list[Waiting], others: list[int], at_ns: int, lasted_ns: int
) -> list[Waiting]:
    """Those of some waits that last in vain. `waits`: those without a limit, of workers of this
    run; `others`: all other lanes that live."""
    left = [wait for wait in waits if at_ns - wait.since_ns >= lasted_ns]
    free = {*others, *(wait.lane_index for wait in waits)} - {wait.lane_index for wait in left}
    could = {wait.lane_index: enders(trace, wait) for wait in left}
    while True:
        kept = [wait for wait in left if _is_vain(trace, wait, could[wait.lane_index], free, at_ns)]
        if len(kept) == len(left):
            return kept
        free |= {wait.lane_index for wait in left} - {wait.lane_index for wait in kept}
        left = kept


def _is_vain(
    trace: Trace, wait: Waiting, could: set[int] | None, free: set[int], at_ns: int
) -> bool:
    if not could or could & free or makers(trace, could) & free:
        return False
    return all(_goes_on_so(trace.lanes[index], wait.since_ns, at_ns) for index in free)


def _goes_on_so(lane: Lane, since_ns: int, at_ns: int) -> bool:
    """Whether a lane does nothing but what it has done since; a helper that has nothing to do waits
    for others to give it something."""
    return (is_helper(lane) and is_idle(lane, at_ns)) or ticks(lane, since_ns, at_ns)
