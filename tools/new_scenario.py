"""The skeleton of a new scenario: `python -m tools.new_scenario NAME`.

It writes the three files that a scenario is made of, and its place in `contents.toml`. What there
is to fill in is marked by TODO. Then `python -m tools.recordings NAME` records it, and
`make screenshots` draws it.
"""

from __future__ import annotations

import keyword
import sys
from pathlib import Path

from paraviz.analysis.claims.names import CLAIM_NAMES

ROOT = Path(__file__).parents[1]
PROGRAM = '''"""TODO: a title

TODO: what to look for, in two to four lines.
"""

import threading


def run(name, n):
    for _ in range(n):
        print(name, end="", flush=True)


def main(n: int = 10):
    workers = [threading.Thread(target=run, args=(name, n), name=name) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print()


if __name__ == "__main__":
    main()
'''
NOTES = '''# TODO: what the run is meant to show, of: {known}
claims = []

[de]
title = "TODO"
text = """
TODO"""

[parameters.n]
least = 1
most = 1000
en = "TODO: letters that each thread prints"
de = "TODO: Buchstaben, die jeder Thread druckt"
'''
PICTURE = '''"""TODO: what the picture shows, in one sentence."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("{name}", "a", State.RUNNING)
'''


def write(root: Path, name: str) -> list[Path]:
    """The files of a new scenario, written below a checkout; it comes last in the contents.

    Raises FileExistsError if there is one of that name, ValueError if none can be called so.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or not name.islower():
        raise ValueError(f"{name!r} is no name of a module")
    known = ", ".join(CLAIM_NAMES)
    texts = {
        root / "scenarios" / f"{name}.py": PROGRAM,
        root / "scenarios" / f"{name}.toml": NOTES.format(known=known),
        root / "screenshots" / f"{name}.py": PICTURE.format(name=name),
    }
    for path in texts:
        if path.exists():
            raise FileExistsError(f"there is {path.relative_to(root)} already")
    contents = root / "scenarios" / "contents.toml"
    head, bracket, tail = contents.read_text("utf-8").rpartition("]")
    contents.write_text(f'{head}, "{name}"{bracket}{tail}', "utf-8")
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    return [*texts, contents]


def main(arguments: list[str]) -> int:
    """Write what is asked for; returns an exit code."""
    if len(arguments) != 1:
        print("python -m tools.new_scenario NAME", file=sys.stderr)
        return 2
    try:
        written = write(ROOT, arguments[0])
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for path in written:
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
