"""What a page shows of a trace, as values that become JSON.

Times are ns from the begin of the trace. A state's intervals are told by their begins alone: each
lasts until the next, the last until the lane's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from paraviz.analysis.claims.running import claims
from paraviz.analysis.costs import costs
from paraviz.analysis.figures import Material
from paraviz.analysis.findings.within import findings_within
from paraviz.analysis.point import point
from paraviz.text import language
from paraviz.text.durations import duration
from paraviz.text.endings import ending
from paraviz.text.notices import told_notice
from paraviz.text.translation import _, localized
from paraviz.trace import State
from paraviz.trace.histories.output import writes

from ..render.doing import state_verb
from ..render.inks import row_text
from ..render.sentence import sentence
from ..render.spans import whole_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.findings import Finding
    from paraviz.trace import Lane, Trace
    from paraviz.trace.histories.locks import LockHistory

    from ..render.view import TraceView

MOST_INTERVALS = 60_000
"""States of all lanes together; where there are more, each lane is told in columns of time."""
MOST_LANES = 2_000
_COLUMNS = 2_000
MOST_SENTENCES = 3_000
"""Of the longest intervals the page has the sentence that the app tells, of the others less."""
_MOST_LOCKS = 200
_MOST_HOLDS = 20_000
_MOST_TEXT = 200_000
_MOST_MARKS = 20_000
_MOST_LINES = 20_000


def page_data(view: TraceView) -> dict[str, Any]:
    """All of it, in the current language."""
    trace = view.trace
    lanes = trace.lanes[:MOST_LANES]
    reduced = sum(len(lane.states.starts) for lane in lanes) > MOST_INTERVALS
    told = _sentences(view, lanes) if not reduced else {}
    left_out = len(trace.lanes) - len(lanes)
    material = Material(trace, view.edges, view.locks if view.whole else None)
    found = findings_within(trace, view.index, material=material) or ()
    return {
        "language": language.current(),
        "title": trace.program.name,
        "argv": list(trace.program.argv),
        "about": _about(trace, reduced=reduced, left_out=left_out),
        "length": trace.end_ns - trace.start_ns,
        "states": [{"name": _verb(trace, state), "key": state.name.lower()} for state in State],
        "lanes": [
            _lane(view, number, lane, told, reduced=reduced) for number, lane in enumerate(lanes)
        ],
        "locks": _locks(view),
        "point": _point(trace, found, material),
        "findings": [_finding(trace, each) for each in found],
        "claims": [f"{claim.mark} {claim.told}" for claim in claims(trace)],
        "notices": [told_notice(notice) for notice in trace.notices],
        "source": {"name": trace.program.name, "text": trace.program.source[:_MOST_TEXT]},
        "output": _output(trace),
        "words": _words(),
    }


def _verb(trace: Trace, state: State) -> str:
    return _("is not there") if state is State.NOT_ALIVE else state_verb(trace, state)


def _words() -> dict[str, str]:
    """What the page itself says."""
    return {
        "findings": _("findings"),
        "output": _("output"),
        "source": _("source"),
        "locks": _("locks"),
        "help": _(
            "wheel or + −: zoom · drag or ← →: move · ↑ ↓: worker · click: keep the cursor · "
            "0: all of it · T: light or dark"
        ),
        "nothing": _("nothing wrong was found"),
        "for": _("for {length}, from {start} to {end}"),
        "holds": _("holds"),
        "waits": _("waits for"),
        "line": _("line"),
        "keyboard": _("A timeline: use the arrow keys"),
    }


def _about(trace: Trace, *, reduced: bool, left_out: int) -> list[str]:
    parts = [
        localized(duration(trace.wall_ns or trace.end_ns - trace.start_ns)),
        ending(trace.end_reason) if trace.end_reason else "",
        _("kernel states") if trace.truth == "kernel" else _("inferred states"),
        f"Python {trace.python}" if trace.python else "",
        trace.recorded_at[:16].replace("T", " "),
    ]
    if reduced:
        parts.append(_("told in columns of time: the recording has more states than a page takes"))
    if left_out:
        parts.append(_("{count:,} more lanes are not on this page").format(count=left_out))
    return [part for part in parts if part]


def _sentences(view: TraceView, lanes: tuple[Lane, ...]) -> dict[tuple[int, int], str]:
    """The sentence of each of the longest intervals, by its lane and its row."""
    lasted = [
        np.diff(np.append(lane.states.starts, lane.end_ns)) if len(lane.states.starts) else None
        for lane in lanes
    ]
    flat = [
        (int(length), number, row)
        for number, each in enumerate(lasted)
        if each is not None
        for row, length in enumerate(each.tolist())
        if lanes[number].states.states[row] != State.NOT_ALIVE
    ]
    flat.sort(reverse=True)
    found = {}
    for _length, number, row in flat[:MOST_SENTENCES]:
        span = whole_at(view.trace, number, int(lanes[number].states.starts[row]))
        rows = sentence(view, number, None, span)
        found[number, row] = " — ".join(row_text(part) for part in rows if part)
    return found


def _lane(
    view: TraceView,
    number: int,
    lane: Lane,
    told: dict[tuple[int, int], str],
    *,
    reduced: bool,
) -> dict[str, Any]:
    """One worker."""
    origin = view.trace.start_ns
    if reduced:
        starts, states = _columns(view, number, lane)
    else:
        starts, states = lane.states.starts, lane.states.states
    return {
        "name": view.labels[number],
        "kind": lane.kind,
        "start": lane.start_ns - origin,
        "end": lane.end_ns - origin,
        "how": ending(lane.end_reason) if lane.end_reason else "",
        "at": _deltas(starts - origin),
        "is": states.tolist(),
        "says": {row: text for (of, row), text in told.items() if of == number},
        "marks": _marks(view, number),
        "lines": _lines(view.trace, lane),
    }


def _columns(view: TraceView, number: int, lane: Lane) -> tuple[Any, Any]:
    """The state that took most of each column of time."""
    edges = np.linspace(lane.start_ns, lane.end_ns, _COLUMNS + 1).astype(np.int64)
    times = view.index.time_in_states(edges, [number])[:, 0, :]
    most = times.argmax(axis=0).astype(np.uint8)
    keep = np.append(True, most[1:] != most[:-1])
    return edges[:-1][keep], most[keep]


def _deltas(times: Any) -> list[int]:
    """Times as the first one and the steps from each to the next."""
    return np.diff(times, prepend=0).tolist() if len(times) else []


def _marks(view: TraceView, number: int) -> list[list[Any]]:
    """What it wrote: when, and the text."""
    if number >= len(view.marks):
        return []
    marks, lane = view.marks[number], view.trace.lanes[number]
    found = []
    for row in range(min(len(marks.times), _MOST_MARKS)):
        text = lane.text[int(marks.text_starts[row]) : int(marks.text_ends[row])][:40]
        if text:
            found.append([int(marks.times[row]) - view.trace.start_ns, text])
    return found


def _lines(trace: Trace, lane: Lane) -> list[list[int]]:
    """At which line of the program it was from when on."""
    known = np.flatnonzero(lane.sites >= 0)[:_MOST_LINES]
    found: list[list[int]] = []
    for row in known.tolist():
        site = trace.sites[int(lane.sites[row])]
        if site.file == trace.program.path and (not found or found[-1][1] != site.line):
            found.append([int(lane.times[row]) - trace.start_ns, site.line])
    return found


def _locks(view: TraceView) -> list[dict[str, Any]]:
    """Who held each lock when, and who waited for it."""
    left = _MOST_HOLDS
    found = []
    for lock in list(view.locks)[:_MOST_LOCKS]:
        if not len(lock.hold_starts) and not len(lock.wait_starts):
            continue
        told = _lock(lock, view.trace.start_ns, view.trace.end_ns, left)
        left -= len(told["holds"]) + len(told["waits"])
        found.append(told)
        if left <= 0:
            break
    return found


def _lock(lock: LockHistory, origin: int, end: int, most: int) -> dict[str, Any]:
    def rows(starts: Any, ends: Any, lanes: Any) -> list[list[int]]:
        last = np.minimum(ends, end)
        columns = (lanes[:most], (starts - origin)[:most], (last - origin)[:most])
        return np.stack(columns, axis=1).tolist() if len(starts) else []

    return {
        "name": lock.name,
        "holds": rows(lock.hold_starts, lock.hold_ends, lock.holders),
        "waits": rows(lock.wait_starts, lock.wait_ends, lock.waiters),
    }


def _point(trace: Trace, found: Sequence[Finding], material: Material) -> dict[str, Any] | None:
    """The sentence that is read first, as under the lanes of a terminal."""
    about = point(trace, found, costs(trace, material))
    if about is None:
        return None
    return {"text": f"{about.mark} {about.told.told}", "fault": about.mark == "✗"}


def _finding(trace: Trace, found: Finding) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "text": found.told.told,
        "at": found.at_ns - trace.start_ns,
        "until": found.until_ns - trace.start_ns,
        "lane": found.lane_index,
    }


def _output(trace: Trace) -> list[list[Any]]:
    """What was written, by whom, in order; no more than a page takes."""
    found: list[list[Any]] = []
    size = 0
    for each in writes(trace):
        size += len(each.text)
        if size > _MOST_TEXT:
            break
        if found and found[-1][1] == each.lane_index and len(found[-1][2]) < 200:
            found[-1][2] += each.text
        else:
            found.append([each.at_ns - trace.start_ns, each.lane_index, each.text])
    return found
