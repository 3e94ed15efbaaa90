"""Threads that are greenlets, tasks that are not asyncio's: what is not seen is said, and nothing
false instead of it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from paraviz.analysis.findings import findings
from paraviz.formats import load
from paraviz.trace import Trace
from paraviz.trace.index import index_of
from tests.observe.running import run_observed, run_recorded

GREENLETS = "greenlets of {} have no lanes"


def skip_without(library: str) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")


def told(trace: Trace, what: str) -> bool:
    return any(notice.startswith(what) for notice in trace.notices)


@pytest.mark.parametrize("when", ["before", "after"])
def test_threads_that_are_none(tmp_path: Path, when: str) -> None:
    outcome, trace = run_recorded(tmp_path, "green_threads.py", when)
    assert outcome.code == 0 and b"hook ValueError" in outcome.out
    (lane,) = trace.lanes
    assert (lane.name, lane.end_reason, trace.dropped) == ("MainThread", "returned", 0)
    assert told(trace, GREENLETS.format("the program"))
    made = {known.kind for known in trace.objects}
    assert made == (set() if when == "before" else {"Condition", "Queue"})
    assert not findings(trace, index_of(trace))


@pytest.mark.parametrize("library", ["gevent", "eventlet"])
def test_threads_as_a_library_makes_them(tmp_path: Path, library: str) -> None:
    skip_without(library)
    outcome, trace = run_recorded(tmp_path, "green_libraries.py", library)
    assert outcome.code == 0
    (lane,) = trace.lanes
    assert (lane.name, lane.end_reason, trace.dropped) == ("MainThread", "returned", 0)
    assert told(trace, GREENLETS.format(library))
    assert len(trace.notices) == 1
    assert not findings(trace, index_of(trace))


def test_plain_threads_are_seen(tmp_path: Path) -> None:
    _, trace = run_recorded(tmp_path, "green_libraries.py", "none")
    assert {"consumer", "waiter-0", "failing", "logger"} <= {lane.name for lane in trace.lanes}
    assert not trace.notices


@pytest.mark.parametrize("library", ["gevent", "eventlet", "trio"])
def test_what_is_not_seen_is_said_as_soon_as_it_can_be(tmp_path: Path, library: str) -> None:
    skip_without(library)
    program = tmp_path / "program.py"
    program.write_text(
        {
            "gevent": "import gevent; print(gevent.spawn(lambda: 1).get())",
            "eventlet": "import eventlet; print(eventlet.spawn(lambda: 1).wait())",
            "trio": "import trio\nasync def main(): print(1)\ntrio.run(main)",
        }[library]
    )
    recording = tmp_path / "x.pviz"
    outcome = run_observed(str(program), options=("-o", str(recording)))
    assert outcome.out == b"1\n"
    said = {"trio": "trio runs tasks in its own way"}.get(library, GREENLETS.format(library))
    assert told(load(recording), said)
