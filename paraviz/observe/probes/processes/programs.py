"""Programs that the program starts by `subprocess` and `os.posix_spawn`, who waits for one, and
how children end that are collected by `os.waitpid` and its kin.

What starts a process is replaced where it can hardly fail: a program that is not there is reported
by functions above, whose traceback has no frame of ours.
"""

from __future__ import annotations

import functools
import os
from contextlib import contextmanager
from time import perf_counter_ns

from paraviz import events as ev
from paraviz.observe.interpreters import observed_line
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from paraviz.observe.recorder import Recorder
    from paraviz.observe.starters import Program

_IMAGES = 200
"""Programs that one process runs, one after the other, and that are observed."""
_KILLED = (2, 3)
"""CLD_KILLED and CLD_DUMPED of waitid(2)."""


def install(recorder: Recorder) -> None:
    """Replace what starts and collects processes; wait for the program to import `subprocess`."""
    # `subprocess` takes it along when it is imported.
    _watch_collecting(recorder)
    for name in ("posix_spawn", "posix_spawnp"):
        if hasattr(os, name):
            _watch_spawn(recorder, name)
    _watch_system(recorder)
    recorder.after_import.when_imported("subprocess", functools.partial(_watch, recorder))


def line_of(arguments: Any) -> str:
    """A command line as it is told: its words, a zero between each two."""
    try:
        return "\0".join(os.fsdecode(word) for word in arguments)
    except (TypeError, ValueError):
        return ""


def followed(
    recorder: Recorder,
    path: Any,
    argv: Any,
    *,
    descriptors: Sequence[int] | None = None,
    image: int = 0,
    folder: Any = None,
) -> Program | None:
    """What is to be run, and by which words, so that a Python runs observed; None for what is left
    alone. `descriptors`: those that it will have, by default as they are here. `image`: how many
    programs its process has run before. `folder`: where it will run, if elsewhere."""
    if not recorder.follow or image >= _IMAGES:
        return None
    # Whoever does not follow does without.
    from paraviz.observe.starters import observed_program

    try:
        given = recorder.descriptors() if descriptors is None else descriptors
        every_s = recorder.ship_every_s
        if not given:
            return None
        words = [os.fsdecode(word) for word in argv]
        return observed_program(
            os.fsdecode(path),
            words,
            lambda line: observed_line(line, given, every_s, image),
            os.fsdecode(folder or ""),
        )
    except (TypeError, ValueError):
        return None


def _to_run(files: Sequence[bytes], folder: Any) -> bytes:
    """Which of these files a process in that folder will run."""
    for file in files[:-1]:
        path = os.path.join(os.fsencode(folder or ""), file)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return file
    return files[-1]


def _carried(descriptors: list[int], actions: list[Any]) -> list[int]:
    """Let a process that is spawned have these descriptors; returns their numbers there."""
    closes = getattr(os, "POSIX_SPAWN_CLOSEFROM", None)
    at = next((at for at, action in enumerate(actions) if action[0] == closes), None)
    if at is None:
        return descriptors
    if any(each >= os.sysconf("SC_OPEN_MAX") for each in descriptors):
        # The system moves none that is above the limit.
        return []
    first = actions[at][1]
    numbers = list(range(first, first + len(descriptors)))
    moved = [
        (os.POSIX_SPAWN_DUP2, each, number)
        for each, number in zip(descriptors, numbers, strict=True)
    ]
    actions[at : at + 1] = [*moved, (closes, first + len(descriptors))]
    return numbers


def _watch_spawn(recorder: Recorder, name: str) -> None:
    spawn: Any = getattr(os, name)

    @functools.wraps(spawn)
    def observed_spawn(path: Any, argv: Any, *args: Any, **kwargs: Any) -> Any:
        before = perf_counter_ns()
        actions = list(kwargs.get("file_actions") or ())
        descriptors = _carried(recorder.descriptors(), actions)
        ours = followed(recorder, path, argv, descriptors=descriptors)
        if ours is None:
            pid = spawn(path, argv, *args, **kwargs)
        else:
            with passed_on(recorder.descriptors()):
                pid = spawn(*ours, *args, **{**kwargs, "file_actions": actions})
        _started(recorder, pid, before, argv)
        return pid

    setattr(os, name, observed_spawn)


def _watch_system(recorder: Recorder) -> None:
    """`os.system` hands its text to a shell by itself."""
    system: Any = os.system

    @functools.wraps(system)
    def observed_system(command: Any) -> Any:
        ours = None
        if recorder.follow and isinstance(command, str | bytes):
            ours = followed(recorder, "/bin/sh", ("sh", "-c", command))
        if ours is None:
            return system(command)
        with passed_on(recorder.descriptors()):
            return system(ours[1][-1])

    os.system = observed_system


