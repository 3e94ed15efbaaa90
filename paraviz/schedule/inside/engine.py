"""The scheduler: the program's threads are real threads, of which one runs.

A worker stops before each of its operations; then a search chooses who goes on. No decision is
taken before the first thread is started, while there is nobody else, nor where a library is in the
middle of something. `Engine.steps` has one row for each operation: (worker, operation, workers that
could have gone on, or None where there was no choice, whether the GIL can have changed hands before
it, the file, the line).
"""

from __future__ import annotations

import sys
import time

from paraviz.schedule.inside import access
from paraviz.schedule.inside.gilpoints import has_gil
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.operations import LIVES
from paraviz.schedule.inside.own import is_own
from paraviz.schedule.inside.patience import be_patient
from paraviz.schedule.inside.pool import POOL
from paraviz.schedule.inside.worker import Abort, Parted, Worker, raw_ident, raw_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Any

    from paraviz.schedule.inside.operations import Operation

    Step = tuple[int, Operation, "list[int] | None", Any, str, int]
    Choose = Callable[["Engine", "list[Worker]"], "Worker | None"]

real_clock = time.monotonic
settrace = sys.settrace
ATOMIC_KINDS = ("acq", "rel", "try")
"""What a library does with its own locks in one call of the program's is one step of it."""
NEVER: Callable[[], bool] = lambda: False  # noqa: E731
_LONG_S = 0.4
FUTILE_LIMIT = 1_000
"""Steps without an effect, of all workers together, after which a run is stuck."""
FUTILE_AGAIN = 64
"""The same where another execution was stuck at the same places."""
_LIBRARY = object()
_OURS = sys.modules["paraviz.schedule.inside"].__path__[0]


