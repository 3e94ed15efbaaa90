"""What is selected, as it is copied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.model import Site
from paraviz.tui.render.copying import MOST_EVENTS, as_json, as_text
from paraviz.tui.render.inks import PLAIN, QUIET
from paraviz.tui.render.spans import span_at
from paraviz.tui.render.tracks import Arrangement, Track, arranged
from paraviz.tui.render.view import TraceView
from tests.render.arranged import END, workshop
from tests.traces import lane, trace

if TYPE_CHECKING:
    from paraviz.tui.render.spans import Span

VIEW = TraceView.of(workshop())
ONE, TWO = Track("lane", 2), Track("lane", 3)


def told(
    track: Track,
    cursor_ns: int | None = None,
    span: Span | None = None,
    mark_ns: int | None = None,
    view: TraceView = VIEW,
) -> dict[str, Any]:
    tracks = arranged(view, Arrangement())
    found: dict[str, Any] = json.loads(as_json(view, tracks, track, cursor_ns, span, mark_ns))
    return found


def test_text_is_the_title_and_the_rows_below_it() -> None:
    rows = [[(" a ", PLAIN), ("b", QUIET)], [("c   ", PLAIN)]]
    assert as_text("this span", rows) == "this span\n a b\nc"


def test_text_without_a_title_or_of_empty_rows_has_no_empty_lines() -> None:
    assert as_text("", [[("a", PLAIN)], []]) == "a"
    assert as_text("title", [[], [("   ", PLAIN)]]) == "title"


def test_a_lane_without_a_cursor_is_its_whole_life() -> None:
    found = told(TWO)
    assert (found["program"], found["row"]) == ("program.py", "worker-2")
    assert (found["worker"], found["pid"], found["tid"]) == ("worker-2", 200, 202)
    assert (found["start_ns"], found["end_ns"]) == (2_000, END)
    assert found["states_ns"] == {"running": END - 2_000 - 35_100, "waiting_lock": 35_100}
    assert found["events"] == [
        {"at_ns": 25_000, "kind": "wait", "object": "printer"},
        {"at_ns": 60_100, "kind": "acquire", "object": "printer"},
        {"at_ns": 70_000, "kind": "release", "object": "printer"},
    ]
    assert found["events_left_out"] == 0
    assert not {"cursor_ns", "state", "cause"} & found.keys()


def test_a_cursor_means_the_span_below_it() -> None:
    found = told(TWO, 30_000)
    assert found["cursor_ns"] == 30_000
    assert (found["state"], found["cause"]) == ("waiting_lock", "printer")
    assert (found["start_ns"], found["end_ns"]) == (25_000, 60_100)
    assert found["states_ns"] == {"waiting_lock": 35_100}
    # The end is excluded.
    assert [each["at_ns"] for each in found["events"]] == [25_000]


def test_from_mark_to_cursor_whichever_comes_first() -> None:
    there = told(TWO, 30_000, None, 65_000)
    assert (there["start_ns"], there["end_ns"]) == (30_000, 65_000)
    assert there["states_ns"] == {"running": 4_900, "waiting_lock": 30_100}
    assert "state" not in there
    back = told(TWO, 65_000, None, 30_000)
    assert back | {"cursor_ns": 30_000} == there


def test_a_mark_at_the_cursor_or_without_one_measures_nothing() -> None:
    assert told(TWO, 30_000, None, 30_000) == told(TWO, 30_000)
    assert told(TWO, None, None, 30_000) == told(TWO)


def test_a_selected_span_is_meant_whatever_is_marked() -> None:
    span = span_at(VIEW.trace, 3, 80_000)
    found = told(TWO, 80_000, span, 10_000)
    assert (found["start_ns"], found["end_ns"], found["state"]) == (60_100, END, "running")


def test_named_spans_are_told_by_name() -> None:
    assert told(ONE, 45_000, None, 40_000)["spans"] == ["load", "parse"]
    assert told(Track("spans", 2), 45_000, None, 40_000)["worker"] == "worker-1"


def test_what_is_no_lane_has_a_name_and_a_moment() -> None:
    lock = Track("lock", 0)
    assert told(lock) == {"program": "program.py", "row": "◆ printer"}
    assert told(lock, 5) == {"program": "program.py", "row": "◆ printer", "cursor_ns": 5}


def test_where_it_stands_in_the_source() -> None:
    shown = workshop()
    sites = np.array([-1, 0, -1], np.int32)
    lanes = list(shown.lanes)
    lanes[3] = replace(lanes[3], sites=sites)
    view = TraceView.of(replace(shown, lanes=tuple(lanes), sites=(Site("a.py", 7, "work"),)))
    assert [each.get("at") for each in told(TWO, view=view)["events"]] == [None, "a.py:7", None]


def test_letters_stay_as_they_are() -> None:
    view = TraceView.of(trace([lane("größe", [], end_ns=9)]))
    assert "größe" in as_json(view, arranged(view, Arrangement()), Track("lane", 0), None)


def test_of_very_many_events_the_first_are_told_and_the_others_counted() -> None:
    writes = [(at, ev.WRITE, ev.STDOUT, 1) for at in range(MOST_EVENTS + 7)]
    view = TraceView.of(trace([lane("w", writes, end_ns=9_999, text="x" * len(writes))]))
    found = told(Track("lane", 0), view=view)
    assert len(found["events"]) == MOST_EVENTS
    assert found["events"][-1]["at_ns"] == MOST_EVENTS - 1
    assert found["events_left_out"] == 7
