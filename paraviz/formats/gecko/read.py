"""Reading profiles of the Firefox profiler: its own processed form, which samply, Python's sampler
and many converters write, and Gecko's raw form.

A thread is a lane; the calls on its stacks are spans from the first look that saw them to the first
that did not. Markers that last stand in a lane of their own, since they need not nest; others are
marks. States are what looks can tell: blocked is where no CPU was spent from one look to the next,
if that was measured, else where no stack was seen.
"""

from __future__ import annotations

from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.gathered import Gathered, Near, Row, moment
from paraviz.formats.gecko.calls import Tree, calls, stretches
from paraviz.formats.gecko.tables import (
    BEGIN,
    END,
    INSTANT,
    LONGEST_NAME,
    Marker,
    Samples,
    markers_of,
    number,
    samples_of,
    stacks_of,
    texts_of,
)
from paraviz.formats.undecodable import UNREADABLE, reason
from paraviz.text.notices import (
    FOREIGN_SAMPLES,
    FOREIGN_SAMPLES_WITH_CPU,
    TIMELESS,
    UNSEEN,
    counted,
)
from paraviz.text.translation import _
from paraviz.trace import Program, State, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIMIT = 1 << 30
"""Bytes of a profile, all of which is decoded at once."""
_CALLS_LIMIT = 5_000_000
_DEEPEST_PROCESSES = 8


class _Profile(msgspec.Struct):
    meta: Any = None
    threads: Any = None
    shared: Any = None
    processes: Any = None


