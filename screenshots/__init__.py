"""One small factory a picture, and the pictures: `python -m screenshots [NAME …]` draws them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from paraviz.programs.catalogue import scenarios

HERE = Path(__file__).parent
_FOUND = sorted(path.stem for path in HERE.glob("[!_]*.py") if path.stem != "frozen")
SCENARIOS = [each.name for each in scenarios() if each.name in _FOUND]
NAMES = SCENARIOS + [name for name in _FOUND if name not in SCENARIOS]
"""The scenarios in the lecture's order, then all other pictures."""
CONTENTS = HERE / "README.md"


def made(name: str) -> str:
    """The SVG of that name, made now."""
    text: str = import_module(f"screenshots.{name}").make()
    return text


def kept(name: str) -> Path:
    """Where the SVG of that name lies."""
    return HERE / f"{name}.svg"


def contents() -> str:
    """A page with every picture under the sentence its factory says of it, in Markdown."""
    parts = [
        "# Pictures",
        "`make screenshots` draws them anew, from recordings that are in the repository:\n"
        "those of the scenarios in `scenarios/recordings` (`make recordings`), the others in\n"
        "`tests/data`. The tests compare them to the byte.",
    ]
    for name in NAMES:
        if name in (SCENARIOS[0], NAMES[len(SCENARIOS)]):
            parts.append("## The scenarios" if name in SCENARIOS else "## The app")
        said = (import_module(f"screenshots.{name}").__doc__ or "").strip()
        parts += [f"**{name}**: {said}", f"![{name}]({name}.svg)"]
    return "\n\n".join(parts) + "\n"
