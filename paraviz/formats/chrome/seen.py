"""The events of a foreign Chrome trace as columns, in the order of the file."""

from __future__ import annotations

from array import array
from collections import Counter as Tally
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
import numpy as np

from paraviz.errors import FormatError
from paraviz.formats.chrome.counters import Counted
from paraviz.formats.chrome.flows import FlowSteps
from paraviz.formats.chrome.lanes import Key, LaneNames, plain_key
from paraviz.formats.native.meta import LANE_LIMIT, TIME_LIMIT_NS
from paraviz.text.translation import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


class ForeignEvent(msgspec.Struct, gc=False):
    """An event as loosely as tracers write it."""

    pid: Key = None
    tid: Key = None
    ts: float | str | None = None
    ph: str = ""
    dur: float | str | None = None
    name: Any = None
    args: msgspec.Raw = msgspec.Raw()
    cat: Any = None
    id: Any = None
    id2: Any = None
    s: Any = None
    scope: Any = None

    @property
    def belongs(self) -> bool:
        """Whether its thread lived then. Instants of global scope belong to none."""
        return self.ph in _CODES and self.s != "g"

    @property
    def key(self) -> int:
        """What an async span's begin and end have in common."""
        number, pid = self.id, None
        if number is None and isinstance(self.id2, dict):
            number = self.id2.get("global")
            if number is None:
                # Only then a number is its process's own.
                number, pid = self.id2.get("local"), plain_key(self.pid)
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        return hash((pid, str(self.cat), str(self.scope), str(number)))


COMPLETE, BEGIN, END, INSTANT, OPEN, CLOSE, OTHER = range(7)
_FLOWS = frozenset("stf")
_ASYNC = frozenset("bSeF")
_CODES = {
    "X": COMPLETE,
    "B": BEGIN,
    "E": END,
    "i": INSTANT,
    "I": INSTANT,
    "R": INSTANT,
    "b": OPEN,
    "S": OPEN,
    "e": CLOSE,
    "F": CLOSE,
} | dict.fromkeys("nTp", OTHER)
"""The phases that make a lane live."""
FURTHEST_US = float(1 << 62) / 1e3
"""Beyond that a `ts` is no time: 146 years."""
NAME_LIMIT = 1 << 20
"""Names of spans that are told apart."""
MOMENTS_LIMIT = 1_000
"""Instants of the whole trace that become bookmarks."""
_LONGEST_NAME = 500
"""Characters of a span's name."""
MORE_NAMES = "…"
"""The name of spans whose own is one too many."""


