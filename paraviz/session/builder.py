"""From parcels to a trace: takes messages as they come, yields immutable traces at any moment."""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from paraviz import events as ev
from paraviz.session.arriving import LaneSoFar
from paraviz.session.endings import code_in_words
from paraviz.session.names import lock_name
from paraviz.trace.model import Kinds, Lane, Refs, SharedObject

_LANE_KINDS = (ev.THREAD_START, ev.JOIN_BEGIN, ev.JOIN_END)
_PROCESS_KINDS = (ev.PROCESS_START, ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END)
_TASK_KINDS = (ev.TASK_BEGIN, ev.TASK_END)
_OBJECT_KINDS = ev.LOCK_KINDS + ev.WAITED_FOR_KINDS + ev.CHANNEL_KINDS + ev.MARK_KINDS

_UNREADABLE = (msgspec.DecodeError, struct.error, KeyError, ValueError, TypeError)
_GENERATIONS = 64
"""How far up a chain of forks the maker of an object is sought."""


@dataclass(slots=True)
class ProcessSoFar:
    """What is known of one process."""

    pid: int
    ppid: int
    python: str
    gil: bool
    cpu_ns: int
    """CPU time it had used when it first reported."""
    switches: int
    """Context switches it had seen when it first reported."""
    switch_interval_s: float = 0.005
    emit_ns: float = 0.0
    left_at: int | None = None
    reason: str = ""


