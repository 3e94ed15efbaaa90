"""The processes of a program that is steered, from outside: started, spoken to, ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ProgramError
from paraviz.programs.interpreter import interpreter_for
from paraviz.steering.inside.pipes import Lines, send
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable

    Message = dict[str, Any]

HOST_FILE = Path(__file__).parent / "inside" / "host.py"
BEGIN_S = 30.0
"""How long a program may take to come to its first thread."""


class Connection:
    """A trunk that answers. Whatever becomes of us, its processes end with us."""

    def __init__(self, runnable: Runnable, argv: Sequence[str], python: str = "") -> None:
        """Start it, and wait until it is where it can be steered. Raises ProgramError."""
        self.runnable = runnable
        values = runnable.values(argv)
        defaults = runnable.defaults()
        changed = {name: value for name, value in values.items() if value != defaults[name]}
        interpreter = interpreter_for(runnable, python)
        reads, commands = os.pipe()
        answers, writes = os.pipe()
        lifeline_end, self._lifeline = os.pipe()
        order = {
            "path": runnable.path,
            "module": runnable.module,
            "values": json.dumps(changed) if changed else "",
            "arguments": [] if runnable.parameters else list(argv),
            "commands": reads,
            "answers": writes,
        }
        self._commands, self._answers = commands, Lines(answers)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self.is_open = True
        try:
            self._popen = subprocess.Popen(
                [interpreter.path, str(HOST_FILE), json.dumps(order), str(lifeline_end)],
                pass_fds=(reads, writes, lifeline_end),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                start_new_session=True,
                env={**os.environ, "PYTHONHASHSEED": "0"},
            )
        except OSError as error:
            words = _("{name} cannot be started: {reason}")
            words = words.format(name=runnable.name, reason=error.strerror)
            raise ProgramError(words) from error
        finally:
            for each in (reads, writes, lifeline_end):
                os.close(each)
        try:
            self.first = self.hear(BEGIN_S)
        except BaseException:
            self.close()
            raise

    def ask(self, message: Message, limit_s: float = 60.0) -> Message:
        """Say something, and hear the answer. Raises ProgramError where there is none."""
        self.say(message)
        return self.hear(limit_s)

    def say(self, message: Message) -> None:
        """Say something. Raises ProgramError where nobody listens any more."""
        try:
            send(self._commands, message)
        except OSError:
            raise ProgramError(self._lost()) from None

    def hear(self, limit_s: float) -> Message:
        """What it tells next. Raises ProgramError when nothing comes, or nobody is left."""
        until = time.monotonic() + limit_s
        while True:
            found = self._answers.take()
            if found is not None:
                return found
            if not self._answers.is_ready(max(0.0, until - time.monotonic())):
                words = _("{name} did not answer for {seconds:.0f} s")
                raise ProgramError(words.format(name=self.runnable.name, seconds=limit_s))
            if not self._answers.more():
                raise ProgramError(self._lost())

    def _lost(self) -> str:
        """The last line of what it said, or that there was none."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(2)
        self._said.seek(0)
        lines = [each for each in self._said.read().decode(errors="replace").splitlines() if each]
        reason = lines[-1].strip() if lines else _("it ended without a word")
        return _("{name} cannot be steered: {reason}").format(
            name=self.runnable.name, reason=reason
        )

    def close(self) -> None:
        """End all of its processes."""
        if not self.is_open:
            return
        self.is_open = False
        with contextlib.suppress(OSError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()
        for each in (self._commands, self._answers.descriptor, self._lifeline):
            os.close(each)
        self._said.close()
