"""Looks at programs that hang, which were started without paraviz."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from paraviz.attach import interpreter, layouts
from paraviz.attach.as_json import as_json
from paraviz.attach.look import look
from paraviz.attach.model import Look
from paraviz.attach.telling import told
from tests.attach.hanging import by_name, hanging, look_until, running

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or sys.version_info[:2] not in layouts.KNOWN,
    reason="reads the memory of a Python that it knows, on Linux",
)


def waits(found: Look) -> dict[str, tuple[str, str]]:
    return {name: (each.wait.kind, each.wait.thing) for name, each in by_name(found).items()}


def test_two_locks_in_two_orders_are_a_deadlock() -> None:
    with hanging("two_locks") as pid:
        found = look_until(pid, lambda look: bool(look.circles))
        text = told(found)
        done = subprocess.run(
            [sys.executable, "-m", "paraviz", "look", "--json", str(pid)],
            capture_output=True,
            check=True,
        )
    threads = by_name(found)
    attrs, load = threads["attrs"], threads["load"]
    assert waits(found)["attrs"] == ("lock", "registry")
    assert waits(found)["load"] == ("lock", "phil")
    assert [(hold.who, hold.how) for hold in attrs.wait.holds] == [(load.who, "with")]
    assert [(hold.who, hold.how) for hold in load.wait.holds] == [(attrs.who, "owner")]
    assert attrs.line == "two_locks.py:13" and load.line == "two_locks.py:20"
    assert threads["MainThread"].wait.ends == (attrs.who,)
    assert found.circles == (tuple(sorted((attrs.who, load.who))),)
    assert "waits for registry at two_locks.py:13, held by load at two_locks.py:20" in text
    assert "deadlock: attrs waits for load, load waits for attrs" in text
    for_machines = json.loads(done.stdout)
    assert for_machines == json.loads(json.dumps(as_json(found)))
    assert len(for_machines["deadlocks"]) == 1


def test_each_way_to_wait_is_told_by_its_name() -> None:
    wanted = {
        "notified": ("condition", "box"),
        "Barrier-wait": ("barrier", "gate"),
        "Event-wait": ("event", "Event"),
        "Queue-get": ("get", "Queue"),
        "Account-add_all": ("lock", "self.lock"),
        "taken": ("lock", "bare"),
        "let_go": ("lock", "lock"),
        "patient": ("lock", "lock"),
    }
    wanted |= {"Barrier-wait": ("barrier", "Barrier")}
    with hanging("waits") as pid:
        found = look_until(pid, lambda look: wanted.items() <= waits(look).items())
    threads = by_name(found)
    assert threads["Barrier-wait"].wait.counts == (1, 3)
    # Who takes a lock by `acquire` leaves no trace; who lets go of it in his `with` proves nothing.
    assert threads["taken"].wait.holds == () and threads["taken"].wait.note == "unknown_holder"
    assert [hold.sure for hold in threads["let_go"].wait.holds] == [False]
    assert threads["patient"].wait.limited and not threads["taken"].wait.limited
    assert found.circles == ((threads["Account-add_all"].who,),)
    assert "deadlock: Account-add_all waits for itself" in told(found)


def test_who_joins_before_anybody_reads_waits_in_a_circle() -> None:
    with hanging("drain") as pid:
        found = look_until(pid, lambda look: bool(look.circles))
    threads = by_name(found)
    feeder = threads["crunch-0/QueueFeederThread"]
    assert feeder.wait.kind == "put" and pid in feeder.wait.processes
    whole = [threads["MainThread"].who, threads["crunch-0"].who, feeder.who]
    assert found.circles == (tuple(whole),)


def test_a_copy_of_a_lock_that_a_fork_made_has_no_holder() -> None:
    with hanging("copied") as pid:
        found = look_until(pid, lambda look: waits(look).get("job") == ("lock", "console"))
    job = by_name(found)["job"]
    assert job.wait.note == "unknown_holder" and not job.wait.holds
    assert [process.parent for process in found.processes] == [0, pid]
    assert found.circles == ()


def test_a_pool_that_lost_a_task_says_so() -> None:
    with hanging("lost") as pid:
        found = look_until(pid, lambda look: bool(notes(look)))
        text = told(found)
    assert notes(found) == [("result", "task_lost", (2,))]
    assert "all workers of its pool (2) wait for tasks, there is none" in text


@pytest.mark.slow
def test_a_pool_at_work_and_one_that_waits_long_have_lost_nothing() -> None:
    with hanging("pools") as pid:
        for _ in range(30):
            assert notes(look(pid)) == []
        found = look_until(pid, lambda look: "long" in waits(look))
        assert notes(found) == []


def notes(found: Look) -> list[tuple[str, str, tuple[int, ...]]]:
    """What is told of pools."""
    every = (thread.wait for thread in found.threads().values())
    return [
        (wait.kind, wait.note, wait.counts)
        for wait in every
        if wait.note in ("no_results", "task_lost")
    ]


def paraviz_look(*words: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "paraviz", "look", *words]
    return subprocess.run(call, capture_output=True, text=True)


def test_what_is_no_python_is_told_by_the_system_alone() -> None:
    with running("cat") as pid:
        done = paraviz_look(str(pid))
        german = paraviz_look("--lang", "de", str(pid))
    assert done.returncode == german.returncode == 2
    assert "waits for input" in done.stdout or "waits for a message" in done.stdout
    assert (
        done.stderr == f"paraviz: process {pid}: no Python; this is what the system tells of it\n"
    )
    assert "kein Python" in german.stderr and "kein Python" in german.stdout


@pytest.mark.parametrize("word", ["none", "0", "-1", "99999999999"])
def test_what_is_no_process(word: str) -> None:
    done = paraviz_look("--", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("paraviz: PID is the number of a process")


def test_a_process_that_has_ended() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    # Not waited for, it is there and has ended.
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    done = paraviz_look(str(ended.pid))
    ended.wait()
    assert done.returncode == 2
    assert done.stderr == f"paraviz: there is no process {ended.pid}\n"


def test_an_unknown_version_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "version_of", lambda *_: (3, 99))
    with hanging("two_locks") as pid:
        found = look_until(pid, lambda look: len(look.threads()) == 3)
    assert found.processes[0].refused == "version"
    assert "a Python 3.99 that this paraviz cannot read" in told(found)
    assert all(not thread.line for thread in found.threads().values())


def test_memory_that_may_not_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(interpreter, "Memory", refuse)
    with hanging("two_locks") as pid:
        found = look_until(pid, lambda look: len(look.threads()) == 3)
    assert found.processes[0].refused == "permission"
    assert "its memory may not be read" in told(found)
