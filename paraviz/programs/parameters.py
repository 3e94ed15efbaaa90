"""What can be run, and the typed parameters of its `main()`.

Nothing here imports or runs the program: its title, text and parameters are read from its syntax
tree. A file has parameters when it defines `main()` with annotated defaults, calls it without
arguments, and neither it nor a module beside it looks at the command line.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paraviz.programs.argv_readers import imported_reads_command_line, reads_command_line
from paraviz.errors import UsageError
from paraviz.text.translation import _

Value = bool | int | float | str
ParameterKind = Literal["bool", "int", "float", "str", "choice"]

SOURCE_LIMIT = 4 << 20
"""Bytes of source that are read to show it; a longer file runs all the same."""

AS_IN_LECTURE = "--as-in-lecture"
"""The flag that stands for a scenario's preset."""

_NOT_LITERAL = (ValueError, TypeError, SyntaxError, MemoryError, RecursionError)
"""What `ast.literal_eval` raises."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One typed parameter of a program's `main()`."""

    name: str
    """As in the signature."""
    kind: ParameterKind
    """What it takes."""
    default: Value
    """What it is when nothing is said."""
    choices: tuple[str, ...] = ()
    """What a choice chooses from."""
    text: str = ""
    """What it means, in a few words, or ""."""
    least: int | float | None = None
    """The least number that it takes."""
    most: int | float | None = None
    """The greatest number that it takes."""

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")

    def parse(self, text: str) -> Value:
        """The value that `text` stands for. Raises UsageError."""
        try:
            if self.kind == "bool":
                return _BOOLS[text.strip().lower()]
            if self.kind == "int":
                return self._within(int(text))
            if self.kind == "float":
                return self._within(float(text))
        except (KeyError, ValueError):
            words = _("{flag} takes {wanted}, not {text!r}")
            words = words.format(flag=self.flag, wanted=self.wanted, text=text)
            raise UsageError(words) from None
        if self.kind == "choice" and text not in self.choices:
            words = _("{flag} takes one of {known}, not {text!r}")
            known = ", ".join(self.choices)
            raise UsageError(words.format(flag=self.flag, known=known, text=text))
        return text

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        kinds = {"bool": _("yes or no"), "int": _("a whole number"), "float": _("a number")}
        words = "{kind}"
        if self.least is not None and self.most is not None:
            words = _("{kind} from {least} to {most}")
        elif self.least is not None:
            words = _("{kind} from {least}")
        elif self.most is not None:
            words = _("{kind} to {most}")
        kind = kinds.get(self.kind, _("another value"))
        return words.format(kind=kind, least=self.least, most=self.most)

    def _within(self, number: float) -> float:
        """The number, if it is one that is taken. Raises ValueError."""
        if self.least is not None and not number >= self.least:
            raise ValueError(number)
        if self.most is not None and not number <= self.most:
            raise ValueError(number)
        return number


_BOOLS = {"yes": True, "true": True, "on": True, "1": True}
_BOOLS |= {"no": False, "false": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True)
class Runnable:
    """A program that can be run: a scenario, somebody's file or a module."""

    name: str
    """As the user names it: `printers`, `work.py`, `-m package`."""
    path: str
    """The file, or "" for a module that is found only when it runs."""
    module: str = ""
    """The module of `-m`, or ""."""
    code: str | None = None
    """The code of `-c`."""
    title: str = ""
    """The first line of its docstring."""
    text: str = ""
    """The rest of its docstring."""
    source: str = ""
    """Its text, or "" where it cannot be shown."""
    parameters: tuple[Parameter, ...] = ()
    """The typed parameters of its `main()`; empty when it reads its own command line."""
    group: str = ""
    """The part of the lecture that a scenario belongs to, or ""."""
    preset: tuple[tuple[str, Value], ...] = ()
    """The values of its parameters as the lecture has them, where they differ."""
    claims: tuple[str, ...] = ()
    """What a scenario is meant to show, by the names of `analysis.claims`."""

    @property
    def kind(self) -> str:
        """What it is, as `paraviz.observe.interpreters` calls it."""
        if self.code is not None:
            return "c"
        if self.module:
            return "m"
        return "file" if self.path else "input"

    @property
    def target(self) -> str:
        """What is handed to the interpreter."""
        return self.code if self.code is not None else self.module or self.path

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises UsageError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        words = _("{program} has no parameter {name!r}")
        raise UsageError(words.format(program=self.name, name=name))

    def parse_value(self, name: str, text: str) -> Value:
        """The value that `text` stands for in a parameter. Raises UsageError."""
        return self.parameter(name).parse(text)

    def defaults(self) -> dict[str, Value]:
        """Every parameter's value when nothing is said."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def argv(self, values: Mapping[str, Value]) -> list[str]:
        """The flags for those values that differ from the defaults."""
        flags: list[str] = []
        for parameter in self.parameters:
            value = values.get(parameter.name, parameter.default)
            if value == parameter.default:
                continue
            if parameter.kind == "bool":
                flags.append(parameter.flag if value else "--no-" + parameter.flag[2:])
            else:
                flags += [parameter.flag, str(value)]
        return flags

    def values(self, argv: Sequence[str]) -> dict[str, Value]:
        """Every parameter's value under these flags. Raises UsageError on what it cannot take."""
        values = self.defaults()
        if not self.parameters:
            return values
        flags = {parameter.flag: parameter for parameter in self.parameters}
        rest = list(argv)
        while rest:
            word, _sign, inline = rest.pop(0).partition("=")
            if word == AS_IN_LECTURE and self.preset:
                values |= self.preset
                continue
            parameter = flags.get(word)
            if parameter is None:
                values |= self._negated(word, flags)
            elif inline:
                values[parameter.name] = parameter.parse(inline)
            elif parameter.kind == "bool":
                values[parameter.name] = True
            elif rest:
                values[parameter.name] = parameter.parse(rest.pop(0))
            else:
                raise UsageError(_("{word} needs a value").format(word=word))
        return values

    def _negated(self, word: str, flags: Mapping[str, Parameter]) -> dict[str, Value]:
        """The value that `--no-NAME` sets. Raises UsageError for any other word."""
        parameter = flags.get("--" + word.removeprefix("--no-"))
        if word.startswith("--no-") and parameter is not None and parameter.kind == "bool":
            return {parameter.name: False}
        known = ", ".join(flags)
        words = _("{program} does not know {word!r}; it takes {known}")
        raise UsageError(words.format(program=self.name, word=word, known=known))


