"""What observing costs the program, measured on the spot: at the end of a run, in the process that
was observed, each family of probes does a few hundred times what programs do with it, and what it
replaces does the same. The difference, in CPU time, is what an event of its kinds costs, with the
wrapper around it and the search for its line.

Nothing of that is reported: the events go to a lane that goes nowhere.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from threading import active_count
from time import perf_counter_ns, thread_time_ns
from types import SimpleNamespace

from paraviz import events as ev
from paraviz.observe.lane import Lane
from paraviz.observe.probes.output.stdio import _watch_read, _watch_writes
from paraviz.observe.probes.threads import locks, python_locks
from paraviz.observe.probes.work.task_lanes import FURTHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from paraviz.observe.recorder import Recorder

_TIMES = range(100)
_BATCHES = 6
_EMITTED, _EMIT_BATCHES = range(200), 10
_ACCESS = "def accesses(shared, times):\n for _ in times: shared.value += 1\n"


def measured(recorder: Recorder) -> dict[str, float]:
    """ns by family, as the fields of a message; what cannot be measured here is missing."""
    result = {"emit_ns": _of_emitting()}
    if active_count() > 1:
        # Daemons live no longer than they would.
        return result
    with _aside(recorder):
        for name, measure in (
            ("lock", _of_locks),
            ("usual", _of_others),
            ("write", _of_writes),
            ("step", _of_steps),
            ("memory", _of_memory),
        ):
            try:
                took = measure(recorder)
            except Exception:
                continue
            # A lock may cost less than the machine's noise; it reports an event even so.
            result[f"{name}_ns"] = max(took, result["emit_ns"])
    return result


@contextmanager
def _aside(recorder: Recorder) -> Iterator[None]:
    """What the current thread does meanwhile is not reported."""
    here, outbox = recorder.here, recorder._outbox
    lane, lanes, count = here.lane, list(recorder._lanes), len(outbox)
    here.enter(Lane(0, ""))
    # All that the program made would be looked through in between.
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
        here.enter(lane)
        recorder._lanes[:] = lanes
        del outbox[count:]


def _more(work: Callable[..., Any], observed: Any, plain: Any, *args: Any) -> float:
    """ns that one of `_TIMES` takes longer observed. Whoever was interrupted took longer; what the
    machine does besides comes to both, who take turns."""
    took: tuple[list[int], list[int]] = [], []
    for _ in range(_BATCHES):
        for what, times in zip((observed, plain), took, strict=True):
            begin = thread_time_ns()
            work(what, *args)
            times.append(thread_time_ns() - begin)
    return (min(took[0]) - min(took[1])) / len(_TIMES)


def _of_emitting() -> float:
    """Of one event alone, on a lane that goes nowhere."""
    emit, took = Lane(0, "").emit, []
    for _ in range(_EMIT_BATCHES):
        begin = perf_counter_ns()
        for _ in _EMITTED:
            emit(0)
        took.append(perf_counter_ns() - begin)
    return min(took) / len(_EMITTED)


def _of_locks(recorder: Recorder) -> float:  # noqa: ARG001
    plain = locks._make_lock()
    observed = type.__call__(locks.ObservedLock, locks._make_lock(), 0)

    def work(lock: Any) -> None:
        for _ in _TIMES:
            with lock:
                pass

    for _ in range(python_locks.SITED // len(_TIMES) + 1):
        # The first ones find their line.
        work(observed)
    return _more(work, observed, plain) / 2


def _of_others(recorder: Recorder) -> float:
    """A wrapper that finds its line, and reports a begin and an end."""

    def read() -> None:
        pass

    observed = SimpleNamespace(read=read)
    _watch_read(recorder, observed, "read")

    def work(holder: Any) -> None:
        for _ in _TIMES:
            holder.read()

    return _more(work, observed, SimpleNamespace(read=read)) / 2


def _of_writes(recorder: Recorder) -> float:
    real = sys.__stdout__
    through = bool(getattr(real, "write_through", False))
    buffered = bool(getattr(real, "line_buffering", False)) and not through

    def stream() -> TextIOWrapper:
        return TextIOWrapper(BytesIO(), "utf-8", write_through=through, line_buffering=buffered)

    plain, observed = stream(), stream()
    _watch_writes(recorder, observed, ev.STDOUT)

    def work(stream: Any) -> None:
        for _ in _TIMES:
            stream.write("123")

    return _more(work, observed, plain)


def _of_steps(recorder: Recorder) -> float:
    """Two events: a step begins, and the task is ready again."""
    module: Any = sys.modules["asyncio"]
    # Past the limit of lanes a task's events would go to one that is the program's.
    if recorder.green() or any(lane.name is FURTHER for lane in recorder._lanes):
        return 0.0
    events = module.events
    run, soon = events.Handle._run.__wrapped__, module.BaseEventLoop._call_soon.__wrapped__

    handle_class: Any = events.Handle

    class PlainHandle(handle_class):  # type: ignore[misc]
        __slots__ = ()
        _run = run

    class PlainLoop(module.SelectorEventLoop):  # type: ignore[misc]
        def _call_soon(self, callback: Any, args: Any, context: Any) -> Any:
            handle = soon(self, callback, args, context)
            handle.__class__ = PlainHandle
            return handle

    async def yields() -> None:
        for _ in _TIMES:
            await module.sleep(0)

    def work(loop: Any) -> None:
        loop.run_until_complete(yields())

    loops = module.SelectorEventLoop(), PlainLoop()
    try:
        for loop in loops:
            loop.set_debug(False)
        return _more(work, *loops) / 2
    finally:
        for loop in loops:
            loop.close()


def _of_memory(recorder: Recorder) -> float:
    """Three events: a read, and a write with what it overwrites."""
    module: Any = sys.modules["multiprocessing.sharedctypes"]
    from paraviz.observe.probes.memory.sharing import Memory, Shared
    from paraviz.observe.probes.processes.locks import _observed
    from paraviz.observe.probes.processes.makers import LOCK_OF_A_VALUE
    from paraviz.observe.probes.threads.conditions import MARK

    memory, made = Memory(recorder), module.ctypes.c_int(0)
    made_by = Shared(memory, made, "Value", "", "i")
    made_by._whole = 1 << ev.KIND_BITS
    setattr(made, MARK, made_by)
    value = module.Synchronized.value
    plain_value = property(value.fget.__wrapped__, value.fset.__wrapped__)
    semaphore = sys.modules["_multiprocessing"].SemLock(0, 1, 1, f"/paraviz-{recorder.pid}", True)

    def variable(kind: Any, lock: Any, inner: Any) -> Any:
        one = object.__new__(kind)
        one._obj, one.acquire, one.release = inner, lock.acquire, lock.release
        return one

    observed = variable(module.Synchronized, _observed(LOCK_OF_A_VALUE, semaphore, 0, None), made)
    plain = variable(type("Plain", (), {"value": plain_value}), semaphore, type(made)(0))
    # Only what the program's own code does is told.
    room: dict[str, Any] = {}
    exec(compile(_ACCESS, sys.modules["__main__"].__file__ or "", "exec"), room)
    accesses = room["accesses"]
    more = _more(accesses, observed, plain, _TIMES)
    # The compiled core spares what Python code would do; an event is not thought to be for nothing.
    return max(more / 3, _of_emitting())