class SpanNames(dict[object, int]):
    """Rows of names by name; a new one gets a row when it is asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __missing__(self, name: object) -> int:
        if len(self.texts) >= NAME_LIMIT:
            self.texts[NAME_LIMIT - 1] = MORE_NAMES
            return NAME_LIMIT - 1
        self[name] = len(self.texts)
        self.texts.append(("" if name is None else str(name))[:_LONGEST_NAME])
        return self[name]

    def rows(self, names: list[Any]) -> NDArray[np.int32]:
        """The rows of names of any type."""
        try:
            return np.fromiter(map(self.__getitem__, names), np.int32, len(names))
        except TypeError:  # unhashable
            plain = [str(name) if isinstance(name, list | dict) else name for name in names]
            return np.fromiter(map(self.__getitem__, plain), np.int32, len(names))


class _Threads(dict[tuple[Key, Key], int]):
    """Numbers of lanes by pid and tid; -1 for what has neither."""

    def __init__(self, names: LaneNames) -> None:
        self._names = names

    def __missing__(self, key: tuple[Key, Key]) -> int:
        plain = plain_key(key[0]), plain_key(key[1])
        if plain != key:
            self[key] = self[plain]
            return self[key]
        if len(self) >= LANE_LIMIT:
            raise FormatError(_("it has more than {count:,} threads").format(count=LANE_LIMIT))
        self[key] = self._names.lane(*key)
        return self[key]


class Seen:
    """What came so far."""

    def __init__(self) -> None:
        self.lane_names = LaneNames()
        self.span_names = SpanNames()
        self.counted = Counted()
        self.timeless = 0
        """Events without a usable time."""
        self.tally: Tally[str] = Tally()
        """How many events of each phase that is not shown."""
        self.moments: list[tuple[float, str]] = []
        """µs and name of the instants of the whole trace."""
        self.flows = FlowSteps()
        self._keys = array("q")
        self._threads = _Threads(self.lane_names)
        self._lanes: list[NDArray[np.int32]] = []
        self._codes: list[NDArray[np.uint8]] = []
        self._names: list[NDArray[np.int32]] = []
        self._ts: list[NDArray[np.float64]] = []
        self._dur: list[NDArray[np.float64]] = []

    def take(self, batch: list[ForeignEvent]) -> None:
        """Add a batch."""
        phases = [event.ph for event in batch]
        if phases.count("X") == len(batch):
            codes = np.zeros(len(batch), np.uint8)
        else:
            self._take_others(batch)
            batch = [event for event in batch if event.belongs]
            codes = np.array([_CODES[event.ph] for event in batch], np.uint8)
            self._keys.extend(event.key for event in batch if event.ph in _ASYNC)
        lanes = self._lane_numbers([event.pid for event in batch], [event.tid for event in batch])
        self._lanes.append(lanes)
        self._codes.append(codes)
        names = self.span_names.rows([event.name for event in batch])
        if codes.any():
            blank = np.array([event.name in (None, "") for event in batch], bool)
            names[blank & ((codes == END) | (codes == CLOSE))] = -1
        self._names.append(names)
        self._ts.append(numbers([event.ts for event in batch]))
        self._dur.append(numbers([event.dur for event in batch]))

    def _lane_numbers(self, pids: list[Key], tids: list[Key]) -> NDArray[np.int32]:
        keys = zip(pids, tids, strict=True)
        return np.fromiter(map(self._threads.__getitem__, keys), np.int32, len(pids))

    def _take_others(self, batch: list[ForeignEvent]) -> None:
        for event in batch:
            if event.ph == "M":
                self.lane_names.take(
                    plain_key(event.pid), plain_key(event.tid), event.name, event.args
                )
            elif event.ph == "C":
                at = _number(event.ts)
                timed = abs(at) < FURTHEST_US  # False for NaN
                if not timed:
                    self.timeless += 1
                elif not self.counted.take(
                    at, plain_key(event.pid), event.id, event.name, event.args
                ):
                    self.tally["C"] += 1
            elif event.ph not in ("X", "B", "E"):
                self.tally[event.ph] += 1
                if event.ph in _FLOWS:
                    self._take_flow(event)
                if event.s == "g" and event.ph in _CODES:
                    self._take_moment(event)

    def _take_flow(self, event: ForeignEvent) -> None:
        """A step of a flow."""
        at = _number(event.ts)
        if abs(at) < FURTHEST_US:
            lane = self._threads[(event.pid, event.tid)]
            self.flows.take(at, event.key, lane, begins=event.ph == "s")
        else:
            self.flows.passed += 1

    def _take_moment(self, event: ForeignEvent) -> None:
        """An instant of the whole trace."""
        at = _number(event.ts)
        if abs(at) < FURTHEST_US and len(self.moments) < MOMENTS_LIMIT:
            self.moments.append(
                (at, ("" if event.name is None else str(event.name))[:_LONGEST_NAME])
            )

    def columns(self) -> Columns:
        """Everything so far that has a lane and a time. It is given away, so that it is there only
        once."""
        columns = Columns(
            lanes=_joined(self._lanes, np.int32),
            codes=_joined(self._codes, np.uint8),
            names=_joined(self._names, np.int32),
            ts=_joined(self._ts, np.float64),
            dur=_joined(self._dur, np.float64),
            keys=np.array(self._keys, np.int64),
        )
        ts, dur = columns.ts, columns.dur
        dur[~(dur >= 0) | (columns.codes != COMPLETE)] = 0  # of NaN, too
        good = (np.abs(ts) < FURTHEST_US) & (dur <= TIME_LIMIT_NS / 1e3)
        self.timeless += len(good) - int(np.count_nonzero(good))
        good &= columns.lanes >= 0
        return columns if good.all() else columns.where(good)


class Columns(NamedTuple):
    """The events that belong to a lane, one a row."""

    lanes: NDArray[np.int32]
    codes: NDArray[np.uint8]
    names: NDArray[np.int32]
    ts: NDArray[np.float64]
    """float64[n]: µs since whenever."""
    dur: NDArray[np.float64]
    """float64[n]: µs; 0 for what is no complete span."""
    keys: NDArray[np.int64]
    """int64[k]: what tells the async span of each `OPEN` and `CLOSE` from others."""

    @property
    def is_async(self) -> NDArray[np.bool_]:
        """bool[n]: the events that have a key."""
        found: NDArray[np.bool_] = (self.codes == OPEN) | (self.codes == CLOSE)
        return found

    def where(self, good: NDArray[np.bool_]) -> Columns:
        """Some of them."""
        return Columns(
            self.lanes[good],
            self.codes[good],
            self.names[good],
            self.ts[good],
            self.dur[good],
            self.keys[good[self.is_async]],
        )


def numbers(values: list[float | str | None]) -> NDArray[np.float64]:
    """float64[n]: NaN for what is missing or no number."""
    try:
        return np.array(values, np.float64)
    except ValueError:
        return np.array([_number(value) for value in values], np.float64)


def _number(value: float | str | None) -> float:
    try:
        return float(value) if value is not None else np.nan
    except ValueError:
        return np.nan


def _joined(parts: list[NDArray[Scalar]], dtype: type[Scalar]) -> NDArray[Scalar]:
    whole = np.concatenate([np.empty(0, dtype), *parts])
    parts.clear()
    return whole
