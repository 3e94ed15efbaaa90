"""What is whole in a damaged recording, and what is missing.

A file may be cut off, have bytes that are not as they were written, or lack its directory. Members
lie one after the other, each behind a header of its own, so they are found without a directory, and
each has a checksum. What only means something together is kept or left out together: the events of
all lanes, their states, their text, and what a recording may have besides. Without states those are
taken that follow from the events; a write whose text is lost is one of nothing.
"""

from __future__ import annotations

import mmap
import zlib
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.native.columns import DTYPES, Columns, checked_trace
from paraviz.formats.native.extras import EXTRAS, with_extras
from paraviz.formats.native.meta import META_LIMIT, decode_meta
from paraviz.formats.native.npz import (
    MEMBER_LIMIT,
    Member,
    column_of,
    directory,
    member_behind,
)
from paraviz.text.notices import (
    LOST_END,
    LOST_EVENTS,
    LOST_LINES,
    LOST_NAMES,
    LOST_OUTPUT,
    LOST_REST,
    LOST_STATES,
    SALVAGED,
    SALVAGED_ALL,
)
from paraviz.text.translation import Phrase, _, phrase
from paraviz.trace.states.from_events import with_states

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from paraviz.formats.native.meta import Meta
    from paraviz.trace import Trace

META = "meta.json"
_EVENTS = ("times", "kinds", "objects", "values", "event_offsets")
_STATES = ("state_starts", "states", "causes", "state_offsets")
_TEXT = ("text", "text_offsets")
_PARTS = {LOST_EVENTS: _EVENTS, LOST_STATES: _STATES, LOST_LINES: ("sites",), LOST_OUTPUT: _TEXT}
_CHECKED_AT_ONCE = 1 << 20
"""Bytes."""


def salvaged(path: Path) -> Trace:
    """The trace of what is whole in a damaged recording, with a notice of what is missing.

    Reads all of the file once. Raises FormatError where not even what lanes there are is whole, or
    for anything that is no recording; OSError.
    """
    with path.open("rb") as file:
        if not file.seek(0, 2):
            raise FormatError(_("an empty file"))
        buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if buffer[:4] != b"PK\3\4":
        raise FormatError(_("no paraviz recording"))
    members, ends = _members(buffer)
    there = _apart(buffer, members)
    whole = {name: each for name, each in there.items() if _is_whole(buffer, each)}
    if META not in there:
        raise damaged(_("{name} is missing").format(name=META))
    known = there[META]
    if known.end - known.begin > META_LIMIT:
        raise damaged(_("{name} is too long").format(name=META))
    # A letter of the source may be another one: what can be read is better than nothing, and said.
    meta = decode_meta(buffer[known.begin : known.end])
    lost = [] if META in whole else [LOST_NAMES]
    columns = {name: _column(buffer, whole, name) for name in DTYPES}
    # What a recording has besides need not be named anywhere else; its index is made anew.
    besides = {f"{name}.npy" for name in EXTRAS if not name.startswith("index_")}
    late = [LOST_REST] if besides & there.keys() - whole.keys() else []
    late += [] if ends else [LOST_END]
    return _trace(meta, columns, buffer, whole, (lost, late))


def _members(buffer: mmap.mmap) -> tuple[list[Member], bool]:
    """All that the directory names or, where that is damaged, that stand behind each other; and
    whether these are all there were."""
    try:
        return directory(buffer), True
    except FormatError:
        pass
    found: list[Member] = []
    at = 0
    # A file may be made of nothing but beginnings of headers.
    for _attempt in range(10 * MEMBER_LIMIT):
        member = member_behind(buffer, at)
        if member is not None:
            found.append(member)
            at = member.end
        else:
            # Whatever stands here: the next header may be whole.
            at = buffer.find(b"PK\3\4", at + 1)
        if at < 0 or len(found) == MEMBER_LIMIT:
            break
    return found, False


def _apart(buffer: mmap.mmap, members: list[Member]) -> dict[str, Member]:
    """By name those that do not lie over each other: a directory may name the same bytes a thousand
    times, and each is to be looked at once."""
    left = len(buffer)
    found: dict[str, Member] = {}
    for each in members:
        left -= max(each.end - each.begin, 0)
        if left < 0:
            break
        found.setdefault(each.name, each)
    return found


