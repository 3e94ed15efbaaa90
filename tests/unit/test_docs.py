"""The documentation: its tables are the code's, its commands are commands, its example runs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraviz.analysis.findings import findings
from paraviz.analysis.reports.summary_json import summary
from paraviz.cli import BROKEN, INTERRUPTED, cli
from paraviz.commands.headless import TIMED_OUT
from paraviz.formats import load
from paraviz.trace.index import StateIndex
from tests.traces import printers
from tools.docs import DOCS, EXAMPLE, PAGES, ROOT, made, parts

WRITTEN = (ROOT / "README.md", *PAGES)
IDS = [path.stem for path in WRITTEN]


def blocks(path: Path, language: str) -> Iterator[str]:
    """The blocks of code of a page."""
    yield from re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)


def commands(path: Path) -> list[list[str]]:
    """Each call of paraviz on a page, as words."""
    lines = [line for block in blocks(path, "sh") for line in block.splitlines()]
    split = [shlex.split(line, comments=True) for line in lines if line.startswith("paraviz")]
    return [words[1 : words.index("|") if "|" in words else None] for words in split]


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_what_is_made_from_the_code_is_up_to_date(path: Path) -> None:
    page = path.read_text("utf-8")
    assert page.count("<!-- begin:") == page.count("<!-- end -->") == len(parts(page))
    assert made(page) == page, "make docs"


def test_the_reference_has_the_tables_of_states_keys_and_events() -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    assert parts(page) == ["states", "glyphs", "keys", "events"]


@pytest.mark.parametrize("path", WRITTEN, ids=IDS)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert links
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("path", WRITTEN, ids=IDS)
def test_commands_are_commands(path: Path) -> None:
    for words in commands(path):
        if not words or words[0].startswith("-"):
            continue
        command = cli.get_command(None, words[0])  # type: ignore[arg-type]
        assert command is not None, words
        command.make_context(words[0], words[1:])


def test_there_are_commands_in_the_pages() -> None:
    assert len([words for path in WRITTEN for words in commands(path)]) > 15


def test_every_key_of_the_summary_is_told() -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    told = page[page.index("info --json`\n") :]
    assert not [key for key in summary(printers()) if f"`{key}`" not in told]


def test_exit_codes_are_those_of_the_code() -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    for code in (TIMED_OUT, BROKEN, 2):
        assert f"\n| {code} |" in page
    assert f"so {INTERRUPTED} on Ctrl-C" in page


def test_the_tutorial_tells_what_the_recording_holds() -> None:
    page = (DOCS / "tutorial.md").read_text("utf-8")
    trace = load(EXAMPLE / "lost_update.pviz")
    (found,) = findings(trace, StateIndex(trace.lanes))
    assert f"✗ {found.told.english}" in page
    assert f"at {found.at_ns / 1e6:.1f} ms" in page


def test_the_example_of_a_screenshot_test_runs(tmp_path: Path) -> None:
    """As howto.md tells it: make the agreed picture, run the test."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "example")
    (line,) = [
        line
        for block in blocks(DOCS / "howto.md", "sh")
        for line in block.splitlines()
        if "lost_update.txt" in line
    ]
    call = [sys.executable, "-m", *shlex.split(line)]
    subprocess.run(call, cwd=folder, check=True, timeout=60)
    assert "a[0]" in (folder / "lost_update.txt").read_text("utf-8")
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_picture.py"]
    done = subprocess.run(test, cwd=folder, capture_output=True, text=True, timeout=60)
    assert "1 passed" in done.stdout, done.stdout
