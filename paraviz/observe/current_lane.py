"""Here: what belongs to the current thread of the observed program, above all its lane; where there
is no compiled core."""

from __future__ import annotations

from _thread import _local as thread_local
from time import perf_counter_ns

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from paraviz.observe.lane import Lane


class Here(thread_local):
    """What belongs to the current thread. Its first use in a thread makes its lane."""

    late_ns = 0
    """How long the timer that an event loop runs here and now had been due, if that is worth a
    word."""

    def __init__(self, begin: Callable[[], Lane]) -> None:
        """`begin` makes a lane for the current thread."""
        self.enter(begin())

    def enter(self, lane: Lane) -> None:
        """Report the current thread's events to this lane."""
        self.lane = lane
        self.emit = lane.emit
        self.emit_value = lane.emit_value
        self.extend: Callable[[Iterable[int]], None] = lane.events.extend
        self.events: Any = lane.events
        """What `extend` appends to; None while that does more than that."""

    def enter_asleep(self, lane: Lane, wake: Callable[[], None]) -> None:
        """Report to this lane, and call `wake` at the first event."""
        self.lane = lane

        def extend(integers: Iterable[int]) -> None:
            lane.events.extend(integers)
            if self.lane is lane:
                self.enter(lane)
            wake()

        self.extend, self.events = extend, None
        self.emit = lambda word: extend((perf_counter_ns(), word))
        self.emit_value = lambda word, value: extend((perf_counter_ns(), word, value, ev.EXTRA))
