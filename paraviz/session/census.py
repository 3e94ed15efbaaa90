"""The census: every process of a run that anybody saw, be it observed or not.

The kernel saw each fork, each beginning of a program and each end; where it does not tell, looks at
/proc see who is there now and then. Those that started a process know what it is called. What is
left when those that report are taken away are processes without probes: of them only this is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from paraviz.kernel.processes import ProcessSeen
from paraviz.observe.interpreters import is_python
from paraviz.session.children import Child
from paraviz.session.command_lines import Called, called_by
from paraviz.session.endings import code_in_words
from paraviz.session.lane_buffer import LaneSoFar
from paraviz.text.notices import NO_PROBES, NOT_FOLLOWED, WITHOUT_LANE, counted
from paraviz.text.translation import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from paraviz.session.builder import TraceBuilder

THREADS_LIMIT = 16
"""Threads of one process without probes that have a lane, beside its first."""
LANES_LIMIT = 2_000
"""Lanes of processes without probes."""
_NAMELESS = "process"
_NAMED = 3
"""So many processes without probes are told by their names."""


class Outsider(Struct):
    """A worker of which only the system's view is known: a process without probes, or a thread of
    one. Times are ns of the clock."""

    pid: int
    tid: int
    name: str
    start: int
    end: int | None
    """None while it lives."""
    reason: str = ""
    """How it ended, in English, or "" while it lives."""
    line: str = ""
    """The command line, where it is known."""
    is_process: bool = True
    helper: bool = False
    """Whether it is there for a library's own ends."""
    took_over: bool = False
    """Whether it goes on as another program where an observed one was."""
    python: bool = False
    """Whether it is a Python, as far as that is known."""
    cut_short: bool = False
    """Whether it is a worker that its parent named and that was killed before it said anything:
    whether it had probes nobody knows, and its lane says how it ended."""


class Census(Struct):
    """All that is known of processes beside what they say themselves."""

    outsiders: list[Outsider] = field(default_factory=list)
    """By the moment they began."""
    births: dict[int, int] = field(default_factory=dict)
    """When observed processes were forked that were started afresh, by what they are known as."""
    replaced: dict[int, tuple[int, str]] = field(default_factory=dict)
    """When observed programs were replaced by another one, and by which."""
    dropped: set[int] = field(default_factory=set)
    """Forks that have no lane of their own: they began to run another program at once."""
    left_out: int = 0
    """Threads and processes that have no lane because there are too many."""

    def notices(self, *, follows: bool = False) -> list[str]:
        """What the user should know of it. `follows`: whether each Python was to have probes."""
        mains = [
            one for one in self.outsiders if one.is_process and not one.helper and not one.cut_short
        ]
        missed = [one for one in mains if follows and one.python]
        result = []
        for words, those in (
            (NOT_FOLLOWED, missed),
            (NO_PROBES, [one for one in mains if one not in missed]),
        ):
            told = list(dict.fromkeys(one.name for one in those))
            names = ", ".join(told[:_NAMED]) + (", …" if len(told) > _NAMED else "")
            if those:
                notice = phrase(words.one, words.many, count=len(those), names=names)
                result.append(notice.english)
        if self.left_out:
            result.append(counted(WITHOUT_LANE, self.left_out))
        return result


def census(
    builder: TraceBuilder, seen: Sequence[ProcessSeen], lines: Mapping[int, tuple[str, ...]]
) -> Census:
    """Take it. `seen`: by the moment they began. `lines`: command lines, the last that was seen of
    each process."""
    result = Census()
    names: dict[int, Called] = {}
    threads: list[tuple[Outsider, ProcessSeen]] = []
    for process in _with_those_told_of(seen, builder):
        told = builder.children.told_of(process.pid, process.start)
        words = told.words or lines.get(process.pid, ())
        called = names[process.pid] = _called(process, told, words, names)
        start = _take_images(result, builder, process)
        if start is None:
            continue
        if took_over := start > process.start:
            # What was told is told of the one before.
            words = lines.get(process.pid, ())
            called = _called(process, Child(process.pid), words, {})
        if len(result.outsiders) < LANES_LIMIT:
            outsider = _outsider(builder, process, called, start, took_over=took_over)
            if told.name and not took_over and outsider.reason.startswith("killed by"):
                outsider.cut_short = True
            result.outsiders.append(outsider)
            threads.append((outsider, process))
        else:
            result.left_out += 1
    for outsider, process in threads:
        _add_threads(result, outsider, process)
    return result


