"""Programs that start a Python without being one: a script by its first line, `env`, `nohup`,
`timeout` and their like, and shells by the text of `-c`.

Each of them runs as it would, with the same words but for those that follow the interpreter's name.
"""

from __future__ import annotations

import os

from paraviz.observe.interpreters import is_python
from paraviz.observe.shells import UNKNOWN, observed_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Observed = Callable[[Sequence[str]], list[str] | None]
    """Makes of a command line of Python one by which it runs observed."""
    Program = tuple[str, list[str]]
    """A file, and the words that it is run with."""

_DEEP = 8
"""So many of them, one by the other."""
_LINE = 256
"""Bytes of a script's first line that the system reads."""
_SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
_OF_SHELL = frozenset("ceulafhmpBCE")
"""Options of a shell, `-c` among them, that make no difference; `x` and `v` show what it reads."""
_SHOWING = frozenset(("xtrace", "verbose", "noexec"))
_WITH_VALUE: dict[str, tuple[str, ...]] = {
    "env": ("-u", "--unset", "-C", "--chdir"),
    "nice": ("-n",),
    "nohup": (),
    "setsid": (),
    "stdbuf": ("-i", "-o", "-e"),
    "timeout": ("-k", "-s"),
    "exec": (),
    "command": (),
}
"""What takes a command behind its options, and those of them that take a word."""
_PLAIN: dict[str, tuple[str, ...]] = {
    "env": ("-i", "-"),
    "setsid": ("-f", "-w", "-c"),
    "timeout": ("--foreground", "--preserve-status", "-v"),
}
"""Their options that take none."""
_OPERANDS = {"timeout": 1}
"""Words before the command."""


def observed_program(
    path: str, words: Sequence[str], observed: Observed, folder: str = ""
) -> Program | None:
    """What is to be run in place of a file so that the Python which it starts runs observed; None
    where it starts none, as far as that can be known. `folder`: where it will run, if elsewhere."""
    return _program(path, list(words), observed, folder, _DEEP)


def _program(
    path: str, words: list[str], observed: Observed, folder: str, deep: int
) -> Program | None:
    name = os.path.basename(path)
    if not words or not deep:
        return None
    if is_python(name):
        line = observed(words)
        return None if line is None else (path, line)
    if name in _SHELLS:
        at = _text_of_shell(words)
        text = observed_text(words[at], lambda command: _insertion(command, observed)) if at else ""
        return (path, [*words[:at], text, *words[at + 1 :]]) if text else None
    if name in _WITH_VALUE:
        at = _command(name, words)
        inner = _program(words[at], words[at:], observed, folder, deep - 1) if at else None
        # A script that it starts would be another file: it finds that by itself.
        if inner is None or inner[0] != words[at]:
            return None
        return path, [*words[:at], *inner[1]]
    script = _of_script(os.path.join(folder, path))
    if script is None:
        return None
    return _program(script[0], [*script, path, *words[1:]], observed, folder, deep - 1)


def _of_script(path: str) -> list[str] | None:
    """The words that a script's first line begins a command with, or None for what is no script."""
    try:
        if not os.access(path, os.X_OK) or not os.path.isfile(path):
            return None
        with open(path, "rb") as opened:
            line = opened.read(_LINE)
    except (OSError, ValueError):
        return None
    if not line.startswith(b"#!") or b"\n" not in line:
        return None
    interpreter, _, option = os.fsdecode(line[2:].partition(b"\n")[0]).strip(" \t").partition(" ")
    option = option.strip(" \t")
    if option.startswith("-S") and os.path.basename(interpreter) == "env":
        # What `env -S` does with words like these.
        given = option[2:].split()
        return None if set(option) & set("\\\"'$#") else [interpreter, *given]
    return [interpreter, option] if option else [interpreter]


def _command(name: str, words: Sequence[str]) -> int:
    """Where the command stands that it starts, or 0."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            at += 1
            break
        if words[at] in _WITH_VALUE[name]:
            at += 2
        elif words[at] in _PLAIN.get(name, ()) or words[at].startswith(
            tuple(f"{each}=" for each in _WITH_VALUE[name] if each.startswith("--"))
        ):
            at += 1
        else:
            return 0
    at += _OPERANDS.get(name, 0)
    while name == "env" and at < len(words) and "=" in words[at]:
        at += 1
    return at if at < len(words) else 0


def _text_of_shell(words: Sequence[str]) -> int:
    """Where the text stands that a shell is to run, or 0."""
    at, runs_text = 1, False
    while at < len(words) and words[at][:1] in ("-", "+") and len(words[at]) > 1:
        if words[at] in ("-o", "+o"):
            if at + 1 >= len(words) or words[at + 1] in _SHOWING:
                return 0
            at += 2
            continue
        if not _OF_SHELL.issuperset(words[at][1:]):
            return 0
        runs_text = runs_text or (words[at][0] == "-" and "c" in words[at])
        at += 1
    return at if runs_text and at < len(words) else 0


def _insertion(command: Sequence[str], observed: Observed) -> tuple[int, list[str]] | None:
    """Behind which word of a shell's command which words are to stand."""
    at = 0
    for _ in range(_DEEP):
        name = os.path.basename(command[at])
        if is_python(name):
            line = observed(command[at:])
            if line is None:
                return None
            # Behind the name: the options, then what begins it observed, then the name again.
            inserted = line[1 : len(line) - len(command) + at + 1]
            return None if any(UNKNOWN in word for word in inserted) else (at, inserted)
        step = _command(name, command[at:]) if name in _WITH_VALUE else 0
        if not step:
            return None
        at += step
    return None
