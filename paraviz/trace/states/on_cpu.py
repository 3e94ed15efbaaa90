"""When a thread was on a CPU, and when it was ready to be: its life in stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.kernel import records
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.kernel.records import Switches
    from paraviz.trace.model import Lane, Times


class OnAndOff(Struct, frozen=True, eq=False):
    """A lane's life as the operating system has it: alternating stretches."""

    starts: Times
    """int64[k], the first at the lane's start."""
    ends: Times
    """int64[k], the last at the lane's end."""
    doing: NDArray[np.uint8]
    """uint8[k]: RUNNING, WAITING_CPU or BLOCKED."""


_DOING = np.zeros(256, np.uint8)
_DOING[records.IN] = State.RUNNING
_DOING[records.OUT] = State.BLOCKED
_DOING[records.PREEMPTED] = State.WAITING_CPU
_DOING[records.EXIT] = State.BLOCKED


def on_and_off(lane: Lane, switches: Switches) -> OnAndOff:
    """The stretches of a lane from its thread's switches. Whose life begins is on a CPU: it says so
    itself. A process that began with its fork is ready, and waits for its first turn. Switches
    before belong to whoever had that number earlier."""
    first = np.searchsorted(switches.times, lane.start_ns, "right")
    last = np.searchsorted(switches.times, lane.end_ns, "left")
    forked = lane.kind == "process" or not lane.probes
    ready = forked and first < last and switches.kinds[first] == records.IN
    at_first = np.uint8(State.WAITING_CPU if ready else State.RUNNING)
    doing = np.concatenate(([at_first], _DOING[switches.kinds[first:last]]))
    starts = np.concatenate(([lane.start_ns], switches.times[first:last]))
    fresh = np.ones(len(starts), bool)
    fresh[1:] = doing[1:] != doing[:-1]
    starts, doing = starts[fresh], doing[fresh]
    return OnAndOff(starts, np.append(starts[1:], lane.end_ns), doing)


def ready_from(cpu: OnAndOff, woken: Times) -> OnAndOff:
    """The stretches with each one off the CPU cut where the thread was woken: from there on it
    waits for a CPU. `woken` (int64[k]): when; whatever is not within its stretch is passed over."""
    cut = np.flatnonzero((cpu.doing == State.BLOCKED) & (woken > cpu.starts) & (woken < cpu.ends))
    starts = np.insert(cpu.starts, cut + 1, woken[cut])
    doing = np.insert(cpu.doing, cut + 1, np.uint8(State.WAITING_CPU))
    return OnAndOff(starts, np.append(starts[1:], cpu.ends[-1:]), doing)
