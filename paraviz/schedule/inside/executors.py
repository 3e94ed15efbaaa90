"""Executors of threads under control: each job is a worker of its own.

A pool's threads are all alike: which of them takes a job makes no difference, unless the program
asks who runs it. So the k-th job begins as soon as all but `max_workers - 1` of those before it are
over, in the order in which they were handed in, and no queue and no idle thread is in between.
Where the program can tell threads apart, the standard library's own executor runs.
"""

from __future__ import annotations

import threading
from concurrent.futures import _base, thread

from paraviz.schedule.inside.conditions import Semaphore
from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.telling_apart import Seen
from paraviz.schedule.inside.worker import Abort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_real: Any = thread.ThreadPoolExecutor
_submit, _shutdown = _real.submit, _real.shutdown


class Jobs:
    """An executor's jobs."""

    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self, most: int) -> None:
        self.most = most
        self.slots = Semaphore(most)
        self.threads: list[Any] = []
        self.begun = 0
        """How many have begun, or can as soon as it is their turn."""

    def may_begin(self, number: int) -> bool:
        """Whether a thread is free for this job."""
        return self.slots._value > 0 and self.begun == number

    def begin(self) -> None:
        """A job took a thread."""
        self.slots._value -= 1
        self.begun += 1


def _jobs_of(self: Any) -> Jobs | None:
    """None for an executor that runs as the standard library has it."""
    try:
        jobs: Jobs | None = self._schedule_jobs
    except AttributeError:
        plain = type(self) is _real and _begins_with_nothing(self)
        jobs = Jobs(self._max_workers) if plain and not Seen.tells_apart else None
        self._schedule_jobs = jobs
    return jobs


def _begins_with_nothing(executor: Any) -> bool:
    """Whether no function of the program's runs when a thread of it begins; False where that cannot
    be told."""
    try:
        return executor._initializer is None
    except AttributeError:
        pass
    # Since 3.14 a function makes what each thread has, and that function alone knows it.
    make = getattr(executor, "_create_worker_context", None)
    code, cells = getattr(make, "__code__", None), getattr(make, "__closure__", None) or ()
    known = dict(zip(code.co_freevars, cells, strict=True)) if code is not None else {}
    return "initializer" in known and known["initializer"].cell_contents is None


def submit(self: Any, function: Any, /, *arguments: Any, **named: Any) -> Any:
    """`ThreadPoolExecutor.submit`."""
    engine = running()
    jobs = None
    if engine is not None and hasattr(self, "_max_workers"):
        jobs = _jobs_of(self)
    if engine is None or jobs is None:
        return _submit(self, function, *arguments, **named)
    engine.stop(("W", jobs.slots, None, "hand a job to an executor"))
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    if thread._shutdown:
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")
    future: Any = _base.Future()
    number = len(jobs.threads)
    if number < jobs.most:
        jobs.begin()

    def job() -> None:
        if number >= jobs.most:
            here = running()
            if here is not None:
                wanted = ("acq", jobs.slots, None, "wait for a free thread of an executor")
                here.stop(wanted, lambda: jobs.may_begin(number))
            jobs.begin()
        try:
            _run(future, function, arguments, named)
        finally:
            if running() is not None:
                jobs.slots.release()

    name = f"{self._thread_name_prefix}_{number % jobs.most}"
    made = threading.Thread(name=name, target=job)
    jobs.threads.append(made)
    made.start()
    return future


def _run(future: Any, function: Any, arguments: Any, named: Any) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = function(*arguments, **named)
    except Abort:
        raise
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


def shutdown(self: Any, wait: bool = True, *, cancel_futures: bool = False) -> None:
    """`ThreadPoolExecutor.shutdown`."""
    engine = running()
    jobs = getattr(self, "_schedule_jobs", None)
    if engine is None or jobs is None:
        _shutdown(self, wait, cancel_futures=cancel_futures)
        return
    engine.stop(("W", jobs.slots, None, "shut an executor down"))
    self._shutdown = True
    if wait:
        for each in list(jobs.threads):
            each.join()


def install() -> None:
    """Once, before the program is loaded."""
    _real.submit, _real.shutdown = submit, shutdown
