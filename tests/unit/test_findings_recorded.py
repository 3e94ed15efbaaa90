"""Findings in frozen recordings of programs that have a fault, and of near twins that have not;
and in a few of those programs, run here and now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from paraviz.analysis.findings import Finding, findings
from paraviz.formats import load
from paraviz.trace import Trace
from paraviz.trace.index import index_of
from tests.data.findings.record import HANG, SIZE_LIMIT, limit_s
from tests.observe.running import run_observed

DATA = Path(__file__).parents[1] / "data" / "findings"

FAULTS: dict[str, tuple[str, ...]] = {
    "both_send": (
        "pipe_full",
        "waits for room in `desk` at findings_both_send.py:12, main for room in `counter`",
    ),
    "handler": (
        "deadlock",
        "for the lock of the logging handler `Board`, which guest has, guest waits for `table`",
    ),
    "importing": (
        "deadlock",
        "reader waits at findings_importing.py:25 for the import of `settings_of_app` by main",
    ),
    "undrained": ("join_before_drain", "takes its 1 item from `readings`: the pipe is full"),
    "unread": ("pipe_full", "waiter waits in Popen.wait for `python -c` to end, which waits"),
    "cut_off": ("cut_off_with_work", "with 8 items left in `letters`, and at one it had taken at"),
    "oversubscribed": ("oversubscribed", "8 workers that wanted to run, on 2 CPUs"),
    "permits": ("lock_lost", "2 permits of `seats` were not given back: guest-1 ended with it"),
    "serialised": ("serialised", "`ledger` serialises 4 workers: they spent"),
    "starved": ("starved", "tick is starved under the GIL", "while compute computed"),
    "awaits": ("stuck", "waiter-1 awaits Event.wait, waiter-0 awaits Event.wait, main"),
    "convoy": ("lock_convoy", "convoy at `lock`"),
    "daemon": ("lock_lost", "saver was cut off at the end of its process while it held `lock`"),
    "deadlock": ("deadlock", "deadlock of 2 workers"),
    "exhausted": ("exhausted_pool", "its 2 workers wait for tasks of the same pool"),
    "failed": ("raised", "worker was ended by ValueError at findings_failed.py:15"),
    "forked": (
        "forked_locked",
        "ms in vain for `console` at findings_forked.py:19, which was copied locked at the fork:"
        " logger held it, which this process does not have",
    ),
    "gil": ("gil_bound", "2 threads of process"),
    "idle": ("idle_workers", "2 workers of a pool of 3 were idle while others worked (tasks: 1,"),
    "itself": ("deadlock", "teller waits for itself: at findings_itself.py:13 for `lock`, which"),
    "killed_at_task": (
        "killed",
        "was killed by SIGKILL in its task work × 1, which nobody does again: main waits at",
    ),
    "killed": ("killed", "holder was killed by SIGKILL and held"),
    "loop": (
        "loop_blocked",
        "block · Task-3 held up its event loop for 15",
        "it slept at findings_loop.py:20; 1 other was to go on meanwhile",
    ),
    "lost_task": (
        "task_lost",
        "left in its task work × 1 (exit 3), which nobody does again: main waits at",
    ),
    "lost_updates": ("lost_updates", "overwritten unseen by Process-"),
    "orphaned": ("lock_lost", "dier was ended by RuntimeError while it held `lock`: others waited"),
    "not_copied": (
        "forked_without_thread",
        "waits for an item of `answers (",
        ")` at findings_not_copied.py:28, for ",
        " in vain: the fork did not copy the thread that main ",
        " has for it: reporter",
    ),
    "own_loop": ("loop_blocked", "waited at findings_own_loop.py:15 for inner, which its own loop"),
    "given_up": (
        "given_up_joined",
        "main gave look_up() up after 200 ms at findings_given_up.py:21, yet 50",
        "for the end of 1 such task: to leave or shut down its executor joins its",
    ),
    "pickling": (
        "pickling_bound",
        "(_handle_tasks) holds up 2 workers: it was busy for ",
        "to pickle and send 5 tasks of convert at findings_pickling.py:20, ",
    ),
    "queued": (
        "queued",
        "1 task of look_up waited 30",
        "all 2 workers were at report",
        "main waited for it at findings_queued.py:21",
    ),
    "carrier": (
        "raised",
        "(_handle_results) was ended by TypeError, and carries nothing any more for its pool: main",
    ),
    "raised": ("raised", "worker was ended by ValueError"),
    "silent": (
        "silent_exception",
        "2 tasks of store were ended by KeyError at findings_silent.py:10",
        "and nobody asked for their results",
    ),
    "silent_task": (
        "silent_exception",
        "1 task of store was ended by KeyError at findings_silent_task.py:13",
    ),
    "stuck": ("stuck", "producer waits for room in `items`", "main waits for the end of"),
    "unwoken": (
        "set_from_thread",
        "loader set what main · Task-1 awaits (Event.wait) at findings_unwoken.py:16",
    ),
    "unbalanced": ("unbalanced_pool", "unbalanced pool: ForkPoolWorker-"),
}
"""What is found in which program, and what its sentence has in it."""
AT_ANY_TIME = (
    *("cut_off", "daemon", "deadlock", "failed", "forked", "killed"),
    *("loop", "lost_updates", "raised", "silent", "silent_task"),
    *("unwoken", *HANG),
)
"""Those that find their fault whatever else the machine is doing. Not `itself`: it was recorded
when limits were not; who waits for himself with a limit is accused of nothing."""


QUICK = ("daemon", "deadlock", "killed", "lost_updates", "raised", "forked", "loop", "both_send")
"""Those that are run anew each time; the others by `make slow`."""


def _run_anew(names: Iterable[str]) -> list[Any]:
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in names]


def found_in(trace: Trace) -> tuple[Finding, ...]:
    return findings(trace, index_of(trace))


@pytest.mark.parametrize("name", FAULTS)
def test_a_program_with_a_fault(name: str) -> None:
    trace = load(DATA / f"{name}.pviz")
    (finding,) = found_in(trace)
    kind, *words = FAULTS[name]
    assert finding.kind == kind
    assert all(each in finding.told.english for each in words)
    lane = trace.lanes[finding.lane_index]
    assert lane.start_ns <= finding.at_ns <= finding.until_ns <= trace.end_ns
    assert finding.at_ns <= lane.end_ns


@pytest.mark.parametrize("name", FAULTS)
def test_its_near_twin_without(name: str) -> None:
    assert found_in(load(DATA / f"{name}_twin.pviz")) == ()


def test_they_are_small() -> None:
    sizes = {path.stem: path.stat().st_size for path in DATA.glob("*.pviz")}
    assert sizes.keys() == {f"{name}{end}" for name in FAULTS for end in ("", "_twin")}
    assert max(sizes.values()) <= SIZE_LIMIT


def test_each_leads_to_what_it_is_about() -> None:
    about = {"convoy": "lock", "daemon": "lock"}
    for name, thing in about.items():
        trace = load(DATA / f"{name}.pviz")
        (finding,) = found_in(trace)
        assert trace.objects[finding.object_index].name == thing


def run_now(folder: Path, name: str, *args: str) -> Trace:
    options: tuple[str, ...] = ("-o", str(folder / "run.pviz"))
    if name in HANG:
        options = (*options, "--time-limit", str(limit_s(name) + 1))
    run_observed(f"findings_{name}.py", *args, options=options)
    return load(folder / "run.pviz")


@pytest.mark.alone
@pytest.mark.parametrize("name", _run_anew(AT_ANY_TIME))
def test_a_program_run_now(name: str, tmp_path: Path) -> None:
    assert [each.kind for each in found_in(run_now(tmp_path, name))] == [FAULTS[name][0]]


@pytest.mark.alone
@pytest.mark.parametrize("name", _run_anew(AT_ANY_TIME))
def test_a_twin_run_now(name: str, tmp_path: Path) -> None:
    assert found_in(run_now(tmp_path, name, "twin")) == ()


@pytest.mark.alone
def test_a_pool_that_hangs_since_one_was_killed(tmp_path: Path) -> None:
    """As the guide has it: the run is stopped, and still tells who was killed."""
    options = ("-o", str(tmp_path / "run.pviz"), "--time-limit", "4")
    run_observed("hung_pool.py", options=options)
    trace = load(tmp_path / "run.pviz")
    (finding,) = found_in(trace)
    assert trace.end_reason.startswith("stopped") and finding.kind == "killed"
    assert "was killed by SIGKILL and held `lock`: others waited" in finding.told.english


def test_they_name_no_machine() -> None:
    for path in DATA.glob("*.pviz"):
        trace = load(path)
        assert trace.executable == "", path.name
        assert not any(site.file.startswith("/") for site in trace.sites), path.name
