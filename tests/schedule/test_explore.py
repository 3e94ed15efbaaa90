"""What `paraviz explore` says: which outcomes, how many, how honest."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.schedule.exploring import PROGRAMS, explored, outputs, written

PRINTERS = """
from threading import Lock, Thread
import sys

lock = Lock()

def three(letter):
    for _ in range(3):
        print(letter, end="")

def locked(letter):
    with lock:
        three(letter)

work = locked if len(sys.argv) > 1 else three
threads = [Thread(target=work, args=(letter,)) for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_two_printers_of_three_letters_have_twenty_outputs(tmp_path: Path) -> None:
    found = explored(written(tmp_path, PRINTERS))
    merged = {
        "".join("a" if place in chosen else "b" for place in range(6))
        for chosen in itertools.combinations(range(6), 3)
    }
    assert outputs(found) == merged and len(merged) == 20
    assert found.exhausted and found.exit_code == 0


def test_with_a_lock_they_have_two(tmp_path: Path) -> None:
    found = explored(written(tmp_path, PRINTERS), "locked")
    assert outputs(found) == {"aaabbb", "bbbaaa"} and found.exhausted


def test_a_race_loses_up_to_all_of_the_others_updates() -> None:
    found = explored("counter_race", "--n", "2")
    lost = {output.split(": ")[1] for output in outputs(found)}
    assert lost == {f"{n} updates lost\n" for n in (0, 1, 2)} and found.exhausted
    assert len(outputs(explored("counter_race", "--n", "2", "--locked"))) == 1


def test_a_deadlock_is_told_with_its_circle() -> None:
    found = explored(PROGRAMS / "faulty" / "ab_ba.py")
    fault = found.outcomes[0]
    assert fault.kind == "deadlock" and fault.switches == 1
    circle = {(each.worker, each.name, each.holder) for each in fault.blocked if each.name}
    one, two = "Thread-1 (one)", "Thread-2 (two)"
    assert circle == {(one, "b", two), (two, "a", one)}


def test_a_search_that_was_cut_says_so(tmp_path: Path) -> None:
    found = explored(written(tmp_path, PRINTERS), schedules=5)
    assert found.schedules == 5 and not found.exhausted and found.exit_code == 3


def test_what_is_not_controlled_is_named(tmp_path: Path) -> None:
    source = "import subprocess, sys, threading\n" + (
        "def work():\n    subprocess.run([sys.executable, '-c', ''])\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()\n"
    )
    found = explored(written(tmp_path, source))
    assert any("subprocess" in each and "program.py:3" in each for each in found.uncontrolled)


def test_who_blocks_in_c_while_others_could_go_on_is_named_and_not_blamed(tmp_path: Path) -> None:
    source = (
        "import socket, threading\na, b = socket.socketpair()\n"
        "def work():\n    print(b.recv(10))\nt = threading.Thread(target=work)\nt.start()\n"
        "a.send(b'x')\nt.join()\n"
    )
    found = explored(written(tmp_path, source))
    assert [outcome for outcome in found.outcomes if outcome.is_fault] == []
    assert found.exit_code == 3 and not found.exhausted
    assert any("program.py:4" in each for each in found.uncontrolled)


def test_what_hangs_on_a_sleep_is_told_and_no_fault() -> None:
    path = PROGRAMS / "faulty" / "sleep_sync.py"
    found = explored(path)
    (wrong,) = [outcome for outcome in found.outcomes if outcome.is_wrong]
    assert wrong.late == (0.1, "sleep_sync.py:13") and not wrong.is_fault
    assert found.exhausted and found.exit_code == 0
    assert explored(path, distrusts_sleeps=True).exit_code == 1


def test_json_and_exit_code_of_the_command() -> None:
    path = str(PROGRAMS / "faulty" / "queue_empty_check.py")
    command = [sys.executable, "-m", "paraviz", "explore", "--json", path]
    done = subprocess.run(command, capture_output=True, timeout=120)
    told = json.loads(done.stdout)
    assert done.returncode == 1 and told["exhausted"] and told["search"] == "all"
    assert set(told) >= {"outcomes", "schedules", "steps", "seconds", "uncontrolled"}
    fault = told["outcomes"][0]
    assert fault["kind"] == "exception" and "Empty" in fault["message"]
    assert {"output", "exit_code", "schedules", "switches", "schedule", "under_gil"} <= set(fault)


def test_busy_work_between_steps_is_no_step() -> None:
    # 200,000 rounds of a loop between two letters.
    found = explored("printers", "--n", "2")
    assert len(found.outcomes) == 6 and found.exhausted
    assert found.steps < 30 * found.schedules


def test_which_outcomes_the_gil_lets_happen(tmp_path: Path) -> None:
    source = (
        "import threading\nn = 0\ndef step(x):\n    return x + 1\n"
        "def work():\n    global n\n    n {}\n"
        "threads = [threading.Thread(target=work) for _ in range(2)]\n"
        "for t in threads:\n    t.start()\nfor t in threads:\n    t.join()\nprint(n)\n"
    )
    for how, lost in (("+= 1", False), ("= step(n)", True)):
        found = explored(written(tmp_path, source.format(how)))
        possible = {outcome.output: outcome.under_gil for outcome in found.outcomes}
        assert possible == {"2\n": True, "1\n": lost}, how


def test_nothing_stays_behind_when_paraviz_is_killed(tmp_path: Path) -> None:
    source = (
        "import os, threading, time\nr, w = os.pipe()\n"
        "def work():\n    if os.fork() == 0:\n        os.read(r, 1)\n    os.read(r, 1)\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()\n"
    )
    path = written(tmp_path, source)
    command = [sys.executable, "-m", "paraviz", "explore", str(path)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with started:
        while len(_those_of(path)) < 3:
            assert started.poll() is None
        started.kill()
    while len(_those_of(path)) > 0:
        pass


def _those_of(path: Path) -> list[int]:
    """Processes that have the program on their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(path).encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_with_steps_of_lines_nothing_is_left_out(tmp_path: Path) -> None:
    source = (
        "import threading\nn = 0\ndef work():\n    global n\n    m = n\n    n = m + 1\n"
        "threads = [threading.Thread(target=work) for _ in range(2)]\n"
        "for t in threads:\n    t.start()\nfor t in threads:\n    t.join()\nprint(n)\n"
    )
    found = explored(written(tmp_path, source), grain="line", time_limit_s=20.0)
    assert outputs(found) == {"1\n", "2\n"}
