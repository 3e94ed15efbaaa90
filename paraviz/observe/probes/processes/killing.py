"""Signals that the program sends to its processes: who ended which other on purpose."""

from __future__ import annotations

import functools
import os

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Replace `os.kill`, which `Process.kill`, `Process.terminate` and `Popen.send_signal` call."""
    here, site, kill = recorder.here, recorder.site, os.kill

    @functools.wraps(kill)
    def observed_kill(pid: int, signal: int, /) -> None:
        # Who kills itself has said enough.
        if type(pid) is int and 0 < pid <= ev.OBJECT_MASK and pid != recorder.pid and signal:
            here.emit_value(ev.word(ev.PROCESS_KILL, pid) | site(1), int(signal))
        kill(pid, signal)

    os.kill = observed_kill
