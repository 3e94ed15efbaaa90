"""Whether a program, or a module of its own that it imports, looks at the command line: then what
is on it is the program's to read, and not for values of its `main()`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OWN_COMMAND_LINE = {
    *("argparse", "optparse", "getopt", "click", "typer", "fire", "docopt", "absl", "plac", "tap"),
    *("cyclopts", "clize", "argh", "defopt", "jsonargparse", "tyro", "hydra"),
}
_MODULES_LIMIT = 60
_SOURCE_LIMIT = 1 << 20
_UNREADABLE = (OSError, SyntaxError, ValueError, RecursionError, MemoryError)


def reads_command_line(tree: ast.Module) -> bool:
    """Whether a module looks at the command line itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {node.module or ""} | {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            names = {node.attr}
        else:
            continue
        if names & (_OWN_COMMAND_LINE | {"argv", "orig_argv"}):
            return True
    return False


def imported_reads_command_line(tree: ast.Module, folder: Path) -> bool:
    """Whether a module that lies in the program's folder and is imported, by it or by one of those,
    does."""
    known: set[Path] = set()
    left = list(_files(tree, folder))
    while left and len(known) < _MODULES_LIMIT:
        file = left.pop()
        if file in known:
            continue
        known.add(file)
        try:
            if file.stat().st_size > _SOURCE_LIMIT:
                continue
            module = ast.parse(file.read_bytes())
        except _UNREADABLE:
            continue
        if reads_command_line(module):
            return True
        left += _files(module, folder)
        left += _files(module, file.parent)
    return False


def _files(tree: ast.Module, folder: Path) -> Iterator[Path]:
    """Those in a folder that a module imports by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [node.module] if node.module else []
            names = [*base, *(".".join([*base, alias.name]) for alias in node.names)]
        else:
            continue
        for name in names:
            path = folder.joinpath(*name.split("."))
            for file in (path.with_suffix(".py"), path / "__init__.py"):
                if file.is_file():
                    yield file
