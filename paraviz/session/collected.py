"""A session of a program that runs already and reports by itself: see `collecting`."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from paraviz.errors import ParavizError
from paraviz.kernel.existing import ExistingRecorder, carried
from paraviz.observe.restartable import STOPPED
from paraviz.programs.interpreter import Interpreter
from paraviz.programs.parameters import Runnable
from paraviz.session.care import Care
from paraviz.session.host import Ending
from paraviz.session.kernel_recording import KernelAccount
from paraviz.session.pipes import MessageEnd
from paraviz.session.process_watcher import Looks
from paraviz.session.queue import EventQueue
from paraviz.session.session import Session
from paraviz.session.spill import spill_of
from paraviz.trace.model import Program

if TYPE_CHECKING:
    import psutil

    from paraviz.kernel.records import Switches
    from paraviz.trace import Trace

_PUMP_S = 0.05
_REST_S = 0.3
"""How long what is on its way from other processes may take at the end."""


class _Queue(EventQueue):
    """One whose pipe was made by the program: its reading end."""

    def __init__(self, descriptor: int) -> None:
        self._reader = MessageEnd(descriptor, writable=False)
        self._rlock, self._wlock = contextlib.nullcontext(), None
        self._poll = self._reader.poll

    def close(self) -> None:
        """There is no writing end here."""
        self._reader.close()


class _Watched:
    """The program's process, in place of a host."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ending: Ending | None = None
        self.stderr = ""
        self._descriptor = os.pidfd_open(pid)

    def poll(self) -> Ending | None:
        """Whether it has ended; with what, only its parent knows."""
        if self.ending is None and select.select([self._descriptor], [], [], 0)[0]:
            self.ending = Ending(0, 0, 0)
        return self.ending

    def send_signal(self, number: int) -> None:
        """It is none of ours."""

    def close(self) -> None:
        """Look no more."""
        os.close(self._descriptor)


class _NoTree:
    """What the program starts is left alone."""

    def alive(self) -> list[psutil.Process]:
        """Nobody whom we would end."""
        return []

    def left(self) -> list[str]:
        """Nobody whom we would name."""
        return []


class _Account(KernelAccount):
    """Of a process that has threads already."""

    def since(self, origin: int) -> Switches | None:
        """Those that are asleep when it begins are so from then on."""
        switches = super().since(origin)
        return carried(switches, 0) if switches is not None else None


class Collected(Session):
    """Takes in what a running program reports, until it is told that this is all."""

    def __init__(self, order: dict[str, Any]) -> None:
        target = Path(order["target"])
        care = Care("run", keep_background=True, spill=spill_of(target))
        super().__init__(_runnable(order), order["argv"][1:], stdio="inherited", care=care)
        SimpleQueue.close(self._queue)
        self._queue = _Queue(order["events"])
        recorder = ExistingRecorder(wakings=order["kernel"] == "require")
        self._existing = recorder.existing
        self._account = _Account(
            order["kernel"],
            recorder,
            reported=lambda: tuple(self._builder.processes),
        )
        self._looks = Looks(self._account.processes)
        self._deriving = type(self._deriving)(self._builder, self._account, self._looks, self._cpus)
        self._python = Interpreter(order["executable"])
        self._pid = order["pid"]

    def start(self) -> None:
        """Begin to look. Raises KernelError when the system's own record is required and
        refused."""
        self._tree = _NoTree()  # type: ignore[assignment]
        self._recorded_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._began = time.monotonic()
        self._used_ns = time.process_time_ns()
        self._account.check()
        self._host = _Watched(self._pid)  # type: ignore[assignment]
        self._account.open(self._pid)
        self._existing.join(self._pid)
        self._begin_spill()

    def stop(self, reason: str = STOPPED, *, ask: bool = True, cpu_ns: int = 0) -> None:
        """Nothing more is to come from the program itself; it runs on."""
        del ask
        if self._closed or self._host is None:
            return
        if reason == STOPPED:
            self._stopped_for = reason
        self._builder.standing.end()
        self._host.ending = self._host.ending or Ending(0, cpu_ns, 0)
        self._finish()

    def _finish(self) -> None:
        until = time.monotonic() + _REST_S
        while not self._take(0.05) and time.monotonic() < until:
            pass
        self._care, care = replace(self._care, keep_background=False), self._care
        self._tree.end = lambda _: []  # type: ignore[method-assign, union-attr]
        super()._finish()
        self._care = care

    def snapshot(self) -> Trace:
        """The trace so far. With which code the program ended is not known."""
        trace = super().snapshot()
        if not self._closed:
            return trace
        process = self._builder.processes.get(self._pid)
        reason = self._stopped_for or (process.reason if process else "") or "ended"
        return replace(trace, exit_code=None, end_reason=reason)


def _runnable(order: dict[str, Any], name: str = "") -> Runnable:
    path, source = order["file"], ""
    with contextlib.suppress(OSError, ValueError):
        source = Path(path).read_text() if path else ""
    return Runnable(name or os.path.basename(path) or "python", path, source=source)


class _Control:
    """What the program says and is told, in lines of JSON."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._open = True
        self._rest = b""

    def say(self, **words: object) -> None:
        """Tell it."""
        with contextlib.suppress(OSError):
            self._socket.sendall(json.dumps(words).encode() + b"\n")

    def told(self) -> list[dict[str, Any]]:
        """What it has said since."""
        while self._open and select.select([self._socket], [], [], 0)[0]:
            try:
                piece = self._socket.recv(1 << 16)
            except OSError:
                piece = b""
            self._open = bool(piece)
            self._rest += piece
        *lines, self._rest = self._rest.split(b"\n")
        return [json.loads(line) for line in lines]


def collect(order: dict[str, Any]) -> None:
    """Take in all there is, and write it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    control = _Control(order["control"])
    session = Collected(order)
    try:
        session.start()
    except (ParavizError, OSError) as error:
        control.say(error=_words(error))
        return
    control.say(ready=True)
    part: dict[str, Any] = {"target": order["target"]}
    while session.pump(_PUMP_S):
        for told in control.told():
            if told.get("now"):
                _tried(control, session, told)
            elif "target" in told:
                # Should the program end by itself, this is what is kept.
                part = told
            elif told.get("discard"):
                session.close_spill(keep=False)
                control.say(done="")
                return
            else:
                session.stop(told["reason"], cpu_ns=told["cpu_ns"])
    _tried(control, session, part)
    session.close_spill(keep=not Path(part["target"]).exists())


def _tried(control: _Control, session: Collected, part: dict[str, Any]) -> None:
    """Write what is known, or that part of it, and say so. `part`: its `target`; from when on it
    is (`since`) and until `now`, by the clock; what it is called, and the file that it is in."""
    from paraviz.formats import save
    from paraviz.trace.excerpt import excerpt

    try:
        session.pump(0)
        trace = session.snapshot()
        if "since" in part:
            until = min(trace.end_ns, (part["now"] or 1 << 62) - session.origin_ns)
            trace = excerpt(trace, part["since"] - session.origin_ns, until)
            program = _runnable(part, part["name"])
            trace = replace(trace, program=Program(program.name, (), program.path, program.source))
        save(trace, Path(part["target"]))
    except (ParavizError, OSError, MemoryError) as error:
        control.say(error=_words(error))
        return
    control.say(done=part["target"])


def _words(error: BaseException) -> str:
    return getattr(error, "message", "") or f"{type(error).__name__}: {error}"
