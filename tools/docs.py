"""What in the documentation is made from the code, between marks: `python -m tools.docs` makes it.

A part begins with `<!-- begin: NAME -->` and ends with `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from paraviz import events as ev
from paraviz.analysis.reports.summary_text import summary_text
from paraviz.formats import load
from paraviz.text import language
from paraviz.trace import State
from paraviz.tui.render.glyphs import STATE_GLYPHS
from paraviz.tui.screens.help import GLYPHS, STATES, by_subject
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.run import RunView

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = tuple(sorted(DOCS.glob("*.md")))
EXAMPLE = DOCS / "example"
_PART = re.compile(r"(<!-- begin: (\S+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_ABOUT = {
    ev.NOTHING: "",
    ev.AN_OBJECT: "a lock, a queue, a text, …",
    ev.A_LANE: "a worker of its process",
    ev.A_PROCESS: "a process",
    ev.A_STREAM: "a stream",
}


def made(page: str) -> str:
    """The page with every part as the code has it now. Raises KeyError for an unknown part."""
    return _PART.sub(lambda found: f"{found[1]}\n{_part(found[2])}\n\n{found[4]}", page)


def parts(page: str) -> list[str]:
    """The names of a page's parts."""
    return [name for _, name, _, _ in _PART.findall(page)]


def _part(name: str) -> str:
    if "/" in name:
        return f"```python\n{(DOCS / name).read_text('utf-8').strip()}\n```"
    return {"states": _states, "glyphs": _glyphs, "keys": _keys, "events": _events, "info": _info}[
        name
    ]()


def _states() -> str:
    said = dict(STATES)
    rows = [
        (str(int(each)), f"`{STATE_GLYPHS[each]}`", each.label, said.get(each, ""))
        for each in State
    ]
    return _table(("number", "glyph", "state", "what it says of a worker"), rows)


def _glyphs() -> str:
    return _table(("glyph", "what it is"), [(f"`{glyph}`", said) for glyph, said in GLYPHS])


def _keys() -> str:
    rows = [
        (f"`{each.shown}`", each.help, title if first == 0 else "")
        for title, commands in by_subject((*RunView.commands, *RunScreen.commands))
        for first, each in enumerate(commands)
    ]
    return _table(("", "key", "what it does"), [(title, key, said) for key, said, title in rows])


def _events() -> str:
    about = {kind: what for what in _ABOUT for kind in ev.kinds_about(what)}
    rows = [
        (str(kind), f"`{_constant(kind)}`", name, _ABOUT[about[kind]])
        for kind, name in ev.KIND_NAMES.items()
    ]
    return _table(("number", "kind", "called", "about"), rows)


def _constant(kind: int) -> str:
    """What the code calls a kind: other constants of the same number stand further down."""
    return next(name for name, value in vars(ev).items() if type(value) is int and value == kind)


def _info() -> str:
    return f"```text\n{summary_text(load(EXAMPLE / 'lost_update.pviz')).strip()}\n```"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |".replace("|  |", "| |") for row in cells)


def main() -> None:
    """Write the pages anew."""
    language.choose("en")
    for path in PAGES:
        page = path.read_text("utf-8")
        if made(page) != page:
            path.write_text(made(page), "utf-8")
            print(path.relative_to(ROOT), file=sys.stderr)


if __name__ == "__main__":
    main()
