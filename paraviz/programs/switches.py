"""Two recorded runs beside each other: what sets them apart, and all of it told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.programs.parameters import Parameter, Runnable, Value
    from paraviz.trace import Program, Trace

LOCK_PARAMETER = "locked"
"""What a scenario calls the parameter that says whether it takes its lock."""


def told(a: Trace, b: Trace, *, as_json: bool) -> str:
    """The comparison as one line of JSON, or for people; ends in a newline."""
    from paraviz.analysis.compare import as_json as for_json
    from paraviz.analysis.compare import compare
    from paraviz.analysis.reports.compare_text import comparison_text

    comparison = compare(a, b)
    if as_json:
        return json.dumps(for_json(comparison)) + "\n"
    return comparison_text(comparison, names_of(a, b))


def names_of(a: Trace, b: Trace) -> tuple[str, str]:
    """What two runs are called beside each other: "printers · locked off", …"""
    first, second = (
        " · ".join(filter(None, (trace.program.name, words)))
        for trace, words in zip((a, b), told_apart(a, b), strict=True)
    )
    return first, second


def told_apart(a: Trace, b: Trace) -> tuple[str, str]:
    """What sets the command lines of two runs apart, each in a few words; "" for nothing."""
    of_a, of_b = _settings(a.program), _settings(b.program)
    if of_a is None or of_b is None or of_a.keys() != of_b.keys():
        return " ".join(a.program.argv), " ".join(b.program.argv)
    differing = [name for name in of_a if of_a[name] != of_b[name]]
    return _words(of_a, differing), _words(of_b, differing)


def _settings(program: Program) -> Mapping[str, Value] | None:
    """Every parameter's value, by name; None where they cannot be told from its text."""
    from paraviz.programs.parameters import Runnable, parameters_in

    parameters = parameters_in(program.source) if program.source else ()
    try:
        return Runnable(program.name, "", parameters=parameters).values(program.argv) or None
    except UsageError:
        return None


def switches(runnable: Runnable) -> list[Parameter]:
    """The parameters that can be switched to another value, in the order they are offered."""

    def place(parameter: Parameter) -> int:
        return (parameter.name != LOCK_PARAMETER) + (parameter.kind != "bool")

    return sorted(
        (each for each in runnable.parameters if each.kind == "bool" or len(each.choices) > 1),
        key=place,
    )


def changed(runnable: Runnable, values: Mapping[str, Value], words: str) -> dict[str, Value]:
    """The values with one of them changed: `NAME` switches it, `NAME=VALUE` sets it.

    Raises UsageError for what there is not or what it cannot be.
    """
    name, equals, text = (part.strip() for part in words.partition("="))
    parameter = runnable.parameter(name.removeprefix("--").replace("-", "_"))
    if equals:
        value = parameter.parse(text)
    elif parameter.kind == "bool":
        value = not values[parameter.name]
    elif parameter.choices:
        at = parameter.choices.index(str(values[parameter.name])) + 1
        value = parameter.choices[at % len(parameter.choices)]
    else:
        raise UsageError(_("{name} has no switch; give a value: {name}=…").format(name=name))
    return {**values, parameter.name: value}


def _words(values: Mapping[str, Value], names: list[str]) -> str:
    return ", ".join(f"{name} {value_text(values[name])}" for name in names)


def value_text(value: Value) -> str:
    """A parameter's value as a person reads it."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(value)
