"""Processes that are started afresh: what a server made for them, and those without a recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from tests.observe.running import PROGRAMS, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

BREAKS_A_CHILD = """
import sys
if "paraviz_child" in " ".join(sys.orig_argv):
    import importlib.abc
    class Refuse(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name == "paraviz.observe.child":
                raise ImportError("refused by a test")
    sys.meta_path.insert(0, Refuse())
"""
"""As `sitecustomize`: in a process that is started afresh the recorder cannot be loaded."""


def test_what_a_server_made_before_it_forks_is_known_in_its_children(tmp_path: Path) -> None:
    outcome, trace = run_recorded(
        tmp_path, "preloading.py", environment={"PYTHONPATH": str(PROGRAMS)}
    )
    assert outcome.code == 0 and outcome.out == b"has it\n" * 2
    assert not trace.notices and not trace.dropped
    children = [lane for lane in trace.lanes if lane.name.startswith("ForkServerProcess-")]
    assert len(children) == 2
    for child in children:
        (row,) = child.objects[child.kinds == ev.LOCK_ACQUIRED].tolist()
        assert row >= 0 and trace.objects[row].name == f"lock ({child.name})"


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_child_in_which_the_recorder_does_not_load_goes_on_and_is_told_of(
    method: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKS_A_CHILD)
    outcome, trace = run_recorded(
        tmp_path, "one_child.py", method, environment={"PYTHONPATH": str(tmp_path)}
    )
    assert outcome.code == 0 and outcome.out == b"does its work\n" and not outcome.err
    assert trace.notices[0] == (
        "a child was started without a recorder: ImportError: refused by a test"
    )
