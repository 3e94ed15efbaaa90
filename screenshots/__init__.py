"""One small factory a picture, and the pictures: `python -m screenshots [NAME …]` draws them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("[!_]*.py") if path.stem != "frozen")


def made(name: str) -> str:
    """The SVG of that name, made now."""
    text: str = import_module(f"screenshots.{name}").make()
    return text


def kept(name: str) -> Path:
    """Where the SVG of that name lies."""
    return HERE / f"{name}.svg"
