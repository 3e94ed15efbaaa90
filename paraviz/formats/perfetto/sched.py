"""Who was on which CPU, by the kernel's record (ftrace), and from that the states of threads."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.formats.perfetto.wire import Broken
from paraviz.trace import State
from paraviz.trace.model import Cpu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.formats.gathered import Near, Row
    from paraviz.formats.perfetto.wire import Message

_SWITCH, _WAKING, _WAKEUP, _NEW, _RENAME = 4, 20, 17, 114, 236
_UNKNOWN = -1
_DEAD = 16 | 32 | 128
_STATE = 0xFF
"""Bits that say why a thread left its CPU; 0: it would have gone on."""
_GLOBAL_CLOCK = 2
_CPUS_LIMIT = 1 << 12


class _Switch(Struct, order=True):
    at: int
    prev: int
    state: int
    next: int


class _OnCpu(Struct, order=True):
    begin: int
    end: int
    why: int
    """The state in which it left; -1 where that is not known."""


class Sched:
    """What came so far."""

    def __init__(self, near: Near) -> None:
        self._near = near
        self.timeless = 0
        """Switches without a usable time."""
        self.names: dict[int, str] = {}
        self.others = 0
        """Events of other kinds."""
        self.lost = 0
        self.wakings: dict[int, list[int]] = {}
        self.last = -(1 << 62)
        self._raw: dict[int, bytes] = {}
        self._switches: dict[int, list[_Switch]] = {}
        self._threads: dict[int, list[_OnCpu]] = {}
        self._cpus: dict[int, list[tuple[int, int, int]]] = {}

    def __bool__(self) -> bool:
        return bool(self._switches)

    def take(self, bundle: Message) -> None:
        """The events of a CPU. Raises Broken."""
        cpu = bundle.number(1)
        if cpu >= _CPUS_LIMIT:
            raise Broken
        self.lost += bool(bundle.number(3))
        ahead = 0
        if bundle.number(5) == _GLOBAL_CLOCK and bundle.number(6) and bundle.number(7):
            ahead = bundle.signed(7) - bundle.signed(6)
        for event in bundle.messages(2):
            at = event.number(1) + ahead
            if switch := event.message(_SWITCH):
                prev, next_ = switch.signed(2), switch.signed(6)
                self._raw_name(prev, switch.raw(1))
                self._raw_name(next_, switch.raw(5))
                self._switch(cpu, at, prev, switch.signed(4), next_)
            elif event.has(_WAKING) or event.has(_WAKEUP) or event.has(_NEW):
                waking = event.message(_WAKING) or event.message(_WAKEUP) or event.message(_NEW)
                if waking:
                    self._waking(waking.signed(2), at, waking.text(1))
            elif renamed := event.message(_RENAME):
                self.names[renamed.signed(1)] = renamed.text(3)
            else:
                self.others += 1
        if compact := bundle.message(4):
            self._compact(cpu, compact, ahead)

    def _compact(self, cpu: int, told: Message, ahead: int) -> None:
        names = told.texts(5)
        at = ahead
        columns = [told.packed(number) for number in (1, 2, 3)]
        indices = told.packed(6)
        prev = _UNKNOWN
        for place, (delta, state, next_) in enumerate(zip(*columns, strict=False)):
            at += delta
            index = indices[place] if place < len(indices) else len(names)
            self._name(next_, names[index] if index < len(names) else "")
            self._switch(cpu, at, prev, state, next_)
            prev = next_
        at = ahead
        for delta, pid in zip(told.packed(7), told.packed(8), strict=False):
            at += delta
            self._waking(pid, at, "")

    def _raw_name(self, tid: int, name: bytes) -> None:
        """The same as `_name`: most switches say what is known."""
        if name and tid > 0 and self._raw.get(tid) != name:
            self._raw[tid] = name
            self.names[tid] = name.decode("utf-8", "replace")

    def _name(self, tid: int, name: str) -> None:
        if name and tid > 0:
            self.names[tid] = name

    def _switch(self, cpu: int, at: int, prev: int, state: int, next_: int) -> None:
        if not self._near(at):
            self.timeless += 1
        else:
            self._switches.setdefault(cpu, []).append(_Switch(at, prev, state, next_))
            self.last = max(self.last, at)

    def _waking(self, tid: int, at: int, name: str) -> None:
        self._name(tid, name)
        if tid > 0 and self._near(at):
            self.wakings.setdefault(tid, []).append(at)

    def finish(self) -> list[int]:
        """All came: the threads that were on a CPU."""
        for cpu, switches in self._switches.items():
            switches.sort(key=lambda each: each.at)
            stretches = self._cpus.setdefault(cpu, [])
            first = switches[0]
            if first.prev > 0:
                # It left at the first moment that is known of this CPU.
                self._on(first.prev, _OnCpu(first.at, first.at, first.state))
            for switch, after in zip(switches, [*switches[1:], None], strict=True):
                if switch.next <= 0:
                    continue
                end = after.at if after else self.last
                # Who left is who came, unless events were lost between.
                known = after is not None and after.prev in (_UNKNOWN, switch.next)
                self._on(
                    switch.next, _OnCpu(switch.at, end, after.state if known and after else -1)
                )
                stretches.append((switch.at, end, switch.next))
        for own in self._threads.values():
            own.sort()
        for wakings in self.wakings.values():
            wakings.sort()
        return list(self._threads)

    def _on(self, tid: int, stretch: _OnCpu) -> None:
        self._threads.setdefault(tid, []).append(stretch)

    def states(self, tid: int, row: Row) -> None:
        """The states of a thread."""
        own, wakings = self._threads[tid], self.wakings.get(tid, [])
        woken = bisect_left(wakings, own[0].begin)
        if woken:
            row.state(wakings[woken - 1], own[0].begin, State.WAITING_CPU)
        for stretch, after in zip(own, [*own[1:], None], strict=True):
            row.saw(stretch.begin)
            row.state(stretch.begin, stretch.end, State.RUNNING)
            until = after.begin if after else self.last
            if stretch.why > 0 and stretch.why & _DEAD and after is None:
                row.end_ns, row.end_reason = stretch.end, "ended"
                continue
            if stretch.why < 0 or until <= stretch.end:
                continue
            if not stretch.why & _STATE:
                row.state(stretch.end, until, State.WAITING_CPU)
                continue
            woken = bisect_left(wakings, stretch.end)
            at = min(until, wakings[woken]) if woken < len(wakings) else until
            row.state(stretch.end, at, State.BLOCKED)
            row.state(at, until, State.WAITING_CPU)

    def cpus(self, places: Mapping[int, int], base_ns: int) -> tuple[Cpu, ...]:
        """Who was on which CPU. `places`: the lanes of threads."""
        found = []
        for cpu in sorted(self._cpus):
            table = np.array(self._cpus[cpu], np.int64).reshape(-1, 3)
            lanes = np.array([places.get(int(tid), -1) for tid in table[:, 2]], np.int32)
            found.append(Cpu(cpu, table[:, 0] - base_ns, table[:, 1] - base_ns, lanes))
        return tuple(found)
