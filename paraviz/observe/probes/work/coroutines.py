"""Coroutines: asyncio's tasks, each in a lane of its own inside its thread.

A loop runs everything by `Handle._run`, tasks step by step. What a task does in a step is reported
to its lane. It is ready from the moment its next step is handed to `call_soon`, by whomever.
"""

from __future__ import annotations

import functools
import sys
from _thread import get_ident

from paraviz import events as ev
from paraviz.observe.frames import frame_at, is_ours
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.work.callbacks import caller, tell_unwoken
from paraviz.observe.probes.work.numbers import new_number
from paraviz.observe.probes.work.results import of_loop
from paraviz.observe.probes.work.task_lanes import TaskLanes, shown
from paraviz.observe.probes.work.task_locks import watch_locks
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from paraviz.observe.lane import Lane
    from paraviz.observe.recorder import Recorder

_STEPS = frozenset({"task_wakeup", "__step", "__wakeup"})
"""The methods of a task that make a step, in C and in Python."""
_METHODS = frozenset({type(print), type(TaskLanes.open.__get__(0))})
_RUN = ev.COROUTINE_RUN


def install(recorder: Recorder) -> None:
    """Wait for the program to import `asyncio`."""

    def watch_loops(module: Any) -> None:
        _watch_steps(recorder, lanes, module.events)
        _watch_scheduling(recorder, lanes, module.BaseEventLoop)
        if sys.version_info >= (3, 12):
            _watch_eager(recorder, lanes, module)

    def watch_waiting(module: Any) -> None:
        run_once = sys.modules["asyncio.base_events"].BaseEventLoop._run_once.__code__
        for kind in {each for each in vars(module.selectors).values() if isinstance(each, type)}:
            if kind.__module__ == "selectors" and "select" in vars(kind):
                _watch_select(recorder, kind, run_once)

    def tell(_: Any) -> None:
        recorder.notice("uvloop runs tasks in its own way: they have no lanes")

    wait_for = recorder.after_import.when_imported
    lanes = TaskLanes(recorder)
    wait_for("asyncio.tasks", functools.partial(_watch_asking, recorder, lanes))
    wait_for("asyncio.base_events", watch_loops)
    wait_for("asyncio.locks", functools.partial(watch_locks, recorder))
    wait_for("asyncio.selector_events", watch_waiting)
    wait_for("uvloop", tell)


class _Kinds(dict[type, int]):
    """What callbacks of a type are: always a task's step (2), perhaps (1), never (0)."""

    def __missing__(self, kind: type) -> int:
        is_step = kind.__name__ == "TaskStepMethWrapper"
        self[kind] = what = 2 if is_step else int(kind in _METHODS)
        return what


@needs(
    "asyncio.events.Handle._run(self): _callback _args _context",
    "asyncio.tasks.Task._fut_waiter",
    "asyncio.tasks.Task._exception",
    "asyncio.base_events.BaseEventLoop._run_once: _run",
)
def _watch_steps(recorder: Recorder, lanes: TaskLanes, module: Any) -> None:
    handle = module.Handle
    run = handle._run
    here, kinds, call = recorder.here, _Kinds(), caller(recorder, run, module.TimerHandle)

    @functools.wraps(run)
    def _run(self: Any) -> Any:
        callback = self._callback
        kind = kinds[type(callback)]
        if not kind or (kind == 1 and getattr(callback, "__name__", "") not in _STEPS):
            return call(self, callback)
        try:
            lane = lanes.begin(callback.__self__)
        except Exception as error:
            _tell(recorder, error)
            return run(self)
        outer = here.lane
        here.enter(lane)
        lane.emit(_RUN)
        try:
            run(self)
        finally:
            # In the child of a fork it is another's.
            if here.lane is lane:
                here.enter(outer)
                try:
                    lanes.suspended(callback.__self__, lane)
                except Exception as error:
                    _tell(recorder, error)
            # The traceback of what the task raised holds this frame.
            del self, callback

    handle._run = _run


def _tell(recorder: Recorder, error: Exception) -> None:
    recorder.notice(f"a task is not observed: {type(error).__name__}: {error}")


