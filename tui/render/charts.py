"""Figures as bars and tables: what each worker, lock or queue has of them, and their course."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.figures.foreign import known_states
from paraviz.text.translation import _, localized, ngettext, percent
from paraviz.trace import State

from .characters import one_cell
from .doing import STATE_VERBS, lane_name
from .glyphs import STATE_GLYPHS, STATE_TONES
from .inks import FAINT, PLAIN, QUIET, Ink, Piece, Row, shortened, worker
from .overview import BARS
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.analysis.figures import Figures
    from paraviz.trace import Trace

    from .view import TraceView

MARGIN = 3
"""Cells to the left of what belongs to a figure."""
_LABEL = 24
"""Cells of what stands before a bar."""
_NUMBER = 8
"""Cells of what stands behind a bar."""
_LEAST_BAR = 8
_MOST_LANES = 40
"""Workers whose states are drawn; the rest is counted."""
MOST_ROWS = 12
"""Rows of any other table or chart by worker, lock or queue."""
_HEIGHT = 4
"""Rows of the course of parallelism at most."""
_STATES = tuple(state for state in State if state is not State.NOT_ALIVE)
_SHARE = 6
"""Cells of a share of one state."""
_WIDE = 76
"""From so many columns on each state's share stands there as a number."""


def bar_row(label: Piece, share: float, columns: int, tail: str) -> Row:
    """A label, a bar of so much of the room, and a number."""
    room = max(columns - MARGIN - _LABEL - _NUMBER, _LEAST_BAR)
    filled = max(round(share * room), 1 if share > 0 else 0)
    text, ink = label
    return [
        (" " * MARGIN + shortened(one_cell(text), _LABEL - 1).ljust(_LABEL), ink),
        ("█" * filled, Ink("overview")),
        (" " * (room - filled) + shortened(tail, _NUMBER).rjust(_NUMBER), PLAIN),
    ]


