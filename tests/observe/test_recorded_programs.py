"""What other programs that a program starts leave in its recording."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.analysis.findings import findings
from paraviz.kernel import perf
from paraviz.trace import State
from paraviz.trace.index import index_of
from tests.observe.running import run_recorded

if TYPE_CHECKING:
    from paraviz.trace import Lane, Trace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")
REFUSED = perf.available()
PYTHON = f"{os.path.basename(sys.executable)} -c"


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    return run_recorded(tmp_path_factory.mktemp("programs"), "programs.py")[1]


def ends(trace: Trace, name: str) -> list[str]:
    return [lane.end_reason for lane in trace.lanes if lane.name == name and not lane.probes]


def named(trace: Trace, name: str) -> list[Lane]:
    return [lane for lane in trace.lanes if lane.name == name]


def test_each_has_a_lane_and_its_end(trace: Trace) -> None:
    assert ends(trace, "sh -c exit 3") == ["exited with 3"]
    assert ends(trace, "echo echoed") == ["ended"]
    assert ends(trace, PYTHON) == ["killed by SIGKILL", "ended"]
    assert ends(trace, "sleep 600") == ["killed by SIGTERM", "killed by SIGKILL"]
    assert ends(trace, "sh -c exit 4") == ["exited with 4"]
    assert ends(trace, "sh -c exit 5") == ["exited with 5"]


@pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}")
def test_the_kernel_knows_those_that_nobody_told_of(trace: Trace) -> None:
    assert {"exited with 6", "exited with 8"} <= set(ends(trace, "sh"))
    assert ends(trace, "true").count("ended") == 2
    (first,) = [lane for lane in trace.lanes if lane.end_reason == "replaced by sh"]
    assert first.probes and first.text == "forked\n"
    (then,) = [lane for lane in trace.lanes if lane.pid == first.pid and not lane.probes]
    assert first.end_ns == then.start_ns and then.end_reason == "exited with 8"


@pytest.mark.skipif(bool(REFUSED), reason=f"no kernel truth here: {REFUSED}")
def test_their_states_are_those_of_the_system(trace: Trace) -> None:
    for lane in trace.lanes:
        if not lane.probes:
            assert lane.states.starts[0] == lane.start_ns and State.RUNNING in lane.states.states
            assert State.WAITING_GIL not in lane.states.states


def test_who_starts_and_who_waits_for_them(trace: Trace) -> None:
    main = trace.lanes[0]
    started = main.objects[main.kinds == ev.PROCESS_START]
    first = [trace.lanes[row].name for row in started.tolist()[:3]]
    assert first == ["true", "sh -c exit 3", "echo echoed"]
    assert (main.sites[main.kinds == ev.PROCESS_START] >= 0).all()
    (waiter,) = named(trace, "waiter")
    (waited,) = waiter.objects[waiter.kinds == ev.PROCESS_JOIN_BEGIN].tolist()
    assert trace.lanes[waited].name == PYTHON
    joined = main.objects[main.kinds == ev.PROCESS_JOIN_END].tolist()
    assert {"sh -c exit 4", "true"} <= {trace.lanes[row].name for row in joined}


def test_what_was_meant_is_no_fault(trace: Trace) -> None:
    assert findings(trace, index_of(trace)) == ()


def test_only_the_systems_view_is_known_of_them(trace: Trace) -> None:
    others = [lane for lane in trace.lanes if not lane.probes]
    assert all(not len(lane.times) and lane.kind == "process" for lane in others)
    (notice,) = trace.notices
    assert notice.startswith(f"{len(others)} processes have no probes, only the system's view")
