"""Standard streams: who wrote what, in which order; who waits for input."""

from __future__ import annotations

import builtins
import functools
import sys
import time
from _thread import allocate_lock, get_ident
from os import register_at_fork

from paraviz import events as ev
from paraviz.observe.compiled import core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

MEETINGS = 5_000


def install(recorder: Recorder) -> None:
    """Watch the streams as they are now; what the program puts in their place is its own."""
    for stream, number in ((sys.stdout, ev.STDOUT), (sys.stderr, ev.STDERR)):
        if stream is not None:
            _watch_writes(recorder, stream, number)
    if sys.stdin is not None:
        for name in ("read", "readline", "readlines"):
            _watch_read(recorder, sys.stdin, name)
    _watch_read(recorder, builtins, "input")


def _watch_writes(recorder: Recorder, stream: Any, number: int) -> None:
    """Replace the stream's `write` in the stream itself: its type, buffer and state stay.

    The stamp and the write must be one step, or two threads' texts could change places between
    them. Where writes gather in a buffer they are, under a GIL. Where each write is a system call,
    made without the GIL, or where there is no GIL, a lock makes it one (which lets signal handlers
    pass).
    But threads that do nothing but write would queue up at it, so it has bounded patience: after
    `MEETINGS` waits texts written in the same moment stand in the order in which they began.
    """
    lock: Any = None
    if not recorder.gil or stream.write_through or stream.line_buffering:
        # No RLock: programs look for those among all objects, and must find their own alone.
        lock = allocate_lock()
        register_at_fork(after_in_child=lock._at_fork_reinit)

    def no_more_patience() -> None:
        recorder.notice(
            f"threads met {MEETINGS:,} times while writing: from then on, texts "
            "written in the same moment stand in the order in which they began"
        )

    observed = None
    is_plain = type(stream) is sys.modules["_io"].TextIOWrapper and "write" not in vars(stream)
    if core is not None and is_plain:
        word, which = ev.word(ev.WRITE, number), int(number == ev.STDERR)
        observed = core.observed_write(stream, which, word, lock, no_more_patience, MEETINGS)
    stream.write = observed or _write_by_python(recorder, stream, number, lock, no_more_patience)


def _write_by_python(
    recorder: Recorder, stream: Any, number: int, lock: Any, no_more_patience: Callable[[], None]
) -> Any:
    """Where there is no compiled core. The interpreter looks whether to switch after a call and at
    a jump back, and the stamp is no call but a loop's first turn."""
    here, site, write = recorder.here, recorder.site, stream.write
    word = ev.word(ev.WRITE, number)
    stamps = iter(time.perf_counter_ns, None)

    @functools.wraps(write)
    def observed_write(text: str, /) -> Any:
        for at in stamps:  # noqa: B007 (not `next`, see above)
            break
        written = write(text)
        here.lane.texts.append(text)
        here.extend((at, word | site(1), written, ev.EXTRA))
        return written

    if lock is None:
        return observed_write
    inside: set[int] = set()
    """Threads that are at it: a signal handler's writes go straight on."""
    meetings = iter(range(MEETINGS))

    @functools.wraps(write)
    def observed_write_locked(text: str, /) -> Any:
        this_thread = get_ident()
        if this_thread in inside:
            return observed_write(text)
        inside.add(this_thread)
        try:
            if not lock.acquire(False):
                if next(meetings, None) is None:
                    no_more_patience()
                    return observed_write(text)
                lock.acquire()
            try:
                return observed_write(text)
            finally:
                lock.release()
        finally:
            inside.discard(this_thread)

    return observed_write_locked


def _watch_read(recorder: Recorder, holder: Any, name: str) -> None:
    """Replace a function that waits for input."""
    here, site, read = recorder.here, recorder.site, getattr(holder, name)

    @functools.wraps(read)
    def observed_read(*args: Any, **kwargs: Any) -> Any:
        line = site(1)
        here.emit(ev.READ_BEGIN | line)
        try:
            return read(*args, **kwargs)
        finally:
            here.emit(ev.READ_END | line)

    setattr(holder, name, observed_read)
