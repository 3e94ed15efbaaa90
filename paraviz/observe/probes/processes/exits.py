"""Exits that skip the interpreter's own end: what has gathered is sent before them."""

from __future__ import annotations

import functools
import os

from paraviz.observe.probes.processes.programs import followed, passed_on
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder


@needs("os._exit", "os.execv", "os.execve")
def install(recorder: Recorder) -> None:
    """Replace `os._exit`, and the two functions that all of `os.exec…` go through."""
    _exit = os._exit

    @functools.wraps(_exit)
    def observed_exit(status: int) -> Any:
        # Nothing that is raised here may keep a child from ending.
        try:
            recorder.finish(f"os._exit({status})", abruptly=True)
        finally:
            _exit(status)

    os._exit = observed_exit
    for name in ("execv", "execve"):
        _watch_exec(recorder, name)


def _watch_exec(recorder: Recorder, name: str) -> None:
    execute = getattr(os, name)

    @functools.wraps(execute)
    def observed_exec(path: Any, argv: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.flush()
        ours = followed(recorder, path, argv, image=recorder.image + 1)
        if ours is None:
            return execute(path, argv, *args, **kwargs)
        with passed_on(recorder.descriptors()):
            return execute(*ours, *args, **kwargs)

    setattr(os, name, observed_exec)