class TraceBuilder:
    """Everything that was reported so far."""

    def __init__(self) -> None:
        self.processes: dict[int, ProcessSoFar] = {}
        self.notices: list[str] = []
        self.origin: int | None = None
        self.latest = 0
        """The latest stamp of any event."""
        self._lanes: dict[tuple[int, int], LaneSoFar] = {}
        self._objects: dict[tuple[int, int], int] = {}
        self._described: list[SharedObject] = []
        self._named: dict[tuple[str, str], int] = {}
        """Rows of what is the same in all processes by its name alone."""
        self._ended: dict[int, tuple[int, int]] = {}
        """Stamp and exit code of processes, as their parents learned them."""

    def feed(self, parcel: bytes) -> None:
        """Take in a parcel. What is no message of ours is passed over, with a notice."""
        at = 0
        while at + ev.MESSAGE_HEAD.size <= len(parcel):
            message_type, size = ev.MESSAGE_HEAD.unpack_from(parcel, at)
            at += ev.MESSAGE_HEAD.size
            try:
                self._take(message_type, parcel[at : at + size])
            except _UNREADABLE as error:
                self.notices.append(f"a message could not be read: {error}")
            at += size

    def _take(self, message_type: int, body: bytes) -> None:
        if message_type == ev.EVENTS:
            self._take_events(body)
        elif message_type == ev.TEXT:
            lane = self._lane(*ev.TEXT_HEAD.unpack_from(body))
            lane.pieces.append(lane.decoder.decode(body[ev.TEXT_HEAD.size :]))
        else:
            _TAKERS[message_type](self, msgspec.json.decode(body))

    def _lane(self, pid: int, number: int) -> LaneSoFar:
        key = pid, number
        if key not in self._lanes:
            self._lanes[key] = LaneSoFar(pid, number)
        return self._lanes[key]

    def _take_events(self, body: bytes) -> None:
        pid, number, _before = ev.EVENTS_HEAD.unpack_from(body)
        records = body[ev.EVENTS_HEAD.size :]
        pairs = np.frombuffer(records, np.int64).reshape(-1, 2)
        if not len(pairs):
            return
        self._lane(pid, number).chunks.append(records)
        last = -2 if len(pairs) > 1 and pairs[-1, 1] == ev.EXTRA else -1
        self.latest = max(self.latest, int(pairs[last, 0]))
        if self.origin is None and pairs[0, 1] == ev.PROGRAM_BEGIN:
            self.origin = int(pairs[0, 0])

    def _take_process(self, told: dict[str, Any]) -> None:
        self.processes[told["pid"]] = ProcessSoFar(
            told["pid"],
            told["ppid"],
            told["python"],
            told["gil"],
            told["cpu_ns"],
            told["switches"],
        )

    def _take_lane(self, told: dict[str, Any]) -> None:
        lane = self._lane(told["pid"], told["lane"])
        lane.name, lane.tid, lane.is_main = told["name"], told["tid"], told["main"]
        lane.start = told["at_ns"]

    def _take_object(self, told: dict[str, Any]) -> None:
        key, kind = (told["pid"], told["object"]), told["kind"]
        name = told.get("name")
        if name is not None and (kind, name) in self._named:
            self._objects[key] = self._named[kind, name]
            return
        self._objects[key] = len(self._described)
        if name is None:
            name = lock_name(kind, told["file"], told["line"])
        else:
            self._named[kind, name] = len(self._described)
        self._described.append(SharedObject(kind, name))

    def _take_closed(self, told: dict[str, Any]) -> None:
        lane = self._lane(told["pid"], told["lane"])
        lane.name, lane.reason = told["name"], told["reason"]
        lane.emitted = told["emitted"]
        stamps, kinds, *_ = lane.settle()
        if len(kinds) and kinds[-1] == ev.THREAD_END:
            lane.end = int(stamps[-1])

    def _take_notice(self, told: dict[str, Any]) -> None:
        self.notices.append(told["text"])

    def _take_leaving(self, told: dict[str, Any]) -> None:
        process = self.processes[told["pid"]]
        process.left_at, process.reason = told["at_ns"], told["reason"]
        process.switch_interval_s = told["switch_interval_s"]
        process.emit_ns = told["emit_ns"]

    def _take_ended(self, told: dict[str, Any]) -> None:
        self._ended.setdefault(told["child"], (told["at_ns"], told["code"]))

    def lanes(self, now: int, cut_off: str) -> list[Lane]:
        """The lanes so far, without states, in the order they began.

        `now`: the stamp at which a lane that has not ended is taken to end, with the reason
        `cut_off` ("" while it may go on).
        """
        known = [lane for lane in self._lanes.values() if lane.start or lane.chunks]
        known.sort(key=lambda lane: (lane.start, lane.pid, lane.number))
        places = {(lane.pid, lane.number): row for row, lane in enumerate(known)}
        return [self._finished(lane, places, now, cut_off) for lane in known]

    def objects(self) -> tuple[SharedObject, ...]:
        """What events refer to. Namesakes are numbered in the order they were made."""
        count = Counter(one.name for one in self._described)
        seen: Counter[str] = Counter()
        named = []
        for one in self._described:
            seen[one.name] += 1
            name = f"{one.name} {seen[one.name]}" if count[one.name] > 1 else one.name
            named.append(SharedObject(one.kind, name))
        return tuple(named)

    def _finished(
        self, lane: LaneSoFar, places: dict[tuple[int, int], int], now: int, cut_off: str
    ) -> Lane:
        origin = self.origin or 0
        stamps, kinds, numbers, values = lane.settle()
        process = self.processes.get(lane.pid)
        end, reason = lane.end, lane.reason
        if end is None and process is not None and process.left_at is not None:
            end = process.left_at
        if end is None and lane.pid in self._ended:
            end, code = self._ended[lane.pid]
            reason = reason or code_in_words(code)
        if end is None:
            end, reason = now, cut_off
        start = max(lane.start, origin) if lane.is_main else lane.start
        end = max(start, end)
        return Lane(
            name=lane.name,
            pid=lane.pid,
            tid=lane.tid,
            kind="process" if lane.is_main else "thread",
            start_ns=start - origin,
            end_ns=end - origin,
            end_reason=reason,
            times=stamps - origin,
            kinds=kinds,
            objects=self._references(lane.pid, kinds, numbers, places),
            values=values,
            text=lane.text(),
            emitted=max(lane.emitted, len(stamps)),
        )

    def _references(
        self, pid: int, kinds: Kinds, numbers: Refs, places: dict[tuple[int, int], int]
    ) -> Refs:
        """Numbers that a process gave to lanes and objects, as rows of the trace; -1 for none."""
        result = np.where(kinds == ev.WRITE, numbers, np.int32(-1))
        processes = {(pid, child): row for (child, lane), row in places.items() if lane == 0}
        for refer, rows in (
            (_LANE_KINDS, places),
            (_PROCESS_KINDS, processes),
            (_OBJECT_KINDS, self._objects),
            (_TASK_KINDS, self._objects),
        ):
            chosen = np.flatnonzero(np.isin(kinds, refer))
            distinct, which = np.unique(numbers[chosen], return_inverse=True)
            found = [self._row(pid, number, rows) for number in distinct.tolist()]
            result[chosen] = np.array(found, np.int32)[which]
        return result

    def _row(self, pid: int, number: int, rows: dict[tuple[int, int], int]) -> int:
        """A fork's child knows by the same number what its parent knew."""
        for _ in range(_GENERATIONS):
            if (pid, number) in rows:
                return rows[pid, number]
            if pid not in self.processes:
                break
            pid = self.processes[pid].ppid
        return -1


_TAKERS = {
    ev.PROCESS: TraceBuilder._take_process,
    ev.LANE: TraceBuilder._take_lane,
    ev.OBJECT: TraceBuilder._take_object,
    ev.CLOSED: TraceBuilder._take_closed,
    ev.NOTICE: TraceBuilder._take_notice,
    ev.LEAVING: TraceBuilder._take_leaving,
    ev.ENDED: TraceBuilder._take_ended,
}