def described(name: str, path: Path) -> Runnable:
    """A file's own words and parameters, as far as they can be read."""
    with path.open("rb") as file:
        raw = file.read(SOURCE_LIMIT + 1)
    if len(raw) > SOURCE_LIMIT:
        return Runnable(name, str(path))
    source = ""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        source = raw.decode(encoding)
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The Python that runs it may know more of the language than ours.
        return Runnable(name, str(path), source=source)
    title, _, text = (ast.get_docstring(tree) or "").partition("\n")
    return Runnable(
        name,
        str(path),
        title=title.strip(),
        text=text.strip(),
        source=source,
        parameters=_parameters(tree, path.parent),
    )


def parameters_in(source: str) -> tuple[Parameter, ...]:
    """The typed parameters of a program's text; () where it has none or cannot be read."""
    try:
        return _parameters(ast.parse(source), None)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _parameters(tree: ast.Module, folder: Path | None) -> tuple[Parameter, ...]:
    """The typed parameters of a module's `main()`, or () where it has none. `folder`: where modules
    of its own may be."""
    mains = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"
    ]
    if not mains or reads_command_line(tree) or not _calls_main_bare(tree):
        return ()
    if folder is not None and imported_reads_command_line(tree, folder):
        return ()
    arguments = mains[-1].args
    if arguments.posonlyargs or arguments.vararg or arguments.kwarg:
        return ()
    without = len(arguments.args) - len(arguments.defaults)
    defaults = [*[None] * without, *arguments.defaults, *arguments.kw_defaults]
    found = [
        _parameter(argument, default)
        for argument, default in zip(
            [*arguments.args, *arguments.kwonlyargs], defaults, strict=True
        )
    ]
    return tuple(parameter for parameter in found if parameter is not None)


def _parameter(argument: ast.arg, default: ast.expr | None) -> Parameter | None:
    """An annotated keyword default as a parameter; None for what paraviz cannot set."""
    try:
        value: Any = ast.literal_eval(default) if default is not None else None
    except _NOT_LITERAL:
        return None
    annotation = argument.annotation
    if isinstance(annotation, ast.Name) and annotation.id in ("bool", "int", "float", "str"):
        if annotation.id == "float" and type(value) is int:
            value = float(value)
        if type(value).__name__ != annotation.id:
            return None
        kind: Any = annotation.id
        return Parameter(argument.arg, kind, value)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith("Literal"):
        try:
            choices = ast.literal_eval(annotation.slice)
        except _NOT_LITERAL:
            return None
        choices = choices if isinstance(choices, tuple) else (choices,)
        if value in choices and all(isinstance(choice, str) for choice in choices):
            return Parameter(argument.arg, "choice", value, choices)
    return None


def _calls_main_bare(tree: ast.Module) -> bool:
    """Whether a module's top level (or its `if __name__` block) calls `main()`."""
    calls = [
        node
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "main"
    ]
    return bool(calls) and not any(call.args or call.keywords for call in calls)
