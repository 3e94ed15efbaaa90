"""A program's code, with other defaults of its `main()` where they are given."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def compiled(path: str, file: str, defaults: str) -> Any:
    """The program's code; where parameters are given (as JSON), with them as the defaults of its
    `main()`."""
    with open(path, "rb") as opened:
        source = opened.read()
    if not defaults:
        return compile(source, file, "exec", dont_inherit=True)
    return compile(parsed(source, file, defaults), file, "exec", dont_inherit=True)


def parsed(source: bytes, file: str, defaults: str) -> Any:
    """The program's syntax tree, likewise."""
    import ast
    import json

    tree = ast.parse(source, file)
    if not defaults:
        return tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            _set_defaults(node.args, json.loads(defaults))
    return tree


def _set_defaults(arguments: Any, values: dict[str, Any]) -> None:
    """Replace default values in a function's signature, in place."""
    import ast

    optional = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    for argument, column in (
        *((argument, arguments.defaults) for argument in optional),
        *((argument, arguments.kw_defaults) for argument in arguments.kwonlyargs),
    ):
        names = optional if column is arguments.defaults else arguments.kwonlyargs
        row = names.index(argument)
        if argument.arg in values and column[row] is not None:
            column[row] = ast.copy_location(ast.Constant(values[argument.arg]), column[row])
