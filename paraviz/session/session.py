"""A session: one run of a program, from its start to its trace."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from paraviz import events as ev
from paraviz.errors import ProgramError
from paraviz.kernel.spent import usable_cpus
from paraviz.programs.interpreter import Interpreter, interpreter_for
from paraviz.session.builder import ProcessSoFar, TraceBuilder
from paraviz.session.care import USUAL, Care
from paraviz.session.census import Census, census
from paraviz.session.deriving import Deriving, Moment
from paraviz.session.entering import Entry
from paraviz.session.host import LIVE_SHIP_EVERY_S, SHIP_EVERY_S, Ending, Host, Stdio
from paraviz.session.kernel_recording import Kernel, KernelAccount
from paraviz.session.process_watcher import Looks
from paraviz.session.queue import EventQueue
from paraviz.session.spill import Spill
from paraviz.session.tree import ProcessTree
from paraviz.text.notices import (
    FELL_SILENT,
    KEPT_RUNNING,
    LEFT_BEHIND,
    NOT_SPILLED,
    PASSED_OVER,
    counted,
)
from paraviz.text.translation import _, phrase
from paraviz.trace.histories.cpus import cpu_histories
from paraviz.trace.histories.output import writes
from paraviz.trace.model import Program, Trace
from paraviz.trace.states.from_kernel import context_switches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paraviz.programs.parameters import Runnable

_RAISES = (signal.SIGINT,)
"""Signals that end no Python program without its having a say."""
_ON_THE_WAY_S = 0.01
"""How long a parcel may be on its way."""


class Session:
    """Runs a program once. `start`, then `pump` until it says False; `stop` at any time."""

    def __init__(
        self,
        runnable: Runnable,
        argv: Sequence[str] = (),
        *,
        stdio: Stdio = "captured",
        time_limit_s: float | None = None,
        kernel: Kernel = "auto",
        python: str = "",
        follow: bool = False,
        typed: bool = False,
        options: Sequence[str] = (),
        care: Care = USUAL,
    ) -> None:
        """Raises UsageError when the program's parameters cannot take `argv`. `python`: the
        interpreter that the user asked for, see `interpreter_for`. `follow`: whether programs of
        Python that the program starts are observed, too. `typed`: whether somebody can type
        what the program reads; else, if it is captured, it finds the end of its input. `options`:
        the interpreter's own. `care`: what becomes of it all if something goes wrong."""
        self.runnable = runnable
        self.argv = tuple(argv)
        defaults = runnable.defaults()
        values = runnable.values(argv)
        self._values = {name: value for name, value in values.items() if value != defaults[name]}
        self._stdio: Stdio = stdio
        self._time_limit_s = time_limit_s
        self._asked_for = python
        self._follow = follow
        self._options = tuple(options)
        self._care = care
        self._spill: Spill | None = None
        self._unkept = ""
        """Why what arrived is not kept as it came, or ""."""
        self._python = Interpreter("")
        ship_every_s = LIVE_SHIP_EVERY_S if stdio == "captured" else SHIP_EVERY_S
        self._lag_ns = int((ship_every_s + _ON_THE_WAY_S) * 1e9)
        """What happened longer ago than this has arrived."""
        self._queue = EventQueue()
        self._builder = TraceBuilder()
        self._known = Census()
        self._account = KernelAccount(kernel, reported=lambda: tuple(self._builder.processes))
        self._looks = Looks(self._account.processes)
        self._typed = typed
        self._entry: Entry | None = None
        self._host: Host | None = None
        self._tree: ProcessTree | None = None
        self._began = 0.0
        self._ended_at: int | None = None
        self._recorded_at = ""
        self._stopped_for = ""
        self._strays: list[str] = []
        """What processes are called that the program left behind."""
        self._closed = False
        self._blind = False
        """Whether nothing is taken in any more."""
        self._cpus = usable_cpus()
        self._deriving = Deriving(self._builder, self._account, self._looks, self._cpus)
        self._used_ns = 0
        """CPU time of this process: when the run began, and what went by once it was over."""

    def start(self) -> None:
        """Start the program. Raises ProgramError when the system cannot, or there is no Python for
        it, KernelError when the system's own record is required and refused; then the program has
        not run."""
        self._tree = ProcessTree()
        self._recorded_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._began = time.monotonic()
        self._used_ns = time.process_time_ns()
        try:
            self._account.check()
            self._python = interpreter_for(self.runnable, self._asked_for)
            self._entry = Entry() if self._typed else None
            host = Host(
                self.runnable,
                self.argv,
                self._values,
                stdio=self._stdio,
                event_descriptor=self._queue.descriptor,
                python=self._python.path,
                follow=self._follow,
                entry=self._entry,
                options=self._options,
                holds=self._care.holds,
            )
            try:
                self._account.open(host.pid)
            except BaseException:
                host.abandon()
                raise
        except BaseException:
            self._queue.close()
            if self._entry is not None:
                self._entry.close()
            raise
        finally:
            if self._entry is not None:
                self._entry.handed_over()
        self._begin_spill()
        host.go()
        self._host = host
        self._queue.close_writer()
        self._tree.started(self._host.pid)

    def workers(self) -> list[tuple[int, int]]:
        """(process, thread) of the workers that nothing tells the end of, so far."""
        return self._builder.workers()

    def unobserved(self) -> list[int]:
        """The processes that came from the program and have no probes; they may have ended."""
        reported = self._builder.reported()
        return [one.pid for one in self._looks.processes() if one.pid not in reported]

    @property
    def awaits_input(self) -> bool:
        """Whether the program waits for somebody to type, as far as that can be seen."""
        if self._closed or self._entry is None or self._host is None:
            return False
        return self._entry.awaited_by({self._host.pid, *self._builder.reported()})

    def enter(self, text: str | None) -> None:
        """Let the program read `text`; None is the end of its input. Raises ProgramError where it
        does not."""
        if self._entry is None or self._closed:
            raise ProgramError(_("the program reads its input no more"))
        if text is None:
            self._entry.close()
        else:
            self._entry.write(text)

    def pump(self, timeout_s: float) -> bool:
        """Take in what arrived, waiting at most `timeout_s` for it.

        False once the program has ended, nothing of it is left and everything was taken in.
        """
        if self._closed or self._host is None:
            return False
        nobody_writes = self._take(timeout_s)
        if self._host.poll() is None:
            if self._time_is_up():
                self.stop(f"stopped at its time limit of {self._time_limit_s:g} s")
                return False
            if self._looks.due():
                self._look([self._host.pid])
            if nobody_writes:
                time.sleep(min(timeout_s, 0.01))
            return True
        self._finish()
        return False

    def _take(self, timeout_s: float) -> bool:
        """Take in parcels until there is none; whether nobody can send another."""
        if self._blind:
            time.sleep(timeout_s)
            return False
        try:
            parcel = self._queue.get_within(timeout_s)
            while parcel is not None:
                if self._spill is not None:
                    self._spill.put(parcel, time.perf_counter_ns())
                self._builder.feed(parcel)
                parcel = self._queue.get_within(0)
        except EOFError:
            return True
        finally:
            self._builder.standing.look(self._builder.tid_of)
        return False

    def _take_some(self) -> bool:
        """Take in what has arrived; whether there was any."""
        latest = self._builder.latest
        return not self._take(0.05) and self._builder.latest != latest

    def _look(self, roots: list[int]) -> None:
        """See who has ended, and who of those below `roots` never reported."""
        assert self._host is not None
        alive = [pid for pid in self._builder.untold() if pid != self._host.pid]
        for end in self._looks.look(roots, self._builder.reported(), alive):
            self._builder.children.ended(end.pid, end.at_ns, end.code)

    def _time_is_up(self) -> bool:
        limit = self._time_limit_s
        return limit is not None and time.monotonic() - self._began > limit

    def send_signal(self, number: int) -> None:
        """Pass a signal on to the program; one that may end it at once, a moment later."""
        if self._host is not None:
            try:
                if number not in _RAISES:
                    self._let_arrive()
            finally:
                self._host.send_signal(number)

    @property
    def origin_ns(self) -> int:
        """When the program's first line could run, as `time.perf_counter_ns` has it; 0 before."""
        return self._builder.origin or 0

    @property
    def timed_out(self) -> bool:
        """Whether the time limit ended it."""
        return self._stopped_for.startswith("stopped at its time limit")

    def _begin_spill(self) -> None:
        """Keep what arrives, from here on."""
        if self._care.spill is None:
            return
        program = self.runnable
        told: dict[str, Any] = {"name": program.name, "argv": self.argv, "path": program.path}
        told |= {"source": program.source, "executable": self._python.path}
        told |= {"recorded_at": self._recorded_at, "usable_cpus": self._cpus}
        try:
            self._spill = Spill(self._care.spill, told)
        except OSError as error:
            self._unkept = error.strerror or str(error)

    def close_spill(self, *, keep: bool) -> Path | None:
        """The recording is whole, or else `keep` what arrived; where that is, if there is any."""
        spill, self._spill = self._spill, None
        if spill is None:
            return None
        self._unkept = spill.failed
        spill.close(keep=keep)
        return spill.path if keep else None

    def let_go(self) -> None:
        """Observe no more, and let the program run on; `wait` waits for it. For when paraviz cannot
        go on, as without memory."""
        self._blind = True
        # What was known is let go of, too: it may be what there was no memory for.
        self._builder = TraceBuilder()
        self._deriving = Deriving(self._builder, self._account, self._looks, self._cpus)
        self._account.close()
        self._queue.close()

    def wait(self, timeout_s: float) -> int | None:
        """The exit code of a program that was let go, or None while it runs."""
        if self._host is None:
            return 0
        ending = self._host.poll()
        if ending is None:
            time.sleep(timeout_s)
            return None
        self._host.close()
        self._closed = True
        return ending.code

    def stop(self, reason: str = "stopped", *, ask: bool = True) -> None:
        """End the program and every process it started; unless it is to be asked, at once. Blocks
        for about as long as they may take."""
        if self._closed or self._host is None:
            return
        self._stopped_for = reason
        self._let_arrive()
        self._builder.standing.end()
        if ask:
            self._host.send_signal(signal.SIGTERM)
        until = time.monotonic() + (self._care.grace_s if ask else 0)
        while self._host.poll() is None and time.monotonic() < until:
            self._take(0.01)
        while self._host.poll() is None:
            self._host.send_signal(signal.SIGKILL)
            self._take(0.01)
        self._finish()

    def _let_arrive(self) -> None:
        """Take in what happened up to now; whoever is killed says no more."""
        until = time.perf_counter_ns() + self._lag_ns
        while not self._blind and self._host is not None and self._host.poll() is None:
            if self._take(0.01) or time.perf_counter_ns() > until:
                return

    def _finish(self) -> None:
        """The host has ended: end what it left behind, take in the rest, let go of everything."""
        assert self._host is not None and self._tree is not None
        self._ended_at = time.perf_counter_ns()
        self._take(0)
        self._look([process.pid for process in self._tree.alive()])
        if self._care.keep_background and not self._stopped_for:
            self._strays = self._tree.left()
            while self._take_some():
                pass
        else:
            self._strays = self._tree.end(self._care.grace_s)
            while not self._blind and not self._take(0.05) and self._tree.alive():
                pass
        self._account.close()
        self._host.close()
        if self._entry is not None:
            self._entry.close()
        self._queue.close()
        self._closed = True
        self._used_ns = time.process_time_ns() - self._used_ns

    @property
    def diagnostics(self) -> str:
        """What came out of descriptor 2 but from no write that was observed, such as the last
        words of a library or of the interpreter itself."""
        raw = self._host.stderr if self._host is not None else ""
        lanes = Trace(Program(self.runnable.name), tuple(self._builder.lanes(0, "")))
        observed = "".join(written.text for written in writes(lanes, ev.STDERR))
        return "" if observed.endswith(raw) else raw.removeprefix(observed)

    def snapshot(self) -> Trace:
        """The trace so far; the whole of it once `pump` said False."""
        builder = self._builder
        host = builder.processes.get(self._host.pid) if self._host is not None else None
        ending = self._host.ending if self._host is not None else None
        now = self._ended_at or max(builder.latest, time.perf_counter_ns() - self._lag_ns)
        process = host or ProcessSoFar(0, 0, "", gil=True, cpu_ns=0, switches=0)
        cut_off = self._words(ending) if self._closed and ending is not None else ""
        switches = self._account.since(builder.origin or 0)
        known = builder.origin is not None
        self._known = census(builder, self._looks.processes(), self._looks.lines)
        exits = self._account.exits()
        lanes = builder.lanes(now, cut_off, exits, self._known) if known else []
        stands = builder.stands(lanes) if known else ()
        objects = builder.objects()
        elapsed = now - (builder.origin or 0)
        moment = Moment(lanes, objects, stands, switches, elapsed, process)
        derive = self._deriving.whole if self._closed else self._deriving.so_far
        lanes = derive(moment)
        trace = Trace(
            program=Program(
                *(self.runnable.name, self.argv, self.runnable.path, self.runnable.source),
                self.runnable.claims,
            ),
            lanes=tuple(lanes),
            objects=objects,
            forks=builder.forks(lanes),
            sites=builder.sites(),
            stands=stands,
            cpus=cpu_histories(lanes, switches) if switches is not None else (),
            wall_ns=(process.left_at or now) - builder.origin if builder.origin else 0,
            context_switches=context_switches(switches) if switches is not None else 0,
            live=not self._closed,
            recent=() if self._closed else self._deriving.recent,
            truth="inferred" if switches is None else "kernel",
            wakings=self._account.knows_wakings,
            python=process.python,
            executable=self._python.path,
            executable_by=self._python.chosen_by,
            gil=process.gil,
            core=process.core,
            switch_interval_s=process.switch_interval_s,
            emit_ns=process.emit_ns,
            costs=process.costs,
            sent_ns=sum(each.sent_ns for each in builder.processes.values()),
            read_ns=self._used_ns if self._closed else 0,
            usable_cpus=self._cpus,
            recorded_at=self._recorded_at,
            notices=tuple(self._notices()),
        )
        if not self._closed or ending is None:
            return trace
        return replace(
            trace,
            cpu_ns=max(0, ending.cpu_ns - process.cpu_ns),
            context_switches=trace.context_switches
            or max(0, ending.context_switches - process.switches),
            exit_code=ending.code,
            end_reason=self._words(ending),
        )

    def _words(self, ending: Ending) -> str:
        return self._stopped_for or ending.words

    def _notices(self) -> list[str]:
        notices = [*self._builder.notices, *self._account.notices()]
        notices += self._known.notices(follows=self._follow)
        if self._python.passed_over:
            notices.append(phrase(PASSED_OVER.one, path=self._python.passed_over).english)
        ending = self._host.ending if self._host is not None and self._closed else None
        if ending is not None and self._host is not None and not self._stopped_for:
            # A fork that runs another program at once takes no leave either.
            other = {*self._known.replaced, *self._known.dropped}
            silent = self._builder.fell_silent(self._host.pid, ending.code, other)
            notices += [counted(FELL_SILENT, silent)] if silent else []
        if self._strays:
            kept = self._care.keep_background and not self._stopped_for
            words = KEPT_RUNNING if kept else LEFT_BEHIND
            names = ", ".join(dict.fromkeys(self._strays))
            count = len(self._strays)
            notices.append(phrase(words.one, words.many, count=count, names=names).english)
        why = self._spill.failed if self._spill is not None else self._unkept
        if why:
            notices.append(phrase(NOT_SPILLED.one, reason=why).english)
        return notices
