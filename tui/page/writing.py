"""The page as one text: what it shows, and the style and the scripts that show it."""

from __future__ import annotations

import json
import re
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ..render.view import TraceView
from ..themes import tones
from .data import page_data

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

_SCRIPTS = ("model.js", "draw.js", "input.js")


def page_text(trace: Trace, theme: str = "") -> str:
    """The page of a trace. `theme`: "dark", "light", or what the reader's system prefers.

    What came from the trace is data in it, never markup: it is JSON without a `<`, and the scripts
    set texts only. A policy in its head keeps it from the network.
    """
    data = page_data(TraceView.of(trace))
    title = escape(f"{data['title']} · paraviz")
    return _page(data["language"], title, theme, as_data(data))


def frame_text() -> str:
    """The page without what it shows, for a script that puts it in: `@@LANGUAGE@@`, `@@THEME@@` and
    `@@DATA@@` stand for those."""
    return _page("@@LANGUAGE@@", "paraviz", "@@THEME@@", "@@DATA@@")


def _page(language: str, title: str, theme: str, told: str) -> str:
    parts = {
        "LANGUAGE": language,
        "TITLE": title,
        "THEME": theme,
        "STYLE": tones_style() + asset("page.css"),
        "DATA": told,
        "SCRIPT": page_script(),
    }
    return filled("page.html", parts)


def page_script() -> str:
    """What draws the page and hears its reader, as it stands in it."""
    return "\n".join(asset(name) for name in _SCRIPTS)


def as_data(data: object) -> str:
    """Values as JSON that cannot end the element it stands in."""
    told = json.dumps(data, ensure_ascii=True, separators=(",", ":"), default=int)
    return told.replace("<", "\\u003c")


def filled(name: str, parts: dict[str, str]) -> str:
    """An asset with its parts put in, each once: what is put in is not looked at again."""
    return re.sub(r"@@([A-Z]+)@@", lambda found: parts[found[1]], asset(name))


def write_page(trace: Trace, path: Path, theme: str = "") -> None:
    """Write it, whole or not at all. Raises OSError."""
    from paraviz.user.atomic_write import replacing

    with replacing(path) as stream:
        stream.write(page_text(trace, theme).encode())


def asset(name: str) -> str:
    """A file of the page's own."""
    return files("paraviz.tui.page").joinpath("assets", name).read_text("utf-8")


def tones_style() -> str:
    """The app's own colours, for both themes."""
    dark, light = (
        "".join(f"--{name}:{value};" for name, value in tones(dark=dark).items())
        for dark in (True, False)
    )
    return (
        f":root{{{dark}}}@media(prefers-color-scheme:light){{:root{{{light}}}}}"
        f":root[data-theme=dark]{{{dark}}}:root[data-theme=light]{{{light}}}"
    )
