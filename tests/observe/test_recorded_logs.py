"""What logging leaves in a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.analysis.reports.summary_json import summary
from paraviz.trace.histories.output import output_runs, writes
from paraviz.trace.histories.transcript import Transcript
from tests.observe.running import PROGRAMS, Outcome, run_recorded

if TYPE_CHECKING:
    from paraviz.trace import Trace


@pytest.fixture(scope="module", params=["fork", "spawn"])
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Trace]:
    return run_recorded(tmp_path_factory.mktemp("logs"), "logs.py", request.param)


@pytest.fixture
def trace(run: tuple[Outcome, Trace]) -> Trace:
    return run[1]


def logged(trace: Trace, lane_name: str) -> str:
    names = [lane.name for lane in trace.lanes]
    runs = output_runs(trace, ev.LOG)
    return "".join(text for lane, text in runs if names[lane] == lane_name)


def test_who_logged_what(trace: Trace) -> None:
    assert logged(trace, trace.lanes[0].name) == (
        "INFO shop: open\n"
        "WARNING shop: stock  12.3%\n"
        "INFO shop: lazy: <Lazy>\n"
        "ERROR shop: failed: no tea\n"
        "ERROR shop: with a traceback\n"
        "INFO shop: through an adapter, in\ntwo lines\n"
        "INFO careful: told\n"
        "INFO careful: secret\n"
        "INFO failing: fails\n"
        "DEBUG quiet: to nobody: <Lazy>\n"
        "DEBUG quiet: <Lazy>\n"
        "DEBUG quiet: 1 = a/b\n"
    )
    unfit = "INFO shop: bad: %d\nINFO shop: too few: %s %s\n"
    assert logged(trace, "unfit") == unfit
    orders = ["thread-0", "thread-1", "process-0", "process-1"]
    assert [logged(trace, name) for name in orders] == [
        f"INFO shop.worker: order {number} of ['tea', 2.5]\n" for number in (0, 1, 2, 3)
    ]


def test_in_which_order(trace: Trace) -> None:
    told = summary(trace)["log"]
    assert told == [[lane, text] for lane, text in output_runs(trace, ev.LOG)]
    names = [trace.lanes[lane].name for lane, _ in output_runs(trace, ev.LOG)]
    main = trace.lanes[0].name
    assert names == [main, "unfit", main, "thread-0", "process-0", "thread-1", "process-1"]


def test_it_is_not_among_what_went_to_the_streams(run: tuple[Outcome, Trace]) -> None:
    outcome, trace = run
    for stream, raw in ((ev.STDOUT, outcome.out), (ev.STDERR, outcome.err)):
        assert "".join(written.text for written in writes(trace, stream)) == raw.decode()
    both = "".join(written.text for written in writes(trace))
    assert len(both) == len(outcome.out) + len(outcome.err)
    transcript = Transcript(trace)
    shown = transcript.passages(0, len(transcript))
    assert "".join(passage.text for passage in shown) == both
    assert transcript.line_ends.tolist() == [at for at, c in enumerate(both) if c == "\n"]


def test_from_where(trace: Trace) -> None:
    source = (PROGRAMS / "logs.py").read_text().splitlines()
    main = trace.lanes[0]
    rows = (main.kinds == ev.WRITE) & (main.objects == ev.LOG)
    lines = [source[trace.sites[row].line - 1].strip() for row in main.sites[rows].tolist()]
    assert lines[:2] == ['log.info("open")', 'log.warning("stock %5.1f%%", 12.345)']
    assert lines[-2] == "log.debug(Lazy())"
    assert trace.dropped == 0 and not trace.notices
