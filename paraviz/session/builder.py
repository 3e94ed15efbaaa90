"""From parcels to a trace: takes messages as they come, yields immutable traces at any moment."""

from __future__ import annotations

import struct
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.session.census import Census, outside
from paraviz.session.children import SLACK_NS, Children
from paraviz.session.command_lines import called_by
from paraviz.session.endings import code_in_words, replaced_by
from paraviz.session.lane_buffer import LaneSoFar
from paraviz.session.objects import OF_ONE_PROCESS, Described, shared_objects
from paraviz.session.standing import Standing
from paraviz.text.notices import repeated
from paraviz.trace.histories.forked_copies import thread_at
from paraviz.trace.model import MAIN_THREAD, Fork, Kinds, Lane, Refs, SharedObject, Site, Stand

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

_ABOUT = np.zeros(256, np.uint8)
"""What the object of each kind of event is."""
for _what in (ev.AN_OBJECT, ev.A_LANE, ev.A_PROCESS, ev.A_STREAM):
    _ABOUT[list(ev.kinds_about(_what))] = _what

_UNREADABLE = (msgspec.DecodeError, struct.error, KeyError, ValueError, TypeError)
_TABLE_LIMIT = 1 << 16
"""Up to this number a table is quicker than sorting."""
_MANY = 1 << 18
"""Numbers of a lane that wait at most until they become rows."""
_GENERATIONS = 64
"""How far up a chain of forks the maker of an object is sought."""


_CORES: dict[object, Literal["compiled", "python"]] = {True: "compiled", False: "python"}
COST_NAMES = ("lock", "usual", "write", "step", "memory")
"""The families of probes whose costs are measured in the program."""


class ProcessSoFar(Struct):
    """What is known of one process."""

    pid: int
    ppid: int
    python: str
    gil: bool
    cpu_ns: int
    """CPU time it had used when it first reported."""
    switches: int
    """Context switches it had seen when it first reported."""
    forked_ns: int = 0
    """The stamp of the fork that made it, 0 where none did."""
    forked_by: int = 0
    """The system's number of the thread that forked."""
    core: Literal["compiled", "python", ""] = ""
    """As in a trace."""
    switch_interval_s: float = 0.005
    emit_ns: float = 0.0
    costs: tuple[tuple[str, float], ...] = ()
    """What an event of each family costs it, in ns."""
    sent_ns: int = 0
    """CPU time for sending."""
    left_at: int | None = None
    reason: str = ""


