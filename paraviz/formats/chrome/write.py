"""Writing Chrome's trace event format, so that Perfetto, chrome://tracing and speedscope show the
lanes under the names they have here.

The format: "Trace Event Format", Google, 2016. Of a lane there is an `X` for each state, an `i`
for each event, and an async pair `b`, `e` for each hold of a lock (holds and states overlap, and
two `X` on one thread must nest). Starting a thread and sending a message are flows, `s` to `f`.
Viewers take `pid` and `tid` as keys, so a lane whose `tid` is not known or not its own gets another
one.

`ts` counts µs from the first moment of the trace, since viewers do not take negative times. What
the viewers do not need is in `args` and `otherData`, so that `chrome_own` reads an equal trace.
"""

from __future__ import annotations

from itertools import chain, count, islice
from typing import TYPE_CHECKING, BinaryIO

import msgspec
import numpy as np

from paraviz import events as ev
from paraviz.formats.chrome.extras import ExtraEvent, Local, cpus_pid, extra_events
from paraviz.formats.chrome.own import EventArgs, OtherData, StateArgs
from paraviz.formats.native.columns import checked_trace, columns_of
from paraviz.formats.native.extras import FLOWS, extra_columns, with_extras
from paraviz.formats.native.meta import decode_meta, encode_meta, escape, shown
from paraviz.formats.progress import Paced
from paraviz.trace import State
from paraviz.trace.causality.edges import EDGE_KINDS, Edges
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.labels import event_label, state_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.formats.progress import Progress
    from paraviz.trace import Lane, Trace

_BATCH = 10_000
"""Events encoded between two writes."""


class _NameArgs(msgspec.Struct):
    name: str


class _HolderArgs(msgspec.Struct):
    holder: str


class _SortArgs(msgspec.Struct):
    sort_index: int


class _Out(msgspec.Struct, omit_defaults=True, gc=False):
    """One event; fields a phase does not have stay at their defaults."""

    ph: str
    name: str
    pid: int
    tid: int
    ts: float | None = None
    dur: float | None = None
    cat: str = ""
    s: str = ""
    bp: str = ""
    id: int | None = None
    id2: Local | None = None
    args: StateArgs | EventArgs | _NameArgs | _SortArgs | _HolderArgs | None = None


def write_chrome(trace: Trace, file: BinaryIO, progress: Progress | None = None) -> None:
    """Write a trace as Chrome trace JSON in object form. Raises FormatError, OSError."""
    meta = encode_meta(trace)
    # What could not be read back is refused here, not when somebody opens the file.
    decoded, more = decode_meta(meta), extra_columns(trace)
    bare = checked_trace(decoded, columns_of(trace.lanes))
    with_extras(bare, decoded, lambda name, _: more.get(name))
    tids = chrome_tids(trace.lanes)
    base_ns = _first_moment(trace)
    rests = tuple(escape(lane.text[_written(lane) :]) for lane in trace.lanes)
    span_names = tuple(escape(name) for name in trace.span_names)
    flows = tuple(tuple(more[name].tolist()) for name in FLOWS if name in more)
    other = OtherData(msgspec.Raw(meta), base_ns, tids, rests, span_names, flows)
    encode = msgspec.json.Encoder().encode
    file.write(b'{"displayTimeUnit":"ns","otherData":' + encode(other) + b',"traceEvents":[\n')
    numbers = count(1)
    events: Iterator[_Out | ExtraEvent] = chain(
        _names(trace, tids),
        *(_lane_events(trace, row, tids[row], base_ns) for row in range(len(trace.lanes))),
        _holds(trace, tids, base_ns, numbers),
        _arrows(trace, tids, base_ns),
        extra_events(trace, tids, base_ns, numbers),
    )
    paced, done = Paced(progress, _expected_events(trace)), 0
    separator = b""
    while batch := list(islice(events, _BATCH)):
        file.write(separator + encode(batch)[1:-1])
        done += len(batch)
        paced(done)
        separator = b",\n"
    file.write(b"\n]}\n")


def _expected_events(trace: Trace) -> int:
    """About how many events there will be; holds and arrows are not counted."""
    spans = sum(2 * len(lane.spans) + len(lane.states) for lane in trace.lanes)
    return trace.events + spans + sum(len(cpu.starts) for cpu in trace.cpus)


def chrome_tids(lanes: Sequence[Lane]) -> tuple[int, ...]:
    """A `tid` for each lane: its own where that is known and no earlier lane of its process has
    it (systems use them again), else a free one."""
    own = {lane.tid for lane in lanes}
    free = (number for number in count(1) if number not in own)
    taken: set[tuple[int, int]] = set()
    tids = []
    for lane in lanes:
        usable = 0 < lane.tid < 1 << 32 and (lane.pid, lane.tid) not in taken
        tid = lane.tid if usable else next(free)
        taken.add((lane.pid, tid))
        tids.append(tid)
    return tuple(tids)


