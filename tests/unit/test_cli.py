"""The command line: what is printed where, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.observe.running import PROGRAMS

PARAVIZ = [sys.executable, "-m", "paraviz"]
RECORDING = str(Path(__file__).parents[1] / "data" / "printers.pviz")


def paraviz(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PARAVIZ, *words], capture_output=True, input=stdin, timeout=60)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "printers.pviz"
    flags = ["--locked", "--n", "3", "--steps", "100"]
    done = paraviz("run", "--headless", "--kernel", "off", "-o", str(path), "printers", *flags)
    assert done.returncode == 0
    assert done.stdout in (b"aaabbb\n", b"bbbaaa\n")
    summary = done.stderr.decode()
    assert summary.startswith("paraviz: printers ended · ")
    assert "3 lanes" in summary and "0 dropped" in summary
    return path


def test_info_json_has_what_scripts_rely_on(recording: Path) -> None:
    info = json.loads(paraviz("info", "--json", str(recording)).stdout)
    assert info["program"] == "printers"
    assert info["truth"] == "inferred"
    assert info["dropped"] == 0 and info["events"] > 10
    assert info["switch_interval_s"] == 0.001
    assert info["wall_ns"] > 0 and info["cpu_ns"] > 0 and info["parallelism"] > 0
    assert info["python"] == ".".join(map(str, sys.version_info[:3]))
    for lane in info["lanes"]:
        states = ("running", "waiting_cpu", "waiting_gil", "waiting_lock", "blocked")
        total = sum(lane[f"{state}_ns"] for state in states)
        assert total == lane["end_ns"] - lane["start_ns"]
    (lock,) = info["locks"]
    assert lock["name"] == "lock" and lock["acquisitions"] == 2
    assert "".join(text for _, text in info["output"]) in ("aaabbb\n", "bbbaaa\n")
    assert info["overhead"]["emit_ns"] > 0 and 0 < info["overhead"]["share"] < 1


def test_info_for_people(recording: Path) -> None:
    text = paraviz("info", str(recording)).stdout.decode()
    assert "thread-a" in text and "lock" in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("suffix", [".json", ".json.gz", ".pviz"])
def test_convert_there_and_back(recording: Path, tmp_path: Path, suffix: str) -> None:
    there, back = tmp_path / f"there{suffix}", tmp_path / "back.pviz"
    assert paraviz("convert", str(recording), str(there)).returncode == 0
    assert paraviz("convert", str(there), str(back)).returncode == 0
    before = paraviz("info", "--json", str(recording)).stdout
    assert paraviz("info", "--json", str(back)).stdout == before


def test_screenshots(recording: Path, tmp_path: Path) -> None:
    for name, start in (("t.svg", b"<svg"), ("t.png", b"\x89PNG")):
        out = tmp_path / name
        done = paraviz("screenshot", "--size", "80x24", "-o", str(out), str(recording))
        assert (done.returncode, done.stderr) == (0, b"")
        assert out.read_bytes().startswith(start)


def test_a_screenshot_of_any_view(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.txt"
    view = ("--range", "10%..90%", "--at", "50%", "--lanes", "thread-b", "--lang", "de")
    look = ("--projection", "--size", "100x30", "--theme", "paraviz-light")
    done = paraviz("screenshot", *view, *look, "-o", str(out), str(recording))
    assert (done.returncode, done.stderr) == (0, b"")
    text = out.read_text("utf-8")
    assert "thread-b" in text and "thread-a " not in text
    assert "läuft" in text and "██" in text and len(text.splitlines()) == 30


def test_list() -> None:
    assert b"printers" in paraviz("list").stdout
    listed = {entry["name"]: entry for entry in json.loads(paraviz("list", "--json").stdout)}
    parameters = {one["name"]: one for one in listed["printers"]["parameters"]}
    assert parameters["locked"] == {
        "name": "locked",
        "flag": "--locked",
        "kind": "bool",
        "default": False,
        "choices": [],
        "text": "one lock around all of the printing",
        "least": None,
        "most": None,
    }
    assert listed["printers"]["group"] == "Threads"
    german = {
        entry["name"]: entry
        for entry in json.loads(paraviz("--lang", "de", "list", "--json").stdout)
    }
    assert german["printers"]["title"] == "Zwei Drucker"


def test_everything_after_the_program_is_the_programs() -> None:
    done = paraviz(
        "run", "--headless", str(PROGRAMS / "identity.py"), "--headless", "-o", "x", "--"
    )
    assert b"identity.py', '--headless', '-o', 'x', '--']" in done.stdout


def test_a_module_runs_as_python_runs_it() -> None:
    words = ("json.tool", "--compact", "--no-ensure-ascii")
    plain = subprocess.run(
        [sys.executable, "-m", *words], input=b'{"a": 1}', capture_output=True, check=True
    )
    observed = paraviz("run", "--headless", "-q", "-m", *words, stdin=b'{"a": 1}')
    assert (observed.stdout, observed.stderr) == (plain.stdout, b"") == (b'{"a":1}\n', b"")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("run",), "run needs a PROGRAM"),
        (("run", "nowhere.py"), "there is no file and no scenario 'nowhere.py'"),
        (("run", "--headless", "."), "is a directory without a __main__.py"),
        (("run", "--bogus", "x.py"), "there is no option --bogus"),
        (
            ("run", "--time-limit", "soon", "printers"),
            "a number of seconds, more than 0, not 'soon'",
        ),
        (("run", "printers"), "needs a terminal"),
        (("run", "--headless", "printers", "--n", "x"), "whole number from 1 to 100000, not 'x'"),
        (("--lang", "fr", "list"), "--lang takes one of en, de, not 'fr'"),
        (("run", "--headless", "-o", "t.txt", "printers"), "should end in .pviz"),
        (("run", "--headless", "-o", "nowhere/t.pviz", "printers"), "there is no folder nowhere"),
        (
            ("run", "--kernel", "maybe", "printers"),
            "takes one of auto, off, require, not 'maybe'",
        ),
        (("open", "nowhere.pviz"), "nowhere.pviz: No such file or directory"),
        (("info", "/dev/null"), "not a regular file"),
        (("convert", "a.pviz"), "OUT is missing"),
        (("screenshot", "--size", "big", "-o", "x.svg", "a.pviz"), "--size takes WIDTHxHEIGHT"),
        (("screenshot", "-o", "x.gif", RECORDING), "a picture is an .svg, a .png or a .txt"),
        (("screenshot", "--range", "5ms", "-o", "x.svg", RECORDING), "--range takes A..B"),
        (("screenshot", "--at", "soon", "-o", "x.svg", RECORDING), "a time is like 12.5 ms"),
        (
            ("open", "--theme", "mauve", RECORDING),
            "there is no theme 'mauve'; there are paraviz-dark",
        ),
        (("bogus",), "there is no command 'bogus'"),
        ((), "needs a terminal"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_in_one_line(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = subprocess.run([*PARAVIZ, *words], capture_output=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 2
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("paraviz: ") and told in line


def test_an_unwritable_recording_does_not_hide_the_programs_end(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    program = tmp_path / "removes.py"
    program.write_text(f"import shutil\nprint('ran')\nshutil.rmtree({str(folder)!r})\n")
    done = paraviz("run", "--headless", "-o", str(folder / "t.pviz"), str(program))
    assert done.returncode == 2
    assert done.stdout == b"ran\n"
    assert b"t.pviz" in done.stderr
