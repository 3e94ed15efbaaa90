"""Markdown and code of a deck as HTML that does nothing: what was written by others is text in it.

Markup within the Markdown is shown as it is written; links lead to the web or within the deck;
pictures come along if they are files beside the deck, and none is loaded from elsewhere.
"""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markdown_it.token import Token

_LINKS = ("http://", "https://", "mailto:", "#")
_LARGEST_PICTURE = 4_000_000
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"<svg": "image/svg+xml",
    b"<?xml": "image/svg+xml",
}
_PREFIX = "k-"
_STYLES = {"dark": "monokai", "light": "default"}


class _Prose(RendererHTML):
    """Links that take nothing along, and pictures that are in the page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__()

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, _env: Any) -> str:
        """A link."""
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, _env)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A picture, or what is said in its place."""
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        found = _picture(self._folder, str(token.attrs.get("src", "")))
        if found:
            return f'<img src="{found}" alt="{escape(alt)}">'
        words = _("picture that is not in this page: {name}")
        return f"<em>[{escape(words.format(name=alt or token.attrs.get('src', '')))}]</em>"


def prose(text: str, folder: Path) -> str:
    """Markdown as HTML; `folder` is where its pictures are."""
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.renderer = _Prose(folder)
    made.validateLink = _is_allowed  # type: ignore[method-assign]
    return str(made.render(text))


def _is_allowed(url: str) -> bool:
    """Whether a link may be one. What names a picture has no scheme."""
    lowered = url.strip().lower()
    return lowered.startswith(_LINKS) or ":" not in lowered


def _picture(folder: Path, name: str) -> str:
    """A picture beneath the folder of the deck as it stands in a page, or ""."""
    from urllib.parse import unquote

    try:
        path = (folder / unquote(name)).resolve()
        if not path.is_relative_to(folder.resolve()) or path.stat().st_size > _LARGEST_PICTURE:
            return ""
        content = path.read_bytes()
    except (OSError, ValueError):
        return ""
    kind = next((kind for begin, kind in _PICTURES.items() if content.startswith(begin)), "")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if kind else ""


def code_lines(code: str, language: str) -> list[str]:
    """Code as HTML, a line each, coloured by classes."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    made = highlight(code.rstrip("\n"), lexer, HtmlFormatter(nowrap=True, classprefix=_PREFIX))
    return str(made).rstrip("\n").split("\n")


def code_style(page: str) -> str:
    """The colours of those classes that a page has, in the dark and in the light."""
    rules = {theme: _rules(style, page) for theme, style in _STYLES.items()}

    def ruled(before: str, theme: str) -> str:
        return "".join(f"{before}{rule}" for rule in rules[theme])

    return (
        ruled("", "dark")
        + f"@media(prefers-color-scheme:light){{{ruled('', 'light')}}}"
        + ruled("[data-theme=dark] ", "dark")
        + ruled("[data-theme=light] ", "light")
    )


def _rules(style: str, page: str) -> list[str]:
    made = [HtmlFormatter(style=each, classprefix=_PREFIX).class2style for each in _STYLES.values()]
    names = sorted({name for each in made for name in each if f'"{name}"' in page})
    own = HtmlFormatter(style=style, classprefix=_PREFIX).class2style
    found = []
    for name in names:
        said = [part for part in own.get(name, ("",))[0].split("; ") if part]
        kept = [part for part in said if part.startswith(("color", "font"))]
        if not any(part.startswith("color") for part in kept):
            # What the other theme says has to be taken back.
            kept.append("color: inherit")
        found.append(f".{name}{{{';'.join(kept)}}}")
    return found
