"""Reading back the Chrome traces that `chrome_write` makes, to the nanosecond.

A state is an `X` with `StateArgs`, an event an `i` with `EventArgs`; spans, counters and CPUs are
those of `chrome_extras`; all else is for viewers. A
lane's states and events are believed to stand in their order. Everything of a trace comes back,
save that times farther than 26 days from the first moment may be off by nanoseconds: `ts` counts
µs in a double.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np

from paraviz import events as ev
from paraviz.formats.checks import damaged, offsets_of
from paraviz.formats.chrome.extras import DERIVED, Depth, Extras
from paraviz.formats.native.columns import Columns, checked_trace
from paraviz.formats.native.extras import flow_columns, with_extras
from paraviz.formats.native.meta import (
    LANE_LIMIT,
    TIME_LIMIT_NS,
    Number,
    Time,
    decode_meta,
    unescape,
)
from paraviz.formats.undecodable import UNREADABLE, reason
from paraviz.text.translation import _
from paraviz.trace.model import LOWEST_CAUSE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.formats.chrome.scan import Document
    from paraviz.trace import Trace

Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]
Ref = Annotated[int, msgspec.Meta(ge=-1, le=(1 << 31) - 1)]
Cause = Annotated[int, msgspec.Meta(ge=LOWEST_CAUSE, le=(1 << 31) - 1)]


class StateArgs(msgspec.Struct, omit_defaults=True, gc=False):
    """`args` of a state."""

    state: Byte
    cause: Cause = -1


class EventArgs(msgspec.Struct, omit_defaults=True, gc=False):
    """`args` of an event."""

    kind: Byte
    object: Ref = -1
    value: Number = 0
    site: Ref = -1
    text: str = ""


class OtherData(msgspec.Struct):
    """`otherData`: what viewers do not need."""

    paraviz: msgspec.Raw
    """`meta.Meta`."""
    base_ns: Time
    """The trace's time at `ts` 0."""
    tids: Annotated[tuple[Number, ...], msgspec.Meta(max_length=LANE_LIMIT)]
    """Each lane's `tid` in this file."""
    rests: Annotated[tuple[str, ...], msgspec.Meta(max_length=LANE_LIMIT)]
    """What of each lane's text belongs to no write in this file."""
    names: tuple[str, ...] = ()
    """`Trace.span_names`."""
    flows: tuple[tuple[Number, ...], ...] = ()
    """The columns of `Trace.flows`; () where it has none."""


class _Args(msgspec.Struct, frozen=True, gc=False):
    """The `args` of any event here."""

    state: Byte = 0
    cause: Cause = -1
    kind: Byte = 0
    object: Ref = -1
    value: Number = 0
    site: Ref = -1
    text: str = ""
    span: Ref = -1
    depth: Depth = 0
    number: float = 0.0
    lane: Ref = -1
    cpu: Ref = -1


class _In(msgspec.Struct, gc=False):
    """Any event here."""

    ph: str
    pid: int
    tid: int
    ts: float = 0.0
    dur: float = 0.0
    args: _Args = _Args()


def is_own(other_data: msgspec.Raw) -> bool:
    """Whether a document's `otherData` says that paraviz wrote it."""
    try:
        found = msgspec.json.decode(other_data, type=dict[str, msgspec.Raw])
    except UNREADABLE:
        return False
    return "paraviz" in found


def read_own(document: Document) -> Trace:
    """The trace in a document that paraviz wrote. Raises FormatError."""
    try:
        other = msgspec.json.decode(document.other_data, type=OtherData)
    except UNREADABLE as error:
        raise damaged(reason(error, document.other_data)) from error
    meta = decode_meta(other.paraviz)
    if not len(meta.lanes) == len(other.tids) == len(other.rests):
        raise damaged(_("its metadata do not fit each other"))
    rows = {
        (lane.pid, tid): row
        for row, (lane, tid) in enumerate(zip(meta.lanes, other.tids, strict=True))
    }
    found = _Found(len(meta.lanes))
    for batch in document.batches(_In):
        found.take(batch, rows)
    if document.cut_off:
        raise damaged(_("it is cut off or not valid JSON"))
    columns = found.columns(other.base_ns, [unescape(rest) for rest in other.rests])
    counts = (len(meta.lanes), len(meta.counters), len(meta.cpus))
    names = [unescape(name) for name in other.names]
    more = found.extras.columns(other.base_ns, names, *counts)
    more |= flow_columns(other.flows)
    return with_extras(checked_trace(meta, columns), meta, lambda name, _: more.get(name))