class TraceBuilder:
    """Everything that was reported so far."""

    def __init__(self) -> None:
        self.processes: dict[int, ProcessSoFar] = {}
        self.children = Children()
        """What was told of processes by others."""
        self._notices: dict[str, int] = {}
        """What processes had to say, and how many of them."""
        self.origin: int | None = None
        self.latest = 0
        """The latest stamp of any event."""
        self._base = 0
        """What columns count from: the origin, once it is known."""
        self._lanes: dict[tuple[int, int], LaneSoFar] = {}
        self._mains: dict[int, dict[int, LaneSoFar]] = {}
        """The first lane of each program that a process ran, by process and what it is known as."""
        self._objects: dict[tuple[int, int], int] = {}
        self._described: list[Described] = []
        self._shared: dict[tuple[str, str | None], int] = {}
        """Rows of what is the same in all processes, by kind and key, or name."""
        self._sites: dict[tuple[int, int], int] = {}
        self._places: dict[tuple[str, int, str], int] = {}
        self._give_back: set[int] = set()
        """Rows of sites that let go of what they take."""
        self._shown: list[LaneSoFar] = []
        """The lanes that `lanes` gave last, in their order."""
        self._places_shown: dict[tuple[int, int], int] = {}
        """The rows of lanes by process and number, as they were given last."""
        self.standing = Standing()
        """Where silent threads stand."""

    def feed(self, parcel: bytes | bytearray) -> None:
        """Take in a parcel. What is no message of ours is passed over, with a notice."""
        at = 0
        while at + ev.MESSAGE_HEAD.size <= len(parcel):
            message_type, size = ev.MESSAGE_HEAD.unpack_from(parcel, at)
            at += ev.MESSAGE_HEAD.size
            try:
                self._take(message_type, parcel[at : at + size])
            except _UNREADABLE as error:
                self._notice(f"a message could not be read: {error}")
            at += size

    def _take(self, message_type: int, body: bytes | bytearray) -> None:
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
            self._lanes[key] = LaneSoFar(pid, number, self._base)
        return self._lanes[key]

    def _take_events(self, body: bytes | bytearray) -> None:
        pid, number, before = ev.EVENTS_HEAD.unpack_from(body)
        pairs = np.frombuffer(body, np.int64, offset=ev.EVENTS_HEAD.size).reshape(-1, 2)
        if not len(pairs):
            return
        if self.origin is None and pairs[0, 1] == ev.PROGRAM_BEGIN:
            self.origin = self._base = int(pairs[0, 0])
            for known in self._lanes.values():
                if known.latest is None:
                    known.base = self._base
        lane = self._lane(pid, number)
        lane.take(pairs, before)
        if lane.objects.waiting > _MANY:
            self._take_in(lane)
        self.latest = max(self.latest, lane.latest or 0)

    def _take_in(self, lane: LaneSoFar) -> None:
        """Make rows of the numbers that came, as far as they are known: what a lane was moved to is
        looked up again."""
        kinds = lane.kinds.so_far()
        lane.objects.take_in(partial(self._references, lane.pid, kinds, self._places_shown))
        lane.sites.take_in(partial(self._site_rows, lane.pid))

    def _take_process(self, told: dict[str, Any]) -> None:
        self.processes[told["pid"]] = ProcessSoFar(
            told["pid"],
            told["ppid"],
            told["python"],
            told["gil"],
            told["cpu_ns"],
            told["switches"],
            told.get("forked_ns", 0),
            told.get("forked_by", 0),
            _CORES.get(told.get("core"), ""),
        )

    def _take_lane(self, told: dict[str, Any]) -> None:
        lane = self._lane(told["pid"], told["lane"])
        lane.name, lane.tid, lane.kind = told["name"], told["tid"], told["kind"]
        lane.start = told["at_ns"]
        if lane.number == 0:
            self._mains.setdefault(lane.pid & ev.PID_MASK, {})[lane.pid] = lane

    def _take_object(self, told: dict[str, Any]) -> None:
        known_by = told["kind"], told.get("key", told.get("name"))
        row = self._shared.get(known_by, len(self._described))
        self._objects[told["pid"], told["object"]] = row
        if known_by[1] is not None:
            self._shared[known_by] = row
        if row == len(self._described):
            self._described.append(Described(told["kind"]))
        self._described[row].learn(told)

    def _take_site(self, told: dict[str, Any]) -> None:
        place = told["file"], told["line"], told["function"]
        row = self._places.setdefault(place, len(self._places))
        self._sites[told["pid"], told["site"]] = row
        if told.get("gives_back", True):
            self._give_back.add(row)

    def sites(self) -> tuple[Site, ...]:
        """Where in the program's source."""
        return tuple(
            Site(*place, gives_back=row in self._give_back)
            for row, place in enumerate(self._places)
        )

    def _take_closed(self, told: dict[str, Any]) -> None:
        lane = self._lane(told["pid"], told["lane"])
        lane.name, lane.reason = told["name"], told["reason"]
        lane.emitted = told["emitted"]
        lane.cpu_ns = told.get("cpu_ns", -1)
        kinds = lane.kinds.so_far()
        if len(kinds) and kinds[-1] in (ev.THREAD_END, ev.COROUTINE_END):
            lane.end = lane.latest

    def _take_stand(self, told: dict[str, Any]) -> None:
        self.standing.take_stand(told)

    def _take_rest(self, told: dict[str, Any]) -> None:
        self.standing.take_rest(told)

    def workers(self) -> list[tuple[int, int]]:
        """(process, thread) of the threads that nothing tells the end of."""
        return [
            (lane.pid & ev.PID_MASK, lane.tid)
            for lane in self._lanes.values()
            if lane.kind != "task" and lane.tid and lane.end is None and not lane.reason
        ]

    def tid_of(self, pid: int, number: int) -> int:
        """The thread of a lane."""
        return self._lane(pid, number).tid

    def _take_notice(self, told: dict[str, Any]) -> None:
        self._notice(told["text"])

    def _notice(self, text: str) -> None:
        self._notices[text] = self._notices.get(text, 0) + 1

    @property
    def notices(self) -> list[str]:
        """What was said, each text once."""
        return [repeated(text, count) for text, count in self._notices.items()]

    def _take_leaving(self, told: dict[str, Any]) -> None:
        process = self.processes[told["pid"]]
        process.left_at, process.reason = told["at_ns"], told["reason"]
        process.switch_interval_s = told["switch_interval_s"]
        process.emit_ns, process.sent_ns = told.get("emit_ns", 0.0), told.get("sent_ns", 0)
        known = ((name, told.get(f"{name}_ns", 0.0)) for name in COST_NAMES)
        process.costs = tuple((name, took) for name, took in known if took > 0)

    def _take_child(self, told: dict[str, Any]) -> None:
        self.children.started(told)

    def _take_ended(self, told: dict[str, Any]) -> None:
        self.children.ended(told["child"], told["at_ns"], told["code"])

    def untold(self) -> list[int]:
        """Processes that reported, and nothing tells that they ended."""
        left = (one.pid for one in self.processes.values() if one.left_at is None)
        pids = dict.fromkeys(known_as & ev.PID_MASK for known_as in left)
        return [pid for pid in pids if self.children.end_of(pid, 0) is None]

    def fell_silent(self, host: int, host_code: int, replaced: Collection[int]) -> int:
        """How many processes ended by themselves, and did not say so. `host`: the first, and with
        what it ended; `replaced`: those in whose place another program ran. A child that never said
        more than its name may have been one of them."""
        codes = {
            one.pid: self.children.end_of(one.pid & ev.PID_MASK, 0)
            for one in self.processes.values()
            if one.left_at is None and one.pid not in replaced
            if one.pid == host or not self.is_silent(one.pid)
        }
        known = {pid: end[1] for pid, end in codes.items() if end is not None}
        known |= {host: host_code} if host in codes else {}
        return sum(code is not None and code >= 0 for code in known.values())

    def reported(self) -> set[int]:
        """The processes that reported."""
        return {known_as & ev.PID_MASK for known_as in self.processes}

    def images_of(self, pid: int, start: int, end: int | None) -> list[tuple[int, int]]:
        """The observed programs of the process of that number that lived then: when each began to
        report, and what it is known as."""
        found = [
            (lane.start, known_as)
            for known_as, lane in self._mains.get(pid, {}).items()
            if start <= lane.start + SLACK_NS and (end is None or lane.start <= end)
        ]
        return sorted(found)

    def is_silent(self, known_as: int) -> bool:
        """Whether a process has reported nothing but itself."""
        lanes = [lane for lane in self._lanes.values() if lane.pid == known_as]
        return all(lane.latest is None and not lane.pieces for lane in lanes)

    def lanes(
        self,
        now: int,
        cut_off: str,
        exits: Mapping[int, int] | None = None,
        known: Census | None = None,
    ) -> list[Lane]:
        """The lanes so far, without states, in the order they began, a task after its thread, and
        what libraries start for their own ends at last.

        `now`: the stamp at which a lane that has not ended is taken to end, with the reason
        `cut_off` ("" while it may go on). `exits`: when threads ended, as the operating system has
        it. `known`: what else is known of processes, and those without probes.
        """
        known = known or Census()
        own = [lane for lane in self._lanes.values() if lane.start or lane.latest is not None]
        own = [lane for lane in own if lane.pid not in known.dropped]
        for lane in own:
            if lane.number == 0:
                lane.born = known.births.get(lane.pid, lane.start)
        others = [outside(one, self._base) for one in known.outsiders if one.start < now]
        both = sorted(own + others, key=_order(own))
        places = {(lane.pid, lane.number): row for row, lane in enumerate(both) if lane.probes}
        # Of several programs that a process ran, it is the first that was started.
        for row, lane in enumerate(both):
            if lane.kind == "process":
                places.setdefault((lane.pid & ev.PID_MASK, 0), row)
        self._places_shown, self._shown = places, both
        ends = [self._end(lane, now, cut_off, exits or {}, known) for lane in both]
        return [self._finished(lane, places, end) for lane, end in zip(both, ends, strict=True)]

    def keys(self) -> list[tuple[int, ...]]:
        """What is the same of each lane, as `lanes` gave them just now, whenever it is given."""
        return [(lane.probes, lane.pid, lane.number, lane.start) for lane in self._shown]

    def cpu_times(self) -> list[int]:
        """CPU time of each lane, as `lanes` gave them just now; -1 where that is not known."""
        return [lane.cpu_ns for lane in self._shown]

    def stands(self, lanes: Sequence[Lane]) -> tuple[Stand, ...]:
        """Where silent threads were seen. `lanes`: as `lanes` gave them just now."""
        row_of = partial(self._row, self._places_shown)
        site_of = partial(self._row, self._sites)
        return self.standing.stands(lanes, row_of, site_of, self.origin or 0)

    def objects(self) -> tuple[SharedObject, ...]:
        """What events refer to."""
        pids = {one.pid for one in self._described if one.copy_of >= 0}
        known = {pid: self._name_of(self._lane(pid, 0)) for pid in pids}
        twins = Counter(known.values())
        told = {
            pid: str(pid) if name in ("", MAIN_THREAD) or twins[name] > 1 else name
            for pid, name in known.items()
        }
        return shared_objects(self._described, self._shared, told)

    def forks(self, lanes: Sequence[Lane]) -> tuple[Fork, ...]:
        """The forks that made its processes. `lanes`: as `lanes` gives them."""
        result = []
        for process in self.processes.values():
            at = process.forked_ns - (self.origin or 0)
            if process.forked_ns:
                by = thread_at(lanes, process.forked_by, at)
                result.append(Fork(process.pid, at, by))
        return tuple(result)

    def _end(
        self, lane: LaneSoFar, now: int, cut_off: str, exits: Mapping[int, int], known: Census
    ) -> tuple[int, str]:
        """When a lane ended, or `now`, and how."""
        end, reason = lane.end, lane.reason
        if not lane.probes:
            return (now, cut_off) if end is None or end > now else (end, reason)
        process = self.processes.get(lane.pid)
        if end is None and process is not None and process.left_at is not None:
            end = process.left_at
        replaced_at, by = known.replaced.get(lane.pid, (now + 1, ""))
        if end is None and replaced_at <= now:
            return replaced_at, replaced_by(by)
        exit_at = exits.get(lane.tid, now)
        # A thread may have the number of one that ended before.
        latest = min(exit_at, now) if exit_at >= lane.start else now
        ended = self.children.end_of(lane.pid & ev.PID_MASK, 0)
        seen, code = ended or (now, None)
        if ended is not None and (seen <= now or cut_off):
            end = min(seen, latest) if end is None else end
            # Who is killed while it takes its leave has not told how each of its lanes ends.
            return end, reason or code_in_words(code or 0)
        return (latest, cut_off) if end is None else (end, reason)

    def _finished(
        self, lane: LaneSoFar, places: dict[tuple[int, int], int], ended: tuple[int, str]
    ) -> Lane:
        origin = self.origin or 0
        times, kinds = lane.times.so_far(), lane.kinds.so_far()
        end, reason = ended
        start = lane.born or lane.start
        start = max(start, origin) if lane.kind == "process" else start
        end = max(start, end)
        return Lane(
            name=self._name_of(lane),
            pid=lane.pid & ev.PID_MASK,
            tid=lane.tid,
            kind=lane.kind,
            start_ns=start - origin,
            end_ns=end - origin,
            end_reason=reason,
            times=times if lane.base == origin else times + (lane.base - origin),
            kinds=kinds,
            objects=lane.objects.rows(partial(self._references, lane.pid, kinds, places)),
            values=lane.values.so_far(),
            sites=lane.sites.rows(partial(self._site_rows, lane.pid)),
            text=lane.text(),
            emitted=max(lane.emitted, len(times)),
            probes=lane.probes,
            helper=lane.helper,
            command=lane.command,
        )

    def _name_of(self, lane: LaneSoFar) -> str:
        """A child that has not said its name yet is called what its parent calls it."""
        if lane.number == 0 and lane.name == MAIN_THREAD:
            told = self.children.told_of(lane.pid & ev.PID_MASK, lane.start)
            return told.name or (called_by(told.words).name if told.words else lane.name)
        return lane.name

    def _site_rows(
        self, pid: int, _: NDArray[np.int64] | slice, numbers: Refs
    ) -> tuple[Refs, NDArray[np.bool_]]:
        """Likewise, of sites."""
        found = _translated(numbers, partial(self._row, self._sites, pid))
        return found, (found < 0) & (numbers > 0)

    def _references(
        self,
        pid: int,
        kinds: Kinds,
        places: dict[tuple[int, int], int],
        rows: NDArray[np.int64] | slice,
        numbers: Refs,
    ) -> tuple[Refs, NDArray[np.bool_]]:
        """Numbers that a process gave to lanes and objects in events of these `kinds`, as rows of
        the trace, -1 for none; and which may be others later."""
        whats = _ABOUT[kinds[rows]]
        result = np.where(whats == ev.A_STREAM, numbers, np.int32(-1))
        for about, row_of in (
            (ev.A_LANE, partial(self._row, places, pid)),
            (ev.A_PROCESS, lambda child: places.get((child, 0), -1)),
            (ev.AN_OBJECT, partial(self._object_row, pid)),
        ):
            chosen = np.flatnonzero(whats == about)
            if len(chosen):
                result[chosen] = _translated(numbers[chosen], row_of)
        moves = (whats == ev.A_LANE) | (whats == ev.A_PROCESS)
        return result, moves | ((whats == ev.AN_OBJECT) & (result < 0) & (numbers > 0))

    def _object_row(self, pid: int, number: int) -> int:
        """The row of an object. What a forked child knows from its parent may be a copy."""
        row = self._row(self._objects, pid, number)
        if row < 0 or self._described[row].kind not in OF_ONE_PROCESS:
            return row
        return self._copied(pid, number)

    def _copied(self, pid: int, number: int) -> int:
        """The row of a process's own copy. It is made at its first mention, and so is one for each
        process up to the one that made the original."""
        line = [pid]
        while (line[-1], number) not in self._objects:
            line.append(self.processes[line[-1]].ppid)
        row = self._objects[line.pop(), number]
        for child in reversed(line):
            self._described.append(Described(self._described[row].kind, copy_of=row, pid=child))
            row = self._objects[child, number] = len(self._described) - 1
        return row

    def _row(self, rows: dict[tuple[int, int], int], pid: int, number: int) -> int:
        """A fork's child knows by the same number what its parent knew."""
        for _ in range(_GENERATIONS):
            if (pid, number) in rows:
                return rows[pid, number]
            if pid not in self.processes:
                break
            pid = self.processes[pid].ppid
        return -1


