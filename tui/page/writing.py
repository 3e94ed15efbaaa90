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
    told = json.dumps(data, ensure_ascii=True, separators=(",", ":"), default=int)
    parts = {
        "LANGUAGE": data["language"],
        "TITLE": escape(f"{data['title']} · paraviz"),
        "THEME": theme,
        "STYLE": _tones() + _asset("page.css"),
        "DATA": told.replace("<", "\\u003c"),
        "SCRIPT": "\n".join(_asset(name) for name in _SCRIPTS),
    }
    return re.sub(r"@@([A-Z]+)@@", lambda found: parts[found[1]], _asset("page.html"))


def write_page(trace: Trace, path: Path, theme: str = "") -> None:
    """Write it, whole or not at all. Raises OSError."""
    from paraviz.user.atomic_write import replacing

    with replacing(path) as stream:
        stream.write(page_text(trace, theme).encode())


def _asset(name: str) -> str:
    return files("paraviz.tui.page").joinpath("assets", name).read_text("utf-8")


def _tones() -> str:
    """The app's own colours, for both themes."""
    dark, light = (
        "".join(f"--{name}:{value};" for name, value in tones(dark=dark).items())
        for dark in (True, False)
    )
    return (
        f":root{{{dark}}}@media(prefers-color-scheme:light){{:root{{{light}}}}}"
        f":root[data-theme=dark]{{{dark}}}:root[data-theme=light]{{{light}}}"
    )
