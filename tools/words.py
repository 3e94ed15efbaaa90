"""The words of the app: what is marked in the code, and the catalogues made of it.

`python -m tools.words` (`make words`) writes the catalogues anew: what is new in the code is there
untranslated, what has gone is gone. A translation is written into the .po by hand.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from paraviz import __version__
from paraviz import events as ev
from paraviz.text.translation import DOMAIN, LOCALES

ROOT = Path(__file__).parents[1]
LANGUAGES = ("de",)
MARKS = ("_", "N_", "phrase", "ngettext")
"""Calls that mark the text they begin with; where a second one follows, it is the plural."""
COMMAND_TEXTS = ("action", "keys", "shown", "name", "help", "footer", "footer_keys")
_A_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Message:
    """A text that is marked to be translated."""

    one: str
    """English; for a count, the singular."""
    many: str
    """The plural, or ""."""
    path: str
    """The file it stands in, from the root of the repository."""
    line: int
    """And where."""


def sources() -> list[Path]:
    """The code that talks: what lives in the observed process is translated outside of it."""
    found = set((ROOT / "paraviz").rglob("*.py")) - set((ROOT / "paraviz/observe").rglob("*.py"))
    found -= set((ROOT / "paraviz/schedule/inside").rglob("*.py"))
    found -= set((ROOT / "paraviz/steering/inside").rglob("*.py"))
    return sorted(found.union((ROOT / "tui").rglob("*.py")))


def messages() -> list[Message]:
    """All marked texts of the code, in the order of the files."""
    written = [
        Message(one, many, str(path.relative_to(ROOT)), line)
        for path in sources()
        for one, many, line in marked(ast.parse(path.read_text("utf-8")))
    ]
    return [*written, *(Message(text, "", "paraviz/events.py", 0) for text in event_texts())]


def event_texts() -> Iterator[str]:
    """What the app says of an event at the cursor, for each kind: its names stay English."""
    without = ev.kinds_about(ev.NOTHING)
    for kind, name in ev.KIND_NAMES.items():
        if kind != ev.WRITE:
            yield f"here: {name}" if kind in without else f"here: {name} {{what}}"


def marked(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """(text, plural or "", line) of what is marked in a module."""
    for node in sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0)):
        if isinstance(node, ast.FunctionDef) and any(map(_is_command_line, node.decorator_list)):
            yield ast.get_docstring(node) or "", "", node.lineno
        for texts in marking(node):
            one, many = [text.value for text in texts] if len(texts) > 1 else (texts[0].value, "")
            yield str(one), str(many), texts[0].lineno


def marking(node: ast.AST) -> Iterator[list[ast.Constant]]:
    """The literals that a node marks: a text, or a text and its plural."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in MARKS:
        texts = [each for each in node.args[:2] if is_text(each)]
        if texts:
            yield texts
    elif name == "Command":
        given = dict(zip(COMMAND_TEXTS, node.args, strict=False))
        given |= {each.arg: each.value for each in node.keywords if each.arg in COMMAND_TEXTS}
        for field in ("shown", "name", "help", "footer", "footer_keys"):
            text = given.get(field)
            if is_text(text) and _A_WORD.search(str(text.value)):
                yield [text]
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "option":
        for each in node.keywords:
            if each.arg == "help" and is_text(each.value):
                yield [each.value]


def is_text(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    """Whether it is a literal that is no format of its own."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_command_line(decorator: ast.expr) -> bool:
    """`@cli.command(…)` or `@click.group(…)`."""
    call = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(call, ast.Attribute) and call.attr in ("command", "group")


def po_path(language: str) -> Path:
    """The catalogue that people write."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(language: str) -> Catalog:
    """What the .po of a language says."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(said: Catalog) -> bytes:
    """A catalogue as the app reads it."""
    buffer = io.BytesIO()
    write_mo(buffer, said)
    return buffer.getvalue()


def collected(said: Catalog) -> Catalog:
    """The catalogue with the texts of the code, and with the translations it has of them."""
    old: Mapping[object, object] = {each.id: each.string for each in said if each.id}
    new = Catalog(
        said.locale, DOMAIN, header_comment="", project=DOMAIN, version=__version__, fuzzy=False
    )
    new.last_translator = new.msgid_bugs_address = new.language_team = ""
    new.creation_date, new.revision_date = said.creation_date, said.revision_date
    for each in messages():
        key = (each.one, each.many) if each.many else each.one
        string = old.get(key)
        new.add(key, string, locations=[(each.path, each.line)])  # type: ignore[arg-type]
    return new


def main() -> None:
    """Write the catalogues."""
    for language in LANGUAGES:
        said = collected(catalogue(language))
        with po_path(language).open("wb") as file:
            write_po(file, said, width=100, include_lineno=False)
        po_path(language).with_suffix(".mo").write_bytes(compiled(said))
        missing = sum(not each.string or not all(each.string) for each in said if each.id)
        print(f"{language}: {len(said)} texts, {missing} not translated")


if __name__ == "__main__":
    main()
