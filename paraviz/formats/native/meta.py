"""What a recording says beside its columns: the program, the objects, the lanes, the totals.

Every format that can carry a whole trace carries this as JSON, mirrored here in structs of its
own so that a recording's layout changes only on purpose. A recording is never live. JSON has no
lone surrogates, but names and paths may (PEP 383): they are escaped, see `escape`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from paraviz.errors import FormatError
from paraviz.formats.undecodable import UNREADABLE, reason
from paraviz.text.translation import _
from paraviz.trace import Lane, Program, SharedObject, Site, Trace
from paraviz.trace.model import Bookmark, Fork, LaneKind, Stand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERSION = 1
"""Raised when an older paraviz would misread what a newer one writes; what it may simply overlook
(a new field with a default, a new member) does not raise it."""

META_LIMIT = 64 << 20
"""Bytes of JSON."""
LANE_LIMIT = 1 << 18
"""Lanes in one trace."""
BOOKMARK_LIMIT = 10_000
"""Bookmarks in one trace."""
COST_LIMIT = 100
"""Families of probes whose costs are told."""
TIME_LIMIT_NS = 1 << 58
"""The farthest a time may lie from the origin: nine years, so that the times of as many as 32 lanes
can be added up."""

Time = Annotated[int, msgspec.Meta(ge=-TIME_LIMIT_NS, le=TIME_LIMIT_NS)]
Number = Annotated[int, msgspec.Meta(ge=-(1 << 62), le=1 << 62)]
Ref = Annotated[int, msgspec.Meta(ge=-1, le=(1 << 31) - 1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
Measure = Annotated[float, msgspec.Meta(ge=0, le=1e9)]


class ProgramMeta(msgspec.Struct, frozen=True):
    """`trace.Program`."""

    name: str
    argv: tuple[str, ...] = ()
    path: str = ""
    source: str = ""
    claims: tuple[str, ...] = ()


class ObjectMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """`trace.SharedObject`."""

    kind: str
    name: str
    site: Ref = -1
    peer: Ref = -1
    typecode: str = ""
    copy_of: Ref = -1
    pid: Number = 0


class SiteMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """`trace.Site`."""

    file: str
    line: Count
    function: str = ""
    gives_back: bool = True


class ForkMeta(msgspec.Struct, frozen=True):
    """`trace.model.Fork`."""

    pid: Number
    at_ns: Time
    by: Ref = -1


class BookmarkMeta(msgspec.Struct, frozen=True):
    """`trace.Bookmark`."""

    at_ns: Time
    note: str
    lane_index: Ref = -1


class StandMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """`trace.Stand`."""

    lane_index: Annotated[int, msgspec.Meta(ge=0, le=(1 << 31) - 1)]
    at_ns: Time
    until_ns: Time
    site: Ref = -1
    function: str = ""
    what: str = ""
    thing: str = ""
    other: Ref = -1
    is_stuffed: bool = False


class LaneMeta(msgspec.Struct, frozen=True):
    """`trace.Lane` without its columns."""

    name: str
    pid: Number
    tid: Number
    kind: LaneKind
    start_ns: Time
    end_ns: Time
    end_reason: str
    emitted: Count
    probes: bool = True
    helper: bool = False
    command: str = ""


class Meta(msgspec.Struct, frozen=True):
    """`trace.Trace` without its lanes' columns."""

    version: int
    program: ProgramMeta
    lanes: Annotated[tuple[LaneMeta, ...], msgspec.Meta(max_length=LANE_LIMIT)]
    objects: tuple[ObjectMeta, ...] = ()
    sites: tuple[SiteMeta, ...] = ()
    forks: tuple[ForkMeta, ...] = ()
    wall_ns: Time = 0
    cpu_ns: Count = 0
    context_switches: Count = 0
    exit_code: Number | None = None
    end_reason: str = ""
    clock: Literal["monotonic", "logical"] = "monotonic"
    truth: Literal["kernel", "inferred"] = "inferred"
    python: str = ""
    executable: str = ""
    executable_by: str = ""
    gil: bool = True
    core: Literal["compiled", "python", ""] = ""
    wakings: bool = False
    switch_interval_s: Measure = 0.0
    emit_ns: Measure = 0.0
    costs: Annotated[tuple[tuple[str, Measure], ...], msgspec.Meta(max_length=COST_LIMIT)] = ()
    sent_ns: Count = 0
    read_ns: Count = 0
    usable_cpus: Count = 0
    recorded_at: str = ""
    notices: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    """What they are called."""
    cpus: tuple[Count, ...] = ()
    """Their numbers."""
    bookmarks: Annotated[tuple[BookmarkMeta, ...], msgspec.Meta(max_length=BOOKMARK_LIMIT)] = ()
    stands: tuple[StandMeta, ...] = ()


class _Versioned(msgspec.Struct, frozen=True):
    version: int


_PLAIN = (
    "wall_ns",
    "cpu_ns",
    "context_switches",
    "exit_code",
    "end_reason",
    "clock",
    "truth",
    "python",
    "executable",
    "executable_by",
    "gil",
    "core",
    "wakings",
    "switch_interval_s",
    "emit_ns",
    "costs",
    "sent_ns",
    "read_ns",
    "usable_cpus",
    "recorded_at",
    "notices",
)
"""The fields that a trace and its `Meta` share as they are."""


