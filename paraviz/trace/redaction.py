"""Leaving out of a recording what is nobody else's business, so that it can be shared."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from paraviz.trace.model import Lane, Program, Trace

PARTS = ("argv", "source", "output", "paths")
"""The command lines; the program's text; what it wrote; the folders of files."""
_PATH = re.compile(r"(?:/[^\s/:,;()'\"]+)+/([^\s/:,;()'\"]+)")
_LETTER = re.compile(r"[^\n]")


def parts_of(text: str) -> tuple[str, ...]:
    """The parts that a user names, with commas between. Raises UsageError."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in PARTS:
            words = _("there is no {name!r} to leave out; there are {known}")
            raise UsageError(words.format(name=name, known=", ".join(PARTS)))
    return names or PARTS


def redacted(trace: Trace, parts: Collection[str] = PARTS) -> Trace:
    """The trace without these. What is written stays as long as it was, letter by letter, since
    events count it."""
    short = _short if "paths" in parts else str
    return replace(
        trace,
        program=_program(trace.program, parts),
        lanes=tuple(_lane(lane, parts) for lane in trace.lanes),
        sites=tuple(replace(site, file=short(site.file)) for site in trace.sites),
        executable=short(trace.executable),
        notices=tuple(_notice(text, parts) for text in trace.notices),
    )


def _program(program: Program, parts: Collection[str]) -> Program:
    if "argv" in parts:
        program = replace(program, argv=())
    if "source" in parts:
        program = replace(program, source="")
    if "paths" in parts:
        program = replace(program, path=_short(program.path), name=_without_folders(program.name))
    return program


def _lane(lane: Lane, parts: Collection[str]) -> Lane:
    if "argv" in parts:
        # A process without probes is called by its command line.
        name = lane.name if lane.probes else lane.name.split(" ", 1)[0]
        lane = replace(lane, command="", name=name)
    if "paths" in parts:
        lane = replace(
            lane,
            name=_without_folders(lane.name),
            command=_without_folders(lane.command),
            end_reason=_without_folders(lane.end_reason),
        )
    if "output" in parts:
        lane = replace(lane, text=_LETTER.sub("x", lane.text))
    return lane


def _notice(text: str, parts: Collection[str]) -> str:
    if "argv" in parts and ": " in text and text[:1].isdigit():
        # Those that count processes name them by their command lines.
        text = f"{text.split(': ', 1)[0]}: …"
    return _without_folders(text) if "paths" in parts else text


def _short(path: str) -> str:
    return os.path.basename(path.rstrip("/"))


def _without_folders(text: str) -> str:
    return _PATH.sub(r"\1", text)
