"""Processes of `multiprocessing`: start and join, names, exit codes; spawn and forkserver."""

from __future__ import annotations

import functools
import sys
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, LOKY, watch_all
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.processes.carrying import (
    Carrying,
    is_carried_to_server,
    is_carried_to_spawned,
    module_that_spawns,
)
from paraviz.observe.raising import is_fault, word_of
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_BOOTSTRAP = "BaseProcess._bootstrap"


def install(recorder: Recorder) -> None:
    """Wait for the program to import `multiprocessing` or a copy of it."""
    carrying = Carrying(recorder)
    recorder.after_import.when_imported("traceback", functools.partial(_watch_exceptions, recorder))
    for package in COPIES:
        recorder.after_import.when_imported(module_that_spawns(package), carrying.watch)
    for package in LOKY:
        recorder.after_import.when_imported(f"{package}.backend.fork_exec", carrying.watch_loky)
    for name, hook in (
        ("process", functools.partial(_watch_processes, recorder, carrying)),
        ("popen_spawn_posix", is_carried_to_spawned),
        ("forkserver", is_carried_to_server),
        ("popen_fork", functools.partial(_watch_forked, recorder)),
        ("popen_forkserver", functools.partial(_watch_served, recorder)),
    ):
        watch_all(recorder.after_import, name, hook, COPIES)


@needs(
    "multiprocessing.process.BaseProcess.start(self)",
    "multiprocessing.process.BaseProcess.join(self, timeout)",
    "multiprocessing.process.BaseProcess._bootstrap",
)
def _watch_processes(recorder: Recorder, carrying: Carrying, module: Any) -> None:
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
        carrying.started(self)

    @functools.wraps(join)
    def observed_join(self: Any, timeout: float | None = None) -> None:
        pid, line = getattr(self._popen, "pid", 0), site(1)
        tell_limit(here, timeout)
        here.emit(ev.word(ev.PROCESS_JOIN_BEGIN, pid) | line)
        try:
            join(self, timeout)
        finally:
            here.emit(ev.word(ev.PROCESS_JOIN_END, pid) | line)

    process._bootstrap, process.start, process.join = _bootstrap, observed_start, observed_join


@needs("multiprocessing.popen_fork.Popen.poll(self, flag)")
def _watch_forked(recorder: Recorder, module: Any) -> None:
    _watch_ends(recorder, module.Popen)


@needs("multiprocessing.popen_forkserver.Popen.poll(self, flag)")
def _watch_served(recorder: Recorder, module: Any) -> None:
    _watch_ends(recorder, module.Popen)


@needs("traceback.print_exc")
def _watch_exceptions(recorder: Recorder, module: Any) -> None:
    """A child prints what ended it, and tells its parent no more than that it failed."""
    report = module.print_exc

    @functools.wraps(report)
    def print_exc(*args: Any, **kwargs: Any) -> Any:
        error, caller = sys.exception(), frame_at(1).f_code
        if error is not None and is_fault(error) and caller.co_qualname == _BOOTSTRAP:
            recorder.here.emit(word_of(recorder, error, error.__traceback__))
        return report(*args, **kwargs)

    module.print_exc = print_exc


def _watch_ends(recorder: Recorder, popen: Any) -> None:
    """Whoever waits for a child learns how it ended, even when the child could not tell."""
    poll = popen.poll

    @functools.wraps(poll)
    def observed_poll(self: Any, *args: Any, **kwargs: Any) -> Any:
        known = self.returncode
        code = poll(self, *args, **kwargs)
        if known is None and code is not None:
            recorder.report(ev.ENDED, child=self.pid, code=code, at_ns=perf_counter_ns())
        return code

    popen.poll = observed_poll
