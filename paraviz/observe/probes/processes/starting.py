"""Processes of `multiprocessing`: start and join, names, exit codes; spawn and forkserver."""

from __future__ import annotations

import functools
import os
import sys
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.child import SERVER, SPAWNED, command_line, who_starts
from paraviz.observe.probes.processes.programs import line_of
from paraviz.observe.raising import is_fault, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Wait for the program to import `multiprocessing`."""
    wait_for = recorder.after_import.when_imported
    wait_for("multiprocessing.process", functools.partial(_watch_processes, recorder))
    wait_for("multiprocessing.util", functools.partial(_carry_along, recorder))
    wait_for("multiprocessing.util", functools.partial(_watch_exceptions, recorder))
    for name in ("popen_fork", "popen_forkserver"):
        wait_for(f"multiprocessing.{name}", functools.partial(_watch_ends, recorder))


def _watch_processes(recorder: Recorder, module: Any) -> None:
    process: Any = module.BaseProcess
    bootstrap, start, join = process._bootstrap, process.start, process.join
    here, site = recorder.here, recorder.site

    @functools.wraps(bootstrap)
    def _bootstrap(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.rename_process(self.name)
        code = bootstrap(self, *args, **kwargs)
        here.lane.reason = "returned" if code == 0 else f"exit {code}"
        return code

    @functools.wraps(start)
    def observed_start(self: Any) -> None:
        before = perf_counter_ns()
        start(self)
        # The child says its name as soon as it has anything to say; until then its parent's word
        # is all there is, and for one that ends before that for ever.
        recorder.child(self.pid or 0, before, name=self.name)
        here.emit(ev.word(ev.PROCESS_START, self.pid or 0) | site(1))

    @functools.wraps(join)
    def observed_join(self: Any, timeout: float | None = None) -> None:
        pid, line = getattr(self._popen, "pid", 0), site(1)
        here.emit(ev.word(ev.PROCESS_JOIN_BEGIN, pid) | line)
        try:
            join(self, timeout)
        finally:
            here.emit(ev.word(ev.PROCESS_JOIN_END, pid) | line)

    process._bootstrap, process.start, process.join = _bootstrap, observed_start, observed_join


def _carry_along(recorder: Recorder, module: Any) -> None:
    """Give the recorder to what `multiprocessing` starts afresh, and its descriptors with it."""
    spawn: Any = module.spawnv_passfds

    @functools.wraps(spawn)
    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> Any:
        who = who_starts(sys._getframe(1).f_globals.get("__name__", ""), args)
        before = perf_counter_ns()
        pid = spawn(path, *(along(who, args, passfds) or (args, passfds)))
        recorder.child(pid, before, name="", line=line_of(args))
        return pid

    def along(who: int, args: Any, passfds: Any) -> tuple[Any, Any] | None:
        """Command line and descriptors with ours; None for those that are not to be observed."""
        if who not in (SPAWNED, SERVER):
            return None
        lifeline = recorder.lifeline
        descriptors = [recorder.descriptor]
        if lifeline is not None and lifeline.is_there():
            descriptors.append(lifeline.descriptor)
        serves = who == SERVER
        ours = command_line(args, descriptors, recorder.ship_every_s, serves=serves)
        if ours is None:
            recorder.notice(f"a child was started without a recorder: {_named(args)}")
            return None
        return ours, [*passfds, *descriptors]

    module.spawnv_passfds = spawnv_passfds


def _named(args: Any) -> str:
    return os.path.basename(os.fsdecode(args[0])) if args else "?"


def _watch_exceptions(recorder: Recorder, module: Any) -> None:
    """What ends a child is in flight while it cleans up."""
    clean_up = module._exit_function

    @functools.wraps(clean_up)
    def _exit_function(*args: Any, **kwargs: Any) -> Any:
        error = sys.exception()
        if error is not None and is_fault(error) and not isinstance(error, SystemExit):
            recorder.here.emit(word_of(recorder, error, error.__traceback__))
        return clean_up(*args, **kwargs)

    module._exit_function = _exit_function


def _watch_ends(recorder: Recorder, module: Any) -> None:
    """Whoever waits for a child learns how it ended, even when the child could not tell."""
    popen: Any = module.Popen
    poll = popen.poll

    if "poll" not in vars(popen):
        return

    @functools.wraps(poll)
    def observed_poll(self: Any, *args: Any, **kwargs: Any) -> Any:
        known = self.returncode
        code = poll(self, *args, **kwargs)
        if known is None and code is not None:
            recorder.report(ev.ENDED, child=self.pid, code=code, at_ns=perf_counter_ns())
        return code

    popen.poll = observed_poll