def _is_whole(buffer: mmap.mmap, member: Member) -> bool:
    """Whether its bytes are all there, and as they were written."""
    if member.end > len(buffer):
        return False
    found = 0
    for at in range(member.begin, member.end, _CHECKED_AT_ONCE):
        found = zlib.crc32(buffer[at : min(at + _CHECKED_AT_ONCE, member.end)], found)
    return found == member.checksum


def _column(buffer: mmap.mmap, whole: dict[str, Member], name: str) -> NDArray[Any] | None:
    member = whole.get(f"{name}.npy")
    if member is None:
        return None
    try:
        return column_of(buffer, name, (member.begin, member.end), DTYPES.get(name) or EXTRAS[name])
    except FormatError:
        return None


def _trace(
    meta: Meta,
    found: dict[str, NDArray[Any] | None],
    buffer: mmap.mmap,
    whole: dict[str, Member],
    lost: tuple[list[Phrase], list[Phrase]],
) -> Trace:
    """With as much as fits each other: first all that was found, then ever less of it."""
    there = [all(found[name] is not None for name in names) for names in _PARTS.values()]
    for wanted in sorted(product((True, False), repeat=len(_PARTS)), key=lambda each: -sum(each)):
        if any(want and not has for want, has in zip(wanted, there, strict=True)):
            continue
        parts = dict(zip(_PARTS, wanted, strict=True))
        if not parts[LOST_EVENTS] and (parts[LOST_LINES] or parts[LOST_OUTPUT]):
            # These are of events.
            continue
        try:
            trace = checked_trace(meta, _columns(meta, found, parts))
        except FormatError:
            continue
        first, late = lost
        missing = [*first, *(part for part, kept in parts.items() if not kept), *late]
        return _with_the_rest(trace, meta, missing, buffer, whole)
    raise damaged(_("its lanes do not fit"))


def _columns(
    meta: Meta, found: dict[str, NDArray[Any] | None], parts: dict[Phrase, bool]
) -> Columns:
    """What was found of the wanted parts, and nothing of the others."""
    kept = dict(found)
    for part, names in _PARTS.items():
        if not parts[part]:
            for name in names:
                length = len(meta.lanes) + 1 if name.endswith("_offsets") else 0
                kept[name] = np.zeros(length, DTYPES[name])
    times, values = kept["times"], kept["values"]
    assert times is not None and values is not None
    if not parts[LOST_LINES]:
        kept["sites"] = np.full(len(times), -1, np.int32)
    if not parts[LOST_EVENTS] and (causes := kept["causes"]) is not None:
        kept["causes"] = np.full(len(causes), -1, np.int32)
    if not parts[LOST_OUTPUT]:
        values = values.copy()
        values[kept["kinds"] == ev.WRITE] = 0
        kept["values"] = values
    return Columns(**{name: column for name, column in kept.items() if column is not None})


def _with_the_rest(
    trace: Trace,
    meta: Meta,
    missing: list[Phrase],
    buffer: mmap.mmap,
    whole: dict[str, Member],
) -> Trace:
    """With states that follow from the events where none were whole, and whatever else there is."""
    if LOST_STATES in missing:
        gil, interval = trace.gil, trace.switch_interval_s
        lanes = with_states(trace.lanes, gil=gil, switch_interval_s=interval)
        trace = replace(trace, lanes=tuple(lanes), truth="inferred")
    if LOST_EVENTS in missing:
        # Nothing is to be said of what was not seen.
        trace = replace(trace, program=replace(trace.program, claims=()))
    try:
        trace = with_extras(trace, meta, lambda name, _dtype: _column(buffer, whole, name))
        if missing:
            # It was made of all states.
            trace = replace(trace, stored_index=None)
    except FormatError:
        missing += [] if LOST_REST in missing else [LOST_REST]
    told = phrase(SALVAGED.one, missing=tuple(missing)) if missing else SALVAGED_ALL
    return replace(trace, notices=(*trace.notices, told.english))