@needs(
    "asyncio.base_events.BaseEventLoop._call_soon(self, callback, args, context)",
    "asyncio.base_events.BaseEventLoop.call_soon: _call_soon",
)
def _watch_scheduling(recorder: Recorder, lanes: TaskLanes, loop: Any) -> None:
    """What a loop is to call soon, among it the next steps of tasks; a task's first makes it."""
    call_soon, unsafe = loop._call_soon, loop.call_soon.__code__
    kinds = _Kinds()

    @functools.wraps(call_soon)
    def _call_soon(self: Any, callback: Any, args: Any, context: Any) -> Any:
        kind = kinds[type(callback)]
        is_step = kind and (kind == 2 or getattr(callback, "__name__", "") in _STEPS)
        runs_in = self._thread_id
        if runs_in is not None and runs_in != get_ident() and frame_at(1).f_code is unsafe:
            # In debug mode asyncio itself would have objected.
            try:
                if is_step:
                    lanes.unwoken(callback.__self__)
                else:
                    tell_unwoken(recorder, callback)
            except Exception as error:
                _tell(recorder, error)
        if is_step:
            try:
                lanes.scheduled(callback.__self__)
                if self._debug:
                    _without_ours(callback.__self__)
            except Exception as error:
                _tell(recorder, error)
        handle = call_soon(self, callback, args, context)
        if self._debug:
            _without_ours(handle)
        return handle

    loop._call_soon = _call_soon


def _without_ours(made: Any) -> None:
    """In debug mode tasks and handles say where they were made."""
    stack = made._source_traceback
    if stack:
        stack[:] = [step for step in stack if not is_ours(step.filename)]


@needs("asyncio.base_events.BaseEventLoop.create_task", "asyncio.tasks.eager_task_factory")
def _watch_eager(recorder: Recorder, lanes: TaskLanes, module: Any) -> None:
    """An eager task makes its first step while it is made, inside whoever makes it: where the
    factory is the one for such tasks, and since 3.14 where it is asked for or not."""
    loop, eager = module.BaseEventLoop, module.tasks.eager_task_factory.__code__
    create, asks = loop.create_task, "eager_start" if sys.version_info >= (3, 14) else ""
    here = recorder.here

    @functools.wraps(create)
    def create_task(self: Any, coro: Any, **options: Any) -> Any:
        factory = self._task_factory
        makes_eager = getattr(factory, "__code__", None) is eager
        if asks in options and (makes_eager or factory is None):
            makes_eager = bool(options[asks])
        if not makes_eager or not self.is_running():
            return create(self, coro, **options)
        outer, lane = here.lane, lanes.open(coro)
        if outer.kind == "task":
            outer.emit(ev.COROUTINE_READY)
        lanes.eager[id(coro)] = lane
        here.enter(lane)
        lane.emit(_RUN)
        try:
            task = create(self, coro, **options)
            _adopt(recorder, lanes, task, lane)
        finally:
            lanes.eager.pop(id(coro), None)
            if here.lane is lane:
                here.enter(outer)
                if outer.kind == "task":
                    outer.emit(_RUN)
        try:
            return task
        finally:
            # The traceback of what the task raised holds this frame.
            del self, task, coro

    loop.create_task = create_task


def _adopt(recorder: Recorder, lanes: TaskLanes, task: Any, lane: Lane) -> None:
    try:
        lanes.adopt(task, lane)
        _without_ours(task)
    except Exception as error:
        _tell(recorder, error)


@needs("asyncio.tasks.run_coroutine_threadsafe(coro, loop)")
def _watch_asking(recorder: Recorder, lanes: TaskLanes, module: Any) -> None:
    """What a thread asks a loop to run, and may wait for: by name, and of which loop."""
    ask = module.run_coroutine_threadsafe

    @functools.wraps(ask)
    def run_coroutine_threadsafe(coro: Any, loop: Any) -> Any:
        number = new_number(recorder)
        # The loop may be quicker than the call.
        lanes.asked_for[id(coro)] = number
        try:
            future = ask(coro, loop)
        except BaseException:
            lanes.asked_for.pop(id(coro), None)
            raise
        try:
            of_loop(future, shown(coro), loop, number)
        except Exception as error:
            _tell(recorder, error)
        return future

    module.run_coroutine_threadsafe = run_coroutine_threadsafe


@needs("asyncio.base_events.BaseEventLoop._run_once: _selector select")
def _watch_select(recorder: Recorder, kind: Any, run_once: CodeType) -> None:
    """Where a loop waits until there is something to do."""
    select = kind.select
    here, site = recorder.here, recorder.site

    @functools.wraps(select)
    def observed_select(self: Any, timeout: float | None = None) -> Any:
        at_once = timeout is not None and timeout <= 0
        if at_once or frame_at(1).f_code is not run_once:
            return select(self, timeout)
        number = recorder.named("event loop", "event loop") << ev.KIND_BITS | site(1)
        tell_limit(here, timeout)
        here.emit(ev.WAIT_BEGIN | number)
        try:
            return select(self, timeout)
        finally:
            here.emit(ev.WAIT_END | number)

    kind.select = observed_select
