"""A program is steered: forth and back, into its faults and out of them; nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paraviz.errors import UsageError
from paraviz.formats import load
from paraviz.programs import catalogue
from paraviz.schedule.replaying import replay
from paraviz.steering.steering import Steering
from paraviz.steering.words import next_words, why_not

LOCKS = """
import threading

phil = threading.RLock()
registry = threading.Lock()


def attrs():
    with phil:
        with registry:
            print("attrs")


def load():
    with registry:
        with phil:
            print("load")


threads = [threading.Thread(target=each, name=each.__name__) for each in (attrs, load)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def value(steering: Steering, name: str) -> object:
    return next(each.value for each in steering.state.values if each.name == name)


def test_an_update_is_lost_by_hand_and_found_again_by_undoing(tmp_path: Path) -> None:
    runnable = catalogue.find("counter_race")
    with Steering(runnable, ["--n", "1"]) as steering:
        first = steering.state
        assert [each.name for each in first.workers] == ["MainThread", "thread-a", "thread-b"]
        main, a, _b = first.workers
        assert why_not(main).english == "thread-a has not ended" and not main.enabled
        assert next_words(a).english == "read `counter`" and a.enabled
        for name in ("thread-a", "thread-b", "thread-b", "thread-a"):
            steering.step(name)
        assert value(steering, "counter") == 1
        lost = steering.state
        token = steering.token
        changed = [each.name for each in steering.undo(2).values if each.changed]
        assert value(steering, "counter") == 0 and not changed
        assert steering.redo(2) == lost
        assert {each.output for each in steering.find("all").outcomes} == {
            "expected 2, got 1: 1 updates lost\n"
        }
        found = steering.find("ok", output="expected 2, got 2: 0 updates lost")
        assert found.possible is False and found.exhausted
        steering.step("MainThread", "blocked")
        assert steering.state.outcome is not None
        steering.save(tmp_path / "lost.pviz")
        assert steering.go_along(token) == lost
        with pytest.raises(UsageError, match="cannot go on"):
            steering.undo(4)
            steering.step("MainThread")
    assert load(tmp_path / "lost.pviz").clock == "logical"
    replayed = replay(runnable, ["--n", "1"], token)
    assert replayed.outcome is not None and "1 updates lost" in replayed.outcome.output


def test_a_deadlock_is_found_taken_and_left_again(tmp_path: Path) -> None:
    path = tmp_path / "locks.py"
    path.write_text(LOCKS)
    with Steering(catalogue.find(str(path))) as steering:
        found = steering.find("deadlock")
        assert found.possible
        steering.take(found.numbers[0])
        state = steering.redo(100)
        assert state.outcome is not None and state.outcome.kind == "deadlock"
        assert {why_not(each).english for each in state.workers[1:]} == {
            "held by load",
            "held by attrs",
        }
        assert [each.function for each in steering.locals("attrs")] == ["attrs"]
        while steering.find("ok").possible is False:
            steering.undo()
        steering.take(steering.find("ok").numbers[0])
        outcome = steering.redo(100).outcome
        assert outcome is not None and outcome.kind == "ok"


def is_alive(pid: int) -> bool:
    """Whether it runs; who has ended and is not waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def test_other_programs_speak_json_and_nothing_stays_when_they_are_killed(tmp_path: Path) -> None:
    path = tmp_path / "locks.py"
    path.write_text(LOCKS)
    spoken = subprocess.Popen(
        [sys.executable, "-m", "paraviz", "steer", "--json", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PARAVIZ_LANG": "de"},
    )
    assert spoken.stdin is not None and spoken.stdout is not None
    stdin, stdout = spoken.stdin, spoken.stdout

    def ask(line: str) -> dict[str, object]:
        stdin.write(line + "\n")
        stdin.flush()
        told: dict[str, object] = json.loads(stdout.readline())
        return told

    with spoken:
        hello = json.loads(stdout.readline())
        assert hello["version"] == 1 and hello["step"] == 0 and hello["outcome"] is None
        assert "error" in ask("nothing like it")
        assert "error" in ask('{"do": "step", "worker": "nobody"}')
        told = ask('{"do": "step", "worker": "attrs", "to": "blocked", "id": 7}')
        assert told["id"] == 7 and told["output"] == "attrs\n"
        assert ask('{"do": "undo"}')["step"] == int(str(told["step"])) - 1
        assert ask('{"do": "find", "kind": "deadlock"}')["found"] is False
        assert ask('{"do": "goto", "step": 0}')["output"] == ""
        assert ask('{"do": "find", "kind": "deadlock"}')["found"] is True
        assert str(ask('{"do": "token"}')["token"]).startswith("p1.")
        children = processes_below(spoken.pid)
        assert len(children) >= 3
        os.kill(spoken.pid, signal.SIGKILL)
    until = time.monotonic() + 40
    while any(is_alive(each) for each in children):
        assert time.monotonic() < until
        time.sleep(0.02)


def processes_below(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(path.parent.name)
            found += [child, *processes_below(child)]
    return found
