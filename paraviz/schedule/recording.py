"""A replayed schedule as a trace: on a logical clock, on which each step takes a millisecond."""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.text.translation import N_
from paraviz.trace import Lane, Program, SharedObject, Site, State, Trace
from paraviz.trace.model import STEP_NS
from paraviz.trace.states.from_events import with_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable
    from paraviz.schedule.replaying import Replayed
    from paraviz.trace.model import States

_SOON_NS = 100_000
LOGICAL = N_("The clock is logical: each step of the schedule takes a millisecond.")
_WAITS = {
    "acq": (ev.LOCK_WAIT, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED),
    "try": (-1, ev.LOCK_ACQUIRED, ev.LOCK_ABANDONED),
    "sleep": (ev.SLEEP_BEGIN, ev.SLEEP_END, ev.SLEEP_END),
    "join": (ev.JOIN_BEGIN, ev.JOIN_END, ev.JOIN_END),
}
_PID = 1


class _LaneSoFar:
    """One worker's events."""

    def __init__(self, name: str, start: int) -> None:
        self.name, self.start, self.end = name, start, start
        self.events: list[tuple[int, int, int, int, int]] = []
        self.text: list[str] = []
        self.reason = ""

    def add(self, at: int, kind: int, about: int = -1, value: int = 0, site: int = -1) -> None:
        """An event."""
        at = max(at, self.events[-1][0] + 1 if self.events else at)
        self.events.append((at, kind, about, value, site))
        self.end = max(self.end, at)


class _Builder:
    """Turns rows into lanes."""

    def __init__(self, detail: dict[str, Any]) -> None:
        self.detail = detail
        self.lanes = [_LaneSoFar(name, 0) for name in detail["workers"]]
        self.sites: dict[tuple[str, int, str], int] = {}
        self.types = _types(detail)
        self.alone = _touched_by_one(detail)
        self.told: dict[int, int] = {}
        if self.lanes:
            self.lanes[0].add(0, ev.PROGRAM_BEGIN)

    def site(self, file: str, line: int, function: str) -> int:
        """The row of a place."""
        if not file:
            return -1
        return self.sites.setdefault((file, line, function), len(self.sites))

    def row(self, at: int, row: Sequence[Any]) -> None:
        """One step."""
        number, kind, thing, value, got, file, line, function, text, label, own = row
        lane = self.lanes[number]
        site = self.site(file, line, function)
        soon = (lane.events[-1][0] if lane.events else lane.start) + _SOON_NS
        waited = at - soon > STEP_NS
        if kind == "spawn":
            child = self.lanes[int(text)]
            child.start = child.end = at + _SOON_NS
            child.add(at + _SOON_NS, ev.THREAD_BEGIN)
            lane.add(at, ev.THREAD_START, int(text), 0, site)
        elif kind == "end":
            lane.add(at, ev.THREAD_END)
            lane.reason = "returned"
        elif kind == "rel":
            lane.add(at, ev.LOCK_RELEASED, thing, 0, site)
        elif kind in _WAITS:
            if kind == "join" and not own:
                return
            about = int(text) if kind == "join" else thing
            begins, ends, gives_up = _WAITS[kind]
            if begins >= 0 and (waited or kind != "acq"):
                lane.add(soon, begins, about, 0, site)
            lane.add(at, ends if got else gives_up, about, 0, site)
        elif kind == "print":
            stream = ev.STDOUT if label == "stdout" else ev.STDERR
            lane.add(at, ev.WRITE, stream, len(text), site)
            lane.text.append(text)
        elif thing >= 0 and thing not in self.alone:
            self._about(lane, at, soon, (kind, thing, value, label, waited), site)

    def _about(
        self, lane: _LaneSoFar, at: int, soon: int, what: tuple[Any, ...], site: int
    ) -> None:
        """A step with a queue, an event, or memory."""
        kind, thing, value, label, waited = what
        is_memory = self.detail["objects"][thing][0] == "memory"
        if is_memory:
            access = ev.MEMORY_WRITE if kind == "W" else ev.MEMORY_READ
            lane.add(at, access, thing, _bits(value, self.types[thing]), site)
            return
        word = label.partition(" ")[0].rstrip(",")
        begins, ends = {
            "put": (ev.PUT_WAIT, ev.PUT),
            "get": (ev.GET_WAIT, ev.GET),
            "wait": (ev.WAIT_BEGIN, ev.WAIT_END),
            "set": (-1, ev.SET),
            "clear": (-1, ev.CLEAR),
        }.get(word, (-1, -1))
        if begins >= 0 and waited:
            lane.add(soon, begins, thing, 0, site)
        if ends >= 0:
            lane.add(at, ends, thing, 0, site)

    def waiting(self, at: int) -> None:
        """Who waited for ever."""
        for number, kind, thing, file, line, function in self.detail["waiting"]:
            lane = self.lanes[number]
            begins = _WAITS.get(kind, (ev.WAIT_BEGIN,))[0]
            soon = (lane.events[-1][0] if lane.events else lane.start) + _SOON_NS
            if begins >= 0 and thing >= 0:
                lane.add(soon, begins, thing, 0, self.site(file, line, function))
            lane.end = at

    def lane(self, index: int) -> Lane:
        """A finished one."""
        lane = self.lanes[index]
        table = np.array(lane.events, np.int64).reshape(-1, 5)
        return Lane(
            name=lane.name,
            pid=_PID,
            tid=index + 1,
            kind="thread" if index else "process",
            start_ns=lane.start,
            end_ns=lane.end,
            end_reason=lane.reason or "did not end",
            times=table[:, 0].copy(),
            kinds=table[:, 1].astype(np.uint8),
            objects=table[:, 2].astype(np.int32),
            values=table[:, 3].copy(),
            sites=table[:, 4].astype(np.int32),
            text="".join(lane.text),
            emitted=len(table),
        )


