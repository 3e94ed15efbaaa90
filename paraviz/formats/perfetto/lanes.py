"""The lanes of a Perfetto trace: of threads, and of other tracks."""

from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING

import numpy as np

from paraviz.errors import FormatError
from paraviz.formats.gathered import Gathered, Row, flows_of
from paraviz.formats.native.meta import TIME_LIMIT_NS
from paraviz.text.translation import _
from paraviz.trace import State
from paraviz.trace.model import Counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.formats.perfetto.sched import Sched
    from paraviz.formats.perfetto.tracks import Track, Tracks
    from paraviz.trace import Lane
    from paraviz.trace.model import Flows

_COUNTERS_LIMIT = 4_096
_LONGEST_NAME = 200
_DEEPEST = 32
"""Parents of a track that are asked whose it is."""


class Lanes:
    """What became of the tracks."""

    def __init__(self, tracks: Tracks, sched: Sched) -> None:
        self.gathered = Gathered()
        self.places_by_tid: dict[int, int] = {}
        """The lane of each thread, once there are lanes."""
        self._tracks, self._sched = tracks, sched
        self._by_tid: dict[int, Row] = {}
        self._of_track: dict[int, Row] = {}
        self._shared: dict[tuple[int, str], Row] = {}
        self._last = max(tracks.last, sched.last)
        self._from_kernel = set(sched.finish())
        for tid in sorted(self._from_kernel):
            self._sched.states(tid, self._thread(tid, 0))
        for number, track in tracks.known.items():
            if not track.is_empty:
                self._fill(self._row(number, track), track)
        self._ordered = self._order()

    def _thread(self, tid: int, pid: int) -> Row:
        row = self._by_tid.get(tid)
        if row is None:
            pid = self._tracks.processes.get(tid, 0) or pid
            name = self._tracks.thread_names.get(tid) or self._sched.names.get(tid)
            is_main = pid == tid != 0
            if is_main and (process := self._tracks.process_names.get(pid)):
                name = name or process
            row = self.gathered.row((name or f"thread {tid}")[:_LONGEST_NAME], pid, tid)
            row.kind = "process" if is_main else "thread"
            self._by_tid[tid] = row
        return row

    def _row(self, number: int, track: Track) -> Row:
        if track.is_thread:
            row = self._thread(track.tid, track.pid)
        else:
            name = track.name or (self._tracks.process_names.get(track.pid) if track.pid else "")
            whose = self._owner(track)
            key = (track.parent or track.pid, name or "")
            found = self._shared.get(key) if name else None
            if found is None:
                label = name or (f"process {track.pid}" if track.pid else "track")
                pid = whose.pid if whose else track.pid
                found = self.gathered.row(label[:_LONGEST_NAME], pid, whose.tid if whose else 0)
                found.kind = "task"
                self._shared[key] = found
            row = found
        self._of_track[number] = row
        return row

    def _owner(self, track: Track) -> Track | None:
        """The thread or the process that a track belongs to."""
        for _step in range(_DEEPEST):
            if track.is_thread or track.is_process:
                return track
            above = self._tracks.known.get(track.parent) if track.parent else None
            if above is None:
                return None
            track = above
        return None

    def _fill(self, row: Row, track: Track) -> None:
        # Callers before whom they call, where both begin and end together.
        spans = track.spans[::-1]
        spans += [(begin, max(begin, self._last), name) for begin, name in track.begins[::-1]]
        spans.sort(key=lambda span: (span[0], -span[1]))
        for begin, end, name in spans:
            row.span(begin, end, name)
        for at, name in track.marks:
            row.mark(at, name)

    def _order(self) -> list[Row]:
        """A process's threads together, its main thread first; other tracks behind them."""
        firsts: dict[int, int] = {}
        lived = [row for row in self.gathered.rows if row.lived]
        for row in sorted(lived, key=lambda row: row.first_ns):
            firsts.setdefault(row.pid or -id(row), len(firsts))
        ranks = {"process": 0, "thread": 1, "task": 2}
        return sorted(
            lived,
            key=lambda row: (firsts[row.pid or -id(row)], ranks[row.kind], row.first_ns),
        )

    @property
    def lived(self) -> bool:
        """Whether there is any lane."""
        return bool(self._ordered)

    @property
    def has_counters(self) -> bool:
        """Whether anything was counted."""
        return any(len(track.times) for track in self._tracks.known.values())

    def bounds(self) -> tuple[int, int]:
        """The first and the last moment. Raises FormatError."""
        moments = [
            each
            for track in self._tracks.known.values()
            if len(track.times)
            for each in (min(track.times), max(track.times))
        ]
        if self.lived:
            moments += self.gathered.bounds()
        if max(moments) - min(moments) > TIME_LIMIT_NS:
            raise FormatError(_("its times are absurd: years lie between the first and the last"))
        return min(moments), max(moments)

    def lanes(self, base_ns: int) -> tuple[Lane, ...]:
        """Them all, in their order."""
        known = {id(row): tid for tid, row in self._by_tid.items()}
        found = []
        for place, row in enumerate(self._ordered):
            tid = known.get(id(row), 0)
            if tid:
                self.places_by_tid[tid] = place
            default = State.BLOCKED if tid in self._from_kernel else None
            found.append(row.lane(base_ns, default))
        return tuple(found)

    def counters(self, base_ns: int) -> Iterator[Counter]:
        """What was counted; those called the same are told apart by whose they are."""
        counted = [track for track in self._tracks.known.values() if len(track.times)]
        twins = Tally(track.name for track in counted)
        for track in counted[:_COUNTERS_LIMIT]:
            label = track.name or _UNNAMED
            owner = self._owner(track)
            if twins[track.name] > 1 and owner is not None:
                label += f" ({self._tracks.process_names.get(owner.pid) or owner.pid})"
            times = np.array(track.times, np.int64) - base_ns
            order = np.argsort(times, kind="stable")
            values = np.array(track.values, np.float64)[order]
            values[~np.isfinite(values)] = 0
            if track.adds_up:
                values = np.cumsum(values)
            yield Counter(label[:_LONGEST_NAME], times[order], values * track.unit)

    def flows(self, base_ns: int) -> Flows | None:
        """From each step of a flow to the next one."""
        places = {id(row): place for place, row in enumerate(self._ordered)}
        last: dict[int, tuple[int, int]] = {}
        arrows = []
        for at, flow, number, ends in sorted(self._tracks.steps):
            row = self._of_track.get(number)
            place = places.get(id(row), -1)
            if place < 0:
                continue
            before = last.get(flow)
            if before is not None and before[0] != place:
                arrows.append((*before, place, at))
            if ends:
                last.pop(flow, None)
            else:
                last[flow] = (place, at)
        return flows_of(arrows, base_ns)


_UNNAMED = "counter"
