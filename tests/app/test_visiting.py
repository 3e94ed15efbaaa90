"""What a guest in a browser may do: look; every command of the app is one or the other."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

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
