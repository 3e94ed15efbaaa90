"""What observing cost the program: its events with the wrappers that made them, sending them, and
the kernel's record of context switches.

How long one event takes to note down is measured in the program itself, on the machine and under
the load it ran with (`Trace.emit_ns`). What else goes with it is a multiple of that, by its kind:
measured as the CPU time of programs that do nothing else, observed and plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev

if TYPE_CHECKING:
    from paraviz.trace.model import Trace

_SENT = 3.0
"""Times the noting down: an event is packed and sent."""
_SWITCH = 6.0
"""Times the noting down: the kernel records that a thread leaves a CPU, and that one comes."""
_USUAL = 4.0
_TIMES = np.full(256, _USUAL)
"""float64[256]: times the noting down: the wrapper around an event of each kind, with that."""
for _kinds, _times in (
    (ev.LOCK_KINDS, 2.0),
    ((ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE), 8.0),
    ((ev.SEND, ev.SEND_WAIT, ev.RECEIVE, ev.RECEIVE_WAIT), 12.0),
    ((ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY), 13.0),
):
    _TIMES[list(_kinds)] = _times


def observing_ns(trace: Trace) -> float:
    """About how long all workers together were held up by being observed; 0 where it is not known
    what an event costs."""
    counts = np.zeros(256, np.int64)
    for lane in trace.lanes:
        counts += np.bincount(lane.kinds, minlength=256)
    noted = float(counts @ (_TIMES + _SENT)) + trace.dropped * (_USUAL + _SENT)
    switches = trace.context_switches if trace.truth == "kernel" else 0
    return trace.emit_ns * (noted + _SWITCH * switches)