def trace_of(replayed: Replayed, runnable: Runnable, argv: Sequence[str], token: str) -> Trace:
    """What was recorded of a replay."""
    builder = _Builder(replayed.detail)
    rows = replayed.detail["rows"]
    for at, row in enumerate(rows):
        builder.row((at + 1) * STEP_NS, row)
    end = (len(rows) + 2) * STEP_NS
    builder.waiting(end)
    outcome = replayed.outcome
    kind = outcome.kind if outcome is not None else "stuck"
    if builder.lanes and kind not in ("deadlock", "stuck"):
        builder.lanes[0].add(end - STEP_NS, ev.PROGRAM_END)
        builder.lanes[0].reason = "returned"
    lanes = [builder.lane(index) for index in range(len(builder.lanes))]
    # One at a time, as with a GIL; but what keeps the others is the schedule.
    derived = [
        replace(lane, states=_by_turns(lane.states))
        for lane in with_states(lanes, gil=True, switch_interval_s=STEP_NS / 1e9)
    ]
    reason = {"deadlock": "stopped", "stuck": "stopped"}.get(kind, "ended")
    code = outcome.exit_code if outcome is not None else None
    if code:
        reason = f"exited with {code}"
    return Trace(
        program=Program(runnable.name, tuple(argv), path=runnable.path, source=runnable.source),
        lanes=tuple(derived),
        objects=tuple(
            SharedObject(what, name or what, typecode=builder.types[index])
            for index, (what, name) in enumerate(replayed.detail["objects"])
        ),
        sites=tuple(Site(*key) for key in builder.sites),
        wall_ns=len(rows) * STEP_NS,
        exit_code=0 if code is None else code,
        end_reason=reason,
        clock="logical",
        python=".".join(map(str, sys.version_info[:3])),
        gil=False,
        notices=(LOGICAL, token) if len(token) < 400 else (LOGICAL,),
    )


def _by_turns(states: States) -> States:
    """Who may go on and does not waits for its turn."""
    ready = states.states == State.WAITING_GIL
    return replace(states, states=np.where(ready, np.uint8(State.WAITING_CPU), states.states))


def _touched_by_one(detail: dict[str, Any]) -> set[int]:
    """Places in memory that only one worker touched: nothing to be seen."""
    who: dict[int, set[int]] = {}
    for row in detail["rows"]:
        who.setdefault(row[2], set()).add(row[0])
    objects = detail["objects"]
    return {
        thing
        for thing, workers in who.items()
        if thing >= 0 and len(workers) < 2 and objects[thing][0] == "memory"
    }


def _types(detail: dict[str, Any]) -> list[str]:
    """The typecode of each object's values: as `array` has it, "" for how long it is."""
    seen: list[set[str]] = [set() for _each in detail["objects"]]
    for row in detail["rows"]:
        thing, value = row[2], row[3]
        if thing >= 0 and row[1] in ("R", "W"):
            kind = "q" if isinstance(value, int) else "d" if isinstance(value, float) else ""
            seen[thing].add(kind)
    return [next(iter(each)) if len(each) == 1 else "" for each in seen]


def _bits(value: Any, typecode: str) -> int:
    if typecode == "q":
        return int(value)
    if typecode == "d":
        return int(struct.unpack("=q", struct.pack("=d", value))[0])
    return int(value[1]) if isinstance(value, list) else 0
