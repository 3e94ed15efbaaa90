"""Real runs beside what is possible."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.schedule.exploring import PROGRAMS, written

LETTERS = """
from threading import Lock, Thread

lock = Lock()


def two(letter):
    for _ in range(2):
        with lock:
            print(letter, end="")


threads = [Thread(target=two, args=(each,), name=each) for each in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_a_census_says_what_of_all_that_is_possible_came_up(tmp_path: Path) -> None:
    path = str(written(tmp_path, LETTERS))
    command = [sys.executable, "-m", "paraviz", "census", "--json", "--runs", "20", path]
    done = subprocess.run(command, capture_output=True, timeout=120)
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["runs"] == 20
    assert sum(each["runs"] for each in told["outcomes"]) == 20
    assert sorted(told["outcomes"][0]["output"]) == ["a", "a", "b", "b"]
    explored = told["explored"]
    assert (explored["outcomes"], explored["exhausted"], explored["unexplained_runs"]) == (
        *(6, True, 0),
    )
    assert explored["seen"] == len(told["outcomes"])
    events = [each for row in told["interleavings"] for each in row["events"]]
    assert {"worker": "a", "what": "writes 'a'", "at": "program.py:10"} in events


def test_what_always_happens_is_confirmed() -> None:
    path = str(PROGRAMS / "faulty" / "daemon_cut.py")
    command = [sys.executable, "-m", "paraviz", "explore", "--json", "--confirm"]
    done = subprocess.run([*command, "--time-limit", "1", path], capture_output=True, timeout=120)
    told = json.loads(done.stdout)
    seen = [each["confirmed"] for each in told["outcomes"]]
    assert done.returncode == 1 and all(each["runs"] > 3 for each in seen)
    assert sum(each["seen"] for each in seen) + told["unexplained_runs"] == seen[0]["runs"]
