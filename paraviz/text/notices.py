"""What a run has to say of itself: in English in a trace, told in the current language here.

The recorder inside a program writes its notices itself; whoever else has one takes its words from
here.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from paraviz.text.translation import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

KERNEL_LOST = phrase(
    "the kernel lost {count:,} record of context switches",
    "the kernel lost {count:,} records of context switches",
)
LEFT_BEHIND = phrase(
    "{count:,} process left behind by the program was ended (--keep-background lets it run):"
    " {names}",
    "{count:,} processes left behind by the program were ended (--keep-background lets them run):"
    " {names}",
)
LEFT_BEFORE = phrase(
    "{count:,} process left behind by the program ended",
    "{count:,} processes left behind by the program ended",
)
"""As recordings have it that were made before."""
KEPT_RUNNING = phrase(
    "{count:,} process left behind by the program runs on: {names}",
    "{count:,} processes left behind by the program run on: {names}",
)
NOT_SPILLED = phrase(
    "what arrived was not kept on disk as it came, should paraviz have been lost: {reason}"
)
RECOVERED = phrase(
    "paraviz was lost before it could finish this recording: it was recovered from what had"
    " arrived; the system's own record of who ran is not in it"
)
UNOBSERVED = phrase(
    "{count:,} process of the program was not observed: {names}",
    "{count:,} processes of the program were not observed: {names}",
)
OF_OTHERS = phrase(
    "{count:,} process of another program was not observed: {names}",
    "{count:,} processes of other programs were not observed: {names}",
)
FELL_SILENT = phrase(
    "{count:,} process ended without taking its leave, as one does that has closed the descriptor"
    " it reports to, or that ends in C: its last events are missing",
    "{count:,} processes ended without taking their leave, as those do that have closed the"
    " descriptor they report to, or that end in C: their last events are missing",
)
PASSED_OVER = phrase(
    "VIRTUAL_ENV names {path}, which is no environment with a Python: it was passed over"
)
NO_PROBES = phrase(
    "{count:,} process has no probes, only the system's view of it is known: {names}",
    "{count:,} processes have no probes, only the system's view of them is known: {names}",
)
NOT_FOLLOWED = phrase(
    "{count:,} Python program was not followed: {names}",
    "{count:,} Python programs were not followed: {names}",
)
WITHOUT_LANE = phrase(
    "{count:,} further thread or process without probes has no lane",
    "{count:,} further threads and processes without probes have no lane",
)
FOREIGN = phrase("made by another tool: running means inside a span, blocked means between spans")
STRACE = phrase(
    "made by strace: blocked means inside a system call that may wait, running means anything else,"
    " on a CPU or not"
)
FOREIGN_SAMPLES = phrase(
    "made by another tool from samples: a call lasts from the first look that saw it to the first"
    " that did not; running means that a stack was seen, be it one that waits"
)
FOREIGN_SAMPLES_WITH_CPU = phrase(
    "made by another tool from samples: a call lasts from the first look that saw it to the first"
    " that did not; blocked means that no CPU time was spent from one look to the next"
)
FOREIGN_KERNEL = phrase(
    "made by another tool: states of threads are the kernel's own record of who ran; other lanes"
    " run inside a span and are blocked between spans"
)
LOST_BY_TOOL = phrase(
    "the tool lost events once while it recorded ({count:,} gap)",
    "the tool lost events while it recorded ({count:,} gaps)",
)
UNSEEN = phrase(
    "{count:,} time the looks were far apart: what workers did between is not known, and drawn as"
    " blocked",
    "{count:,} times the looks were far apart: what workers did between is not known, and drawn as"
    " blocked",
)
CALLS_AS_MOMENTS = phrase(
    "how long {count:,} system call took is not in the file (strace -T writes it): it is a moment",
    "how long {count:,} system calls took is not in the file (strace -T writes it): they are"
    " moments",
)
CUT_OFF = phrase("the file is cut off; what came before is shown")
SALVAGED = phrase("the file is damaged: only what is whole is shown; missing: {missing}")
SALVAGED_ALL = phrase("the file is damaged, but of what it holds nothing is missing")
LOST_EVENTS = phrase("the events")
LOST_STATES = phrase("the states as they were seen")
LOST_LINES = phrase("the lines of the source")
LOST_OUTPUT = phrase("the output")
LOST_NAMES = phrase("some letter of its names or of the source")
LOST_REST = phrase("spans and arrows and counters and CPUs")
LOST_END = phrase("whatever came behind what is there")
TIMELESS = phrase(
    "{count:,} event without a usable time was passed over",
    "{count:,} events without a usable time were passed over",
)
MISTYPED = phrase(
    "{count:,} event that could not be read was passed over, at byte {place:,}",
    "{count:,} events that could not be read were passed over, the first at byte {place:,}",
)
NOT_SHOWN = phrase("not shown: {kinds}")
INSTANTS = phrase("{count:,} instant", "{count:,} instants")
COUNTERS = phrase("{count:,} counter", "{count:,} counters")
ARROWS = phrase("{count:,} arrow", "{count:,} arrows")
ASYNC_SPANS = phrase("{count:,} async span", "{count:,} async spans")
RECORDS = phrase("{count:,} record of another kind", "{count:,} records of other kinds")
SAMPLES = phrase("{count:,} sample", "{count:,} samples")

LOOKED_AT = phrase(
    "it ran already and was looked at from outside, {rate} times a second: where threads stood"
    " between two looks, and locks that nobody waited for then, are not known"
)
POLLED = phrase(
    "states are sampled, since the system does not let its context switches be recorded ({reason}):"
    " how long each thread ran and waited for a CPU is true, when is so to the next look"
)
NOT_READ = phrase(
    "its memory was not read ({reason}): what threads wait for is only what the system tells"
)
REPEATED = phrase("{notice} (in {count:,} processes)")

_BLIND = (
    UNOBSERVED,
    FELL_SILENT,
    NOT_FOLLOWED,
    phrase("the probe for {name} is off: Python {version} has no {target}"),
    phrase("the probe for {name} is off: {target} takes other arguments in Python {version}"),
    phrase("the probe for {name} is off: {target} works in another way in Python {version}"),
    phrase("the probe for {name} is off: {reason}"),
    phrase("a probe for {name} is off: it was imported in a way of its own"),
    phrase("a probe for {name} is off: {reason}"),
    phrase("a {name} is not observed: {reason}"),
    phrase("what {name} does is not observed"),
    phrase("a child was started without a recorder: {reason}"),
    phrase(
        "greenlets of {name} have no lanes: what they do is told of the thread they share, and"
        " whom they wait for is not seen"
    ),
    phrase(
        "what code in subinterpreters does, and the threads that it starts, is not seen: only who"
        " is in one, and for how long"
    ),
    phrase("trio runs tasks in its own way: they have no lanes"),
    phrase("uvloop runs tasks in its own way: they have no lanes"),
)
"""What could not be installed in a process: so much is missing from the recording."""
_NOTICES = (
    *(REPEATED, *_BLIND),
    *(KERNEL_LOST, LEFT_BEHIND, LEFT_BEFORE, KEPT_RUNNING, OF_OTHERS, NO_PROBES, WITHOUT_LANE),
    *(NOT_SPILLED, RECOVERED, LOOKED_AT, POLLED, NOT_READ),
    *(STRACE, FOREIGN_SAMPLES, FOREIGN_SAMPLES_WITH_CPU, FOREIGN_KERNEL, LOST_BY_TOOL, UNSEEN),
    *(CALLS_AS_MOMENTS, FOREIGN, CUT_OFF, TIMELESS, MISTYPED, NOT_SHOWN, PASSED_OVER),
    *(SALVAGED, SALVAGED_ALL),
    phrase("a message could not be read: {reason}"),
    phrase("something logged is not shown: {reason}"),
    phrase(
        "threads met {count:,} times while writing: from then on, texts written in the same moment"
        " stand in the order in which they began"
    ),
    phrase("only the first {count:,} tasks of a process have lanes"),
    phrase("reads and writes through SharedMemory.buf cannot be seen"),
)
"""All there are: the second half is what the recorder says."""
BY_OTHERS = (FOREIGN, STRACE, FOREIGN_SAMPLES, FOREIGN_SAMPLES_WITH_CPU, FOREIGN_KERNEL)
"""One of these stands in each trace that another tool made, and says what its states are."""
_KINDS = (INSTANTS, COUNTERS, ARROWS, ASYNC_SPANS, SAMPLES, RECORDS)
"""What is not shown of a trace by another tool."""
_LOST = (LOST_EVENTS, LOST_STATES, LOST_LINES, LOST_OUTPUT, LOST_NAMES, LOST_REST, LOST_END)
"""What a damaged recording may lack."""
_LISTS = {NOT_SHOWN.one: _KINDS, SALVAGED.one: _LOST}
"""Notices that list something, and what it may be."""


def counted(words: Phrase, count: int) -> str:
    """A notice of so many, in English."""
    return phrase(words.one, words.many, count=count).english


def repeated(text: str, processes: int) -> str:
    """A notice of as many processes, in English."""
    if processes == 1:
        return text
    return phrase(REPEATED.one, notice=text, count=processes).english


def blind_spots(notices: Iterable[str]) -> list[str]:
    """Those of the notices of a trace that tell what could not be observed."""
    return [text for text in notices if _is_blind(text)]


@lru_cache(1024)
def _is_blind(text: str) -> bool:
    again = _found(text, (REPEATED,))
    text = str(dict(again.values)["notice"]) if again is not None else text
    return _found(text, _BLIND) is not None


def told_notice(text: str) -> str:
    """A notice of a trace in the current language; one that is not known here stays as it is."""
    found = _found(text, _NOTICES)
    if found is not None and found.one in _LISTS:
        ((name, listed),) = found.values
        known = _LISTS[found.one]
        told = (
            each.told if (each := _found(one, known)) else one for one in str(listed).split(", ")
        )
        found = phrase(found.one, **{name: ", ".join(told)})
    if found is not None and found.one == REPEATED.one:
        values = dict(found.values)
        told_once = told_notice(str(values["notice"]))
        found = phrase(found.one, notice=told_once, count=values["count"])
    return found.told if found is not None else text


def _found(text: str, known: tuple[Phrase, ...]) -> Phrase | None:
    """Which of these it is, with its values."""
    for each in known:
        for words in filter(None, (each.one, each.many)):
            match = _pattern(words).fullmatch(text)
            if match is not None:
                values: dict[str, object] = match.groupdict()
                for number in {"count", "place"} & values.keys():
                    values[number] = int(str(values[number]).replace(",", ""))
                return phrase(each.one, each.many, **values)
    return None


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """What words with placeholders match."""
    counted = re.sub(r"\\{(\w+):,\\}", r"(?P<\1>[0-9][0-9,]{0,20})", re.escape(words))
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", counted), re.DOTALL)