def _first_moment(trace: Trace) -> int:
    """The earliest time of anything, in ns."""
    lived = [lane.start_ns for lane in trace.lanes]
    columns = [lane.times for lane in trace.lanes] + [lane.spans.starts for lane in trace.lanes]
    columns += [counter.times for counter in trace.counters] + [cpu.starts for cpu in trace.cpus]
    return min([0, *lived, *(int(column[0]) for column in columns if len(column))])


def _written(lane: Lane) -> int:
    """How many characters of the lane's text belong to writes that arrived."""
    return min(int(lane.values[lane.kinds == ev.WRITE].sum()), len(lane.text))


def _names(trace: Trace, tids: Sequence[int]) -> Iterator[_Out]:
    """The names and the order of processes and threads."""
    seen: set[int] = set()
    for row, (lane, tid) in enumerate(zip(trace.lanes, tids, strict=True)):
        if lane.pid not in seen:
            name = lane.name if seen else trace.program.name
            args = _NameArgs(shown(name))
            yield _Out("M", "process_name", lane.pid, tid, args=args)
            yield _Out("M", "process_sort_index", lane.pid, tid, args=_SortArgs(len(seen)))
            seen.add(lane.pid)
        if lane.name:
            yield _Out("M", "thread_name", lane.pid, tid, args=_NameArgs(shown(lane.name)))
        yield _Out("M", "thread_sort_index", lane.pid, tid, args=_SortArgs(row))
    if trace.cpus:
        pid = cpus_pid(trace)
        yield _Out("M", "process_name", pid, 0, args=_NameArgs("CPUs"))
        yield _Out("M", "process_sort_index", pid, 0, args=_SortArgs(len(seen)))
        for cpu in trace.cpus:
            args = _NameArgs(f"CPU {cpu.number}")
            yield _Out("M", "thread_name", pid, cpu.number, args=args)


def _lane_events(trace: Trace, row: int, tid: int, base_ns: int) -> Iterator[_Out]:
    """A lane's states, then its events."""
    lane = trace.lanes[row]
    plain = {int(state): state.label for state in State}
    starts, states = lane.states.starts, lane.states.states.tolist()
    durations = (np.diff(starts, append=lane.end_ns) / 1e3).tolist()
    begins = ((starts - base_ns) / 1e3).tolist()
    for ts, dur, state, cause in zip(
        begins, durations, states, lane.states.causes.tolist(), strict=True
    ):
        name = plain[state] if cause == -1 else shown(state_label(trace, lane, state, cause))
        args = StateArgs(state, cause)
        yield _Out("X", name, lane.pid, tid, ts, dur, "state", args=args)
    stamps = ((lane.times - base_ns) / 1e3).tolist()
    names: dict[tuple[int, int], str] = {}
    written = 0
    columns = (lane.kinds, lane.objects, lane.values, lane.sites)
    for ts, kind, obj, value, site in zip(
        stamps, *(column.tolist() for column in columns), strict=True
    ):
        text = ""
        if kind == ev.WRITE:
            text = escape(lane.text[written : written + value])
            written += value
        if (kind, obj) not in names:
            names[kind, obj] = shown(event_label(trace, kind, obj))
        event = EventArgs(kind, obj, value, site, text)
        yield _Out("i", names[kind, obj], lane.pid, tid, ts, cat="event", s="t", args=event)


def _holds(
    trace: Trace, tids: Sequence[int], base_ns: int, numbers: Iterator[int]
) -> Iterator[_Out]:
    """Who held which lock, as async spans."""
    for lock in lock_histories(trace):
        begins = ((lock.hold_starts - base_ns) / 1e3).tolist()
        ends = ((lock.hold_ends - base_ns) / 1e3).tolist()
        name = shown(lock.name)
        for begin, end, holder in zip(begins, ends, lock.holders.tolist(), strict=True):
            who, hold = (trace.lanes[holder].pid, tids[holder]), Local(next(numbers))
            args = _HolderArgs(shown(trace.lanes[holder].name))
            yield _Out("b", name, *who, begin, cat="lock", id2=hold, args=args)
            yield _Out("e", name, *who, end, cat="lock", id2=hold)


def _arrows(trace: Trace, tids: Sequence[int], base_ns: int) -> Iterator[_Out]:
    """What one lane did that let another go on. A flow begins no later than it ends: a start is
    stamped after it, so that the child can be first."""
    kinds, edges = Edges(trace).table
    lanes, names = trace.lanes, EDGE_KINDS
    rows = zip(kinds.tolist(), *(column.tolist() for column in edges[:4]), strict=True)
    for flow, (kind, one, from_ns, other, to_ns) in enumerate(rows, 1):
        begin, end = (min(from_ns, to_ns) - base_ns) / 1e3, (to_ns - base_ns) / 1e3
        name, pid, other_pid = names[kind], lanes[one].pid, lanes[other].pid
        yield _Out("s", name, pid, tids[one], begin, cat=name, id=flow)
        yield _Out("f", name, other_pid, tids[other], end, cat=name, bp="e", id=flow)
