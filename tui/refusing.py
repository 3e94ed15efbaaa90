"""What a process that only shows something can no longer do: an audit hook, which stays."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import paraviz
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEVER = frozenset(
    (
        *("subprocess.Popen", "pty.spawn", "webbrowser.open"),
        *("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo"),
        *("shutil.rmtree", "shutil.move", "shutil.copyfile", "shutil.copytree"),
        *(f"os.{name}" for name in ("system", "posix_spawn", "exec", "spawn", "fork", "forkpty")),
        *(f"os.{name}" for name in ("remove", "rename", "rmdir", "mkdir", "link", "symlink")),
        *(f"os.{name}" for name in ("chmod", "chown", "truncate", "kill", "killpg")),
    )
)
_OF_SYSTEM = ("/usr/", "/lib/", "/lib64/", "/etc/localtime", "/proc/self/", "/dev/null")


def _rooms(package: str) -> list[str]:
    """The folders of ours that are links in a checkout."""
    return [os.path.join(package, name) for name in ("tui", "scenarios")]


def refuse_all_but_looking(files: Sequence[str]) -> None:
    """From here on this process starts nothing, writes no file, connects to nobody, and reads only
    these files, Python's own, and what it imports. For good."""
    own = os.path.dirname(paraviz.__file__)
    begins = tuple(
        os.path.join(os.path.realpath(each), "")
        for each in (*sys.path, sys.prefix, sys.base_prefix, own, *_rooms(own))
        if each
    )
    begins += _OF_SYSTEM
    shown = frozenset(os.path.realpath(each) for each in files)
    said = _("refused for a guest")
    null = os.path.realpath(os.devnull)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _NEVER:
            raise PermissionError(1, said)
        if event != "open" or isinstance(arguments[0], int):
            return
        name, mode, flags = arguments
        if not isinstance(name, (str, bytes)):
            return
        path = os.path.realpath(os.fsdecode(name))
        if path == null:
            return
        writes = isinstance(flags, int) and flags & _WRITES
        if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
            raise PermissionError(13, said, name)
        if path not in shown and not path.startswith(begins):
            raise PermissionError(13, said, name)

    sys.addaudithook(hook)