class Engine:
    """One execution."""

    current: Engine | None = None

    def __init__(
        self,
        choose: Choose | None,
        hook: Any = None,
        *,
        grain: str = "access",
        under_gil: bool = False,
        max_steps: int = 400_000,
    ) -> None:
        self.choose = choose
        self.hook = hook
        self.grain = grain
        self.under_gil = under_gil
        self.tracks = under_gil or (grain == "access" and has_gil())
        """Whether it is kept where the GIL can have been given away."""
        self.silent_releases = not under_gil and not KNOWN.everything
        self.max_steps = max_steps
        self.workers: list[Worker] = []
        self.live: list[Worker] = []
        self.steps: list[Step] = []
        self.running: Worker | None = None
        self.is_over = False
        """Whether workers are being unwound."""
        self.now = 0.0
        """The run's own clock, in s."""
        self.end = ""
        """"ok", "deadlock", "stuck", "cut" by the search, "parted" from the schedule, "steps"."""
        self.unjoined = 0
        self.blocked: list[Any] = []
        """Who waited for what when nobody could go on, as `tell_blocked` has it."""
        self.tell_blocked: Callable[[Engine, list[Worker]], list[Any]] = lambda _engine, _all: []
        self.raised: list[Any] = []
        """Exceptions that ended threads."""
        self.all_let_go = False
        """Whether all that were still alive at the end had given the GIL away, or had to wait."""
        self.at_first_spawn: Callable[[], None] | None = None
        self.at_end: Callable[[], None] | None = None
        """Called instead of unwinding."""
        self.decisions = 0
        self.skip = 0
        """How many decisions to come are known: whoever runs goes on."""
        self.tracer: Any = None
        """What `sys.settrace` gets, on 3.11."""
        self.tell_first_thread: Callable[[], None] = lambda: None
        self.is_following = KNOWN.everything
        """Whether a schedule that was written down still says who goes on."""
        self.is_free = False
        """Whether reads and writes are no steps any more: nobody is going to be stopped there."""
        self.began = real_clock()
        self.give_up_at = 0.0
        """When time is up, on the real clock; 0 for never."""
        self.futile = 0
        self.names: dict[Any, int] = {}
        self.touched: dict[int, Any] = {}
        self.exit_code: int | None = None
        self.error: Any = None
        self.switch_at: list[int] = []
        self.limits: dict[int, float] = {}
        """Of steps that waited with a limit: how long at most."""
        self.others_able: Any = None
        """Where it is noted, for whoever watches this process, whether another worker could go on
        when the running one was chosen."""
        self.trusts_sleeps = False
        """Whether nobody sleeps for less than it says, by more than a little."""

    def spawn(self, function: Callable[[], Any], name: str, thread: Any = None) -> Worker:
        """A new worker runs at once up to its first stop: what it does until then touches nothing
        that is shared."""
        if self.tracer is None:
            return self._spawned(function, name, thread)
        settrace(None)
        try:
            return self._spawned(function, name, thread)
        finally:
            if not self.is_free and self.running is not None:
                settrace(self.tracer)

    def _spawned(self, function: Callable[[], Any], name: str, thread: Any) -> Worker:
        if self.at_first_spawn is not None and len(self.workers) == 1:
            self.at_first_spawn()
        me = self.running
        assert me is not None
        new = Worker(len(self.workers), name, function)
        new.thread = thread
        self.workers.append(new)
        self.live.append(new)
        if not self.unjoined and self.tracer is not None:
            self.tell_first_thread()
        self.unjoined += 1
        new.parent = me
        file, line = self._here()
        operation = ("spawn", None, new.number, "start " + name)
        self.steps.append((me.number, operation, None, False, file, line))
        me.idle.clear()
        if self.hook is not None:
            self.hook.spawn(me, new)
        POOL.give(self, new)
        if self.others_able is not None:
            self.others_able[0] = 1
        me.operation = ("spawn", None, None, "start " + name)
        self.running = new
        new.gate.release()
        me.gate.acquire()
        if self.is_over:
            raise Abort
        return new

    def body(self, worker: Worker) -> Any:
        """The whole life of a worker; returns the gate of who goes on."""
        worker.ident = raw_ident()
        try:
            if not self.is_over:
                assert worker.function is not None
                if self.tracer is not None:
                    settrace(self.tracer)
                worker.function()
        except (Abort, SystemExit):
            pass
        finally:
            if self.tracer is not None:
                settrace(None)
        worker.frame = None
        worker.ready = None
        if (KNOWN.ends_matter or KNOWN.everything) and not self.is_over:
            try:
                self.stop(("W", LIVES, worker.number, "end"))
            except Abort:
                pass
        if not self.is_over:
            self.steps.append((worker.number, ("end", None, None, "end"), None, False, "", 0))
            self.futile = 0
        worker.done = True
        self.live.remove(worker)
        following: Worker | None
        if worker.parent is not None:
            following, worker.parent = worker.parent, None
        elif self.is_over:
            following = None
        else:
            try:
                following = self.pick()
            except Abort:
                following = None
        if following is None:
            following = self._unwound_next()
        self.running = following
        return following.gate

    def _unwound_next(self) -> Worker:
        """Who is to be unwound next; the main thread is the last."""
        if self.at_end is not None:
            self.at_end()
        return self.live[-1] if self.live else self.workers[0]

    def pick(self) -> Worker:
        """Who goes on. Raises Abort when nobody does."""
        now = self.now
        able = [
            worker
            for worker in self.live
            if (worker.ready is None or worker.ready())
            or (worker.deadline is not None and (worker.early or worker.deadline <= now))
        ]
        if not able:
            timed = [worker for worker in self.live if worker.deadline is not None]
            if not timed:
                self.blocked = self.tell_blocked(self, list(self.live))
                self.ended("deadlock")
                self.is_over = True
                raise Abort
            # Nobody can go on: time passes up to the first limit.
            first = min(each.deadline for each in timed if each.deadline is not None)
            self.now = max(now, first)
            able = [each for each in timed if each.deadline is not None and each.deadline <= first]
            if self.hook is not None:
                self.hook.barrier()
            self.futile += able[0].is_late
        self.decisions += 1
        if self.decisions & 255 == 0 and self.give_up_at and real_clock() > self.give_up_at:
            self.end = "no time"
            self.is_over = True
            raise Abort
        if self.decisions > self.max_steps or self.futile > FUTILE_AGAIN:
            if not (self.decisions > self.max_steps or self._goes_round()):
                return self._chosen(able)
            self.end = "stuck" if self.futile > FUTILE_AGAIN else "steps"
            if self.end == "stuck":
                self.blocked = self.tell_blocked(self, list(self.live))
            self.is_over = True
            raise Abort
        return self._chosen(able)

    def _goes_round(self) -> bool:
        """Whether all workers have been going round for so long that they will for ever."""
        places = frozenset((worker.number, worker.at()) for worker in self.live)
        if self.futile > FUTILE_LIMIT:
            KNOWN.stuck_at.add(places)
            return True
        return places in KNOWN.stuck_at

    def _chosen(self, able: list[Worker]) -> Worker:
        """Whom the search lets go on, its step written down."""
        assert self.choose is not None
        try:
            chosen = self.choose(self, able)
        except Parted:
            chosen, self.end = None, "parted"
        if chosen is None:
            self.end = self.end or "cut"
            self.is_over = True
            raise Abort
        chosen.timed_out = chosen.ready is not None and not chosen.ready()
        if chosen.deadline is not None and (chosen.timed_out or chosen.early):
            self.now = max(self.now, chosen.deadline)
        frame = chosen.frame
        code, line = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        numbers = [worker.number for worker in able]
        if self.others_able is not None:
            self.others_able[0] = len(able) > 1
        step = (chosen.number, chosen.operation, numbers, chosen.switchable, code, line)
        chosen.last = len(self.steps)
        if chosen.limit_s is not None and chosen.operation[0] != "sleep":
            self.limits[chosen.last] = chosen.limit_s
        self.steps.append(step)
        return chosen

    def stop(
        self,
        operation: Operation,
        ready: Callable[[], bool] | None = None,
        limit_s: float | None = None,
        frame: FrameType | None = None,
    ) -> Worker:
        """The running worker announces its next operation, and waits until it is chosen."""
        if frame is None and self.tracer is not None:
            # Where tracing is on, all code is several times slower, ours, too.
            settrace(None)
            try:
                return self._stopped(operation, ready, limit_s, None)
            finally:
                if not self.is_free and self.running is not None:
                    settrace(self.tracer)
        return self._stopped(operation, ready, limit_s, frame)

    def _stopped(
        self,
        operation: Operation,
        ready: Callable[[], bool] | None,
        limit_s: float | None,
        frame: FrameType | None,
    ) -> Worker:
        if self.is_over:
            raise Abort
        me = self.running
        assert me is not None
        kind = operation[0]
        if me.parent is None:
            alone = len(self.live) == 1 and not self.unjoined
            if alone and limit_s is not None and (ready is None or not ready()):
                self.now += limit_s
                return me
            if alone or me.no_switch:
                if ready is None or ready():
                    return me
                if me.no_switch and len(self.live) > 1:
                    me.operation = operation
                    self.blocked = self.tell_blocked(self, [me])
                    self.end = "stuck"
                    self.is_over = True
                    raise Abort
        me.operation, me.ready, me.timed_out = operation, ready, False
        me.deadline = None if limit_s is None else self.now + limit_s
        me.limit_s = limit_s
        if frame is None:
            frame, region = self._own_frame()
            atomic = region is not None and region is me.region and me.parent is None
            if atomic and kind in ATOMIC_KINDS:
                if ready is None or ready():
                    self._silently(me, operation)
                    return me
                if self.hook is not None and not self.under_gil:
                    self.hook.note(me, ("try", *operation[1:]))
            me.region = region
            if region is not None or not getattr(operation[1], "_is_one_call", False):
                # Python code of the library ran: it has places where the GIL is given away.
                me.switchable = True
        else:
            me.region = None
        me.frame = frame
        be_patient(self, me, limit_s)
        if ready is not None and not me.switchable and not ready():
            # It waits, and that lets go of the GIL.
            me.switchable = -len(self.steps) - 1
        if me.parent is not None:
            chosen, me.parent = me.parent, None
        elif self.under_gil and not me.switchable:
            self._silently(me, operation)
            return me
        elif self.skip and not me.is_late and (me.ready is None or me.ready()):
            self.skip -= 1
            self.decisions += 1
            file, line = (
                (frame.f_code.co_filename, frame.f_lineno) if frame is not None else ("", 0)
            )
            self.steps.append((me.number, operation, [me.number], me.switchable, file, line))
            me.switchable = False
            me.ready = me.deadline = None
            return me
        else:
            if (
                self.under_gil
                and self.hook is not None
                and kind == "acq"
                and ready is not None
                and not ready()
            ):
                self.hook.note(me, ("try", *operation[1:]))
            chosen = self.pick()
        if chosen is not me:
            self.running = chosen
            chosen.gate.release()
            me.gate.acquire()
            if self.is_over:
                raise Abort
        me.switchable = False
        me.ready = me.deadline = None
        return me

    def _own_frame(self) -> tuple[FrameType | None, object]:
        """The program's own frame that the running worker is in, and the library's function that it
        called, if any."""
        frame: FrameType | None = sys._getframe(3)
        region: object = None
        while frame is not None and not is_own(file := frame.f_code.co_filename):
            if not file.startswith(_OURS):
                region = frame
            frame = frame.f_back
        if frame is None and region is not None:
            region = _LIBRARY
        return frame, region

    def _here(self) -> tuple[str, int]:
        frame, _region = self._own_frame()
        return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)

    def _silently(self, me: Worker, operation: Operation) -> None:
        """An operation without a decision: part of the step before."""
        self._write_down(me, operation)
        me.ready = me.deadline = None
        me.switchable = False
        if self.hook is not None:
            self.hook.note(me, operation, True)

    def _write_down(self, me: Worker, operation: Operation) -> None:
        frame = me.frame
        file, line = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        self.steps.append((me.number, operation, None, me.switchable, file, line))

    def note(self, operation: Operation) -> None:
        """What is no decision, but orders things: a release, a join."""
        if self.is_over or not self.unjoined or self.running is None:
            return
        me = self.running
        file, line = self._here() if operation[0] == "rel" else ("", 0)
        self.steps.append((me.number, operation, None, me.switchable, file, line))
        if operation[0] == "rel":
            me.switchable = False
        if self.hook is not None:
            self.hook.note(me, operation)

    def ended(self, how: str) -> None:
        """It is over, and nothing cut it off."""
        self.end = how
        self.all_let_go = all(each.switchable for each in self.live if each is not self.running)
        if self.hook is not None:
            self.hook.finish(self)

    def is_shared(self, operation: Operation, code: CodeType, offset: int) -> bool:
        """Whether this instruction has ever touched what another worker touches, too, one of them
        writing. When that turns out later, it is hot from then on, and the search begins anew."""
        kind, thing, key, _label = operation
        if thing is None or KNOWN.everything:
            return True
        assert self.running is not None
        number = self.running.number
        site = (code.co_filename, code.co_firstlineno, code.co_name, offset)
        record = self.touched.get(id(thing))
        if record is None:
            record = self.touched[id(thing)] = [thing, {}]
        entry = record[1].get(key)
        if entry is None:
            entry = record[1][key] = (set(), set(), set())
        who = entry[kind != "R"]
        if number not in who or site not in entry[2]:
            who.add(number)
            entry[2].add(site)
            everybody, writers, sites = set(), set(), set()
            for other, (reads, writes, places) in record[1].items():
                if key is None or other is None or other == key:
                    everybody |= reads | writes
                    writers |= writes
                    sites |= places
            if writers and len(everybody) > 1 and not sites <= KNOWN.hot:
                KNOWN.hot.update(sites)
                KNOWN.grew = True
                if real_clock() - self.began > _LONG_S:
                    # It is known what matters: begin anew at once.
                    self.end = "cut"
                    self.is_over = True
                    raise Abort
        return site in KNOWN.hot

    def execute(self, function: Callable[[], None]) -> Engine:
        """Run it to its end as the main thread."""
        from paraviz.schedule.inside import tracing

        main = Worker(0, "MainThread")
        main.ident = raw_ident()
        main.gate = raw_lock()
        main.gate.acquire()
        self.workers.append(main)
        self.live.append(main)
        self.running = main
        Engine.current = self
        access.others_live = lambda: self.unjoined > 0
        self.tell_first_thread = tracing.first_thread
        tracing.begin(self)
        try:
            function()
        except Abort:
            pass
        finally:
            tracing.leave()
        if not self.end:
            self.ended("ok")
        self.is_over = True
        main.done = True
        main.frame = None
        self.live.remove(main)
        if self.at_end is not None:
            self.at_end()
        while self.live:
            self.running = self.live[-1]
            self.running.gate.release()
            main.gate.acquire()
        self.running = None
        Engine.current = None
        return self


def running() -> Engine | None:
    """The execution that the calling thread is a part of."""
    engine = Engine.current
    if engine is None:
        return None
    worker = engine.running
    return engine if worker is not None and worker.ident == raw_ident() else None
