"""The lines that strace writes, one by one: whose, when, and what."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Clock = Literal["unix", "day", "relative", "seconds", "none"]
"""What times count: `-ttt`, `-tt`, `-r`, whole seconds (`-t`), nothing."""

LONGEST = 64 << 10
"""Bytes of a line that are looked at."""

_WHOSE = (
    r"(?:\[pid +(?P<inner>\d{1,10})(?:<(?P<name>[^>\n]{0,64})>)?\] "
    r"|(?P<pid>\d{1,8})(?:<(?P<comm>[^>\n]{0,64})>)? +)?"
)
_TIME = (
    r"(?:(?P<day>\d\d:\d\d:\d\d(?:\.\d{1,9})?) "
    r"|(?P<seconds>\d{1,12}\.\d{1,9}) (?:\(\+ *\d+\.\d+\) )?|(?P<whole>\d{9,12}) )?"
)
_EXTRA = r"(?:\[[ 0-9a-f?]{1,20}\] )?"
_WHAT = (
    r"(?P<what>"
    r"--- (?:SIG[A-Z0-9_]+|stopped by) .{0,4096}---"
    r"|\+\+\+ .{1,100} \+\+\+"
    r"|<\.\.\. (?P<resumed>[a-z0-9_?]+) resumed>"
    r"|(?P<call>[a-z_][a-z0-9_]{0,40}|\?\?\?\?)\()"
)
_LINE = re.compile(_WHOSE + r" *" + _TIME + _EXTRA + _WHAT)
_ATTACHED = re.compile(r"(?:strace|.{0,200}/strace): |\[ Process PID=| > |\s*$|% time  ")
_CAME = re.compile(r"strace: Process (\d{1,10}) attached$")
_TAIL = re.compile(r"(?P<rest>.*)\) += (?P<result>.{1,300})$")
_TOOK = re.compile(r" <(\d{1,9}\.\d{1,9})>$")
_END = 400
"""Characters at the end of a line in which its result stands."""
_UNFINISHED = re.compile(r" ?<(?:unfinished|detached|no such process)[^>]{0,20}>\)?(?: += \?)?$")
_LOOKED_AT = 200


class Line(Struct, frozen=True):
    """One of them."""

    what: Literal["call", "begun", "resumed", "signal", "exit"]
    who: int
    """Its number; -1 where the file has those of one thread."""
    comm: str
    """What it is called, where strace told (`-Y`)."""
    at_ns: int
    """When, by the clock."""
    name: str
    """The call, the signal, or how it ended."""
    arguments: str = ""
    result: str = ""
    took_ns: int | None = None
    """How long the call took, where it is known (`-T`)."""


def looks_like_strace(begin: bytes) -> bool:
    """Whether a file's begin is one of strace's."""
    if b"\0" in begin[:4096]:
        return False
    lines = begin.decode("utf-8", "replace").split("\n")[:_LOOKED_AT]
    for line in lines:
        found = _LINE.match(line[:LONGEST])
        if found is None:
            continue
        if found["call"] is None:
            return True
        if _TAIL.match(line[-_END:]) or _UNFINISHED.search(line[-60:]):
            return True
    return False


def clock_of(begin: bytes) -> Clock:
    """What the times of a file count."""
    for line in begin.decode("utf-8", "replace").split("\n"):
        found = _LINE.match(line[:LONGEST])
        if found is None:
            continue
        if found["whole"]:
            return "seconds"
        if found["day"]:
            return "day" if "." in found["day"] else "seconds"
        if found["seconds"]:
            # Nobody measures 31 years between two calls.
            return "unix" if len(found["seconds"].split(".")[0]) >= 9 else "relative"
        return "none"
    return "none"


def is_told_apart(text: str) -> bool:
    """Whether a line is nobody's: what strace says of itself, a stack, an empty one."""
    return _ATTACHED.match(text) is not None


def attached_in(text: str) -> int | None:
    """The number of a thread that strace says has come; None for any other line."""
    found = _CAME.search(text[-80:])
    return int(found[1]) if found else None


def line_of(text: str) -> Line | None:
    """What a line says; None for one that is none of strace's."""
    found = _LINE.match(text)
    if found is None:
        return None
    at_ns = _stamp(found["day"], found["seconds"])
    if at_ns is None:
        return None
    who = int(found["inner"] or found["pid"] or -1)
    comm = found["name"] or found["comm"] or ""
    what, rest = found["what"], text[found.end() :]
    if what.startswith("---"):
        words = what[4:-4].split(" {")[0]
        return Line("signal", who, comm, at_ns, words)
    if what.startswith("+++"):
        return Line("exit", who, comm, at_ns, what[4:-4])
    if found["call"]:
        unfinished = _UNFINISHED.search(rest[-60:])
        if unfinished:
            end = len(rest) - len(rest[-60:]) + unfinished.start()
            return Line("begun", who, comm, at_ns, found["call"], rest[:end].rstrip())
    tail = _TAIL.match(rest, max(0, len(rest) - _END))
    if tail is None:
        return None
    result, took = tail["result"], _TOOK.search(tail["result"])
    result = result[: took.start()] if took else result
    kind: Literal["call", "resumed"] = "call" if found["call"] else "resumed"
    name = found["call"] or found["resumed"]
    arguments = rest[: tail.end("rest")].removesuffix(" <unfinished ...>")
    took_ns = _ns(took[1]) if took else None
    return Line(kind, who, comm, at_ns, name, arguments, result.strip(), took_ns)


def _stamp(day: str | None, seconds: str | None) -> int | None:
    if day:
        hours, minutes, rest = day.split(":")
        return (int(hours) * 60 + int(minutes)) * 60 * 10**9 + _ns(rest)
    return _ns(seconds) if seconds else None


def _ns(text: str) -> int:
    """Seconds in decimal digits, exactly."""
    whole, _, part = text.partition(".")
    return int(whole) * 10**9 + int(part[:9].ljust(9, "0"))
