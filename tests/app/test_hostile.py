"""A recording that a stranger made does not command the terminal: whatever stands in it, neither
the app, a picture nor a line on the command line lets a control out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from paraviz.formats import load, save
from paraviz.text.sanitizer import lines_shown, shown
from paraviz.trace import Trace
from paraviz.tui.app import ParavizApp
from paraviz.tui.compat import screen_strips
from paraviz.tui.picture import drawn, png
from paraviz.tui.safe_lines import in_its_cells
from paraviz.tui.screens.run import RunScreen

RECORDING = Path(__file__).parents[1] / "data" / "printers_locked.pviz"
EVIL = "\x1b]52;c;aGk=\x07\x9b31m\u202e\x00\x7f\x85\u2028\ufffe\r\n\t</text>\x1b[2J"
KEYS = ("i", "escape", "question_mark", "escape", "u", "x", "enter", "escape", "L", "s", "v", "r")
"""Report, help, what belongs to a worker, and more."""


def spoilt(value: Any, evil: str) -> Any:
    """The same with this in every text of it, in front."""
    if isinstance(value, msgspec.Struct):
        texts = {name: spoilt(getattr(value, name), evil) for name in value.__struct_fields__}
        kept = {"kind", "truth", "core", "executable_by", "claims", "recorded_at", "costs", "clock"}
        return replace(value, **{k: v for k, v in texts.items() if k not in kept})
    if isinstance(value, tuple):
        return tuple(spoilt(each, evil) for each in value)
    return evil + value if isinstance(value, str) else value


@pytest.fixture(scope="module")
def hostile() -> Trace:
    trace: Trace = spoilt(load(RECORDING), EVIL)
    assert EVIL in trace.program.name and all(EVIL in lane.name for lane in trace.lanes)
    return trace


@pytest.fixture(scope="module")
def file(hostile: Trace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "hostile.pviz"
    save(hostile, path)
    return path


def is_clean(text: str) -> bool:
    return all(line.isprintable() for line in text.replace("\xa0", " ").split("\n"))


@pytest.mark.parametrize("arguments", [("info",), ("info", "--json"), ("compare", "{file}")])
def test_nothing_gets_out_on_the_command_line(file: Path, arguments: tuple[str, ...]) -> None:
    words = [str(file) if word == "{file}" else word for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "paraviz", *words, str(file)], capture_output=True, check=True
    )
    assert is_clean(done.stdout.decode()) and is_clean(done.stderr.decode())


def test_nor_does_it_in_what_is_refused(tmp_path: Path) -> None:
    name = tmp_path / f"{EVIL.replace(chr(0), '').replace('/', '')}.pviz"
    for words in (["info", str(name)], ["run", str(name)], ["info", f"--{EVIL[1:9]}\x1b"]):
        done = subprocess.run(
            [sys.executable, "-m", "paraviz", *words], capture_output=True, check=False
        )
        assert done.returncode == 2 and is_clean(done.stderr.decode())


def test_a_picture_is_well_formed(hostile: Trace) -> None:
    assert is_clean(drawn(hostile, ".txt"))
    picture = drawn(hostile, ".svg")
    assert is_clean(picture)
    ElementTree.fromstring(picture)
    assert png(picture).startswith(b"\x89PNG")


async def test_no_screen_of_the_app_lets_it_through(hostile: Trace) -> None:
    app = ParavizApp(lambda _: RunScreen(hostile.program.name, trace=hostile))
    async with app.run_test(size=(100, 30)) as pilot:
        for key in ("", *KEYS):
            await pilot.press(*([key] if key else []))
            await pilot.pause()
            for strip in screen_strips(app):
                assert strip.text.replace("\xa0", " ").isprintable(), key


@given(st.text())
def test_what_is_shown_is_one_line_of_the_same_length(text: str) -> None:
    assert shown(text).replace("\xa0", " ").isprintable() and len(shown(text)) == len(text)
    assert lines_shown(text).count("\n") == text.count("\n")
    assert cell_len(in_its_cells(text)) == cell_len(text)
