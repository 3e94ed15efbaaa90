"""The clocks of a trace: each producer stamps by its own, and snapshots tell how they stand to each
other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraviz.formats.perfetto.wire import Message

BOOT, MONOTONIC, REALTIME = 6, 3, 1
_OWN = range(64, 128)
"""Clocks that only mean something to the sequence that defined them."""
_FURTHEST = 1 << 62

Key = tuple[int, int]


class Clocks:
    """What is known so far."""

    def __init__(self) -> None:
        self._primary = BOOT
        self._ahead: dict[Key, int] = {}
        self._units: dict[Key, int] = {}
        self._last: dict[Key, int] = {}
        self.wall_ahead: int | None = None
        """How far the clock on the wall is ahead of the trace's."""

    def snapshot(self, told: Message, sequence: int) -> None:
        """How clocks stand to each other."""
        self._primary = told.number(2, self._primary) or self._primary
        stamps: dict[int, tuple[int, int]] = {}
        for each in told.messages(1):
            unit = max(1, each.number(4, 1))
            number = each.number(1)
            stamps[number] = each.number(2), unit
            if each.number(3):
                key = self._key(number, sequence)
                self._units[key], self._last[key] = unit, each.number(2) * unit
        common = next((each for each in (self._primary, BOOT, MONOTONIC) if each in stamps), None)
        if common is None:
            return
        base = stamps[common][0] * stamps[common][1]
        if common != self._primary:
            base += self._ahead.get((0, common), 0)
        for number, (stamp, unit) in stamps.items():
            self._ahead[self._key(number, sequence)] = base - stamp * unit
            if unit != 1:
                self._units.setdefault(self._key(number, sequence), unit)
        if REALTIME in stamps:
            self.wall_ahead = stamps[REALTIME][0] - base

    def _key(self, number: int, sequence: int) -> Key:
        return (sequence if number in _OWN else 0, number)

    def forget(self, sequence: int) -> None:
        """A sequence begins anew."""
        for known in (self._last, self._units, self._ahead):
            for number in _OWN:
                known.pop((sequence, number), None)

    def at(self, stamp: int, number: int, sequence: int) -> int | None:
        """A stamp by the trace's own clock; None where that is not known."""
        key = self._key(number or self._primary, sequence)
        if key in self._last:
            self._last[key] += stamp * self._units[key]
            found = self._last[key]
        else:
            found = stamp * self._units.get(key, 1)
        if key[1] != self._primary:
            if key not in self._ahead and self._ahead:
                return None
            found += self._ahead.get(key, 0)
        return found if abs(found) < _FURTHEST else None
