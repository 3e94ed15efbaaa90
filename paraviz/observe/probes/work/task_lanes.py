"""The lanes of asyncio's tasks: one each, as long as there are not too many."""

from __future__ import annotations

import os
import re
from _thread import get_ident

from paraviz import events as ev
from paraviz.observe.probes.work.awaits import Awaits
from paraviz.observe.probes.work.unasked import results_of
from paraviz.observe.raising import is_fault, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.lane import Lane
    from paraviz.observe.recorder import Recorder

LANES_LIMIT = 2_000
"""Tasks of one process that get a lane each; the others share one a thread."""
FURTHER = "further tasks"
_LANE = "_paraviz"
"""The attribute of a task that holds its lane. A task shows no `__dict__`."""
_DEFAULT_NAME = re.compile(r"Task-\d+")
_READY, _RUN, _END = ev.COROUTINE_READY, ev.COROUTINE_RUN, ev.COROUTINE_END


class TaskLanes:
    """Opens and closes them, and tells what happens to a task between its steps."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._here = recorder.here
        self._results = results_of(recorder)
        self._awaits = Awaits(recorder, self._awaited, FURTHER)
        self.asked_for: dict[int, int] = {}
        """The number of the result that another thread waits for, by the identity of the coroutine
        that it asked this process's loop to run."""
        self.eager: dict[int, Lane] = {}
        """Lanes of tasks that nobody knows yet, by the identity of their coroutine."""
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._opened = 0
        self._further: dict[int, Lane] = {}
        self._unnamed: set[Lane] = set()
        self.eager.clear()
        self.asked_for.clear()

    def of(self, task: Any) -> Lane:
        """The lane of a task. One that is seen for the first time is being made just now."""
        try:
            lane: Lane = task._paraviz
        except AttributeError:
            coroutine = task.get_coro()
            eager = self.eager.pop(id(coroutine), None)
            lane = self.open(coroutine) if eager is None else eager
            setattr(task, _LANE, lane)
        return lane

    def open(self, coroutine: Any) -> Lane:
        """A lane for a task that is about to be made, its name a provisional one."""
        here = self._here
        if self._opened >= LANES_LIMIT:
            lane = self._shared()
        else:
            self._opened += 1
            recorder = self._recorder
            lane = recorder.open_lane(recorder.new_number(), shown(coroutine), "task")
            self._unnamed.add(lane)
        number = lane.number << ev.KIND_BITS
        here.emit(ev.COROUTINE_CREATE | number | self._recorder.site(1))
        asked_for = self.asked_for.pop(id(coroutine), 0)
        if asked_for and lane.name is not FURTHER:
            here.emit_value(ev.COROUTINE_FOR | number, asked_for)
        return lane

    def _shared(self) -> Lane:
        """One lane for all further tasks of this thread."""
        lane = self._further.get(get_ident())
        if lane is None:
            recorder = self._recorder
            recorder.notice(f"only the first {LANES_LIMIT:,} tasks of a process have lanes")
            lane = recorder.open_lane(recorder.new_number(), FURTHER, "task")
            self._further[get_ident()] = lane
        return lane

    def adopt(self, task: Any, lane: Lane) -> None:
        """A task that has made its first step while it was made has this lane."""
        setattr(task, _LANE, lane)
        self.name(task, lane)
        self.suspended(task, lane)

    def scheduled(self, task: Any) -> None:
        """A task will run, as soon as those before it have run."""
        here = self._here.lane
        try:
            lane: Lane = task._paraviz
            by = self._recorder.site(1) if here.kind == "task" else 0
        except AttributeError:
            lane, by = self.of(task), 0
        # In its own step it is running still.
        if here is not lane and lane.name is not FURTHER:
            late_ns = self._here.late_ns
            if late_ns:
                lane.emit_value(_READY | by, late_ns)
                self._here.late_ns = 0
            else:
                lane.emit(_READY | by)

    def unwoken(self, task: Any) -> None:
        """Another thread than its loop's makes a task ready, and does not wake the loop."""
        number = self.of(task).number << ev.KIND_BITS
        self._here.emit(ev.TASK_UNWOKEN | number | self._recorder.site(2))

    def begin(self, task: Any) -> Lane:
        """A step of the task begins."""
        lane = self.of(task)
        if lane in self._unnamed:
            self.name(task, lane)
            if _is_main(task):
                lane.emit(ev.MAIN_TASK)
        return lane

    def _awaited(self, task: Any) -> Lane:
        """The lane of a task that another one awaits: its maker has named it."""
        lane = self.of(task)
        if lane in self._unnamed:
            self.name(task, lane)
        return lane

    def name(self, task: Any, lane: Lane) -> None:
        """By now the task has the name that its maker gave it, or another."""
        if lane.name is FURTHER:
            return
        name = str(task.get_name())
        if name == "None":
            # 3.13 calls tasks of a factory so.
            name = lane.name
        elif _DEFAULT_NAME.fullmatch(name):
            name = f"{lane.name} · {name}" if lane in self._unnamed else lane.name
        self._unnamed.discard(lane)
        if name != lane.name:
            lane.name = name
            lane.announced = False

    def suspended(self, task: Any, lane: Lane) -> None:
        """A step of the task has ended."""
        waiter = task._fut_waiter
        if waiter is not None and not waiter.done():
            lane.emit(self._awaits.word(task, waiter, lane))
        elif task.done():
            self._done(task, lane)
        else:
            lane.emit(_READY)

    def _done(self, task: Any, lane: Lane) -> None:
        # `exception()` would count as somebody's having asked for it.
        error = task._exception
        if is_fault(error):
            lane.emit(word_of(self._recorder, error, error.__traceback__))
            self._results.task_failed(task)
        lane.emit(_END)
        if lane.name is FURTHER:
            lane.emit(_READY)
            return
        self.name(task, lane)
        lane.reason = "cancelled" if task.cancelled() else "returned"
        if error is not None:
            lane.reason = f"raised {type(error).__name__}"
        lane.closed = True


def _is_main(task: Any) -> bool:
    """Whether a loop runs until this task is done, and no longer."""
    for callback, *_ in getattr(task, "_callbacks", None) or ():
        if getattr(callback, "__name__", "") == "_run_until_complete_cb":
            return True
    return False


def shown(coroutine: Any) -> str:
    """The name of a coroutine, without the function it was defined in."""
    name = getattr(coroutine, "__qualname__", None) or type(coroutine).__name__
    return str(name).rpartition("<locals>.")[2]
