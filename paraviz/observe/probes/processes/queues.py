"""Queues of `multiprocessing`: put, get, waiting for room and for an item.

Nothing that a program calls is replaced: what a queue keeps inside (its buffer, its locks, the
functions that write and read) reports, so that tracebacks are as they would be.

An item gets a number in the process that puts it. The number travels behind the item's pickle, in
the same message: whoever unpickles it ignores what follows, observed or not, and a pickle by itself
ends otherwise. So a get is known to belong to a put over any number of processes.
"""

from __future__ import annotations

import functools
import os
import sys
from _weakref import ref

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, ORIGINAL, PARTS, watch_all
from paraviz.observe.probes.processes.passing import place_of, user_finder
from paraviz.observe.probes.processes.queue_parts import Entered, Inside, Parts
from paraviz.observe.probes.threads.conditions import MARK
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

    Begin = Callable[[Any, dict[str, Any]], None]
    """Watches a queue, made by the program at this place, or {}."""


def install(recorder: Recorder) -> None:
    """Wait for the program to import `multiprocessing.queues`, or a copy of it."""
    watch_all(recorder.after_import, "queues", functools.partial(_watch, recorder), COPIES)
    lokys = functools.partial(_watch_lokys, recorder)
    watch_all(recorder.after_import, "queues", lokys, PARTS[len(COPIES) :])


@needs(
    "multiprocessing.queues.Queue.__init__: _reader _writer _rlock _sem",
    "multiprocessing.queues.Queue.__setstate__(self, state)",
    "multiprocessing.queues.Queue._after_fork(self)",
    "multiprocessing.queues.Queue._reset: _buffer _send_bytes _recv_bytes _poll "
    "| multiprocessing.queues.Queue._after_fork: _buffer _send_bytes _recv_bytes _poll",
    "multiprocessing.queues.Queue.put: _sem _buffer append",
    "multiprocessing.queues.Queue.get: _rlock _recv_bytes _poll",
    "multiprocessing.queues.Queue._feed: popleft send_bytes",
    "multiprocessing.queues.SimpleQueue.get: _reader _rlock recv_bytes "
    "| multiprocessing.queues.SimpleQueue.get_payload: _reader _rlock recv_bytes",
    "multiprocessing.queues.SimpleQueue.put: _writer _wlock send_bytes "
    "| multiprocessing.queues.SimpleQueue.send_payload: _writer _wlock send_bytes",
    "multiprocessing.queues.JoinableQueue.task_done: _cond _unfinished_tasks",
)
def _watch(recorder: Recorder, module: Any) -> None:
    parts = _parts(recorder, module)
    for kind, watch in (
        (module.Queue, _watch_queue),
        (module.SimpleQueue, _watch_simple_queue),
        (module.JoinableQueue, _watch_joining),
    ):
        _watch_making(recorder, kind, functools.partial(watch, parts))
    _watch_forks(parts, module.Queue)


def _parts(recorder: Recorder, module: Any) -> Parts:
    locks = os.path.join(os.path.dirname(module.__file__), "synchronize.py")
    user = user_finder(recorder, module, frozenset((module.__file__, locks)))
    return Parts(recorder, module.collections.deque, user)


def _watch_lokys(recorder: Recorder, module: Any) -> None:
    """Subclasses of the original's, made as those are, but pickled in a way of their own."""
    parts = _parts(recorder, sys.modules[f"{ORIGINAL}.queues"])
    for kind, watch in ((module.Queue, _watch_queue), (module.SimpleQueue, _watch_simple_queue)):
        _watch_restoring(kind, _beginner(recorder, functools.partial(watch, parts)))


def _watch_making(recorder: Recorder, kind: Any, watch: Callable[[Any, Inside], None]) -> None:
    """Watch each queue that the program makes, and each that comes from another process: whose it
    is shows when it is used."""
    init, begin = kind.__init__, _beginner(recorder, watch)

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        place = place_of(self, frame_at(1))
        if place:
            begin(self, place)

    kind.__init__ = __init__
    _watch_restoring(kind, begin)


def _watch_restoring(kind: Any, begin: Begin) -> None:
    restore = kind.__setstate__

    @functools.wraps(restore)
    def __setstate__(self: Any, state: Any) -> None:
        restore(self, state)
        begin(self, {})

    kind.__setstate__ = __setstate__


def _beginner(recorder: Recorder, watch: Callable[[Any, Inside], None]) -> Begin:
    def begin(queue: Any, place: dict[str, Any]) -> None:
        try:
            inside = vars(queue).get(MARK)
            if inside is None:
                inside = Inside(recorder, queue, place)
                setattr(queue, MARK, inside)
            watch(queue, inside)
        except Exception as error:
            name = type(queue).__name__
            recorder.notice(f"a {name} is not observed: {type(error).__name__}: {error}")

    return begin


def _watch_queue(parts: Parts, queue: Any, inside: Inside) -> None:
    room = queue._sem
    if room._semlock.maxvalue < room._semlock.SEM_VALUE_MAX:
        room.acquire = parts.acquiring(inside, room._semlock.acquire, ev.PUT_WAIT)
    queue._rlock.acquire = _watch_entering(parts, queue._rlock, inside, ev.GET_WAIT)
    _watch_passage(parts, queue, inside)


def _watch_simple_queue(parts: Parts, queue: Any, inside: Inside) -> None:
    reader, writer = queue._reader, queue._writer
    _watch_entering(parts, queue._rlock, inside, ev.GET_WAIT)
    _watch_entering(parts, queue._wlock, inside, ev.PUT_WAIT)
    reader.recv_bytes = parts.receiving(inside, ref(reader))
    writer.send_bytes = parts.sending(inside, ref(writer))


def _watch_joining(parts: Parts, queue: Any, inside: Inside) -> None:
    """What a `JoinableQueue` has beside what a `Queue` has."""
    waiting, unfinished = queue._cond._wait_semaphore, queue._unfinished_tasks
    waiting.acquire = parts.acquiring(inside, waiting._semlock.acquire, ev.WAIT_BEGIN)
    unfinished.acquire = parts.finishing(inside, unfinished._semlock)


def _watch_entering(parts: Parts, lock: Any, inside: Inside, kind: int) -> Any:
    """Report waiting for a lock in a `with`; returns what may take the place of its `acquire`."""
    acquire = parts.acquiring(inside, lock._semlock.acquire, kind)
    lock._semlock = Entered(lock._semlock, acquire)
    return acquire


def _watch_passage(parts: Parts, queue: Any, inside: Inside) -> None:
    """What a `Queue` makes anew in a forked child: its way from a put to a get."""
    buffer = queue._buffer = parts.buffer(inside)
    reader = queue._reader
    queue._send_bytes = parts.feeding(inside, buffer, queue._send_bytes)
    queue._recv_bytes = parts.receiving(inside, ref(reader))
    queue._poll = parts.polling(inside, reader)


def _watch_forks(parts: Parts, kind: Any) -> None:
    after_fork = kind._after_fork

    @functools.wraps(after_fork)
    def _after_fork(self: Any) -> None:
        after_fork(self)
        inside = vars(self).get(MARK)
        if inside is not None:
            _watch_passage(parts, self, inside)

    kind._after_fork = _after_fork
