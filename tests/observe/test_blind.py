"""What could not be observed is said: in the header, the summary, the report and `info`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.analysis.reports.info_json import told
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.commands.headless import summary_line
from paraviz.tui.render.headline import headline
from paraviz.tui.render.inks import row_text
from tests.observe.running import Outcome, run_plain, run_recorded

if TYPE_CHECKING:
    from paraviz.trace import Trace

CHANGED_PYTHON = """
import multiprocessing.util, threading

del threading.Event.clear

def join(self, timeout=None, patience=None, plain=threading.Thread.join):
    plain(self, timeout)
threading.Thread.join = join

def wait(self, timeout=None, plain=threading.Condition.wait):
    return plain(self, timeout)
threading.Condition.wait = wait

def spawnv_passfds(path, args, passfds, more=(), plain=multiprocessing.util.spawnv_passfds):
    return plain(path, args, passfds)
multiprocessing.util.spawnv_passfds = spawnv_passfds
"""
"""As `sitecustomize`: a Python of which some things are gone or have changed."""
VERSION = ".".join(map(str, sys.version_info[:3]))
SAID = (
    "the probe for threading.Thread.join is off: threading.Thread.join takes other arguments in "
    f"Python {VERSION}",
    "the probe for threading.Condition.__init__ is off: threading.Condition.wait works in another "
    f"way in Python {VERSION}",
    f"the probe for threading.Event.set is off: Python {VERSION} has no threading.Event.clear",
    "the probe for multiprocessing.util.spawnv_passfds is off: "
    f"multiprocessing.util.spawnv_passfds takes other arguments in Python {VERSION}",
    "a child was started without a recorder: SpawnProcess-1",
)
EACH_TARGET = """
import importlib, sys
from paraviz.observe import probes
from paraviz.observe.targets import DECLARED, change

for targets in DECLARED.values():
    for target in targets:
        module = target.partition("(")[0].partition(":")[0]
        while "." in module:
            module = module.rpartition(".")[0]
            try:
                importlib.import_module(module)
                break
            except ModuleNotFoundError:
                continue
if sys.version_info < (3, 12):
    del DECLARED["paraviz.observe.probes.work.coroutines._watch_eager"]
if sys.version_info < (3, 14):
    del DECLARED["paraviz.observe.probes.work.interpreters._watch_queues"]
changes = {name: [change(each) for each in targets] for name, targets in DECLARED.items()}
print(len(DECLARED), {name: said for name, said in changes.items() if any(said)})
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Trace, Path]:
    folder: Path = tmp_path_factory.mktemp("changed")
    (folder / "sitecustomize.py").write_text(CHANGED_PYTHON)
    environment = {"PYTHONPATH": str(folder)}
    return *run_recorded(folder, "changed_python.py", environment=environment), folder


def test_what_has_changed_is_left_alone_and_told(changed: tuple[Outcome, Trace, Path]) -> None:
    outcome, trace, folder = changed
    plain = run_plain("changed_python.py", environment={"PYTHONPATH": str(folder)})
    assert outcome == plain and plain.code == 0 and plain.out
    assert trace.notices[: len(SAID)] == SAID
    main = trace.lanes[0]
    assert ev.THREAD_START in main.kinds and ev.JOIN_BEGIN not in main.kinds


def test_it_is_said_wherever_a_run_is_told(changed: tuple[Outcome, Trace, Path]) -> None:
    _, trace, _ = changed
    count = len(SAID)
    assert told(trace)["blind"] == list(SAID)
    first, *notes = summary_line(trace, None).splitlines()
    assert f" · {count} blind spots · " in first
    assert notes[: len(SAID)] == [f"paraviz: {said}" for said in SAID]
    text = " ".join(summary_text(trace).split())
    assert all(f"note: {said}" in text for said in SAID)
    for columns in (60, 120):
        assert f"✗ {count} blind spots" in row_text(headline("p", {}, trace, columns))


def test_each_target_is_in_this_python_as_the_probes_know_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EACH_TARGET], capture_output=True, text=True, check=True
    )
    count, _, changes = done.stdout.partition(" ")
    assert int(count) >= 43 and changes == "{}\n"
