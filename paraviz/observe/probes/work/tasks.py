"""Tasks: what the workers of pools and executors are handed, one after the other."""

from __future__ import annotations

import functools
from types import SimpleNamespace

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_ARGUMENT_LIMIT = 30


def install(recorder: Recorder) -> None:
    """Wait for the program to import pools and executors."""
    wait_for = recorder.after_import.when_imported
    for name, watch in (
        ("multiprocessing.pool", functools.partial(_watch_workers, "worker", _pool_task)),
        (
            "concurrent.futures.process",
            functools.partial(_watch_workers, "_process_worker", call_item),
        ),
        ("concurrent.futures.thread", _watch_thread_executor),
    ):
        wait_for(name, functools.partial(watch, recorder))


def _watch_workers(name: str, label: Any, recorder: Recorder, module: Any) -> None:
    """A worker's loop is: get a task, do it, put the result. So is a task's span."""
    worker: Any = getattr(module, name)

    @functools.wraps(worker)
    def observed_worker(tasks: Any, results: Any, *args: Any, **kwargs: Any) -> Any:
        return worker(*_watched(recorder, tasks, results, label), *args, **kwargs)

    setattr(module, name, observed_worker)


def _watched(recorder: Recorder, tasks: Any, results: Any, label: Any) -> tuple[Any, Any]:
    """A worker's two queues, watched: waiting for a task it is blocked, from then to its result it
    is at the task. A process has queues of its own; threads share theirs, and get a stand-in."""
    here, get, put = recorder.here, tasks.get, results.put
    at_work = [0]

    @functools.wraps(get)
    def observed_get(*args: Any, **kwargs: Any) -> Any:
        here.emit(ev.TASK_WAIT)
        recorder.nudge()
        task = None
        try:
            task = get(*args, **kwargs)
        finally:
            name = label(task)
            at_work[0] = recorder.named("task", name) if name else 0
            here.emit(ev.word(ev.TASK_BEGIN if name else ev.TASK_NONE, at_work[0]))
        return task

    @functools.wraps(put)
    def observed_put(*args: Any, **kwargs: Any) -> Any:
        if at_work[0]:
            here.emit(ev.word(ev.TASK_END, at_work[0]))
            at_work[0] = 0
        return put(*args, **kwargs)

    if not hasattr(tasks, "_writer"):
        return SimpleNamespace(get=observed_get), SimpleNamespace(put=observed_put)
    tasks.get, results.put = observed_get, observed_put
    return tasks, results


def _watch_thread_executor(recorder: Recorder, module: Any) -> None:
    item: Any = module._WorkItem
    here, run = recorder.here, item.run

    @functools.wraps(run)
    def observed_run(self: Any, *args: Any, **kwargs: Any) -> Any:
        # 3.14 keeps function and arguments as one `task`.
        task = getattr(self, "task", None) or (self.fn, self.args, self.kwargs)
        number = recorder.named("task", shown(task[0], task[1]))
        here.emit(ev.word(ev.TASK_BEGIN, number))
        try:
            return run(self, *args, **kwargs)
        finally:
            here.emit(ev.word(ev.TASK_END, number))
            # The traceback of what the task raised holds this frame.
            del self, task, args, kwargs

    item.run = observed_run


def _pool_task(task: Any) -> str:
    """The name of a task of a `multiprocessing.Pool`: (job, i, func, args, kwds)."""
    if task is None:
        return ""
    _, _, function, arguments, _ = task
    if getattr(function, "__module__", "") == "multiprocessing.pool" and arguments:
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


def name_of(function: Any) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def shown(function: Any, arguments: Any) -> str:
    """`fib(30)`: the function and a short first argument, if it is a plain value."""
    if isinstance(function, functools.partial):
        return shown(function.func, (*function.args, *arguments))
    if type(getattr(function, "__self__", None)).__name__ == "Context" and arguments:
        return shown(arguments[0], arguments[1:])
    first = ""
    if arguments and isinstance(arguments[0], int | float | str | bytes | bool):
        first = repr(arguments[0])
        if len(first) > _ARGUMENT_LIMIT:
            first = first[: _ARGUMENT_LIMIT - 1] + "…"
        first += ", …" if len(arguments) > 1 else ""
    elif arguments:
        first = "…"
    return f"{name_of(function)}({first})"
