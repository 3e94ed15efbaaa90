"""What a report tells that has a place on the timeline: parts of the critical path, the longest
wait for a lock, the longest task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.analysis.figures.within import lengths_within
from paraviz.text.translation import _
from paraviz.trace import State

from .characters import one_cell
from .charts import MARGIN
from .doing import doing, lane_name
from .inks import QUIET, Ink, Row, cut
from .spans import Span
from .times import time_text

if TYPE_CHECKING:
    from paraviz.analysis.costs import Cost
    from paraviz.analysis.figures import Figures
    from paraviz.analysis.findings import Finding

    from .view import TraceView

PATH_PARTS = 8
"""Parts of the critical path that are shown: the longest ones."""
_BOLD = Ink("text", mood="bold")
_LENGTH = 9
"""Cells of a length."""


class Place(Struct, frozen=True):
    """A stretch of a worker's row."""

    lane_index: int
    """Whose row."""
    at_ns: int
    """Its begin."""
    until_ns: int
    """Its end."""

    @classmethod
    def of(cls, finding: Finding | Cost) -> Place:
        """Where something was found."""
        return cls(finding.lane_index, finding.at_ns, finding.until_ns)


def path_places(figures: Figures) -> list[Place | None]:
    """Where the longest parts of the critical path are; None for one that is nobody's."""
    path = figures.critical
    return [
        Place(int(path.lanes[part]), int(path.starts[part]), int(path.ends[part]))
        if path.lanes[part] >= 0
        else None
        for part in path.longest(PATH_PARTS)
    ]


def path_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """The longest parts of the critical path: how long, when, whose, and what it did."""
    path = figures.critical
    rows: list[Row] = []
    for part in path.longest(PATH_PARTS):
        lane, start, end = int(path.lanes[part]), int(path.starts[part]), int(path.ends[part])
        when = _("at {time}").format(time=time_text(start))
        row: Row = [
            (" " * MARGIN + time_text(end - start).rjust(_LENGTH), _BOLD),
            (f"  {when.ljust(_LENGTH + 5)}", QUIET),
        ]
        if lane < 0:
            row.append((_("nobody"), QUIET))
        else:
            span = Span(lane, start, end, State(int(path.states[part])), int(path.causes[part]))
            row += [lane_name(view, lane), (" ", QUIET), *_does(view, span)]
        rows.append(cut([(one_cell(text), ink) for text, ink in row], columns))
    return rows


def _does(view: TraceView, span: Span) -> Row:
    if span.state is not State.NOT_ALIVE:
        return doing(view, span)
    begun = span.start_ns >= view.trace.lanes[span.lane_index].end_ns
    return [(_("has ended") if begun else _("has not begun yet"), QUIET)]


def lock_places(view: TraceView, figures: Figures, count: int) -> list[Place | None]:
    """Where the longest wait for each of the first locks is, in the range, or where nobody waited
    the longest holding; None where neither is known."""
    histories = {lock.object_index: lock for lock in view.locks}
    within = figures.start_ns, figures.end_ns
    found: list[Place | None] = []
    for loss in figures.locks[:count]:
        lock = histories.get(loss.object_index)
        place = None
        if lock is not None:
            waits = lock.wait_starts, lock.wait_ends, lock.waiters
            holds = lock.hold_starts, lock.hold_ends, lock.holders
            starts, ends, lanes = waits if loss.wait_ns else holds
            lengths = lengths_within(starts, ends, *within)
            row = int(lengths.argmax()) if len(lengths) else -1
            if row >= 0:
                place = Place(int(lanes[row]), int(starts[row]), int(ends[row]))
        found.append(place)
    return found


def task_place(figures: Figures) -> Place | None:
    """Where the longest task is."""
    tasks = figures.tasks
    if not tasks.count:
        return None
    start = tasks.longest_start_ns
    return Place(tasks.longest_lane, start, start + tasks.longest_ns)