@contextmanager
def passed_on(descriptors: Sequence[int]) -> Iterator[None]:
    """Meanwhile whoever is started has these descriptors. The lifeline is passed on always."""
    try:
        for each in descriptors:
            os.set_inheritable(each, True)
        yield
    finally:
        for each in descriptors[:1]:
            os.set_inheritable(each, False)


def _started(recorder: Recorder, pid: int, before: int, argv: Any) -> None:
    recorder.child(pid, before, name="", line=line_of(argv))
    recorder.here.emit(ev.word(ev.PROCESS_START, pid) | recorder.site(2))


@needs(
    "subprocess.Popen._execute_child: _fork_exec",
    "subprocess._fork_exec",
    "subprocess.Popen._try_wait(self, wait_flags)",
    "subprocess.Popen._handle_exitstatus",
)
def _watch(recorder: Recorder, module: Any) -> None:
    fork_exec = module._fork_exec

    @functools.wraps(fork_exec)
    def _fork_exec(args: Any, files: Any, closes: Any, kept: Any, *rest: Any) -> Any:
        before = perf_counter_ns()
        ours, given = None, b""
        if recorder.follow and files:
            given = _to_run(files, rest[0])
            ours = followed(recorder, given, args, folder=rest[0])
        if ours is None:
            pid = fork_exec(args, files, closes, kept, *rest)
        else:
            path, line = os.fsencode(ours[0]), ours[1]
            kept = tuple(sorted({*kept, *recorder.descriptors()}))
            # Only a script is run by another file than its own.
            pid = fork_exec(line, files if path == given else [path], closes, kept, *rest)
        _started(recorder, pid, before, args)
        return pid

    module._fork_exec = _fork_exec
    _watch_popen(recorder, module.Popen)


def _watch_popen(recorder: Recorder, popen: Any) -> None:
    here, site = recorder.here, recorder.site
    try_wait, handle = popen._try_wait, popen._handle_exitstatus

    @functools.wraps(try_wait)
    def _try_wait(self: Any, wait_flags: int) -> Any:
        if wait_flags:
            return try_wait(self, wait_flags)
        about = ev.word(0, self.pid) | site(1)
        here.emit(ev.PROCESS_JOIN_BEGIN | about)
        recorder.nudge()
        try:
            return try_wait(self, wait_flags)
        finally:
            here.emit(ev.PROCESS_JOIN_END | about)

    @functools.wraps(handle)
    def _handle_exitstatus(self: Any, *args: Any, **kwargs: Any) -> Any:
        handled = handle(self, *args, **kwargs)
        if self.returncode is not None:
            _ended(recorder, self.pid, self.returncode)
        return handled

    popen._try_wait, popen._handle_exitstatus = _try_wait, _handle_exitstatus


def _watch_collecting(recorder: Recorder) -> None:
    """Whoever collects a child learns how it ended."""
    for name in ("wait", "waitpid", "wait3", "wait4"):
        if hasattr(os, name):
            _watch_wait(recorder, name)
    if hasattr(os, "waitid"):
        _watch_waitid(recorder)


def _watch_wait(recorder: Recorder, name: str) -> None:
    wait: Any = getattr(os, name)
    exit_code: Callable[[int], int] = os.waitstatus_to_exitcode
    watched: Any = _joining(recorder, wait) if name in ("waitpid", "wait4") else wait

    @functools.wraps(wait)
    def observed_wait(*args: Any, **kwargs: Any) -> Any:
        result = watched(*args, **kwargs)
        pid, status = result[:2]
        if pid and (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
            _ended(recorder, pid, exit_code(status))
        return result

    setattr(os, name, observed_wait)


def _joining(recorder: Recorder, wait: Any) -> Any:
    """As it, reporting that the program itself waits for one child until it ends."""
    here, site = recorder.here, recorder.programs_site

    def observed(pid: Any, options: Any) -> Any:
        line = site(2) if not options and isinstance(pid, int) and pid > 0 else 0
        if not line:
            return wait(pid, options)
        about = ev.word(0, pid) | line
        here.emit(ev.PROCESS_JOIN_BEGIN | about)
        recorder.nudge()
        try:
            return wait(pid, options)
        finally:
            here.emit(ev.PROCESS_JOIN_END | about)

    return observed


def _watch_waitid(recorder: Recorder) -> None:
    waitid: Any = os.waitid

    @functools.wraps(waitid)
    def observed_waitid(*args: Any) -> Any:
        result = waitid(*args)
        if result is not None and result.si_pid and result.si_code in (os.CLD_EXITED, *_KILLED):
            killed = result.si_code in _KILLED
            _ended(recorder, result.si_pid, -result.si_status if killed else result.si_status)
        return result

    os.waitid = observed_waitid


def _ended(recorder: Recorder, pid: int, code: int) -> None:
    recorder.report(ev.ENDED, child=pid, code=code, at_ns=perf_counter_ns())
