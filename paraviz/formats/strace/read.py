"""Reading what strace writes: a lane for each thread, its system calls as spans, and blocked while
it is inside one that may wait.

strace sees a thread enter and leave the kernel, and nothing else: whether it ran between two calls
or waited for a CPU, and whether it waited in a call or worked, is not known. So "running" is all
that is outside of calls that may wait, and a notice says so. How long a call took is known where
strace measured it (`-T`), or where it told of the begin and the end apart; else a call is a moment.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.errors import FormatError
from paraviz.formats.gathered import flows_of, moment
from paraviz.formats.strace.lines import (
    Line,
    attached_in,
    clock_of,
    is_told_apart,
    line_of,
)
from paraviz.formats.strace.pieces import lines_of
from paraviz.formats.strace.threads import Threads
from paraviz.text.notices import CALLS_AS_MOMENTS, MISTYPED, STRACE, counted
from paraviz.text.translation import _, phrase
from paraviz.trace import Program, State, Trace

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY_NS = 86_400 * 10**9
_FAR_NS = 400 * _DAY_NS
"""Farther from the line before is no time."""


def read_strace(content: memoryview, name: str, heard: Callable[[int], None]) -> Trace:
    """The trace of a file. Raises FormatError."""
    clock = clock_of(bytes(content[: 1 << 16]))
    if clock == "none":
        raise FormatError(_("strace wrote no times into it: record with strace -f -ttt -T"))
    if clock == "seconds":
        raise FormatError(_("its times are whole seconds: record with strace -f -ttt -T"))
    reader = Threads()
    skipped, first = 0, -1
    offset, last, day = 0, 0, 0
    parted = ""
    for place, text in lines_of(content, heard):
        if came := attached_in(text):
            # On a terminal strace says so in the middle of a line.
            reader.attached.add(came)
            parted = text[: text.rindex("strace: ")]
            continue
        text, parted = parted + text, ""
        line = line_of(text)
        if line is None:
            if not is_told_apart(text):
                skipped, first = skipped + 1, place if first < 0 else first
            continue
        if clock == "relative":
            if not reader.threads and line.at_ns:
                words = _("its times count from lines in other files: record with strace -ttt")
                raise FormatError(words)
            offset += line.at_ns
            line = _at(line, offset)
        elif clock == "day":
            if line.at_ns + day < last - _DAY_NS // 2:
                day += _DAY_NS
            line = _at(line, line.at_ns + day)
        if (reader.threads and abs(line.at_ns - last) > _FAR_NS) or (line.took_ns or 0) > _FAR_NS:
            skipped, first = skipped + 1, place if first < 0 else first
            continue
        last = line.at_ns
        reader.take(line)
    if not reader.threads:
        raise FormatError(_("no event in it belongs to a thread at a time"))
    reader.finish()
    return _trace(reader, name, skipped, first)


def _trace(reader: Threads, name: str, skipped: int, first_skipped: int) -> Trace:
    base, last = reader.gathered.bounds()
    root = next(iter(reader.threads.values()))
    order = _order(reader)
    places = {who: place for place, who in enumerate(order)}
    lanes = tuple(reader.threads[who].row.lane(base, State.RUNNING) for who in order)
    arrows = [
        (places[from_], at, places[to], then)
        for from_, at, to, then in reader.arrows
        if from_ in places and to in places and at <= then
    ]
    notices = [STRACE.english]
    if reader.moments:
        notices.append(counted(CALLS_AS_MOMENTS, reader.moments))
    if skipped:
        words = phrase(MISTYPED.one, MISTYPED.many, count=skipped, place=first_skipped)
        notices.append(words.english)
    return Trace(
        program=Program(name),
        lanes=lanes,
        objects=reader.gathered.objects(),
        flows=flows_of(arrows, base),
        span_names=tuple(reader.gathered.names.texts),
        wall_ns=last - base,
        recorded_at=moment(base),
        exit_code=_code(root.row.end_reason),
        end_reason=_ending(root.row.end_reason),
        notices=tuple(notices),
    )


def _order(reader: Threads) -> list[int]:
    """Whose lanes stand where: a process's threads together, in the order they came."""
    firsts: dict[int, int] = {}
    for who in reader.threads:
        firsts.setdefault(reader.process_of(who), len(firsts))
    return sorted(reader.threads, key=lambda who: firsts[reader.process_of(who)])


def _code(reason: str) -> int | None:
    if reason == "returned":
        return 0
    if reason.startswith("exit "):
        return int(reason[5:]) if reason[5:].isdecimal() else None
    number = getattr(signal, reason, None) if reason.startswith("SIG") else None
    return -int(number) if isinstance(number, signal.Signals) else None


def _ending(reason: str) -> str:
    if reason.startswith("exit "):
        return f"exited with {reason[5:]}"
    return f"killed by {reason}" if reason.startswith("SIG") else "ended"


def _at(line: Line, at_ns: int) -> Line:
    return replace(line, at_ns=at_ns)
