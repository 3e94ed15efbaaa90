"""The counters of a foreign Chrome trace: `C` events, each with the numbers of some series."""

from __future__ import annotations

from array import array
from collections import Counter as Tally
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec import Struct, field

from paraviz.formats.undecodable import UNREADABLE
from paraviz.trace.model import Counter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paraviz.formats.chrome.lanes import Key

COUNTER_LIMIT = 4_096
"""Counters in one trace."""
_LONGEST_NAME = 200
"""Characters of a counter's name."""
_PLAIN_SERIES = frozenset({"value", "count", ""})
"""Series that say no more than their counter's name."""


class _Series(Struct):
    """One number of a counter, as it changes."""

    pid: Key
    name: str
    series: str
    ts: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))


def _number(value: Any) -> float:
    """A value as a number, also of a text; NaN where it is none."""
    try:
        return float(value) if isinstance(value, int | float | str) else nan
    except (ValueError, OverflowError):
        return nan


class Counted:
    """The counters so far."""

    def __init__(self) -> None:
        self._series: dict[tuple[object, ...], _Series] = {}
        self._arguments = msgspec.json.Decoder(dict[str, Any])

    def take(self, ts: float, pid: Key, number: Any, name: Any, args: msgspec.Raw) -> bool:
        """Note the numbers of an event at `ts` µs. False where there are none."""
        try:
            told = self._arguments.decode(args)
        except UNREADABLE:
            return False
        full_name = " ".join(str(part) for part in (name, number) if part is not None)
        found = False
        for series, value in told.items():
            number = _number(value)
            if isfinite(number):
                found |= self._put(ts, (pid, full_name, series), number)
        return found

    def _put(self, ts: float, key: tuple[Key, str, str], value: float) -> bool:
        known = self._series.get(key)
        if known is None:
            if len(self._series) >= COUNTER_LIMIT:
                return False
            known = self._series[key] = _Series(*key)
        known.ts.append(ts)
        known.values.append(value)
        return True

    def keep(self, first_us: float, last_us: float) -> int:
        """Drop what lies outside, and say how much that was."""
        dropped = 0
        for key, series in tuple(self._series.items()):
            kept = [
                (at, value)
                for at, value in zip(series.ts, series.values, strict=True)
                if first_us <= at <= last_us
            ]
            dropped += len(series.ts) - len(kept)
            if kept:
                series.ts = array("d", [at for at, _ in kept])
                series.values = array("d", [value for _, value in kept])
            else:
                del self._series[key]
        return dropped

    @property
    def first_us(self) -> float:
        """The earliest of their times; infinite where there are none."""
        return min((min(series.ts) for series in self._series.values()), default=np.inf)

    @property
    def last_us(self) -> float:
        """The latest of their times; infinitely early where there are none."""
        return max((max(series.ts) for series in self._series.values()), default=-np.inf)

    def counters(self, base_us: float, process_names: Mapping[Key, str]) -> Iterator[Counter]:
        """What they counted; times count from `base_us`. Those called the same in several
        processes are told apart by those."""
        labels = self._labels()
        twins = Tally(labels)
        for label, series in zip(labels, self._series.values(), strict=True):
            if twins[label] > 1 and series.pid is not None:
                label = f"{label} ({process_names.get(series.pid, series.pid)})"
            times = np.rint((np.array(series.ts) - base_us) * 1e3).astype(np.int64)
            order = np.argsort(times, kind="stable")
            values = np.array(series.values)[order]
            yield Counter(label[:_LONGEST_NAME], times[order], values)

    def _labels(self) -> list[str]:
        """Their names, with those of the series where a counter has several."""
        names = Tally((series.pid, series.name) for series in self._series.values())
        return [
            series.name
            if names[series.pid, series.name] == 1 or series.series in _PLAIN_SERIES | {series.name}
            else f"{series.name} {series.series}"
            for series in self._series.values()
        ]