def read_gecko(content: memoryview, name: str, heard: Callable[[int], None]) -> Trace:
    """The trace of a profile. Raises FormatError."""
    if len(content) > _LIMIT:
        raise FormatError(_("unpacks to more than {limit:,} bytes: too much").format(limit=_LIMIT))
    try:
        profile = msgspec.json.decode(content, type=_Profile)
    except UNREADABLE as error:
        raise damaged(reason(error, content)) from error
    heard(len(content) // 2)
    reader = _Reader()
    reader.take(profile, 0)
    heard(len(content))
    return reader.trace(name)


class _Reader:
    def __init__(self) -> None:
        self.gathered = Gathered()
        self._near = Near()
        self.timeless = 0
        self.calls = 0
        self.unseen = 0
        """How often nobody looked for a while."""
        self.with_cpu = False
        self._start_ms = 0.0
        self._default: dict[int, State | None] = {}

    def take(self, profile: _Profile, depth: int) -> None:
        """A process and, in the raw form, its children."""
        meta = profile.meta if isinstance(profile.meta, dict) else {}
        shared = profile.shared if isinstance(profile.shared, dict) else {}
        start = number(meta.get("startTime")) or 0.0
        if not depth:
            self._start_ms = start
        # Times of the raw form count from the begin of each process.
        offset = start - self._start_ms if depth else 0.0
        interval = number(meta.get("interval")) or 0.0
        for thread in profile.threads if isinstance(profile.threads, list) else ():
            if isinstance(thread, dict):
                self._thread(thread, shared, interval, offset)
        if depth < _DEEPEST_PROCESSES and isinstance(profile.processes, list):
            for process in profile.processes:
                try:
                    self.take(msgspec.convert(process, _Profile), depth + 1)
                except UNREADABLE:
                    continue

    def _thread(
        self, thread: dict[str, Any], shared: dict[str, Any], interval: float, offset: float
    ) -> None:
        texts = texts_of(thread, shared)
        stacks = stacks_of(thread, shared, texts)
        samples = self._near_ones(samples_of(thread, len(stacks.names)))
        markers = [marker for marker in markers_of(thread, texts) if self._is_near(marker)]
        pid, tid = _numbered(thread.get("pid")), _numbered(thread.get("tid"))
        name = str(thread.get("name") or f"thread {tid}")[:LONGEST_NAME]
        process = thread.get("processName")
        is_main = thread.get("isMainThread") is True or name == "GeckoMain"
        if is_main and process and name in ("GeckoMain", "MainThread"):
            name = str(process)[:LONGEST_NAME]
        row = self.gathered.row(name, pid, tid)
        row.kind = "process" if is_main else "thread"
        looks = [
            (begin + offset, end + offset, stack)
            for begin, end, stack in stretches(samples, interval)
        ]
        found = calls(Tree(stacks), looks, _CALLS_LIMIT - self.calls)
        self.calls += len(found)
        if self.calls > _CALLS_LIMIT:
            words = _("its stacks have more than {count:,} calls")
            raise FormatError(words.format(count=_CALLS_LIMIT))
        self.unseen += sum(
            later > end for (_, end, _), (later, _, _) in pairwise(looks) if later - end > 1e-9
        )
        for begin, end, called in found:
            row.span(_ns(begin), _ns(end), called)
        self._states(row, samples, looks)
        stretched = self._marks(row, markers, offset)
        if stretched:
            apart = self.gathered.row(f"markers {name}", pid, tid)
            apart.kind = "task"
            # A marker says nothing of who ran.
            self._default[id(apart)] = State.BLOCKED
            for begin, end, told in stretched:
                apart.span(_ns(begin), _ns(end), told)

    def _near_ones(self, samples: Samples) -> Samples:
        """Without the looks that are years away."""
        near = [self._near(_ns(at)) for at in samples.times]
        self.timeless += near.count(False)
        if all(near):
            return samples
        return Samples(
            list(compress(samples.times, near)),
            list(compress(samples.stacks, near)),
            list(compress(samples.cpu, near)),
        )

    def _is_near(self, marker: Marker) -> bool:
        """Whether a marker's times are not years away."""
        found = all(self._near(_ns(at)) for at in (marker.begin, marker.end) if at is not None)
        self.timeless += not found
        return found

    def _states(self, row: Row, samples: Samples, looks: list[tuple[float, float, int]]) -> None:
        """Blocked where no CPU was spent up to the next look."""
        if not samples.cpu:
            return
        self.with_cpu = True
        self._default[id(row)] = State.BLOCKED
        since, was = None, None
        spent = [*samples.cpu[1:], None]
        for (begin, end, _stack), used in zip(looks, spent, strict=True):
            runs = used is None or used > 0
            if runs and (since is None or begin != was):
                if since is not None and was is not None:
                    row.state(_ns(since), _ns(was), State.RUNNING)
                since = begin
            elif not runs and since is not None and was is not None:
                row.state(_ns(since), _ns(was), State.RUNNING)
                since = None
            was = end
        if since is not None and was is not None:
            row.state(_ns(since), _ns(was), State.RUNNING)

    def _marks(
        self, row: Row, markers: list[Marker], offset: float
    ) -> list[tuple[float, float, str]]:
        """Those that last; the others are marks of the lane."""
        lasting: list[tuple[float, float, str]] = []
        waiting: dict[str, list[float]] = {}
        for marker in markers:
            begin, end = marker.begin, marker.end
            at = end if marker.phase == END else begin
            if at is None:
                self.timeless += 1
            elif marker.phase == INSTANT:
                row.mark(_ns(at + offset), marker.name)
            elif marker.phase == BEGIN:
                waiting.setdefault(marker.name, []).append(at)
            elif marker.phase == END:
                before = waiting.get(marker.name)
                lasting.append(
                    ((before.pop() if before else at) + offset, at + offset, marker.name)
                )
            elif end is None or end < at:
                row.mark(_ns(at + offset), marker.name)
            else:
                lasting.append((at + offset, end + offset, marker.name))
        last = max((end for _, end, _ in lasting), default=0.0)
        for name, begins in waiting.items():
            lasting += [(at + offset, max(at + offset, last), name) for at in begins]
        return lasting

    def trace(self, name: str) -> Trace:
        """Everything."""
        base, last = self.gathered.bounds()
        rows = [row for row in self.gathered.rows if row.lived]
        lanes = tuple(row.lane(base, self._default.get(id(row))) for row in rows)
        return Trace(
            program=Program(name),
            lanes=lanes,
            objects=self.gathered.objects(),
            span_names=tuple(self.gathered.names.texts),
            wall_ns=last - base,
            recorded_at=moment(round(self._start_ms) * 1_000_000 + base),
            exit_code=None,
            end_reason="ended",
            notices=tuple(self._notices()),
        )

    def _notices(self) -> Iterator[str]:
        yield (FOREIGN_SAMPLES_WITH_CPU if self.with_cpu else FOREIGN_SAMPLES).english
        if self.unseen:
            yield counted(UNSEEN, self.unseen)
        if self.timeless:
            yield counted(TIMELESS, self.timeless)


def _ns(ms: float) -> int:
    return round(ms * 1e6)


def _numbered(value: Any) -> int:
    """A pid or tid, which some write as texts ("123", "123.1"); 0 for anything else."""
    try:
        found = int(float(value)) if isinstance(value, int | float | str) else 0
    except (ValueError, OverflowError):
        return 0
    return found if abs(found) < 1 << 62 else 0