def encode_meta(trace: Trace) -> bytes:
    """What a trace says beside its columns, as JSON. Raises FormatError where it is too much."""
    if len(trace.lanes) > LANE_LIMIT:
        words = _("{count:,} lanes; a recording holds {limit:,}")
        raise FormatError(words.format(count=len(trace.lanes), limit=LANE_LIMIT))
    program = trace.program
    meta = Meta(
        version=VERSION,
        program=ProgramMeta(
            program.name, program.argv, program.path, program.source, program.claims
        ),
        lanes=tuple(_lane_meta(lane) for lane in trace.lanes),
        objects=tuple(
            ObjectMeta(
                *(known.kind, known.name, known.site, known.peer, known.typecode),
                *(known.copy_of, known.pid),
            )
            for known in trace.objects
        ),
        forks=tuple(ForkMeta(fork.pid, fork.at_ns, fork.by) for fork in trace.forks),
        sites=tuple(
            SiteMeta(known.file, known.line, known.function, known.gives_back)
            for known in trace.sites
        ),
        counters=tuple(counter.name for counter in trace.counters),
        cpus=tuple(cpu.number for cpu in trace.cpus),
        bookmarks=tuple(
            BookmarkMeta(known.at_ns, known.note, known.lane_index) for known in trace.bookmarks
        ),
        stands=tuple(StandMeta(**msgspec.structs.asdict(known)) for known in trace.stands),
        **{name: getattr(trace, name) for name in _PLAIN},
    )
    encoded = msgspec.json.encode(_map_texts(escape, msgspec.to_builtins(meta)))
    if len(encoded) > META_LIMIT:
        raise FormatError(_("its names and its source text are too long for a recording"))
    # What could not be read back is refused here, not when somebody opens the file.
    decode_meta(encoded)
    return encoded


def decode_meta(encoded: bytes | memoryview | msgspec.Raw) -> Meta:
    """The inverse of `encode_meta`. Raises FormatError for damage and for a newer version."""
    if len(memoryview(encoded)) > META_LIMIT:
        raise FormatError(_("its metadata are too long"))
    try:
        version = msgspec.json.decode(encoded, type=_Versioned).version
        if version > VERSION:
            words = _("made by a newer paraviz (format {version}); this one reads up to {known}")
            raise FormatError(words.format(version=version, known=VERSION))
        plain = _map_texts(unescape, msgspec.json.decode(encoded))
        meta = msgspec.convert(plain, Meta)
    except UNREADABLE as error:
        raise _damaged(reason(error, memoryview(encoded))) from error
    for row, known in enumerate(meta.objects):
        elsewhere = known.site >= len(meta.sites) or known.peer >= len(meta.objects)
        # A copy is made after what it is a copy of.
        if elsewhere or known.copy_of >= row:
            raise _damaged(_("an object refers to what is not there"))
    if any(fork.by >= len(meta.lanes) for fork in meta.forks):
        raise _damaged(_("a fork refers to what is not there"))
    if any(known.lane_index >= len(meta.lanes) for known in meta.bookmarks):
        raise _damaged(_("a bookmark refers to what is not there"))
    if any(
        known.lane_index >= len(meta.lanes)
        or known.other >= len(meta.lanes)
        or known.site >= len(meta.sites)
        for known in meta.stands
    ):
        raise _damaged(_("a look at a thread refers to what is not there"))
    return meta


def _damaged(what: str) -> FormatError:
    return FormatError(_("its metadata are damaged: {what}").format(what=what))


def trace_of(meta: Meta, lanes: Sequence[Lane]) -> Trace:
    """The trace that `meta` and these lanes make."""
    program = meta.program
    bare = Trace(
        program=Program(program.name, program.argv, program.path, program.source, program.claims),
        lanes=tuple(lanes),
        objects=tuple(
            SharedObject(
                *(known.kind, known.name, known.site, known.peer, known.typecode),
                *(known.copy_of, known.pid),
            )
            for known in meta.objects
        ),
        forks=tuple(Fork(fork.pid, fork.at_ns, fork.by) for fork in meta.forks),
        sites=tuple(
            Site(known.file, known.line, known.function, known.gives_back) for known in meta.sites
        ),
        bookmarks=tuple(
            sorted(
                (Bookmark(known.at_ns, known.note, known.lane_index) for known in meta.bookmarks),
                key=lambda known: known.at_ns,
            )
        ),
        stands=tuple(
            sorted(
                (Stand(**msgspec.structs.asdict(known)) for known in meta.stands),
                key=lambda known: (known.lane_index, known.at_ns),
            )
        ),
    )
    return replace(bare, **{name: getattr(meta, name) for name in _PLAIN})


def _lane_meta(lane: Lane) -> LaneMeta:
    return LaneMeta(
        lane.name,
        lane.pid,
        lane.tid,
        lane.kind,
        lane.start_ns,
        lane.end_ns,
        lane.end_reason,
        lane.emitted,
        lane.probes,
        lane.helper,
        lane.command,
    )


_UNSAFE = re.compile("[\0\ud800-\udfff]")
_ESCAPED = re.compile("\0([0-9a-f]{4})")


def escape(text: str) -> str:
    """Text that JSON can carry: a lone surrogate becomes NUL and four hexadecimal digits, and so
    does NUL itself."""
    return _UNSAFE.sub(lambda found: f"\0{ord(found[0]):04x}", text)


def shown(text: str) -> str:
    """Text as viewers are to show it, who end it at a NUL."""
    return escape(text).replace("\0", "\\u")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\0" in text else text


def _map_texts(change: Callable[[str], str], value: Any) -> Any:
    """A tree of JSON values with its texts changed, keys excepted."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _map_texts(change, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_map_texts(change, item) for item in value]
    return value