def _take_images(result: Census, builder: TraceBuilder, process: ProcessSeen) -> int | None:
    """Give each observed program that a process runs, one after the other, its life; from when on
    the process runs one without probes, or None."""
    images = builder.images_of(process.pid, process.start, process.end)
    since: int | None = process.start
    begins = [process.start, *(at for at, _ in process.began)]
    for place, begin in enumerate(begins):
        until = begins[place + 1] if place + 1 < len(begins) else None
        here = [
            (at, known_as)
            for at, known_as in images
            # Of its beginning there is a rough idea only, where the kernel does not tell.
            if (at >= begin or not place) and (until is None or at < until)
        ]
        if not here:
            since = begin if since is None else since
            continue
        known_as = here[-1][1]
        if until is not None and builder.is_silent(known_as):
            # A fork that began to run another program at once.
            result.dropped.add(known_as)
            since = begin if since is None else since
            continue
        if place:
            result.births[known_as] = begin if since is None else since
        if until is not None:
            result.replaced[known_as] = until, process.began[place][1]
        since = None
    return since


def _with_those_told_of(
    seen: Sequence[ProcessSeen], builder: TraceBuilder
) -> Iterator[ProcessSeen]:
    """All that were seen, then those that nobody but their parent saw."""
    yield from seen
    pids = {process.pid for process in seen}
    for told in builder.children:
        if told.pid not in pids:
            yield ProcessSeen(told.pid, told.parent, told.at_ns)


def _called(
    process: ProcessSeen, told: Child, words: tuple[str, ...], names: Mapping[int, Called]
) -> Called:
    """The first that is known: what its parent calls it, its command line, the name of the program
    that it began to run, what the process is called that it was forked from."""
    by_line = called_by(words) if words else None
    if told.name:
        return Called(told.name, by_line.line if by_line else "")
    if by_line is not None:
        return by_line
    if process.began:
        return Called(process.began[-1][1], python=is_python(process.began[-1][1]))
    maker = names.get(process.parent)
    return Called(maker.name if maker else _NAMELESS, helper=maker is not None and maker.helper)


def _outsider(
    builder: TraceBuilder, process: ProcessSeen, called: Called, start: int, *, took_over: bool
) -> Outsider:
    seen_at, code = builder.children.end_of(process.pid, process.start) or (None, None)
    end = seen_at if process.end is None else process.end
    return Outsider(
        pid=process.pid,
        tid=process.pid,
        name=called.name,
        start=start,
        end=end,
        reason="" if end is None else code_in_words(code or 0),
        line=called.line,
        helper=called.helper,
        python=called.python,
        took_over=took_over,
    )


def _add_threads(result: Census, outsider: Outsider, process: ProcessSeen) -> None:
    """The threads of a process without probes, beside its first one."""
    others = [
        thread
        for thread in process.threads.values()
        if thread.tid != process.pid and (thread.end is None or thread.end > outsider.start)
    ]
    for number, thread in enumerate(others, 2):
        if number > THREADS_LIMIT + 1 or len(result.outsiders) >= LANES_LIMIT:
            result.left_out += 1
            continue
        own = thread.name and thread.name not in (name for _, name in process.began)
        result.outsiders.append(
            Outsider(
                pid=process.pid,
                tid=thread.tid,
                name=thread.name if own else f"{outsider.name} thread {number}",
                start=thread.start,
                end=outsider.end if thread.end is None else thread.end,
                reason=outsider.reason if thread.end is None else "ended",
                line=outsider.line,
                is_process=False,
                helper=outsider.helper,
            )
        )


def outside(one: Outsider, base: int) -> LaneSoFar:
    """Its lane."""
    return LaneSoFar(
        one.pid,
        0 if one.is_process and not one.took_over else one.tid,
        base,
        name=one.name,
        tid=one.tid,
        kind="process" if one.is_process else "thread",
        start=one.start,
        end=one.end,
        reason=one.reason,
        probes=False,
        helper=one.helper,
        command=one.line,
    )
