"""The recorder on the command line of a process that is started afresh."""

from __future__ import annotations

import pytest

from paraviz.observe.child import HELPER, SERVER, SPAWNED, STRANGER, command_line, who_starts

POPEN = "multiprocessing.popen_spawn_posix"
FORKSERVER = "multiprocessing.forkserver"
SERVES_3_11 = "from multiprocessing.forkserver import main; main(5, 6, ['__main__'], **{})"
SERVES_3_14 = "import sys; from multiprocessing.forkserver import main; main(5, sys_argv=[])"


@pytest.mark.parametrize(
    ("module", "code", "who"),
    [
        (POPEN, "from multiprocessing.spawn import spawn_main; spawn_main()", SPAWNED),
        (POPEN, "import multiprocessing.spawn as s; s.other()", SPAWNED),
        (FORKSERVER, SERVES_3_11, SERVER),
        (FORKSERVER, SERVES_3_14, SERVER),
        (FORKSERVER, "import something_new; something_new.serve()", SERVER),
        ("multiprocessing.resource_tracker", "from multiprocessing.spawn import x", HELPER),
        ("wrapper", SERVES_3_14, SERVER),
        ("wrapper", "import sys; from multiprocessing.spawn import spawn_main", SPAWNED),
        ("wrapper", "from multiprocessing.resource_tracker import main; main(3)", STRANGER),
    ],
)
def test_who_is_started_whatever_words_a_python_has_for_it(
    module: str, code: str, who: int
) -> None:
    assert who_starts(module, ["python", "-I", "-c", code, "--words"]) == who


def test_the_recorder_comes_first_and_everything_else_stays() -> None:
    given = ["python", "-X", "dev", "-c", SERVES_3_14, "-c", "of the program"]
    made = command_line(given, [7, 8], 0.2, serves=True)
    assert made is not None
    assert made[:4] + made[5:] == given[:4] + given[5:]
    assert "m.begin_child(7, 8, 0.2, True, " in made[4]
    assert made[4].endswith(f"; del g, k, s, m, module_from_spec; {given[4]}")
    assert "\n" not in made[4]


def test_without_code_on_it_there_is_no_place_for_a_recorder() -> None:
    for given in (["frozen", "--multiprocessing-fork", "tracker_fd=5"], ["python", "-c"], []):
        assert command_line(given, [7], 0.2, serves=False) is None
    assert who_starts("wrapper", []) == STRANGER
