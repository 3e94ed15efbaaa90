"""The columns of all lanes laid end to end, and what must hold before they are believed.

This is what recordings store: a dozen long arrays open by memory map in the same time however many
lanes there are. Lane i has rows `offsets[i]` to `offsets[i + 1]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.formats.checks import (
    CHUNK,
    ascending,
    check_times,
    damaged,
    joined,
    offsets_of,
    require,
)
from paraviz.formats.native.meta import Meta, trace_of
from paraviz.text.translation import _
from paraviz.trace import Lane, State
from paraviz.trace.model import LOWEST_CAUSE, States

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import Trace
    from paraviz.trace.model import Kinds, Refs, Times

_WRITE_LIMIT = 1 << 31
"""Characters in one write; more than there are of these cannot overflow a sum."""
_TOTAL_LIMIT_NS = 1 << 62
"""All lives together: their sum must fit an int64."""


class Columns(Struct, frozen=True, eq=False):
    """The columns of L lanes with n events and m states."""

    times: Times
    """int64[n]"""
    kinds: Kinds
    """uint8[n]"""
    objects: Refs
    """int32[n]"""
    values: Times
    """int64[n]"""
    sites: Refs
    """int32[n]"""
    event_offsets: Times
    """int64[L + 1]: of the five above."""
    state_starts: Times
    """int64[m]"""
    states: Kinds
    """uint8[m]"""
    causes: Refs
    """int32[m]: see `States`; rows are those of the lane's own events."""
    state_offsets: Times
    """int64[L + 1]: of the three above."""
    text: Kinds
    """uint8[k]: UTF-8, lone surrogates passed."""
    text_offsets: Times
    """int64[L + 1]: of the one above."""


DTYPES: dict[str, np.dtype[np.int64] | np.dtype[np.int32] | np.dtype[np.uint8]] = {
    "times": np.dtype("<i8"),
    "kinds": np.dtype("u1"),
    "objects": np.dtype("<i4"),
    "values": np.dtype("<i8"),
    "sites": np.dtype("<i4"),
    "event_offsets": np.dtype("<i8"),
    "state_starts": np.dtype("<i8"),
    "states": np.dtype("u1"),
    "causes": np.dtype("<i4"),
    "state_offsets": np.dtype("<i8"),
    "text": np.dtype("u1"),
    "text_offsets": np.dtype("<i8"),
}
"""The columns' names and types as they are stored."""


def columns_of(lanes: Sequence[Lane]) -> Columns:
    """The lanes' columns, copied end to end."""
    texts = [lane.text.encode("utf-8", "surrogatepass") for lane in lanes]
    return Columns(
        times=joined([lane.times for lane in lanes], np.int64),
        kinds=joined([lane.kinds for lane in lanes], np.uint8),
        objects=joined([lane.objects for lane in lanes], np.int32),
        values=joined([lane.values for lane in lanes], np.int64),
        sites=joined([lane.sites for lane in lanes], np.int32),
        event_offsets=offsets_of([len(lane.times) for lane in lanes]),
        state_starts=joined([lane.states.starts for lane in lanes], np.int64),
        states=joined([lane.states.states for lane in lanes], np.uint8),
        causes=joined([lane.states.causes for lane in lanes], np.int32),
        state_offsets=offsets_of([len(lane.states) for lane in lanes]),
        text=np.frombuffer(b"".join(texts), np.uint8),
        text_offsets=offsets_of([len(text) for text in texts]),
    )


