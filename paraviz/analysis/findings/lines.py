"""The line of something, as a sentence of a finding has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import phrase
from paraviz.trace.labels import place

if TYPE_CHECKING:
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Trace


def at_line(trace: Trace, site: int) -> Phrase | str:
    """ " at work.py:12", or "" where the line is not known."""
    return phrase(" at {line}", line=place(trace, site)) if site >= 0 else ""


def site_at(lane: Lane, at_ns: int) -> int:
    """The line of what a lane did at a moment, or -1."""
    sites = lane.sites[slice(*np.searchsorted(lane.times, (at_ns, at_ns + 1)))]
    known = sites[sites >= 0]
    return int(known[0]) if len(known) else -1
