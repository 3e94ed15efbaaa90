"""What a guest in a browser may do: look; every command of the app is one or the other."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from paraviz.formats import load
from paraviz.lecture.deck import parse_deck
from paraviz.lecture.sidecar import Sidecar
from paraviz.tui.screens.deck import DeckScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.visiting import LOOKING, REFUSED, VisitorApp
from tests.app.fakes import until
from tests.app.test_deck import shown

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"


def declared() -> set[str]:
    """The actions of all commands."""
    found = set()
    for path in sorted((ROOT / "tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Command",
                "Binding",
            ):
                strings = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
                place = 0 if getattr(node.func, "id", "") == "Command" else 1
                if len(strings) > place:
                    found.add(strings[place].partition("(")[0])
    return found


def test_every_command_is_one_that_looks_or_one_that_is_refused() -> None:
    ours = {name for name in declared() if not name.startswith("app.")} - {"dismiss"}
    assert ours <= LOOKING | REFUSED and not LOOKING & REFUSED
    assert ours | {"take", "row"} >= REFUSED


async def test_a_guest_looks_and_does_not_run() -> None:
    path = DATA / "printers_locked.pviz"
    screen = RunScreen(path.name, trace=load(path), path=str(path))
    app = VisitorApp(lambda _app: screen)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: "guest here: look around" in shown(pilot))
        await until(pilot, lambda: "thread-b" in shown(pilot))
        assert "save" not in shown(pilot).splitlines()[-1]
        app.clear_notifications()
        await pilot.press("right", "down")
        await until(pilot, lambda: "thread-a" in shown(pilot).splitlines()[-3])
        for key in ("s", "P", "f2"):
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: "For guests nothing runs" in shown(pilot))
            assert app.screen is screen and app.watches == []


async def test_a_guest_of_a_lecture_sees_slides_and_runs_no_code() -> None:
    deck = parse_deck("# One\n\n```python\nprint(1)\n```\n\n# Two\n")
    screen = DeckScreen(deck, Sidecar())
    app = VisitorApp(lambda _app: screen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: "For guests nothing runs" in shown(pilot))
        assert app.screen is screen
        await pilot.press("pagedown")
        await until(pilot, lambda: "2/2" in shown(pilot))


@pytest.mark.parametrize(
    "what",
    [
        "open(sys.argv[2], 'w')",
        "open(sys.argv[3])",
        "os.open(sys.argv[2], os.O_CREAT | os.O_WRONLY)",
        "os.mkdir(sys.argv[2])",
        "os.remove(sys.argv[1])",
        "os.fork()",
        "subprocess.run(['true'])",
        "os.system('true')",
        "socket.create_connection(('127.0.0.1', 1))",
    ],
)
def test_the_process_of_a_guest_cannot_do_more(what: str, tmp_path: Path) -> None:
    (tmp_path / "shown").write_text("shown")
    (tmp_path / "secret").write_text("secret")
    code = (
        "import os, socket, subprocess, sys\n"
        "from paraviz.tui.refusing import refuse_all_but_looking\n"
        "refuse_all_but_looking([sys.argv[1]])\n"
        "assert open(sys.argv[1]).read() == 'shown'\n"
        "import json.tool\n"
        f"try: {what}\nexcept PermissionError: print('refused')\n"
    )
    names = [str(tmp_path / name) for name in ("shown", "new", "secret")]
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *names], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "refused\n", done.stderr
    assert not (tmp_path / "new").exists() and (tmp_path / "shown").exists()


KEYS = {
    "recording": ("\x1b[C", "j", "s", "V", "T", "D", "w", "i", "\r", "?"),
    "deck": ("\r", " ", "V", "b", "b", "g", "\r", "?"),
    "gallery": ("\r", "\x1b[B", "\t", "?"),
}
"""None that leaves, for it might come before what it is to leave is there."""


@pytest.mark.parametrize(
    "kind",
    ["deck", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("gallery", "recording"))],
)
def test_a_whole_visit_with_all_refused(kind: str, tmp_path: Path) -> None:
    deck = tmp_path / "deck.md"
    deck.write_text("# One\n\n```python\nprint(1)\n```\n\n# Last one\n")
    path = {"recording": DATA / "printers_locked.pviz", "deck": deck}.get(kind, "")
    asked = {"kind": kind, "path": str(path), "language": "en", "runs": False}
    own = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "COLUMNS": "100", "ROWS": "30"}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "paraviz.tui.visiting", json.dumps(asked)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **own, "PARAVIZ_DEBUG": "1"},
        cwd=tmp_path,
    ) as visitor:
        try:
            _visit(visitor, KEYS[kind])
            _drawn, errors = visitor.communicate(timeout=30)
        finally:
            visitor.kill()
    assert errors == b"", errors.decode()
    assert visitor.returncode == 0
    assert [each.name for each in tmp_path.iterdir()] == ["deck.md"]


def _visit(visitor: subprocess.Popen[bytes], keys: tuple[str, ...]) -> None:
    """From the first frame on, as textual-serve does it."""
    assert visitor.stdin is not None and visitor.stdout is not None
    assert visitor.stdout.readline() == b"__GANGLION__\n"
    drawn = 0
    while drawn < 1_500:
        head = visitor.stdout.read(5)
        assert len(head) == 5
        drawn += len(visitor.stdout.read(int.from_bytes(head[1:], "big")))
    for packet, told in (("M", '{"type": "focus"}'), *(("D", key) for key in keys)):
        _send(visitor.stdin, packet, told)
        time.sleep(0.08)
    time.sleep(0.3)
    _send(visitor.stdin, "M", '{"type": "quit"}')


def _send(stream: IO[bytes], packet: str, told: str) -> None:
    raw = told.encode()
    stream.write(packet.encode() + len(raw).to_bytes(4, "big") + raw)
    stream.flush()
