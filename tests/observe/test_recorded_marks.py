"""What `paraviz.mark` and `paraviz.span` leave in a recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from paraviz.trace import Trace
from tests.observe.running import run_recorded
from tests.observe.test_recorded_conditions import happened, lane_named


def told(trace: Trace, name: str) -> list[str]:
    """The lane's marks, in words."""
    return [text for text in happened(trace, lane_named(trace, name)) if '"' in text]


def test_marks_and_spans_are_events_by_their_text(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "marks.py", "fork")
    once = ['begin "load"', 'begin "inner"', 'mark "loaded"', 'end "inner"', 'end "load"']
    assert told(trace, "worker") == once * 3
    main, child = (lane for lane in trace.lanes if lane.kind == "process")
    marks = [
        'mark "first"',
        'mark "in both"',
        'mark "start"',
        *['begin "again"'] * 2,
        *['end "again"'] * 2,
        'mark "int"',
        'mark "list"',
        'mark "? \0 ünï"',
    ]
    assert [text for text in happened(trace, main) if '"' in text] == marks
    assert [text for text in happened(trace, child) if '"' in text] == [
        'mark "in both"',
        'mark "loaded"',
    ]
    names = [thing.name for thing in trace.objects]
    assert len(names) == len(set(names)), "a text is one object in all processes"


def test_unobserved_they_load_nothing() -> None:
    code = (
        "import sys, paraviz\nbefore = set(sys.modules)\n"
        "with paraviz.span('a'): paraviz.mark('b')\n"
        "assert set(sys.modules) == before and 'paraviz.events' not in before"
    )
    assert not subprocess.run([sys.executable, "-c", code], check=False).returncode