def checked_trace(meta: Meta, columns: Columns) -> Trace:
    """The trace of `meta` and `columns`, which is a view of the latter.

    Raises FormatError unless everything holds that the rest of paraviz relies on. Takes time
    linear in the rows and little memory besides.
    """
    check(meta, columns)
    text = columns.text.data
    lanes = []
    rows = zip(
        meta.lanes,
        *(
            zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
            for offsets in (columns.event_offsets, columns.state_offsets, columns.text_offsets)
        ),
        strict=True,
    )
    for lane, (first, last), (first_state, last_state), (first_byte, last_byte) in rows:
        try:
            written = str(text[first_byte:last_byte], "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise damaged(_("its text is not UTF-8")) from error
        lanes.append(
            Lane(
                name=lane.name,
                pid=lane.pid,
                tid=lane.tid,
                kind=lane.kind,
                start_ns=lane.start_ns,
                end_ns=lane.end_ns,
                end_reason=lane.end_reason,
                times=columns.times[first:last],
                kinds=columns.kinds[first:last],
                objects=columns.objects[first:last],
                values=columns.values[first:last],
                sites=columns.sites[first:last],
                text=written,
                emitted=lane.emitted,
                states=States(
                    columns.state_starts[first_state:last_state],
                    columns.states[first_state:last_state],
                    columns.causes[first_state:last_state],
                ),
                probes=lane.probes,
                helper=lane.helper,
                command=lane.command,
            )
        )
    return trace_of(meta, lanes)


def check(meta: Meta, columns: Columns) -> None:
    """Raise FormatError unless the columns fit each other and `meta`."""
    _check_offsets(meta, columns)
    _check_events(meta, columns)
    _check_states(meta, columns)


def _check_offsets(meta: Meta, columns: Columns) -> None:
    lengths = (
        ("event_offsets", ("times", "kinds", "objects", "values", "sites")),
        ("state_offsets", ("state_starts", "states", "causes")),
        ("text_offsets", ("text",)),
    )
    for name, members in lengths:
        offsets = getattr(columns, name)
        require(
            len(offsets) == len(meta.lanes) + 1,
            _("{name} does not fit the lanes").format(name=name),
        )
        require(
            offsets[0] == 0 and ascending(offsets), _("{name} is out of order").format(name=name)
        )
        for member in members:
            column = getattr(columns, member)
            require(len(column) == offsets[-1], _("{name} has a wrong length").format(name=member))


def _check_events(meta: Meta, columns: Columns) -> None:
    check_times("times", columns.times)
    require(
        ascending(columns.times, columns.event_offsets), _("the events of a lane are out of order")
    )
    require(
        int(columns.sites.min(initial=-1)) >= -1
        and int(columns.sites.max(initial=-1)) < len(meta.sites),
        _("an event refers to a place in the source that is not there"),
    )
    limits = _object_limits(len(meta.objects), len(meta.lanes))
    for first in range(0, len(columns.kinds), CHUNK):
        rows = slice(first, first + CHUNK)
        kinds, objects = columns.kinds[rows], columns.objects[rows]
        require(bool(_KNOWN[kinds].all()), _("it has an event of an unknown kind"))
        require(
            bool((objects >= -1).all() and (objects < limits[kinds]).all()),
            _("an event refers to something that is not there"),
        )
        sizes = columns.values[rows][kinds == ev.WRITE]
        require(
            bool((sizes >= 0).all() and (sizes < _WRITE_LIMIT).all()),
            _("a write has an absurd length"),
        )


_KNOWN = np.zeros(256, bool)
_KNOWN[list(ev.KIND_NAMES)] = True


def _object_limits(object_count: int, lane_count: int) -> NDArray[np.int32]:
    """For each kind of event, the number that its object stays below."""
    limits = np.full(256, np.iinfo(np.int32).max, np.int32)
    limits[list(ev.kinds_about(ev.AN_OBJECT))] = object_count
    limits[list(ev.kinds_about(ev.A_LANE) + ev.kinds_about(ev.A_PROCESS))] = lane_count
    limits[list(ev.kinds_about(ev.A_STREAM))] = ev.LOG + 1
    return limits


def _check_states(meta: Meta, columns: Columns) -> None:
    """A lane has no states, or states that begin with its life and end before its life does."""
    begins = np.array([lane.start_ns for lane in meta.lanes], np.int64)
    ends = np.array([lane.end_ns for lane in meta.lanes], np.int64)
    total = sum(lane.end_ns - lane.start_ns for lane in meta.lanes)
    require(bool((begins <= ends).all()), _("a lane ends before it begins"))
    require(total <= _TOTAL_LIMIT_NS, _("its lanes live impossibly long"))
    starts, offsets = columns.state_starts, columns.state_offsets
    check_times("state_starts", starts)
    require(ascending(starts, offsets, strictly=True), _("the states of a lane are out of order"))
    require(
        int(columns.states.min(initial=State.RUNNING)) >= State.RUNNING
        and int(columns.states.max(initial=0)) <= max(State),
        _("it has an unknown state"),
    )
    some = np.flatnonzero(np.diff(offsets))
    if not len(some):
        return
    first = offsets[:-1][some]
    require(
        bool(
            (starts[first] == begins[some]).all()
            and (starts[offsets[1:][some] - 1] < ends[some]).all()
        ),
        _("the states of a lane do not fit its life"),
    )
    events = np.diff(columns.event_offsets)[some]
    require(
        bool(
            int(columns.causes.min()) >= LOWEST_CAUSE
            and (np.maximum.reduceat(columns.causes, first) < events).all()
        ),
        _("a state refers to an event that is not there"),
    )
