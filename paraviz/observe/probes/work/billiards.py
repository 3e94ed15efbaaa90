"""Tasks of billiard's pools, which are of its own making: a worker's loop waits for a job, confirms
it, does it and sends the result; threads of the pool carry both.

A job that is called off when it is confirmed ends with the wait for the next one.
"""

from __future__ import annotations

import functools
import sys
from contextlib import suppress
from time import perf_counter_ns
from types import SimpleNamespace

from paraviz import events as ev
from paraviz.observe.probes.work.numbers import part_number
from paraviz.observe.probes.work.tasks import A_TASK, LATE_NS, pool_task
from paraviz.observe.raising import is_fault, word_of
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder


@needs(
    "billiard.pool.Worker._make_child_methods: wait_for_job",
    "billiard.pool.Worker.workloop: wait_for_job outq put",
    "billiard.pool.TaskHandler.body: taskqueue get put",
    "billiard.pool.ResultHandler._make_methods: on_state_change",
)
def watch(recorder: Recorder, module: Any) -> None:
    """Watch them; this is loaded once the program has imported them."""
    _watch_workers(recorder, module)
    _watch_sending(recorder, module.TaskHandler)
    _watch_results(recorder, module)


def _watch_workers(recorder: Recorder, module: Any) -> None:
    worker: Any = module.Worker
    make = worker._make_child_methods

    @functools.wraps(make)
    def _make_child_methods(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        try:
            process = sys.modules["billiard.process"].current_process()
            at_work = _AtWork(recorder, process._parent_pid or 0)
            self.wait_for_job = at_work.waiting(self.wait_for_job)
            self.outq.put = at_work.sending(self.outq.put, module.READY)
        except Exception as error:
            recorder.notice(f"a worker's loop is not observed: {type(error).__name__}: {error}")

    worker._make_child_methods = _make_child_methods


class _AtWork:
    """What a worker is at."""

    def __init__(self, recorder: Recorder, pool_pid: int) -> None:
        """`pool_pid`: the process that its pool belongs to."""
        self._recorder = recorder
        self._pool_pid = pool_pid
        self._task = 0, 0
        """The task's name and number; two zeros for none."""

    def _end(self) -> None:
        name, number = self._task
        if name:
            self._recorder.here.emit_value(ev.word(ev.TASK_END, name), number)
        self._task = 0, 0

    def waiting(self, wait: Callable[[], Any]) -> Callable[[], Any]:
        """In place of what waits for a job."""
        recorder = self._recorder
        here = recorder.here

        @functools.wraps(wait)
        def wait_for_job() -> Any:
            self._end()
            here.emit(ev.TASK_WAIT)
            recorder.nudge()
            job = None
            try:
                job = wait()
            finally:
                if job:
                    task = job[1]
                    name = recorder.named("task", pool_task(task))
                    self._task = name, _number(self._pool_pid, task)
                    here.emit_value(ev.word(ev.TASK_BEGIN, name), self._task[1])
                    # Whoever is killed in it has said in what.
                    recorder.nudge()
                else:
                    here.emit(ev.TASK_NONE)
            return job

        return wait_for_job

    def sending(self, put: Callable[[Any], None], ready: int) -> Callable[[Any], None]:
        """In place of what sends word to the pool; of the kind `ready`: a result."""
        recorder = self._recorder

        @functools.wraps(put)
        def send(message: Any) -> None:
            if message[0] == ready:
                with suppress(Exception):
                    went_well, result = message[1][2]
                    error: Any = None if went_well else result.exception.exc
                    if is_fault(error):
                        recorder.here.emit(word_of(recorder, error, error.__traceback__))
                self._end()
            put(message)

        return send


def _number(pid: int, task: Any) -> int:
    """The number of a task, or of its result: what is no part of many has none of its own."""
    job, part, *_ = task
    return part_number(pid, (job, part or 0))


def _watch_sending(recorder: Recorder, handler: Any) -> None:
    """The thread of a pool that sends tasks: it is handed what looks like its queue, so that what
    is raised while a task is sent has no frame of ours."""
    init = handler.__init__

    def passing(tasks: Any) -> Any:
        since = perf_counter_ns()
        for task in tasks:
            if perf_counter_ns() - since > LATE_NS:
                _tell(recorder, ev.TASK_DRAWN, task[1], pool_task(task[1]))
            yield task
            # Whoever asks for the next one has sent this one.
            _tell(recorder, ev.TASK_PASSED, task[1], pool_task(task[1]))
            since = perf_counter_ns()

    @functools.wraps(init)
    def __init__(self: Any, taskqueue: Any, *args: Any, **kwargs: Any) -> None:
        def get() -> Any:
            given = taskqueue.get()
            return given if given is None else (passing(given[0]), given[1])

        init(self, SimpleNamespace(get=get), *args, **kwargs)

    handler.__init__ = __init__


def _watch_results(recorder: Recorder, module: Any) -> None:
    handler: Any = module.ResultHandler
    make = handler._make_methods

    @functools.wraps(make)
    def _make_methods(self: Any) -> None:
        make(self)
        on_state_change = self.on_state_change

        @functools.wraps(on_state_change)
        def observed(message: Any) -> None:
            if message[0] == module.READY:
                _tell(recorder, ev.RESULT_TAKEN, message[1], A_TASK)
            on_state_change(message)

        self.on_state_change = observed

    handler._make_methods = _make_methods


def _tell(recorder: Recorder, kind: int, task: Any, name: str) -> None:
    with suppress(TypeError, ValueError):
        number = _number(recorder.pid, task)
        recorder.here.emit_value(ev.word(kind, recorder.named("task", name)), number)
