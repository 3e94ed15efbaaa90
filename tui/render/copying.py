"""What is selected, as text for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace import State

from .names import label
from .spans import Span, cause_text, span_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .inks import Row
    from .tracks import Track, Tracks
    from .view import TraceView

MOST_EVENTS = 1_000
"""Events of a selection that are told one by one."""


def as_text(title: str, rows: Sequence[Row]) -> str:
    """The rows of a sentence below their title."""
    lines = [title, *("".join(text for text, _ink in row).rstrip() for row in rows)]
    return "\n".join(line for line in lines if line)


def as_json(
    view: TraceView,
    tracks: Tracks,
    track: Track,
    cursor_ns: int | None,
    span: Span | None = None,
    mark_ns: int | None = None,
) -> str:
    """The chosen track and what is selected in it: a span, a stretch from mark to cursor, or the
    span under the cursor. Times in ns since the origin; names of states and events as in
    `info --json`."""
    told: dict[str, object] = {
        "program": view.trace.program.name,
        "row": label(view, tracks, track),
    }
    if cursor_ns is not None:
        told["cursor_ns"] = cursor_ns
    if track.kind in ("lane", "spans"):
        lane = track.number
        under = span_at(view.trace, lane, cursor_ns) if cursor_ns is not None else None
        if span is None and mark_ns is not None and cursor_ns not in (None, mark_ns):
            start, end = sorted((mark_ns, cursor_ns or 0))
        elif (span := span or under) is not None:
            start, end = span.start_ns, span.end_ns
            told["state"] = span.state.name.lower()
            told["cause"] = cause_text(view.trace, view.labels, span)
        else:
            start, end = view.trace.lanes[lane].start_ns, view.trace.lanes[lane].end_ns
        told |= {"start_ns": start, "end_ns": end, **_content(view, lane, start, end)}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _content(view: TraceView, lane_index: int, start_ns: int, end_ns: int) -> dict[str, object]:
    lane = view.trace.lanes[lane_index]
    times = view.index.time_in_states(np.array([start_ns, end_ns], np.int64), [lane_index])
    first, last = np.searchsorted(lane.times, (start_ns, end_ns)).tolist()
    events = []
    for row in range(first, min(last, first + MOST_EVENTS)):
        kind, site = int(lane.kinds[row]), int(lane.sites[row])
        event: dict[str, object] = {
            "at_ns": int(lane.times[row]),
            "kind": ev.KIND_NAMES.get(kind, str(kind)),
        }
        if kind in ev.kinds_about(ev.AN_OBJECT) and lane.objects[row] >= 0:
            event["object"] = view.trace.objects[int(lane.objects[row])].name
        if site >= 0:
            event["at"] = f"{view.trace.sites[site].file}:{view.trace.sites[site].line}"
        events.append(event)
    return {
        "worker": view.labels[lane_index],
        "pid": lane.pid,
        "tid": lane.tid,
        "states_ns": {
            state.name.lower(): int(times[state, 0, 0])
            for state in State
            if times[state, 0, 0] and state is not State.NOT_ALIVE
        },
        "spans": view.nested.name_at(lane_index, start_ns),
        "events": events,
        "events_left_out": max(last - first - MOST_EVENTS, 0),
    }
