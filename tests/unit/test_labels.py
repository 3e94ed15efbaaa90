"""What events and states are called."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.trace import SharedObject, State
from paraviz.trace.labels import abbreviated, event_label, state_label
from tests import traces


def test_labels_name_what_they_are_about() -> None:
    main = traces.lane("main", [(1, ev.JOIN_BEGIN, 1, 0), (2, ev.SLEEP_BEGIN, -1, 0)], end_ns=9)
    third = traces.lane("third", [(1, ev.WAIT_BEGIN, 0, 0), (5, ev.GET_WAIT, 0, 0)], end_ns=9)
    other = traces.lane("other", [(1, ev.LOCK_WAIT, 0, 0)], end_ns=9)
    trace = traces.trace([main, other], [SharedObject("Lock", "guard")])
    assert event_label(trace, ev.LOCK_RELEASED, 0) == "release `guard`"
    assert event_label(trace, ev.THREAD_START, 1) == "start other"
    assert event_label(trace, ev.LOCK_ACQUIRED, -1) == "acquire"
    assert event_label(trace, ev.WRITE, ev.STDOUT) == "write"
    assert event_label(trace, ev.NOTIFY, 0) == "notify `guard`"
    assert event_label(trace, ev.GET_WAIT, 0) == "get from `guard`"
    assert event_label(trace, ev.MARK, 0) == 'mark "guard"'
    assert event_label(trace, ev.SPAN_END, 0) == 'end "guard"'
    assert state_label(trace, other, State.WAITING_LOCK, 0) == "waiting for lock `guard`"
    assert state_label(trace, other, State.WAITING_LOCK, -1) == "waiting for a lock"
    assert state_label(trace, main, State.BLOCKED, 0) == "blocked: join other"
    assert state_label(trace, main, State.BLOCKED, 1) == "blocked: sleep"
    assert state_label(trace, main, State.RUNNING, 0) == "running"
    assert state_label(trace, third, State.BLOCKED, 0) == "blocked: wait for `guard`"
    assert state_label(trace, third, State.BLOCKED, 1) == "blocked: get from `guard`"


@pytest.mark.parametrize(
    ("name", "columns", "shown"),
    [
        ("short", 5, "short"),
        ("ThreadPoolExecutor-0_3", 14, "ThreadPoo…-0_3"),
        ("Interpreter 2/3", 10, "Inter… 2/3"),
        ("a long worker (12)", 12, "a long… (12)"),
        ("no number in it", 8, "no numb…"),
        ("4815162342", 6, "48151…"),
        ("long name 7", 1, "…"),
        ("long name 7", 0, ""),
    ],
)
def test_what_tells_workers_apart_is_kept(name: str, columns: int, shown: str) -> None:
    assert abbreviated(name, columns) == shown
