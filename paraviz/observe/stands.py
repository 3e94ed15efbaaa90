"""Where silent threads stand: looked at now and then, by the thread that ships events.

A wait that no probe knows of (`Popen.wait`, `recv`, an import, SQLite) has its line by a look at
its thread's stack. Only a thread that has emitted nothing since the last parcels is looked at, the
longer it is silent the more seldom, and not at all while it has not run since: then it stands where
it stood. All looks together take `SHARE` of a CPU at most.

A look begins just after this thread got the GIL and is over long before anybody can ask for it: no
frame of the program is held while the program runs, so nothing of it lives longer. Without a GIL no
stack of another thread can be walked so, and where there are other interpreters none may be: there
is no look.
"""

from __future__ import annotations

import sys
import time
from itertools import islice
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.frames import is_installed, is_ours, is_standard_library
from paraviz.observe.standing import IMPORTING, waited_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, FrameType

    from paraviz.observe.descriptions import Field
    from paraviz.observe.lane import Lane

    Report = Callable[..., None]
    Described = dict[str, Field]

SHARE = 0.001
"""Of a CPU's time."""
FIRST_NS = 100_000_000
"""A thread that is silent for less is not looked at."""
LONGEST_NS = 2_000_000_000
"""From one look at a thread to the next."""
AT_ONCE = 20
"""Threads in one look: it has to be over within a switch interval."""
DEPTH = 200
"""Frames of a stack that are looked at."""
_FORKED = "BaseProcess._bootstrap"
"""Below it lie the frames of the parent that forked."""
_THREADS_OWN = (_FORKED, "Thread._bootstrap", "Thread._bootstrap_inner", "Thread.run")
_PLACES = 1_000
"""Places in the source that are remembered."""

_cpu_ns: Callable[[int], int] | None = (
    getattr(time, "clock_gettime_ns", None) if sys.platform == "linux" else None
)


class Stands:
    """Looks at the lanes of one process."""

    def __init__(self, report: Report, site_of: Callable[[FrameType], int]) -> None:
        """`report`: sends a message; `site_of`: the number of a frame's line."""
        self._report = report
        self._site_of = site_of
        self._silent: dict[int, _Silence] = {}
        self._callees: dict[tuple[CodeType, int], Described] = {}
        self._not_before_ns = 0
        self.off = False
        """Whether it looks no more."""

    def look(self, lanes: Sequence[Lane]) -> None:
        """Look at those that are due, and report where they stand."""
        now_ns = perf_counter_ns()
        if self.off or now_ns < self._not_before_ns:
            return
        try:
            due: list[Lane] = []
            for lane in lanes:
                if len(due) < AT_ONCE and self._is_due(lane, now_ns):
                    due.append(lane)
            if due and not _other_interpreters():
                self._look_at(due, {lane.ident: lane.number for lane in lanes})
        except Exception:
            # An audit hook of the program may forbid it.
            self.off = True
        cost_ns = perf_counter_ns() - now_ns
        self._not_before_ns = now_ns + int(cost_ns / SHARE)

    def _is_due(self, lane: Lane, now_ns: int) -> bool:
        """Whether a lane was silent for long enough and may be elsewhere than it was."""
        if lane.kind == "task" or lane.closed:
            self._silent.pop(lane.number, None)
            return False
        told, silence = lane.sent + lane.dropped, self._silent.get(lane.number)
        if silence is None or silence.told != told or lane.events:
            self._silent[lane.number] = _Silence(told, now_ns)
            return False
        if now_ns < silence.due_ns:
            return False
        silence.put_off(now_ns)
        cpu_ns = cpu_of(lane.tid)
        if cpu_ns < 0 or cpu_ns != silence.cpu_ns:
            silence.cpu_ns = cpu_ns
            return True
        if not silence.is_at_rest:
            silence.is_at_rest = True
            self._report(ev.RESTS, lane=lane.number)
        silence.rested_ns = now_ns
        return False

    def _look_at(self, lanes: list[Lane], idents: dict[int, int]) -> None:
        """`idents`: all lanes by the identity of their thread."""
        frames = sys._current_frames()
        try:
            for lane in lanes:
                frame = frames.get(lane.ident)
                if frame is not None:
                    silence = self._silent[lane.number]
                    self._report(
                        ev.STANDS,
                        lane=lane.number,
                        at_ns=perf_counter_ns(),
                        rested_ns=silence.rested_ns,
                        **self._described(frame, lane.number, idents),
                    )
                    silence.rested_ns, silence.is_at_rest = 0, False
        finally:
            # This very frame is one of them: it would hold them all.
            frames.clear()

    def _described(self, frame: FrameType, lane: int, idents: dict[int, int]) -> Described:
        """Where a stack stands: the innermost line that is the program's own, else that of what it
        has installed; what was called there; what that waits for, as far as its frames tell."""
        inmost: FrameType | None = None
        called: FrameType | None = None
        own: FrameType | None = None
        above: FrameType | None = None
        step: FrameType | None = frame
        for _ in range(DEPTH):
            if step is None or step.f_code.co_qualname == _FORKED:
                break
            file = step.f_code.co_filename
            if not is_ours(file):
                inmost = inmost or step
                if not is_standard_library(file) and not file.startswith("<"):
                    if own is None or not is_installed(file):
                        own, called = step, above
                    if not is_installed(file):
                        break
                above = step
            step = step.f_back
        told: Described = {}
        if own is not None:
            told["site"] = self._site_of(own) >> ev.SITE_SHIFT
        if called is not None:
            told["function"] = _name_of(called)
        elif own is not None:
            told |= self._callee(own)
        elif inmost is not None:
            told["function"] = _name_of(_outmost(inmost) or inmost)
        if inmost is not None:
            told |= waited_for(inmost, lane, idents)
        return told

    def _callee(self, frame: FrameType) -> Described:
        """Where in the source stands what the program calls directly, such as a function in C."""
        key = frame.f_code, frame.f_lasti
        if key not in self._callees:
            if len(self._callees) > _PLACES:
                return {}
            line, _, column, end = next(
                islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4
            )
            known = line is not None and column is not None and end is not None
            place: Described = {"line": line, "column": column, "end": end}
            self._callees[key] = {"file": frame.f_code.co_filename, **place} if known else {}
        return self._callees[key]


