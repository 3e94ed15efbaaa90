"""The recorder of a process that was not begun by us: it begins in the middle, ends before the
program does, and may begin again.

There is one a process. What was made while it recorded, as a lock, lives on and keeps its number;
so does the line that it was made in: both are told anew to the next recording.
"""

from __future__ import annotations

import os
import sys
import threading
from _thread import get_ident
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.after_import import AfterImport
from paraviz.observe.descriptions import described
from paraviz.observe.lane import Lane
from paraviz.observe.outlet import Outlet
from paraviz.observe.recorder import Recorder
from paraviz.observe.shipper import Shipper
from paraviz.observe.stands import cpu_of
from paraviz.observe.undoing import Changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from paraviz.observe.after_import import Hook

STOPPED = "stopped being recorded"
"""How whatever lives on ends, as far as a recording knows."""
_TOLD_LIMIT = 200_000
"""Objects and lines that are told again to the next recording."""


class _AfterImport(AfterImport):
    """Which can be taken away, and knows what its hooks change."""

    def __init__(self, recorder: RestartableRecorder) -> None:
        super().__init__(recorder.notice)
        self._recorder = recorder

    def _call(self, hook: Hook, module: ModuleType) -> None:
        recorder = self._recorder
        if recorder.is_stopped:
            return
        if recorder.changes.is_entered:
            super()._call(hook, module)
            return
        with recorder.changes:
            super()._call(hook, module)

    def take_away(self) -> None:
        """Look at no import."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def put_back(self) -> None:
        """Look at imports again; what was imported meanwhile is there now."""
        for name in [name for name in self._hooks if sys.modules.get(name) is not None]:
            for hook in self._hooks.pop(name):
                self._call(hook, sys.modules[name])
        if self._hooks:
            sys.meta_path.insert(0, self)


class RestartableRecorder(Recorder):
    """All that one process reports, from `start` to `stop`, as often as it is wanted."""

    def __init__(self, descriptor: int, ship_every_s: float) -> None:
        """Report to `descriptor`; nothing is replaced yet."""
        self.is_stopped = False
        self.changes = Changes()
        self._told: list[tuple[int, dict[str, Any]]] = []
        self._expected: dict[int, Lane] = {}
        """Lanes of threads that have not said a word yet, by their identity."""
        self._lanes_kept: list[Lane] = []
        """Of threads that live while nothing is recorded."""
        self._is_forked = False
        super().__init__(descriptor, ship_every_s)
        self.after_import = _AfterImport(self)

    def _begin_process(self) -> None:
        super()._begin_process()
        if not self._is_forked:
            self._meet_threads(())

    def _begin_child(self) -> None:
        self._is_forked = True
        self._expected = {}
        if self.is_stopped:
            self.pid = os.getpid()
            return
        super()._begin_child()

    def _before_fork(self) -> None:
        if not self.is_stopped:
            super()._before_fork()

    def _meet_threads(self, known: tuple[Lane, ...]) -> None:
        """Lanes for all threads that are there. `known`: those that have one, and keep it."""
        from paraviz.observe.probes.threads.starting import number_of_lane

        by_thread = {lane.ident: lane for lane in known}
        main = threading.main_thread()
        for thread in [main, *threading.enumerate()]:
            ident, tid = thread.ident, thread.native_id
            if ident is None or any(lane.ident == ident for lane in self._lanes):
                continue
            lane = by_thread.get(ident)
            if lane is None or lane.tid != tid:
                number = 0 if thread is main else number_of_lane(self, thread)
                is_main = thread is main
                name, kind = ("MainThread", "process") if is_main else (thread.name, "thread")
                lane = Lane(number, name, kind)
                lane.ident, lane.tid = ident, tid or 0
                self._expected[ident] = lane
            _begin_again(lane)
            self._lanes.append(lane)

    def _begin_lane(self) -> Lane:
        expected = self._expected.pop(get_ident(), None)
        lane = super()._begin_lane() if expected is None else expected
        if self.is_stopped:
            lane.events.mute(True)
            if lane not in self._lanes_kept:
                self._lanes_kept.append(lane)
        return lane

    def look(self) -> None:
        """Also see which of those threads have ended that were there before the recording."""
        alive = {thread.ident for thread in threading.enumerate()}
        for lane in list(self._lanes):
            if lane.kind == "thread" and lane.ident not in alive and not lane.closed:
                self._lost_sight(lane)
        super().look()

    def _lost_sight(self, lane: Lane) -> None:
        if not os.path.exists(f"/proc/self/task/{lane.tid}"):
            lane.reason = lane.reason or "returned"
            lane.closed = True

    def report(self, message_type: int, **fields: Any) -> None:
        """Send a message that is not hot, unless nobody wants to know; what it describes is told
        again to the next recording."""
        if message_type in (ev.OBJECT, ev.SITE) and len(self._told) < _TOLD_LIMIT:
            self._told.append((message_type, fields))
        if not self.is_stopped:
            super().report(message_type, **fields)

    def install(self) -> None:
        """Replace what is to be replaced, and begin to report."""
        from paraviz.observe import probes

        with self.changes:
            probes.install(self)
        self._begin()

    def again(self, descriptor: int) -> None:
        """Begin another recording, to this descriptor."""
        from paraviz.observe.probes.output import stdio

        kept, self._lanes = tuple(self._lanes_kept), []
        self._outlet = Outlet(descriptor)
        self.known_as, self._is_first, self._is_forked = 0, True, True
        self._said.clear()
        self.is_stopped = False
        self._begin_process()
        self._shipper = Shipper(self._outlet, self, self.ship_every_s)
        self._meet_threads(kept)
        for message_type, fields in self._told:
            self._outbox.append(described(message_type, pid=self.known_as, **fields))
        self.changes.make_again()
        with self.changes:
            stdio.install(self)
        after_import = self.after_import
        assert isinstance(after_import, _AfterImport)
        after_import.put_back()
        self._begin()

    def _begin(self) -> None:
        lane = self.main_lane
        now = perf_counter_ns()
        for each in self._lanes:
            each.started_ns = now
        lane.emit_value(ev.PROGRAM_BEGIN, ev.LIMITS_TOLD)
        self.start()

    def stop(self, reason: str = STOPPED) -> None:
        """Everything is the program's own again, and all that there is was sent. `reason`: how the
        program ends, if it does."""
        self.changes.take_back()
        after_import = self.after_import
        assert isinstance(after_import, _AfterImport)
        after_import.take_away()
        lanes = list(self._lanes)
        if self.main_lane.ident == get_ident():
            self.main_lane.emit(ev.PROGRAM_END)
        for lane in lanes:
            if not lane.closed and reason == STOPPED:
                lane.reason = lane.reason or STOPPED
        self.finish(reason)
        self._active, self.is_stopped = False, True
        for lane in lanes:
            lane.events.mute(True)
            lane.texts.clear()
        self._lanes_kept = [lane for lane in lanes if lane.kind != "task"]


def _begin_again(lane: Lane) -> None:
    """As if its thread had begun now."""
    lane.events.mute(False)
    lane.texts.clear()
    lane.announced = lane.closed = False
    lane.reason = ""
    lane.sent = lane.dropped = 0
    lane.cpu_used_ns = -1
    lane.cpu_began_ns = max(0, cpu_of(lane.tid))
