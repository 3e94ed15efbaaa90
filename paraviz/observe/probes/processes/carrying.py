"""Carrying the recorder into what `multiprocessing` and its kin start afresh, and noticing where it
is not."""

from __future__ import annotations

import functools
from time import perf_counter_ns

from paraviz.observe.child import SERVER, SPAWNED, command_line, who_starts
from paraviz.observe.frames import frame_at
from paraviz.observe.interpreters import observed_line
from paraviz.observe.probes.processes.programs import line_of, passed_on
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from paraviz.observe.recorder import Recorder


class Carrying:
    """Who got a recorder from this process."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._carried = {"spawn": 0, "forkserver": 0, "loky": 0}
        """How many children have got it, and how many servers, by what starts them."""
        self._told = dict(self._carried)

    def watch(self, module: Any) -> None:
        """Replace what all of them are started by."""
        _replace(self, module)

    def with_recorder(self, args: Sequence[str], who: int) -> tuple[list[str], list[int]] | None:
        """The command line and the further descriptors of a child that is observed, or None for
        what is not ours to touch."""
        if who not in (SPAWNED, SERVER):
            return None
        recorder = self.recorder
        descriptors, every_s = recorder.descriptors(), recorder.ship_every_s
        serves, follows = who == SERVER, recorder.follow
        if not descriptors:
            return None
        ours = command_line(args, descriptors, every_s, serves=serves, follows=follows)
        if ours is None:
            return None
        self._carried["forkserver" if serves else "spawn"] += 1
        return ours, descriptors

    def watch_loky(self, module: Any) -> None:
        """Replace what loky starts its workers by: another program of Python, `python -m …`."""
        recorder, fork_exec = self.recorder, module.fork_exec
        # Up to loky 3.4 what is forked is a process of Python first, with a recorder of its own.
        image = int("_posixsubprocess" not in fork_exec.__code__.co_names)

        @functools.wraps(fork_exec)
        def observed_fork_exec(cmd: Any, keep_fds: Any, *args: Any, **kwargs: Any) -> Any:
            before = perf_counter_ns()
            descriptors, every_s = recorder.descriptors(), recorder.ship_every_s
            line = None
            # Older ones start their tracker of resources by it, too, with `-c`.
            if descriptors and "-m" in cmd:
                line = observed_line(cmd, descriptors, every_s, image, follows=recorder.follow)
            if line is None:
                pid = fork_exec(cmd, keep_fds, *args, **kwargs)
            else:
                self._carried["loky"] += 1
                with passed_on(descriptors):
                    pid = fork_exec(line, [*keep_fds, *descriptors], *args, **kwargs)
            recorder.child(pid, before, name="", line=line_of(cmd))
            return pid

        module.fork_exec = observed_fork_exec

    def started(self, process: Any) -> None:
        """A child has been started; where it has got no recorder, say so. One that the server forks
        has it if the server has."""
        method = getattr(process._popen, "method", "")
        count = self._carried.get(method, 0)
        if method == "forkserver":
            has = bool(count) or self.recorder.is_served
        else:
            has = method not in self._carried or count > self._told[method]
            self._told[method] = count
        if not has:
            self.recorder.notice(f"a child was started without a recorder: {process.name}")


def module_that_spawns(package: str) -> str:
    """The module of a copy of `multiprocessing` in which all of them are started."""
    return f"{package}.{'compat' if package == 'billiard' else 'util'}"


@needs(
    "multiprocessing.util.spawnv_passfds(path, args, passfds) "
    "| multiprocessing.compat.spawnv_passfds(path, args, passfds)"
)
def _replace(carrying: Carrying, module: Any) -> None:
    spawn: Any = module.spawnv_passfds

    @functools.wraps(spawn)
    def spawnv_passfds(path: Any, args: Any, passfds: Any) -> Any:
        who = who_starts(frame_at(1).f_globals.get("__name__", ""), args)
        line, descriptors = carrying.with_recorder(args, who) or (args, ())
        before = perf_counter_ns()
        pid = spawn(path, line, [*passfds, *descriptors])
        carrying.recorder.child(pid, before, name="", line=line_of(args))
        return pid

    module.spawnv_passfds = spawnv_passfds


@needs("multiprocessing.popen_spawn_posix.Popen._launch: spawnv_passfds")
def is_carried_to_spawned(_: Any) -> None:
    """Children start by what has been replaced."""


@needs("multiprocessing.forkserver.ForkServer: spawnv_passfds")
def is_carried_to_server(_: Any) -> None:
    """So does the server."""
