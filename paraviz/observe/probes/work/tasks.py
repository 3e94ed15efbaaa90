"""Tasks: what the workers of pools and executors are handed, one after the other.

A task has a number, by which it is known again where it was handed in and where its result is
waited for. The threads of a pool that carry tasks to its workers and results back say when they
have one in hand: while they are busy others wait for them.
"""

from __future__ import annotations

import functools
from time import perf_counter_ns
from types import SimpleNamespace

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, LIKE_ORIGINAL, LOKY, package_of
from paraviz.observe.probes.work.numbers import (
    NUMBER,
    number_on,
    numbers_of_parts,
    part_number,
)
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_ARGUMENT_LIMIT = 30
LATE_NS = 100_000
"""What the program maps over may take so long to give the next one: it is not sent meanwhile."""
_POOLS = frozenset(f"{package}.pool" for package in COPIES)
A_TASK = "a task"
"""What a result is of, for whoever only carries it."""


def install(recorder: Recorder) -> None:
    """Wait for the program to import pools and executors."""
    wait_for = recorder.after_import.when_imported
    for name, watch in (
        *((f"{package}.pool", _watch_pool) for package in LIKE_ORIGINAL),
        ("billiard.pool", _watch_billiards),
        ("concurrent.futures.process", _watch_process_executor),
        *((f"{package}.process_executor", _watch_process_executor) for package in LOKY),
        ("concurrent.futures.thread", _watch_thread_executor),
    ):
        wait_for(name, functools.partial(watch, recorder))


def _watch_billiards(recorder: Recorder, module: Any) -> None:
    """Its pools are of its own making."""
    from paraviz.observe.probes.work.billiards import watch

    watch(recorder, module)


@needs(
    "multiprocessing.pool.worker: inqueue outqueue get put",
    "multiprocessing.pool.Pool._handle_tasks: taskqueue get",
    "multiprocessing.pool.Pool._handle_results: outqueue get",
)
def _watch_pool(recorder: Recorder, module: Any) -> None:
    def number_of(tasks: Any) -> Any:
        process = f"{package_of(module.__name__)}.process" if hasattr(tasks, "_writer") else ""
        return numbers_of_parts(recorder, process)

    _watch_workers("worker", pool_task, number_of, recorder, module)
    _watch_carriers(recorder, module.Pool)


@needs(
    "concurrent.futures.process._process_worker: call_queue result_queue get",
    "concurrent.futures.process._CallItem.__init__",
    "concurrent.futures.process._ExecutorManagerThread.process_result_item(self, result_item)",
)
def _watch_process_executor(recorder: Recorder, module: Any) -> None:
    _watch_workers("_process_worker", call_item, lambda _: number_on, recorder, module)
    _watch_call_items(module)
    _watch_results_of_processes(recorder, module)


def _watch_workers(name: str, label: Any, number_of: Any, recorder: Recorder, module: Any) -> None:
    """A worker's loop is: get a task, do it, put the result. So is a task's span. `number_of` gives
    for a worker's queue of tasks what tells the number of one."""
    worker: Any = getattr(module, name)

    @functools.wraps(worker)
    def observed_worker(tasks: Any, results: Any, *args: Any, **kwargs: Any) -> Any:
        if recorder.green() and not hasattr(tasks, "_writer"):
            return worker(tasks, results, *args, **kwargs)
        watched = _watched(recorder, tasks, results, label, number_of(tasks))
        return worker(*watched, *args, **kwargs)

    setattr(module, name, observed_worker)


def _watched(
    recorder: Recorder, tasks: Any, results: Any, label: Any, number_of: Any
) -> tuple[Any, Any]:
    """A worker's two queues, watched: waiting for a task it is blocked, from then to its result it
    is at the task. A process has queues of its own; threads share theirs, and get a stand-in."""
    here, get, put = recorder.here, tasks.get, results.put
    at_work = [0, 0]

    @functools.wraps(get)
    def observed_get(*args: Any, **kwargs: Any) -> Any:
        here.emit(ev.TASK_WAIT)
        recorder.nudge()
        task = None
        try:
            task = get(*args, **kwargs)
        finally:
            name = label(task)
            if name:
                at_work[:] = recorder.named("task", name), number_of(task)
                here.emit_value(ev.word(ev.TASK_BEGIN, at_work[0]), at_work[1])
                # Whoever is killed in it has said in what.
                recorder.nudge()
            else:
                at_work[0] = 0
                here.emit(ev.TASK_NONE)
        return task

    @functools.wraps(put)
    def observed_put(*args: Any, **kwargs: Any) -> Any:
        if at_work[0]:
            here.emit_value(ev.word(ev.TASK_END, at_work[0]), at_work[1])
            at_work[0] = 0
        return put(*args, **kwargs)

    if not hasattr(tasks, "_writer"):
        return SimpleNamespace(get=observed_get), SimpleNamespace(put=observed_put)
    tasks.get, results.put = observed_get, observed_put
    return tasks, results