class _Silence:
    """A lane that has emitted nothing for a while."""

    __slots__ = ("cpu_ns", "due_ns", "is_at_rest", "pause_ns", "rested_ns", "told")

    def __init__(self, told: int, now_ns: int) -> None:
        self.told = told
        self.pause_ns = FIRST_NS
        self.due_ns = now_ns + FIRST_NS
        self.cpu_ns = -1
        self.is_at_rest = False
        """Whether it is known not to have run since it was looked at."""
        self.rested_ns = 0
        """Until when that was so for certain."""

    def put_off(self, now_ns: int) -> None:
        """The next look comes later."""
        self.pause_ns = min(2 * self.pause_ns, LONGEST_NS)
        self.due_ns = now_ns + self.pause_ns


def cpu_of(tid: int) -> int:
    """The CPU time that a thread has used, or -1 where the system does not say: the number of that
    clock is made of the thread's, see MAKE_THREAD_CPUCLOCK in Linux' posix-timers.h."""
    if _cpu_ns is None:
        return -1
    try:
        return _cpu_ns(~tid << 3 | 6)
    except OSError:
        return -1


def _outmost(frame: FrameType) -> FrameType | None:
    """What a thread of the library's own runs, or of one that runs a method of the library: the
    outermost function that is not private; None where they all are."""
    found = None
    step: FrameType | None = frame
    for _ in range(DEPTH):
        if step is None or step.f_code.co_qualname in _THREADS_OWN:
            break
        if not is_ours(step.f_code.co_filename) and not step.f_code.co_name.startswith("_"):
            found = step
        step = step.f_back
    return found


def _name_of(frame: FrameType) -> str:
    """`Popen.wait`; of a plain function with its module, `subprocess.run`; `import`."""
    name = frame.f_code.co_qualname
    if frame.f_code.co_filename == IMPORTING:
        return "import"
    if "." in name:
        return name
    return f"{frame.f_globals.get('__name__', '')}.{name}".lstrip(".")


def _other_interpreters() -> bool:
    for name in ("_interpreters", "_xxsubinterpreters"):
        module = sys.modules.get(name)
        if module is not None and len(module.list_all()) > 1:
            return True
    return False