def table(
    names: Sequence[Piece], heads: Sequence[str], cells: Sequence[Sequence[str]], columns: int
) -> list[Row]:
    """Rows of names and of cells below their heads, to the right; the last columns go first where
    there is no room for all."""
    widths = [
        max(map(len, (head, *(row[place] for row in cells)))) + 2
        for place, head in enumerate(heads)
    ]
    longest = max((len(text) for text, _ink in names), default=0)
    name = min(longest, max(columns // 3, 12))
    ends = list(accumulate(widths, initial=MARGIN + name))
    shown = sum(end <= columns for end in ends[1:])
    widths = widths[:shown]
    head = "".join(map(str.rjust, heads, widths))
    rows: list[Row] = [[(" " * (MARGIN + name) + head, FAINT)]]
    for (text, ink), row in zip(names, cells, strict=True):
        label = " " * MARGIN + shortened(one_cell(text), name).ljust(name)
        rows.append([(label, ink), ("".join(map(str.rjust, row, widths)), PLAIN)])
    return rows


def _counted(count: int) -> str:
    return localized(f"{count:,}")


def rest_rows(count: int) -> list[Row]:
    """How many more there are that are not shown."""
    return [[("   " + _("… and {count:,} more").format(count=count), QUIET)]] if count > 0 else []


def share_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """The share of each state by worker: as a bar of the range, and of its life in it in numbers,
    that of running alone where there is no room."""
    lanes = range(min(len(view.trace.lanes), _MOST_LANES))
    longest = max((len(view.labels[lane]) for lane in lanes), default=0)
    names = min(longest + 1, columns // (4 if columns >= _WIDE else 3))
    told = known_states(view.trace) if columns >= _WIDE else _STATES[:1]
    room = max(columns - MARGIN - names - _SHARE * len(told) - 1, _LEAST_BAR)
    head: Row = [(" " * (MARGIN + names + room), PLAIN)]
    head += [((STATE_GLYPHS[each] * 2).rjust(_SHARE), Ink(STATE_TONES[each])) for each in told]
    rows = [head]
    for lane in lanes:
        label, ink = lane_name(view, lane)
        times = figures.times[:, lane]
        row: Row = [(f"   {shortened(one_cell(label), names - 1).ljust(names)}", ink)]
        row += _bar(times, room, lane)
        rows.append([*row, ("".join(_percents(times, told)), PLAIN)])
    return [*rows, *rest_rows(len(view.trace.lanes) - len(lanes))]


def _percents(times: NDArray[np.int64], states: Sequence[State]) -> list[str]:
    alive = int(times.sum() - times[State.NOT_ALIVE])
    if not alive:
        return ["–".rjust(_SHARE)] * len(states)
    return [percent(int(times[state]), alive).rjust(_SHARE) for state in states]


def _bar(times: NDArray[np.int64], room: int, lane: int) -> Row:
    """A range as a bar, its states one after the other, each as long as its share."""
    total = max(int(times.sum()), 1)
    edges = np.rint(np.cumsum([0, *(times[state] for state in _STATES)]) * room / total).astype(int)
    row: Row = []
    for state, first, last in zip(_STATES, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        ink = Ink(worker(lane) if state is State.RUNNING else STATE_TONES[state])
        if last > first:
            row.append((STATE_GLYPHS[state] * (last - first), ink))
    used = int(edges[-1])
    return [*row, (" " * (room - used), PLAIN)] if used < room else row


def course_rows(figures: Figures, columns: int) -> list[Row]:
    """Parallelism over time: how many workers ran on average in each column, and below it from
    when to when."""
    found = figures.parallelism
    top = max(int(np.ceil(found.over_time.max(initial=0.0))), 1)
    label = len(str(top))
    room = max(columns - MARGIN - label - 2, _LEAST_BAR)
    widths = np.diff(found.edges)
    sums = np.concatenate(([0.0], np.cumsum(found.over_time * widths)))
    edges = np.linspace(figures.start_ns, figures.end_ns, room + 1)
    within = np.diff(np.interp(edges, found.edges, sums))
    heights = within / np.maximum(np.diff(edges), 1e-9)
    height = min(top, _HEIGHT)
    eighths = np.rint(heights / top * height * 8).astype(np.int64)
    eighths = np.where(heights > 0, np.maximum(eighths, 1), 0)
    rows: list[Row] = []
    for below in reversed(range(height)):
        mark = str(top) if below == height - 1 else ""
        bars = "".join(np.array(list(BARS))[np.clip(eighths - 8 * below, 0, 8)])
        left = " " * MARGIN + mark.rjust(label)
        rows.append([(left, QUIET), (" │", FAINT), (bars, Ink("overview"))])
    begin, end = time_text(figures.start_ns), time_text(figures.end_ns)
    axis = begin + end.rjust(max(room - len(begin), len(end) + 1))
    return [*rows, [(" " * (MARGIN + label + 2) + axis, QUIET)]]


def count_rows(figures: Figures, columns: int) -> list[Row]:
    """For how long so many workers ran at once."""
    counts = figures.parallelism.by_count
    wall = max(figures.wall_ns, 1)
    shown = np.flatnonzero(counts) if len(counts) > MOST_ROWS else np.arange(len(counts))
    rows = []
    for count in shown.tolist():
        words = ngettext("{count} worker runs", "{count} workers run", count).format(count=count)
        share = int(counts[count]) / wall
        rows.append(bar_row((words, QUIET), share, columns, localized(f"{share:.1%}")))
    return rows


def switch_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """Who ceased to run how often, and why; the one that did most comes first."""
    found = figures.switches
    counts = found.voluntary + found.forced
    order = [lane for lane in np.argsort(-counts, kind="stable").tolist() if counts[lane]]
    if not order:
        return []
    shown = order[:MOST_ROWS]
    known = figures.trace.truth != "inferred"
    cells = [
        (_counted(found.voluntary[lane]), _counted(found.forced[lane]) if known else "–")
        for lane in shown
    ]
    names = [lane_name(view, lane) for lane in shown]
    rows = table(names, (_("voluntary"), _("forced")), cells, columns)
    return [*rows, *rest_rows(len(order) - len(shown))]


def fair_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """How long each one ran that wanted to, and how much that is of what it wanted."""
    times = figures.times
    wanted = times[[State.RUNNING, State.WAITING_CPU, State.WAITING_GIL, State.WAITING_LOCK]]
    order = sorted(figures.fairness.lanes, key=lambda lane: -int(times[State.RUNNING, lane]))
    shown = order[:MOST_ROWS]
    if not shown:
        return []
    cells = []
    for lane in shown:
        ran, wished = int(times[State.RUNNING, lane]), int(wanted[:, lane].sum())
        cells.append((time_text(ran), percent(ran, wished)))
    names = [lane_name(view, lane) for lane in shown]
    rows = table(names, (_("ran"), _("of the time it wanted to")), cells, columns)
    return [*rows, *rest_rows(len(order) - len(shown))]


def path_share_rows(view: TraceView, figures: Figures, columns: int) -> list[Row]:
    """How much of the critical path is whose."""
    by_lane = figures.critical.times_by_lane(len(view.trace.lanes))
    order = [lane for lane in np.argsort(-by_lane, kind="stable").tolist() if by_lane[lane]]
    shown = order[:MOST_ROWS]
    rows = []
    for lane in shown:
        share = int(by_lane[lane]) / max(figures.wall_ns, 1)
        rows.append(bar_row(lane_name(view, lane), share, columns, localized(f"{share:.1%}")))
    return [*rows, *rest_rows(len(order) - len(shown))]


def lock_rows(figures: Figures, columns: int) -> list[Row]:
    """The locks by time lost."""
    shown = figures.locks[:MOST_ROWS]
    if not shown:
        return []
    heads = (_("lost"), _("waits"), _("longest wait"), _("taken"), _("held"))
    cells = [
        (
            *(time_text(lock.wait_ns), _counted(lock.waits), time_text(lock.longest_wait_ns)),
            *(_counted(lock.acquisitions), time_text(lock.held_ns)),
        )
        for lock in shown
    ]
    rows = table([(lock.name, QUIET) for lock in shown], heads, cells, columns)
    return [*rows, *rest_rows(len(figures.locks) - len(shown))]


def length_rows(figures: Figures, columns: int) -> list[Row]:
    """How many tasks took how long, by powers of two."""
    histogram = figures.tasks.histogram
    bins = np.flatnonzero(histogram)
    if not len(bins):
        return []
    most = int(histogram.max())
    rows = []
    for place in range(int(bins[0]), int(bins[-1]) + 1):
        least, beyond = (1 << place) >> 1, 1 << place
        words = _("{start} to {end}").format(start=time_text(least), end=time_text(beyond))
        count = int(histogram[place])
        label = words if place else time_text(0)
        rows.append(bar_row((label, QUIET), count / most, columns, _counted(count)))
    return rows


def queue_rows(figures: Figures, columns: int) -> list[Row]:
    """How full each queue was; the fullest one comes first."""
    order = sorted(figures.queues, key=lambda queue: (-queue.most, -queue.mean))
    shown = order[:MOST_ROWS]
    if not shown:
        return []
    cells = [
        (localized(f"{each.mean:,.1f}"), _counted(each.most), _counted(each.least))
        for each in shown
    ]
    heads = (_("on average"), _("at most"), _("at least"))
    rows = table([(each.name, QUIET) for each in shown], heads, cells, columns)
    return [*rows, *rest_rows(len(order) - len(shown))]


def legend_rows(trace: Trace, columns: int) -> list[Row]:
    """What the glyphs of states mean."""
    rows: list[Row] = []
    used = columns
    for state in known_states(trace):
        words = f" {_(STATE_VERBS[state])}  "
        if used + 2 + len(words) > columns:
            rows.append([(" " * MARGIN, PLAIN)])
            used = MARGIN
        rows[-1] += [(STATE_GLYPHS[state] * 2, Ink(STATE_TONES[state])), (words, QUIET)]
        used += 2 + len(words)
    return rows