class _Found:
    """The columns so far, in the order of the file."""

    def __init__(self, lane_count: int) -> None:
        self._lane_count = lane_count
        self._events = _Rows(
            ("kind", np.uint8), ("object", np.int32), ("value", np.int64), ("site", np.int32)
        )
        self._states = _Rows(("state", np.uint8), ("cause", np.int32))
        self._texts: list[list[str]] = [[] for _ in range(lane_count)]
        self.extras = Extras()

    def take(self, batch: list[_In], rows: dict[tuple[int, int], int]) -> None:
        """Add the events and states of a batch; `rows` gives the lane of a (pid, tid)."""
        try:
            states = [event for event in batch if event.ph == "X" and event.args.cpu < 0]
            self._states.take(states, rows)
            events = [event for event in batch if event.ph == "i"]
            self._events.take(events, rows)
            if len(states) + len(events) < len(batch):
                self._take_extras(batch, rows)
        except KeyError as error:
            raise damaged(_("an event belongs to no lane")) from error
        for event in events:
            if event.args.text and event.args.kind == ev.WRITE:
                self._texts[rows[event.pid, event.tid]].append(unescape(event.args.text))

    def _take_extras(self, batch: list[_In], rows: dict[tuple[int, int], int]) -> None:
        extras = self.extras
        for event in batch:
            args = event.args
            if event.ph == "B" or (event.ph == "b" and args.span >= 0):
                extras.begins.put(rows[event.pid, event.tid], event.ts, args.span, args.depth)
            elif event.ph == "E" or (event.ph == "e" and args.span >= 0):
                extras.ends.put(rows[event.pid, event.tid], event.ts)
            elif event.ph == "C" and event.tid != DERIVED:
                extras.counters.put(event.tid, event.ts, args.number)
            elif event.ph == "X" and args.cpu >= 0:
                extras.cpus.put(args.cpu, event.ts, event.dur, args.lane)

    def columns(self, base_ns: int, rests: list[str]) -> Columns:
        """Everything, lane by lane."""
        times, (kinds, objects, values, sites), event_offsets = self._events.by_lane(
            self._lane_count, base_ns
        )
        starts, (states, causes), state_offsets = self._states.by_lane(self._lane_count, base_ns)
        texts = [
            ("".join(pieces) + rest).encode("utf-8", "surrogatepass")
            for pieces, rest in zip(self._texts, rests, strict=True)
        ]
        return Columns(
            times=times,
            kinds=kinds,
            objects=objects,
            values=values,
            sites=sites,
            event_offsets=event_offsets,
            state_starts=starts,
            states=states,
            causes=causes,
            state_offsets=state_offsets,
            text=np.frombuffer(b"".join(texts), np.uint8),
            text_offsets=offsets_of([len(text) for text in texts]),
        )


class _Rows:
    """Events of one phase: their lanes, their times, and some of their `args`."""

    def __init__(self, *fields: tuple[str, type[np.generic]]) -> None:
        self._fields = [(attrgetter(f"args.{name}"), dtype) for name, dtype in fields]
        self._lanes = [np.empty(0, np.int32)]
        self._ts = [np.empty(0)]
        self._columns: list[list[NDArray[Any]]] = [[np.empty(0, dtype)] for _, dtype in fields]

    def take(self, events: list[_In], rows: dict[tuple[int, int], int]) -> None:
        """Add events. Raises KeyError for one of no lane."""
        self._lanes.append(np.array([rows[e.pid, e.tid] for e in events], np.int32))
        self._ts.append(np.array([e.ts for e in events], np.float64))
        for column, (of, dtype) in zip(self._columns, self._fields, strict=True):
            column.append(np.array(list(map(of, events)), dtype))

    def by_lane(
        self, lane_count: int, base_ns: int
    ) -> tuple[NDArray[np.int64], list[NDArray[Any]], NDArray[np.int64]]:
        """Times in ns, the other columns, and the offsets of the lanes in all of them."""
        lanes = np.concatenate(self._lanes)
        order = np.argsort(lanes, kind="stable")
        stamps = np.concatenate(self._ts)[order] * 1e3
        if not (np.abs(stamps) < TIME_LIMIT_NS).all():
            raise damaged(_("it holds an absurd time"))
        return (
            np.rint(stamps).astype(np.int64) + base_ns,
            [np.concatenate(column)[order] for column in self._columns],
            offsets_of(np.bincount(lanes, minlength=lane_count)),
        )