def _translated(numbers: Refs, row_of: Callable[[int], int]) -> Refs:
    """int32[n]: the row that each number stands for, or -1."""
    most = int(numbers.max(initial=0))
    if most > _TABLE_LIMIT:
        distinct, which = np.unique(numbers, return_inverse=True)
        found = [row_of(number) for number in distinct.tolist()]
        return np.array(found, np.int32)[which]
    table = np.full(most + 1, -1, np.int32)
    table[numbers] = 0
    for number in np.flatnonzero(table == 0).tolist():
        table[number] = row_of(number)
    result: Refs = table[numbers]
    return result


def _order(lanes: Sequence[LaneSoFar]) -> Callable[[LaneSoFar], tuple[int, ...]]:
    """The key that sorts lanes: threads by their begin, tasks below the thread they run in."""
    threads = {(lane.pid, lane.tid): lane for lane in lanes if lane.kind != "task"}

    def key(lane: LaneSoFar) -> tuple[int, ...]:
        is_task = lane.kind == "task"
        thread = threads.get((lane.pid, lane.tid), lane) if is_task else lane
        start = thread.born or thread.start
        return lane.helper, start, thread.pid, thread.number, is_task, lane.start, lane.number

    return key


_TAKERS = {
    ev.PROCESS: TraceBuilder._take_process,
    ev.LANE: TraceBuilder._take_lane,
    ev.OBJECT: TraceBuilder._take_object,
    ev.SITE: TraceBuilder._take_site,
    ev.CLOSED: TraceBuilder._take_closed,
    ev.NOTICE: TraceBuilder._take_notice,
    ev.LEAVING: TraceBuilder._take_leaving,
    ev.ENDED: TraceBuilder._take_ended,
    ev.CHILD: TraceBuilder._take_child,
    ev.STANDS: TraceBuilder._take_stand,
    ev.RESTS: TraceBuilder._take_rest,
}
