"""A headless run in which nobody runs any more: what there is of it is written to a file, and what
is found in it and who waits for whom is told on standard error, while it hangs.

Whether a worker ran is asked of the system: of a thread that waits, how often it has left a CPU.
What observing does in the program is no worker. Only Linux tells that.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.findings.waits import (
    DEATH_NS,
    Waiting,
    alive_at,
    is_for_others,
    told_waits,
    waiting_at,
)
from paraviz.analysis.findings.within import findings_within
from paraviz.attach import proc
from paraviz.errors import ParavizError
from paraviz.text.durations import duration
from paraviz.text.sanitizer import shown
from paraviz.text.translation import _
from paraviz.trace.causality.brackets import begins_wait
from paraviz.trace.causality.wait_chain import holders_at, waits_for
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.index import index_of
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from paraviz.session import Session
    from paraviz.trace import Trace
    from paraviz.trace.histories.locks import LockHistory

Then = Literal["continue", "end"]
_LOOKS = 8
"""So often within the time is looked whether somebody ran."""
_SHORTEST_S, _LONGEST_S = 0.1, 1.0
_WAITS_SHOWN = 40


class OnHang(Struct, frozen=True):
    """What is done when nobody runs."""

    after_s: float
    """For how long."""
    then: Then = "continue"
    output: Path | None = None
    """Where to; None for a name that is told."""


class Quiet:
    """For how long none of the workers has run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[tuple[int, int], proc.Rest] | None = None
        self._since = clock()

    def for_s(self, workers: list[tuple[int, int]]) -> float:
        """Look at them, processes and threads; 0 where one has run since the last look, or there is
        none."""
        now = self._clock()
        rests = {each: proc.rest(*each) for each in workers}
        seen = {each: rest for each, rest in rests.items() if rest is not None}
        runs = any(rest.letter == "R" for rest in seen.values())
        if runs or not seen or seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since


class HangWatch:
    """Looks after a session while it is pumped."""

    def __init__(self, on_hang: OnHang) -> None:
        self.ended_it = False
        """Whether the program was ended for it."""
        self._wanted = on_hang
        self._quiet = Quiet()
        self._every_s = min(max(on_hang.after_s / _LOOKS, _SHORTEST_S), _LONGEST_S)
        self._next_s = 0.0
        self._is_told = False

    def look(self, session: Session) -> None:
        """See whether it hangs, and do what is wanted then, once until somebody runs."""
        now = time.monotonic()
        if now < self._next_s:
            return
        self._next_s = now + self._every_s
        workers = session.workers()
        if workers:
            others = session.unobserved()
            workers += [(pid, tid) for pid in others for tid in proc.threads(pid)]
        lasted = self._quiet.for_s(workers)
        if lasted < self._wanted.after_s:
            self._is_told = self._is_told and lasted > 0
        elif not self._is_told:
            self._is_told = True
            self._tell(session)

    def _tell(self, session: Session) -> None:
        trace = session.snapshot()
        # The last moments of a live trace may change yet; nobody ran in them.
        before_ns = min(DEATH_NS, int(self._wanted.after_s * 5e8))
        at = trace.lanes[0].end_ns - before_ns if trace.lanes else None
        quiet = duration(int(self._wanted.after_s * 1e9))
        lines = [_("nobody has run for {time}").format(time=quiet) + self._written(trace)]
        lines += _found(trace)
        lines += _waits(trace, at) if at is not None else ()
        if self._wanted.then == "end":
            lines.append(_("the program is ended"))
        with contextlib.suppress(OSError):
            for line in lines:
                print(f"paraviz: {shown(line)}", file=sys.stderr, flush=True)
        if self._wanted.then == "end":
            self.ended_it = True
            session.stop("stopped")

    def _written(self, trace: Trace) -> str:
        """The end of a sentence: where it was written, or why not."""
        from paraviz.formats import save

        path = self._wanted.output or _free(Path(f"{Path(trace.program.name).stem}-hang.pviz"))
        try:
            save(as_recording(trace, self._wanted.after_s), path)
        except (ParavizError, OSError, MemoryError) as error:
            return "; " + (getattr(error, "message", "") or f"{type(error).__name__}: {error}")
        return "; " + _("what there is so far is in {file}").format(file=path)


def as_recording(trace: Trace, after_s: float) -> Trace:
    """A live trace as one that ends here, since nobody had run for so long."""
    reason = f"stopped being recorded when nobody had run for {after_s:g} s"
    until = trace.lanes[0].end_ns if trace.lanes else 0
    lanes = tuple(
        replace(lane, end_reason=reason)
        if not lane.end_reason and lane.end_ns >= until and lane.kind != "task"
        else lane
        for lane in trace.lanes
    )
    return replace(trace, lanes=lanes, live=False, end_reason=reason)


def _found(trace: Trace) -> Iterator[str]:
    found = findings_within(trace, index_of(trace))
    for each in found or ():
        yield f"{'✗' if each.severity == 'fault' else '▲'} {each.told.told}"


def _waits(trace: Trace, at_ns: int) -> Iterator[str]:
    """ "worker-1 waits for `lock` at work.py:12, held by worker-2", for each that lives."""
    locks = {lock.object_index: lock for lock in lock_histories(trace)}
    for index in alive_at(trace, at_ns)[:_WAITS_SHOWN]:
        if trace.lanes[index].helper:
            continue
        waits = waiting_at(trace, index, at_ns) or _open_wait(trace, index)
        if waits is None:
            continue
        worker = lane_label(trace.lanes, index)
        step = waits_for(trace, list(locks.values()), None, index, at_ns)
        if is_for_others(waits):
            line = told_waits(trace, [waits])[0].told
        elif step is not None:
            other = lane_label(trace.lanes, step.lane_index)
            line = _("{worker} waits for {other}").format(worker=worker, other=other)
        else:
            line = _("{worker} is blocked").format(worker=worker)
        where = place(trace, waits.site) if waits.site >= 0 else ""
        line += " " + _("at {place}").format(place=where) if where else ""
        holder = _holder(trace, locks, waits, at_ns)
        if holder >= 0:
            held = lane_label(trace.lanes, holder)
            line += ", " + _("held by {worker}").format(worker=held)
        yield line


def _open_wait(trace: Trace, index: int) -> Waiting | None:
    """The wait that a lane's last event begins. Nobody runs: whatever the last states of a live
    trace say, who has begun to wait still does."""
    lane = trace.lanes[index]
    last = len(lane.times) - 1
    if last < 0 or not begins_wait(int(lane.kinds[last])):
        return None
    columns = lane.times, lane.kinds, lane.objects, lane.sites
    return Waiting(index, *(int(column[last]) for column in columns))


def _holder(trace: Trace, locks: Mapping[int, LockHistory], waits: Waiting, at_ns: int) -> int:
    """The lane that has the lock which is waited for, or -1."""
    lock = locks.get(waits.object_index) if waits.kind == ev.LOCK_WAIT else None
    if lock is None or lock.is_signal:
        return -1
    if trace.objects[lock.object_index].kind.endswith("Semaphore"):
        return -1
    holders = holders_at(lock, at_ns)
    return holders[-1].lane_index if holders else -1


def _free(path: Path) -> Path:
    """A name that no file has yet."""
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_stem(f"{path.stem}-{number}")
    return found
