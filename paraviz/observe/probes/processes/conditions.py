"""Conditions, events and barriers between processes: wait, notify, set, of those that the program
itself makes.

Each of them has a condition inside, or is one, and whoever waits in that waits for one semaphore of
it: there waiting is reported. An event whose flag is set is no wait.
"""

from __future__ import annotations

import functools

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import PARTS, watch_all
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.processes.locks import number_of_process_lock, watch_condition_lock
from paraviz.observe.probes.processes.makers import (
    CONDITIONS,
    LOCKED_CONDITION,
    description,
    made_by_program,
)
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from paraviz.observe.current_lane import Here
    from paraviz.observe.recorder import Recorder
    from paraviz.observe.sites import Site

_NOTIFIED, _SET, _INSIDE = "_paraviz", "_paraviz_event", "_paraviz_inside"
"""The attributes of a condition of the program's, and of the ones inside an event and a barrier of
the program's: its number, shifted to where a word has it."""


def install(recorder: Recorder) -> None:
    """Wait for the program to make the first of them."""
    watch_all(recorder.after_import, "synchronize", functools.partial(_watch, recorder), PARTS)


@needs(
    "multiprocessing.synchronize.Condition._make_methods(self)",
    "multiprocessing.synchronize.Condition.__init__: _make_methods",
    "multiprocessing.synchronize.Condition.__setstate__: _make_methods",
    "multiprocessing.synchronize.Condition.wait: _wait_semaphore",
    "multiprocessing.synchronize.Condition.notify(self, n): _wait_semaphore _sleeping_count "
    "| multiprocessing.synchronize.Condition.notify(self): _wait_semaphore _sleeping_count",
    "multiprocessing.synchronize.Event.set(self): _cond",
    "multiprocessing.synchronize.Event.clear(self)",
)
def _watch(recorder: Recorder, module: Any) -> None:
    _watch_conditions(recorder, module)
    condition: Any = module.Condition
    _watch_notify(recorder, condition, "notify")
    if "notify" not in condition.notify_all.__code__.co_names:
        _watch_notify(recorder, condition, "notify_all")
    for name, kind in (("set", ev.SET), ("clear", ev.CLEAR)):
        _watch_signal(recorder, module.Event, name, kind)


def _watch_conditions(recorder: Recorder, module: Any) -> None:
    kind: Any = module.Condition
    make_methods = kind._make_methods
    setattr(kind, _NOTIFIED, 0)
    setattr(kind, _SET, 0)
    setattr(kind, _INSIDE, 0)

    @functools.wraps(make_methods)
    def _make_methods(self: Any) -> None:
        try:
            _watch_condition(recorder, module, self, frame_at(1))
        except Exception as error:
            recorder.notice(f"a condition is not observed: {type(error).__name__}: {error}")
        make_methods(self)

    kind._make_methods = _make_methods


def _watch_condition(recorder: Recorder, module: Any, condition: Any, frame: FrameType) -> None:
    semaphore = condition._wait_semaphore
    made = made_by_program(module, semaphore._semlock, frame)
    if made is None or made.what not in CONDITIONS:
        return
    number = number_of_process_lock(condition._lock) if made.what == LOCKED_CONDITION else 0
    number = number or recorder.new_object(**description(made, semaphore._semlock))
    if made.what == "Condition" and not number_of_process_lock(condition._lock):
        watch_condition_lock(condition._lock, number)
    number <<= ev.KIND_BITS
    if made.what == "Event":
        setattr(condition, _SET, number)
    else:
        setattr(condition, _INSIDE if made.what == "Barrier" else _NOTIFIED, number)
    semaphore.acquire = _Waiting(recorder, semaphore.acquire, number).acquire


class _Waiting:
    """Waiting for the semaphore inside a condition."""

    __slots__ = ("_acquire", "_here", "_number", "_site")

    def __init__(self, recorder: Recorder, acquire: Any, number: int) -> None:
        self._acquire = acquire
        self._here: Here = recorder.here
        self._site: Site = recorder.site
        self._number = number

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the semaphore's; who notifies does not wait."""
        if not block:
            return bool(self._acquire(block, timeout))
        emit, about = self._here.emit, self._number | self._site(1)
        tell_limit(self._here, timeout)
        emit(ev.WAIT_BEGIN | about)
        got = False
        try:
            got = bool(self._acquire(block, timeout))
        finally:
            emit((ev.WAIT_END if got else ev.WAIT_ABANDONED) | about)
        return got


def _watch_notify(recorder: Recorder, kind: Any, name: str) -> None:
    here, site, notify = recorder.here, recorder.site, getattr(kind, name)

    @functools.wraps(notify)
    def observed_notify(self: Any, *args: Any, **kwargs: Any) -> None:
        number = self._paraviz
        # A barrier notifies as well when all have left it, and nobody waits.
        if self._paraviz_inside and not self._sleeping_count._semlock._is_zero():
            number = self._paraviz_inside
        if number and self._lock._semlock._is_mine():
            here.emit(ev.NOTIFY | number | site(1))
        notify(self, *args, **kwargs)

    setattr(kind, name, observed_notify)


def _watch_signal(recorder: Recorder, kind: Any, name: str, event: int) -> None:
    here, site, signal = recorder.here, recorder.site, getattr(kind, name)

    @functools.wraps(signal)
    def observed_signal(self: Any) -> None:
        number = self._cond._paraviz_event
        if number:
            here.emit(event | number | site(1))
        signal(self)

    setattr(kind, name, observed_signal)
