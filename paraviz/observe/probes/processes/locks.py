"""Locks between processes: wait, acquire, give up, release, of those that the program itself makes.

A lock of `multiprocessing` does what it is asked to by one object inside it. In the program's own
locks a stand-in for that one reports; their classes stay as they are, and so do the locks that
queues and pools have for themselves.

A Value or an Array takes its lock for every single read and write. That is reported only where it
had to wait; what the program does with the lock itself is, always.
"""

from __future__ import annotations

import functools
import sys
from _operator import attrgetter

from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import PARTS, watch_all
from paraviz.observe.probes.processes import python_locks
from paraviz.observe.probes.processes.makers import (
    LOCK_OF_A_VALUE,
    LOCKS,
    description,
    made_by_program,
    name_what_is_made,
)
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.probes.processes.makers import Place
    from paraviz.observe.recorder import Recorder

_plain: Any = None
"""The type of the semaphores that the compiled core knows the inside of."""


def install(recorder: Recorder) -> None:
    """Wait for the program to make the first of them."""
    python_locks.begin(recorder)
    watch = functools.partial(_watch_locks, recorder)
    watch_all(recorder.after_import, "synchronize", watch, PARTS)


@needs(
    "multiprocessing.synchronize.SemLock._make_methods(self): _semlock",
    "multiprocessing.synchronize.SemLock.__init__: _make_methods _make_name",
    "multiprocessing.synchronize.SemLock.__setstate__: _make_methods",
    "multiprocessing.synchronize.SemLock._make_name()",
)
def _watch_locks(recorder: Recorder, module: Any) -> None:
    name_what_is_made(module)
    if core is not None:
        _begin_core()
    kind: Any = module.SemLock
    make_methods = kind._make_methods

    @functools.wraps(make_methods)
    def _make_methods(self: Any) -> None:
        try:
            semlock = self._semlock
            made = made_by_program(module, semlock, frame_at(1))
            if made is not None and made.what in (*LOCKS, LOCK_OF_A_VALUE):
                number = recorder.new_object(**description(made, semlock))
                self._semlock = _observed(made.what, semlock, number, made.place)
        except Exception as error:
            recorder.notice(f"a lock is not observed: {type(error).__name__}: {error}")
        make_methods(self)

    kind._make_methods = _make_methods


def number_of_process_lock(lock: Any) -> int:
    """The number of a lock that is observed, else 0."""
    semlock = lock._semlock
    return semlock.number if isinstance(semlock, _OBSERVED) else 0


def watch_condition_lock(lock: Any, number: int) -> None:
    """Observe the lock that a condition made for itself, as one object with it."""
    semlock = lock._semlock
    lock._semlock = observed = _observed("Condition", semlock, number, None)
    lock.acquire, lock.release = observed.acquire, observed.release


def _observed(what: str, semlock: Any, number: int, place: Place | None) -> Any:
    make: Any = python_locks.observing if type(semlock) is not _plain else _CompiledSemLock
    return make(semlock, number, place, what == LOCK_OF_A_VALUE)


class _CompiledSemLock(python_locks.SemLock if core is None else core.ProcessLock):  # type: ignore[misc]
    """As those of `python_locks`, all of them, and nothing where there is no compiled core."""

    __slots__ = ()


_OBSERVED = (python_locks.SemLock, _CompiledSemLock)


def _begin_core() -> None:
    """What is inside of those that it observes. They have all that is asked of it."""
    global _plain
    _plain = sys.modules["_multiprocessing"].SemLock  # Whoever makes semaphores has imported it.
    core.begin_process_locks(_plain, python_locks.is_values)
    for name in vars(_plain):
        if not hasattr(_CompiledSemLock, name):
            setattr(_CompiledSemLock, name, property(attrgetter(f"_inner.{name}")))
