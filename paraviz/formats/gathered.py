"""What other tools tell of threads, as it comes, and the lanes of a trace from that.

A reader of a tool's format puts spans, states and marks by thread, in whatever order, and this
sorts and checks them: what overlaps is cut, what has no length is no state.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.errors import FormatError
from paraviz.formats.chrome.seen import SpanNames
from paraviz.formats.chrome.spans import Loose, nested
from paraviz.formats.native.meta import LANE_LIMIT, TIME_LIMIT_NS
from paraviz.text.translation import _
from paraviz.trace import Lane, SharedObject, State
from paraviz.trace.intervals import union
from paraviz.trace.model import Flows, States, no_states

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paraviz.trace.model import LaneKind, Spans

FURTHEST_NS = 1 << 62
"""Beyond that a stamp is no time."""


class Near:
    """Whether stamps can be of one trace: not years from the first one."""

    def __init__(self) -> None:
        self._first: int | None = None

    def __call__(self, at_ns: int) -> bool:
        if self._first is None:
            self._first = at_ns
        return abs(at_ns - self._first) <= TIME_LIMIT_NS // 4


class Row:
    """A lane so far. Times are ns since whenever."""

    def __init__(self, gathered: Gathered, name: str, pid: int = 0, tid: int = 0) -> None:
        self.name, self.pid, self.tid = name, pid, tid
        self.kind: LaneKind = "thread"
        self.end_reason = ""
        self.end_ns: int | None = None
        """When it ended; None for with the last that is known of it."""
        self.first_ns = FURTHEST_NS
        self.last_ns = -FURTHEST_NS
        self._all = gathered
        self._spans = array("q"), array("q"), array("i")
        self._states = array("q"), array("q"), array("b"), array("i")
        self._marks = array("q"), array("i")

    @property
    def lived(self) -> bool:
        """Whether anything is known of it."""
        return self.first_ns <= self.last_ns

    def saw(self, at_ns: int) -> None:
        """It lived then."""
        self.first_ns = min(self.first_ns, at_ns)
        self.last_ns = max(self.last_ns, at_ns)

    def span(self, begin_ns: int, end_ns: int, name: str) -> None:
        """It was in that."""
        end_ns = max(begin_ns, end_ns)
        self.saw(begin_ns)
        self.saw(end_ns)
        for column, value in zip(
            self._spans, (begin_ns, end_ns, self._all.names[name]), strict=True
        ):
            column.append(value)

    def state(self, begin_ns: int, end_ns: int, state: State, cause: int = -1) -> None:
        """It did that."""
        if end_ns > begin_ns:
            self.saw(begin_ns)
            self.saw(end_ns)
            for column, value in zip(
                self._states, (begin_ns, end_ns, int(state), cause), strict=True
            ):
                column.append(value)

    def mark(self, at_ns: int, name: str) -> None:
        """Something happened in it."""
        self.saw(at_ns)
        self._marks[0].append(at_ns)
        self._marks[1].append(self._all.mark(name))

    def lane(self, base_ns: int, default: State | None) -> Lane:
        """It, with times since `base_ns`. `default`: its state where none was told; None for
        running inside spans and blocked between them."""
        start_ns = self.first_ns - base_ns
        end_ns = max(self.last_ns, self.end_ns or self.last_ns) - base_ns
        begins, ends = (np.array(column, np.int64) - base_ns for column in self._spans[:2])
        names = np.array(self._spans[2], np.int32)
        spans = nested([Loose(begins, ends, names)] if len(begins) else [])
        times, objects = np.array(self._marks[0], np.int64) - base_ns, np.array(self._marks[1])
        order = np.argsort(times, kind="stable")
        count = len(times)
        states = (
            states_by_spans(start_ns, end_ns, spans)
            if default is None
            else self._told(start_ns, end_ns, base_ns, default)
        )
        return Lane(
            name=self.name,
            pid=self.pid,
            tid=self.tid,
            kind=self.kind,
            start_ns=start_ns,
            end_ns=end_ns,
            end_reason=self.end_reason,
            times=times[order],
            kinds=np.full(count, ev.MARK, np.uint8),
            objects=objects[order].astype(np.int32),
            values=np.zeros(count, np.int64),
            sites=np.full(count, -1, np.int32),
            text="",
            emitted=count,
            states=states,
            spans=spans,
        )

    def _told(self, start_ns: int, end_ns: int, base_ns: int, default: State) -> States:
        """The states that were told, the later one where two overlap, and the default between."""
        if end_ns <= start_ns:
            return no_states()
        begins, ends, codes, causes = (np.array(column, np.int64) for column in self._states)
        order = np.argsort(begins, kind="stable")
        begins, ends = begins[order] - base_ns, ends[order] - base_ns
        codes, causes = codes[order], causes[order]
        if len(begins) > 1:
            ends[:-1] = np.minimum(ends[:-1], begins[1:])
        # Each begins where it begins, and the default where it ends; of two at one moment the
        # later one holds.
        starts = np.concatenate(([start_ns], np.column_stack((begins, ends)).ravel()))
        kinds = np.full(len(starts), default, np.uint8)
        kinds[1::2] = codes
        why = np.full(len(starts), -1, np.int32)
        why[1::2] = causes
        last = np.append(starts[1:] > starts[:-1], True) & (starts < end_ns)
        starts, kinds, why = starts[last], kinds[last], why[last]
        changes = np.append(True, (kinds[1:] != kinds[:-1]) | (why[1:] != why[:-1]))
        return States(starts[changes], kinds[changes], why[changes])


class Gathered:
    """What came so far."""

    def __init__(self) -> None:
        self.names = SpanNames()
        """What spans are called."""
        self.rows: list[Row] = []
        self._marks: dict[str, int] = {}

    def row(self, name: str, pid: int = 0, tid: int = 0) -> Row:
        """A new lane. Raises FormatError for one too many."""
        if len(self.rows) >= LANE_LIMIT:
            raise FormatError(_("it has more than {count:,} threads").format(count=LANE_LIMIT))
        self.rows.append(Row(self, name, pid, tid))
        return self.rows[-1]

    def mark(self, name: str) -> int:
        """The number of what a mark says."""
        if name not in self._marks and len(self._marks) >= _MARKS_LIMIT:
            name = "…"
        return self._marks.setdefault(name, len(self._marks))

    def objects(self) -> tuple[SharedObject, ...]:
        """What marks say."""
        return tuple(SharedObject("mark", name) for name in self._marks)

    def bounds(self) -> tuple[int, int]:
        """The first and the last moment. Raises FormatError where there is none, or years lie
        between them."""
        lived = [row for row in self.rows if row.lived]
        if not lived:
            raise FormatError(_("no event in it belongs to a thread at a time"))
        first = min(row.first_ns for row in lived)
        last = max(max(row.last_ns, row.end_ns or row.last_ns) for row in lived)
        if last - first > TIME_LIMIT_NS:
            raise FormatError(_("its times are absurd: years lie between the first and the last"))
        return first, last


_MARKS_LIMIT = 1 << 16


def states_by_spans(start_ns: int, end_ns: int, spans: Spans) -> States:
    """Running in any span, blocked in the rest of the life."""
    if end_ns <= start_ns:
        return no_states()
    begins, ends = union(spans.starts, spans.ends)
    lasting = ends > begins
    if not lasting.all():
        begins, ends = begins[lasting], ends[lasting]
    # Blocked, running, blocked, …: but for the first and the last, where no time is left for them.
    starts = np.empty(2 * len(begins) + 1, np.int64)
    starts[0], starts[1::2], starts[2::2] = start_ns, begins, ends
    states = np.full(len(starts), State.BLOCKED, np.uint8)
    states[1::2] = State.RUNNING
    if len(begins):
        own = slice(int(begins[0] <= start_ns), len(starts) - int(ends[-1] >= end_ns))
        starts, states = starts[own], states[own]
    return States(starts, states, np.full(len(starts), -1, np.int32))


def moment(base_ns: int) -> str:
    """A moment by the clock on the wall, in ISO 8601; "" where times count from anything else."""
    if not _FIRST_NS < base_ns < _LAST_NS:
        return ""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(base_ns // 1_000_000_000, UTC).isoformat()


_FIRST_NS, _LAST_NS = 600_000_000 * 10**9, 4_000_000_000 * 10**9
"""Times between are those of a clock on the wall, from 1989 to 2096."""


def flows_of(arrows: Iterable[tuple[int, int, int, int]], base_ns: int) -> Flows | None:
    """Arrows: from which lane, when, to which, when; times since `base_ns`. None for none."""
    table = np.array(list(arrows), np.int64).reshape(-1, 4)
    if not len(table):
        return None
    return Flows(
        table[:, 0].astype(np.int32),
        table[:, 1] - base_ns,
        table[:, 2].astype(np.int32),
        table[:, 3] - base_ns,
    )