def _watch_carriers(recorder: Recorder, pool: Any) -> None:
    """The threads of a pool that carry: each hands over its queue's `get`, and is handed what looks
    like it, so that what is raised while a task is sent has no frame of ours."""
    here = recorder.here
    handle_tasks, handle_results = pool._handle_tasks, pool._handle_results

    def tell(kind: int, task: Any, name: str) -> None:
        try:
            number = part_number(recorder.pid, task)
        except (TypeError, ValueError):
            return
        here.emit_value(ev.word(kind, recorder.named("task", name)), number)

    def passing(tasks: Any) -> Any:
        since = perf_counter_ns()
        for task in tasks:
            if perf_counter_ns() - since > LATE_NS:
                tell(ev.TASK_DRAWN, task, pool_task(task))
            yield task
            # Whoever asks for the next one has sent this one.
            tell(ev.TASK_PASSED, task, pool_task(task))
            since = perf_counter_ns()

    @functools.wraps(handle_tasks)
    def _handle_tasks(taskqueue: Any, *args: Any) -> Any:
        def get() -> Any:
            given = taskqueue.get()
            return given if given is None else (passing(given[0]), given[1])

        return handle_tasks(SimpleNamespace(get=get), *args)

    @functools.wraps(handle_results)
    def _handle_results(outqueue: Any, get: Any, *args: Any) -> Any:
        def observed_get() -> Any:
            result = get()
            if result is not None:
                tell(ev.RESULT_TAKEN, result, A_TASK)
            return result

        return handle_results(outqueue, observed_get, *args)

    pool._handle_tasks = staticmethod(_handle_tasks)
    pool._handle_results = staticmethod(_handle_results)


def _watch_call_items(module: Any) -> None:
    """What a `ProcessPoolExecutor` sends a worker takes the number of what was handed in along."""
    item: Any = module._CallItem
    init = item.__init__

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        item = frame_at(1).f_locals.get("work_item")
        number = number_on(getattr(item, "future", None))
        if number:
            setattr(self, NUMBER, number)

    item.__init__ = __init__


def _watch_results_of_processes(recorder: Recorder, module: Any) -> None:
    """The thread of a `ProcessPoolExecutor` that takes the results of its workers."""
    manager: Any = module._ExecutorManagerThread
    process, here = manager.process_result_item, recorder.here

    @functools.wraps(process)
    def process_result_item(self: Any, result: Any) -> Any:
        known = self.pending_work_items.get(getattr(result, "work_id", None))
        number = number_on(getattr(known, "future", None))
        if number:
            here.emit_value(ev.word(ev.RESULT_TAKEN, recorder.named("task", A_TASK)), number)
        return process(self, result)

    manager.process_result_item = process_result_item


@needs("concurrent.futures.thread._WorkItem.run: future")
def _watch_thread_executor(recorder: Recorder, module: Any) -> None:
    item: Any = module._WorkItem
    here, run = recorder.here, item.run

    @functools.wraps(run)
    def observed_run(self: Any, *args: Any, **kwargs: Any) -> Any:
        if recorder.green():
            return run(self, *args, **kwargs)
        # 3.14 keeps function and arguments as one `task`.
        task = getattr(self, "task", None) or (self.fn, self.args, self.kwargs)
        name = recorder.named("task", shown(task[0], task[1]))
        number = number_on(self.future)
        here.emit_value(ev.word(ev.TASK_BEGIN, name), number)
        try:
            return run(self, *args, **kwargs)
        finally:
            here.emit_value(ev.word(ev.TASK_END, name), number)
            # The traceback of what the task raised holds this frame.
            del self, task, args, kwargs

    item.run = observed_run


def pool_task(task: Any) -> str:
    """The name of a task of a `multiprocessing.Pool`: (job, i, func, args, kwds)."""
    if task is None:
        return ""
    _, _, function, arguments, _ = task
    if getattr(function, "__module__", "") in _POOLS and arguments:
        chunk: Any = arguments[0]
        if isinstance(chunk, tuple) and len(chunk) == 2 and callable(chunk[0]):
            return f"{name_of(chunk[0])} × {len(chunk[1])}"
    return shown(function, arguments)


def call_item(item: Any) -> str:
    """The name of a task of a `ProcessPoolExecutor`."""
    if item is None:
        return ""
    function, arguments = item.fn, item.args
    chunk: Any = getattr(function, "args", ())
    if isinstance(function, functools.partial) and name_of(function.func) == "_process_chunk":
        return f"{name_of(chunk[0])} × {len(arguments[0])}"
    return shown(function, arguments)


def _joblibs(task: Any, kind: str) -> str:
    """The name of what joblib hands in: calls in a batch, as one task of a worker."""
    inner = getattr(task, "func", None)
    if inner is not None:
        return shown(inner, ())
    items = list(getattr(task, "items", ()))
    if len(items) == 1:
        return shown(items[0][0], items[0][1])
    return f"{name_of(items[0][0])} × {len(items)}" if items else f"{kind}()"


def name_of(function: Any) -> str:
    while isinstance(function, functools.partial):
        function = function.func
    return str(getattr(function, "__name__", None) or type(function).__name__)


def shown(function: Any, arguments: Any) -> str:
    """`fib(30)`: the function and a short first argument, if it is a plain value."""
    if isinstance(function, functools.partial):
        return shown(function.func, (*function.args, *arguments))
    if type(getattr(function, "__self__", None)).__name__ == "Context" and arguments:
        return shown(arguments[0], arguments[1:])
    if (kind := type(function)).__module__.startswith("joblib.") and not arguments:
        return _joblibs(function, kind.__name__)
    first = ""
    if arguments and isinstance(arguments[0], int | float | str | bytes | bool):
        first = repr(arguments[0])
        if len(first) > _ARGUMENT_LIMIT:
            first = first[: _ARGUMENT_LIMIT - 1] + "…"
        first += ", …" if len(arguments) > 1 else ""
    elif arguments:
        first = "…"
    return f"{name_of(function)}({first})"
