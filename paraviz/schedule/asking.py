"""The host of an exploration, from outside: started, listened to, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ProgramError
from paraviz.programs.interpreter import interpreter_for
from paraviz.schedule.inside.addresses import FIXED, with_addresses_as, without_random_addresses
from paraviz.schedule.result import Exploration, exploration_from
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from paraviz.programs.parameters import Runnable

    Told = dict[str, Any]

HOST_FILE = Path(__file__).parent / "inside" / "host.py"
TIME_LIMIT_S = 10.0
"""How long an exploration may take when nothing is said."""
_GRACE_S = 5.0
"""How much later a host that does not end is ended: it has a second look to take."""


class Asked:
    """A host that explores, or replays."""

    def __init__(self, runnable: Runnable, argv: Sequence[str], python: str, order: Told) -> None:
        """Start it. `order`: `search`, `grain`, `time_limit_s`, `schedules` or `replay`. Raises
        ProgramError."""
        values = runnable.values(argv)
        changed = {
            name: value for name, value in values.items() if value != runnable.defaults()[name]
        }
        interpreter = interpreter_for(runnable, python)
        order = {
            "path": runnable.path,
            "module": runnable.module,
            "values": json.dumps(changed) if changed else "",
            "arguments": [] if runnable.parameters else list(argv),
            **order,
        }
        read_end, write_end = os.pipe()
        lifeline_end, self._lifeline = os.pipe()
        self._read_end = read_end
        before = without_random_addresses()
        environ = {**os.environ, "PYTHONHASHSEED": "0"}
        if before is not None:
            environ[FIXED] = "1"
        command = [interpreter.path, str(HOST_FILE), json.dumps(order)]
        try:
            self._popen = subprocess.Popen(
                [*command, str(write_end), str(lifeline_end)],
                pass_fds=(write_end, lifeline_end),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env=environ,
            )
        except OSError as error:
            words = _("{name} cannot be started: {reason}")
            words = words.format(name=runnable.name, reason=error.strerror)
            raise ProgramError(words) from error
        finally:
            with_addresses_as(before)
            os.close(write_end)
            os.close(lifeline_end)
        self._held = b""
        self.until = time.monotonic() + order["time_limit_s"] * 3 + _GRACE_S

    def messages(self, every_s: float = 0.2) -> Iterator[Told]:
        """What it tells, until it is over; an empty one when there was nothing for so long."""
        while True:
            if not select.select([self._read_end], [], [], every_s)[0]:
                if time.monotonic() > self.until:
                    return
                yield {}
                continue
            data = os.read(self._read_end, 1 << 20)
            if not data:
                return
            self._held += data
            *lines, self._held = self._held.split(b"\n")
            for line in lines:
                yield json.loads(line)

    def end(self) -> str:
        """End it, and all that it started; what it said on stderr."""
        with contextlib.suppress(OSError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        os.close(self._read_end)
        os.close(self._lifeline)
        assert self._popen.stderr is not None
        os.set_blocking(self._popen.stderr.fileno(), False)
        said = self._popen.stderr.read() or b""
        self._popen.stderr.close()
        return said.decode(errors="replace")


def explore(
    runnable: Runnable,
    argv: Sequence[str],
    *,
    python: str = "",
    search: str = "auto",
    time_limit_s: float | None = None,
    schedules: int = 0,
    grain: str = "access",
    listen: Callable[[Told], None] | None = None,
    executor: str = "auto",
    distrusts_sleeps: bool = False,
    more: Mapping[str, Any] | None = None,
) -> Exploration:
    """Run a program under many schedules. Ctrl-C gives what was found so far. Raises ProgramError
    where it cannot be run.

    `schedules`: how many at most, 0 for any number; `grain`: "access", "line" or "opcode";
    `listen`: gets each message of the host, and {} now and then; `executor`: "here" for many
    executions in one process, "forks" for one process each, "auto" for the first if it is enough;
    `distrusts_sleeps`: what hangs on a sleep of 50 ms or more being too short is a fault, too;
    `more`: what else the host is to know (`own` folders, modules to `preload`, `modules_from`).
    """
    order: Told = {
        "search": search,
        "grain": grain,
        "time_limit_s": TIME_LIMIT_S if time_limit_s is None else time_limit_s,
        "schedules": schedules,
        "executor": executor,
        **(more or {}),
    }
    began = time.monotonic()
    asked = Asked(runnable, argv, python, order)
    so_far: Told = {"outcomes": {}, "by": {}}
    result: Told | None = None
    under_gil: Told | None = None
    stopped = False
    try:
        for message in asked.messages():
            if "main" in message:
                result = message["main"]
            under_gil = message.get("under_gil", under_gil)
            _take(message, so_far)
            if listen is not None:
                listen(message)
            if message.get("done"):
                break
    except KeyboardInterrupt:
        stopped = True
    finally:
        said = asked.end()
    if result is None:
        result = {**so_far, "outcomes": list(so_far["outcomes"].values())}
        if not result["outcomes"] and not stopped:
            raise ProgramError(_what_was_said(runnable, said))
    seconds = time.monotonic() - began
    return exploration_from(
        result, under_gil, seconds=seconds, stopped=stopped, distrusts=distrusts_sleeps
    )


def _take(message: Told, so_far: Told) -> None:
    """What is known if nothing more comes."""
    if "again" in message:
        so_far["outcomes"].clear()
    outcome = message.get("outcome")
    if outcome is not None:
        so_far["outcomes"][outcome["key"]] = outcome
    so_far.update(message.get("progress") or {})


def _what_was_said(runnable: Runnable, said: str) -> str:
    """The last line of it, or that there was none."""
    lines = [line for line in said.splitlines() if line.strip()]
    reason = lines[-1] if lines else _("it ended without a word")
    return _("{name} cannot be explored: {reason}").format(name=runnable.name, reason=reason)
