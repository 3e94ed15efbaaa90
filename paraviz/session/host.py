"""The host process, from outside: started, waited for, told to stop."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

import paraviz
from paraviz.errors import ProgramError
from paraviz.session.endings import code_in_words
from paraviz.signals import as_inherited
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable, Value
    from paraviz.session.entering import Entry

HOST_FILE = Path(paraviz.__file__).parent / "observe" / "host.py"
Stdio = Literal["inherited", "captured"]
LIVE_SHIP_EVERY_S = 0.05
SHIP_EVERY_S = 0.2
"""Each time costs a few context switches. What a worker that is killed did since is lost."""
_PIECE_BYTES = 1 << 16
_KEPT_BYTES = 1 << 16


class Ending(Struct, frozen=True):
    """How the host ended."""

    code: int
    """As in `subprocess`: negative for a signal."""
    cpu_ns: int
    """User and system time, of its descendants that it waited for too."""
    context_switches: int
    """Voluntary and forced, likewise."""

    @property
    def words(self) -> str:
        """As a person reads it."""
        return code_in_words(self.code)


class Host:
    """The process that the program runs in."""

    def __init__(
        self,
        runnable: Runnable,
        argv: Sequence[str],
        values: dict[str, Value],
        *,
        stdio: Stdio,
        event_descriptor: int,
        python: str,
        follow: bool = False,
        entry: Entry | None = None,
        options: Sequence[str] = (),
        holds: bool = True,
    ) -> None:
        """Start it. Raises ProgramError when the system cannot.

        `argv`: the program's own arguments; `values`: those defaults of its `main()` to replace;
        `python`: the file of the interpreter; `follow`: whether programs of Python that it starts
        are observed; `entry`: where what it reads is typed, if it is captured; `options`: the
        interpreter's own, as `-O`; `holds`: whether it ends with us.
        """
        read_end, self._lifeline = os.pipe()
        every_s = LIVE_SHIP_EVERY_S if stdio == "captured" else SHIP_EVERY_S
        order = [
            *(str(number) for number in (event_descriptor, read_end, every_s)),
            "follow" if follow else "",
            "hold" if holds else "",
            *(runnable.kind, runnable.target, json.dumps(values) if values else ""),
            *(str(len(options)), *options),
        ]
        captured = stdio == "captured"
        how: dict[str, Any] = {}
        if captured:
            how = {
                "stdin": entry.read_end if entry is not None else subprocess.DEVNULL,
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "start_new_session": True,
            }
        try:
            # What paraviz was given to inherit is the program's; what is its own is not inherited.
            for each in (event_descriptor, read_end):
                os.set_inheritable(each, True)
            with as_inherited():
                self._popen = subprocess.Popen(
                    [python, *options, str(HOST_FILE), *order, *argv],
                    close_fds=False,
                    **how,
                )
        except OSError as error:
            os.close(self._lifeline)
            words = _("{name} cannot be started: {reason}")
            words = words.format(name=runnable.name, reason=error.strerror)
            raise ProgramError(words) from error
        finally:
            os.close(read_end)
            os.set_inheritable(event_descriptor, False)
        self.ending: Ending | None = None
        self._stderr = bytearray()
        self._drain: threading.Thread | None = None
        if captured:
            self._drain = threading.Thread(target=self._take_output, name="paraviz-output")
            self._drain.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._popen.pid

    def go(self) -> None:
        """Let it run the program; until then it waits."""
        # It may have been killed already.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._lifeline, b"g")

    def abandon(self) -> None:
        """End it before it ran the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._popen.returncode = -signal.SIGKILL
        self.close()

    def _take_output(self) -> None:
        """Take what comes out of descriptors 1 and 2, so that the program never waits for us."""
        assert self._popen.stdout is not None and self._popen.stderr is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._popen.stdout, selectors.EVENT_READ, None)
            selector.register(self._popen.stderr, selectors.EVENT_READ, self._stderr)
            while selector.get_map():
                for key, _ in selector.select():
                    piece = os.read(key.fd, _PIECE_BYTES)
                    if not piece:
                        selector.unregister(key.fileobj)
                    elif key.data is not None:
                        key.data.extend(piece)
                        del key.data[:-_KEPT_BYTES]

    @property
    def stderr(self) -> str:
        """The last that came out of descriptor 2, when it is captured."""
        return bytes(self._stderr).decode(errors="replace")

    def poll(self) -> Ending | None:
        """How it ended, or None while it runs."""
        if self.ending is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self._popen.returncode = code
                cpu_s = usage.ru_utime + usage.ru_stime
                self.ending = Ending(code, int(cpu_s * 1e9), usage.ru_nvcsw + usage.ru_nivcsw)
        return self.ending

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def close(self) -> None:
        """Let go of what belongs to it. Its descendants have ended."""
        os.close(self._lifeline)
        if self._drain is not None:
            self._drain.join()
            for stream in (self._popen.stdout, self._popen.stderr):
                assert stream is not None
                stream.close()
