"""Who imports what, proved at run time: a fresh interpreter, and what it has loaded afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCREEN = {"textual", "rich"}
HEAVY = {"numpy", "msgspec", "psutil", "multiprocessing", "asyncio"}


def loaded_after(code: str) -> set[str]:
    """Top-level names of all modules that are loaded once `code` ran."""
    script = f"import sys\n{code}\nimport json; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


def running(*words: str) -> str:
    return (
        f"from paraviz.cli import main\ntry: main({list(words)!r})\n"
        "except SystemExit as end: assert not end.code, end.code"
    )


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("--version",)])
def test_help_is_light(words: tuple[str, ...]) -> None:
    # Rich draws the help; what it must not cost is the app and the columns.
    assert not loaded_after(running(*words)) & ({"textual"} | HEAVY)


def test_list_is_light() -> None:
    assert not loaded_after(running("list")) & (SCREEN | HEAVY)


def test_the_core_knows_no_screen() -> None:
    core = "import paraviz.session, paraviz.formats, paraviz.trace, paraviz.commands.headless"
    assert not loaded_after(core) & SCREEN


def test_the_observed_process_has_the_standard_library_only() -> None:
    inside = "import paraviz.observe.main, paraviz.observe.probes"
    loaded = loaded_after(inside)
    third_party = loaded - set(sys.stdlib_module_names) - {"paraviz"}
    assert {name for name in third_party if not name.startswith("__editable__")} <= {
        "__main__",
        "__mp_main__",
        "_distutils_hack",
        "sitecustomize",
        "usercustomize",
    }
    assert not loaded & (SCREEN | HEAVY)


def test_the_observed_process_loads_little_that_a_program_may_never_use() -> None:
    before = loaded_after("pass")
    inside = loaded_after("import paraviz.observe.main, paraviz.observe.probes") - before
    assert inside <= {
        *("paraviz", "__future__", "atexit", "functools", "importlib", "contextlib", "types"),
        *("threading", "_weakrefset", "_struct", "struct", "_json", "itertools", "resource"),
        *("collections", "operator", "_operator", "reprlib", "_collections", "warnings"),
        *("keyword", "_functools", "_signal"),
    }


def test_the_package_itself_costs_nothing() -> None:
    before = loaded_after("pass")
    assert loaded_after("import paraviz") - before <= {"paraviz", "__future__"}


def test_the_app_has_one_name() -> None:
    import paraviz.tui

    folder = Path(paraviz.tui.__path__[0]).resolve().parent
    code = "import paraviz.tui.commands\ntry: import tui\nexcept ImportError: pass\nelse: 1 / 0"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=folder)
    assert not done.returncode, done.stderr.decode()
