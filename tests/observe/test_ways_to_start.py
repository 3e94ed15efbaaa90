"""A program is started as `python` would start it, whichever way that is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from paraviz.observe.compiled import OFF
from tests.observe.running import LIMIT_S

SHOWS = "import sys; print(__name__, __debug__, sys.argv, sys.orig_argv[1:], sys.flags.dev_mode)\n"
FILES = {
    "shows.py": SHOWS + "print(__loader__.__class__.__name__, globals().get('__file__'))\n",
    "folder/__main__.py": SHOWS,
    "enums.py": """\
import enum
from typing import Literal
class Mode(enum.Enum):
    A = 1
def main(mode: Literal[Mode.A, None] = None, n: int = 2) -> None:
    print(mode, n)
if __name__ == "__main__":
    main()
""",
    "reads.py": "import sys\ndef options(): return sys.argv[1:]\n",
    "helped.py": """\
import reads
def main(n: int = 3):
    print(n, reads.options())
if __name__ == "__main__":
    main()
""",
    "again.py": """\
import os, sys
if os.environ.get("AGAIN"):
    print("again", sys.argv[1:])
    sys.exit(3)
os.environ["AGAIN"] = "1"
sys.stdout.flush()
os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
""",
    "local/resource.py": "mine = True\n",
    "local/fcntl.py": "mine = True\n",
    "local/json.py": "mine = True\n",
    "local/prog.py": """\
import fcntl, json, resource
def main(n: int = 1):
    print(n, *(getattr(each, "mine", False) for each in (resource, fcntl, json)))
main()
""",
    "audited.py": """\
import queue, sys, threading, time
def hook(event, args):
    if event in ("sys._getframe", "sys._current_frames", "os.listdir"):
        raise PermissionError(event)
sys.addaudithook(hook)
lock = threading.Lock()
with lock:
    print("locked")
condition, waiting = threading.Condition(), queue.Queue()
thread = threading.Thread(target=lambda: waiting.put(1))
thread.start()
print(waiting.get())
thread.join()
time.sleep(0.4)
""",
}
WAYS = [
    "shows.py a -b",
    "-O -X dev shows.py",
    "-m shows a",
    "-OO -W ignore -c PROGRAM a -b",
    "folder a",
    "app.pyz a",
    "bytecode.pyc a",
    "enums.py",
    "helped.py --n 4",
    "again.py a b",
    "local/prog.py",
    "audited.py",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ways")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    with zipfile.ZipFile(folder / "app.pyz", "w") as archive:
        archive.writestr("__main__.py", SHOWS)
    code = "import py_compile; py_compile.compile('shows.py', 'bytecode.pyc')"
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
    return folder


def outcome(command: list[str], folder: Path, stdin: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


RUN = ["-m", "paraviz", "run", "--headless", "-q"]


@pytest.mark.parametrize("way", WAYS)
def test_started_as_python_starts_it(way: str, folder: Path) -> None:
    words = [SHOWS if word == "PROGRAM" else word for word in way.split()]
    assert outcome([*RUN, *words], folder) == outcome(words, folder)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["audited.py", "local/prog.py"])
def test_so_is_it_without_the_core(way: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = outcome([way], folder)
    monkeypatch.setenv(OFF, "1")
    assert outcome([*RUN, way], folder) == plain


def test_parameters_do_not_bring_in_modules_of_the_program(folder: Path) -> None:
    # What is built into this interpreter no file can replace: plain Python says which.
    plain = outcome(["local/prog.py"], folder)[1]
    assert plain.startswith("1 ") and "True" in plain
    told = outcome([*RUN, "local/prog.py", "--n", "7"], folder)[1]
    assert told == plain.replace("1 ", "7 ", 1)


def test_what_comes_by_a_pipe_is_run(folder: Path) -> None:
    plain = outcome(["-", "a"], folder, SHOWS)
    assert outcome([*RUN, "-", "a"], folder, SHOWS) == plain
    os.mkfifo(folder / "pipe")
    for command in (["pipe"], [*RUN, "pipe"]):
        with subprocess.Popen(
            [sys.executable, *command], cwd=folder, stdout=subprocess.PIPE, text=True
        ) as program:
            (folder / "pipe").write_text("print('by a pipe')\n")
            assert program.communicate(timeout=LIMIT_S)[0] == "by a pipe\n"
            assert program.returncode == 0


def test_what_paraviz_inherits_the_program_does(folder: Path) -> None:
    code = "import os; print(os.read(int(__import__('sys').argv[1]), 9))"
    reads, writes = os.pipe()
    os.write(writes, b"inherited")
    done = subprocess.run(
        [sys.executable, *RUN, "-c", code, str(reads)],
        pass_fds=[reads],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    os.close(reads)
    os.close(writes)
    assert done.stdout == "b'inherited'\n", done.stderr
