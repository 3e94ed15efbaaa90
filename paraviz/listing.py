"""What `paraviz list` says: the scenarios and their parameters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from paraviz.program import scenarios

if TYPE_CHECKING:
    from paraviz.program import Parameter


def listing_text() -> str:
    """For people: a scenario a paragraph."""
    paragraphs = []
    for scenario in scenarios():
        lines = [f"{scenario.name:<14}{scenario.title}"]
        lines += [f"{'':<14}{_usage(parameter)}" for parameter in scenario.parameters]
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)


def _usage(parameter: Parameter) -> str:
    if parameter.kind == "bool":
        return parameter.flag if not parameter.default else f"--no-{parameter.flag[2:]}"
    taken = "|".join(parameter.choices) or parameter.kind.upper()
    return f"{parameter.flag} {taken} (default {parameter.default})"


def listing_json() -> str:
    """For scripts: a list of objects with `name`, `title`, `text`, `path` and `parameters`."""
    return json.dumps(
        [
            {
                "name": scenario.name,
                "title": scenario.title,
                "text": scenario.text,
                "path": scenario.path,
                "parameters": [
                    {
                        "name": parameter.name,
                        "flag": parameter.flag,
                        "kind": parameter.kind,
                        "default": parameter.default,
                        "choices": list(parameter.choices),
                    }
                    for parameter in scenario.parameters
                ],
            }
            for scenario in scenarios()
        ],
        indent=2,
    )
