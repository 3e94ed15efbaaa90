"""Cells of a notebook as programs: run in a shell of IPython, where there is one; without one the
magic itself, with a real run."""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import TYPE_CHECKING

import pytest

from paraviz.errors import UsageError, WriteError
from paraviz.formats import load
from paraviz.notebook.magic import magic
from paraviz.text import language

if TYPE_CHECKING:
    from pathlib import Path

CELL = """
import sys, threading
import beside

lock = threading.Lock()

def work(letter):
    with lock:
        beside.write(letter)

threads = [threading.Thread(target=work, args=(each,), name=f"<{each}>") for each in "ab"]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "beside.py").write_text("def write(letter): print(letter * 3)\n")
    return tmp_path


def test_a_cell_runs_and_shows_itself(folder: Path) -> None:
    before = language.current()
    shown = magic("--lang de --locked 'a b'", CELL, number=3)
    html, text = shown._repr_html_(), repr(shown)
    assert "aaa\nbbb" in text and "3 Spuren" in text and language.current() == before
    assert "[&#x27;--locked&#x27;, &#x27;a b&#x27;]" in html
    assert html.startswith('<div class="paraviz"><svg') and "wartet auf" in html
    assert "&lt;a&gt;" in html and "<a>" not in html and "<script" not in html
    assert shown.path.name == "cell-3.pviz" and len(load(folder / shown.path).lanes) == 3
    # Nothing but the recording stays.
    assert not list(folder.glob("cell*"))
    again = magic(str(shown.path), None, number=4)
    assert "aaa" in repr(again)


def test_what_fails_is_shown_and_what_is_wrong_is_said(folder: Path) -> None:
    shown = magic("--name broken", "raise KeyError('x')", number=1)
    assert "✗" in repr(shown) and "KeyError" in shown._repr_html_()
    assert shown.path.name == "broken.pviz"
    (folder / "taken.py").write_text("mine")
    for line, error in (
        ("--name ../x", UsageError),
        ("--name", UsageError),
        ("--name taken", WriteError),
        ("--lang fr", UsageError),
    ):
        with pytest.raises(error):
            magic(line, "pass", number=1)
    assert (folder / "taken.py").read_text() == "mine"


@pytest.mark.skipif(importlib.util.find_spec("IPython") is None, reason="there is no IPython")
@pytest.mark.filterwarnings("default")
def test_a_notebook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "paraviz")
    done = shell.run_cell(f"%%paraviz --name here\n{CELL}")
    assert done.success and "3 lanes" in repr(done.result)
    assert "<svg" in shell.display_formatter.format(done.result)[0]["text/html"]
    assert (folder / "paraviz-runs" / "here.pviz").exists()
    shell.run_cell("%%paraviz --lang fr\npass")
    assert "paraviz: --lang takes" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("nbclient", "ipykernel"))),
    reason="there is no nbclient or ipykernel",
)
@pytest.mark.filterwarnings("default")
def test_a_notebook_that_is_executed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat.v4 as nbformat
    from nbclient import NotebookClient

    kernel = folder / "jupyter" / "kernels" / "here"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "here", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(told))
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
    cells = ("%load_ext paraviz", f"%%paraviz --lang de\n{CELL}", "len(_.trace.lanes)")
    notebook = nbformat.new_notebook(cells=[nbformat.new_code_cell(each) for each in cells])
    NotebookClient(notebook, timeout=60, kernel_name="here").execute()
    shown, counted = (cell.outputs[0]["data"] for cell in notebook.cells[1:])
    assert "<svg" in shown["text/html"] and "3 Spuren" in shown["text/plain"]
    assert counted["text/plain"] == "3"
    assert (folder / "paraviz-runs" / "cell-2.pviz").exists()
