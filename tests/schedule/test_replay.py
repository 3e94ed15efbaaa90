"""A schedule that explore told gives the same outcome again, also in another program that only has
other lines around the same steps; as a recording it proves itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.analysis.findings import findings
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.formats import load
from paraviz.programs import catalogue
from paraviz.schedule.recording import trace_of
from paraviz.schedule.replaying import replay
from paraviz.trace import State
from paraviz.trace.histories.shared_memory import shared_histories
from paraviz.trace.index import index_of
from paraviz.tui.render.axis import legend_row
from paraviz.tui.render.headline import headline
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.view import TraceView
from tests.schedule.exploring import PROGRAMS, explored, written

RACE = """
import threading

count = 0


def step(number):
    return number + 1


def work():
    global count
    count = step(count)


threads = [threading.Thread(target=work, name=name) for name in ("a", "b")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)
"""


@pytest.mark.parametrize("name", ["ab_ba", "lost_attribute", "if_not_while", "queue_empty_block"])
def test_each_outcome_comes_out_again(name: str) -> None:
    path = PROGRAMS / "faulty" / f"{name}.py"
    program = catalogue.find(str(path))
    for outcome in explored(path, time_limit_s=20.0).outcomes[:4]:
        again = replay(program, (), outcome.schedule).outcome
        assert again is not None
        assert (again.kind, again.output, again.raised) == (
            *(outcome.kind, outcome.output, outcome.raised),
        )


def test_a_schedule_survives_edits_elsewhere_and_says_where_it_parts(tmp_path: Path) -> None:
    path = written(tmp_path, RACE)
    lost = next(each for each in explored(path).outcomes if each.output == "1\n")
    edited = RACE.replace("count = 0\n", '"""More."""\n\nimport sys\n\ncount = 0\nunused = 1\n')
    written(tmp_path, edited)
    again = replay(catalogue.find(str(path)), (), lost.schedule)
    assert again.outcome is not None and again.outcome.output == "1\n"
    written(tmp_path, RACE.replace("count = step(count)", "pass"))
    parted = replay(catalogue.find(str(path)), (), lost.schedule)
    assert parted.outcome is None and "parted" in parted.parted


def test_a_replay_is_a_trace_on_which_a_lost_update_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, RACE)
    program = catalogue.find(str(path))
    lost = next(each for each in explored(path).outcomes if each.output == "1\n")
    trace = trace_of(replay(program, (), lost.schedule), program, (), lost.schedule)
    assert trace.clock == "logical" and [lane.name for lane in trace.lanes][1:] == ["a", "b"]
    lost_updates = {each.name: each.lost_updates for each in shared_histories(trace)}
    assert lost_updates["count"] == 1 and sum(lost_updates.values()) == 1
    # Nobody waited for a CPU or a GIL there, and no time went by.
    kinds = {state for lane in trace.lanes for state in lane.states.states.tolist()}
    assert State.WAITING_CPU in kinds and State.WAITING_GIL not in kinds
    told = row_text(headline("race.py", {}, trace, 120))
    assert f"{trace.steps} steps · along a schedule" in told and "GIL" not in told
    report = summary_text(trace)
    assert "for a turn" in report and "inferred" not in report and "for GIL" not in report
    view = TraceView.of(trace)
    assert "waits for its turn" in row_text(legend_row(view, 120))


def test_the_worst_outcome_is_written_and_replayed(tmp_path: Path) -> None:
    path = str(PROGRAMS / "faulty" / "ab_ba.py")
    recording = tmp_path / "worst.pviz"
    paraviz = [sys.executable, "-m", "paraviz"]
    done = subprocess.run(
        [*paraviz, "explore", "-o", str(recording), path], capture_output=True, timeout=120
    )
    assert done.returncode == 1
    trace = load(recording)
    assert any(each.kind == "deadlock" for each in findings(trace, index_of(trace)))
    told = next(line for line in done.stdout.decode().splitlines() if "--schedule" in line)
    token = tmp_path / "token"
    token.write_text(told.split()[-1])
    command = [*paraviz, "run", "--headless", "--schedule", str(token), path]
    again = subprocess.run(command, capture_output=True, timeout=120)
    assert again.returncode == 1 and b"take Lock" in again.stderr
